/* SPDX-License-Identifier: ISC */
/*
 * What may bring a network back, or show that it is gone: links, addresses, routes and
 * routing rules (rtnetlink(7)), name servers, and this machine waking up. And what may have
 * taken away what a link has: changes of the packet filter, which bring back nothing.
 */
#ifndef SALLYPORT_LOCAL_CHANGES_H
#define SALLYPORT_LOCAL_CHANGES_H

#include <stdbool.h>

#include "policy/language/error.h"

struct netlink;

struct changes {
	/* Readable when something has changed. */
	int fd;
	struct netlink *events;
	int clock, files;
	/* Of the packet filter; NULL: this host has none. */
	struct netlink *filter;
	bool filtered;
};

/* 0, or -1 with *err; either way changes_close() is due. */
int changes_open(struct changes *out, struct error *err);
/* Takes what has come; true when it matters. Never waits. */
bool changes_take(struct changes *changes);
/* Becomes readable with that descriptor as well, which its owner reads. 0, or -1. */
int changes_watch(struct changes *changes, int fd, struct error *err);
/* Before it is closed. */
void changes_forget(struct changes *changes, int fd);
/* Whether changes_take() has found that the packet filter has changed, since it was asked.
 */
bool changes_take_filter(struct changes *changes);
void changes_close(struct changes *changes);

#endif
