/* SPDX-License-Identifier: ISC */
/* The parts of host_sshd(). */
#ifndef SALLYPORT_POLICY_TOOL_AUDIT_HOST_SSHD_H
#define SALLYPORT_POLICY_TOOL_AUDIT_HOST_SSHD_H

#include <stdbool.h>
#include <time.h>

#include "policy/language/address.h"

#define PATH_SSHD_CONFIG "/etc/ssh/sshd_config"

struct host;
struct sshd_settings;

enum { SSHD_FROM_MAX = ADDRESS_TEXT_MAX + 8 };

/* Settings that are looked at: what others differ in, for a login from elsewhere. */
struct sshd_view {
	const struct sshd_settings *settings, *others;
	/* NULL: from nowhere in particular */
	const struct ip_addr *address;
	/* "" or " from ADDRESS" */
	char from[SSHD_FROM_MAX];
};

/* The setting, or NULL when it is told of the others already. */
const char *sshd_view_news(const struct sshd_view *view, const char *keyword);

/* host_sshd_doors.c: whom sshd lets in at all, by what, and how often. */
void host_sshd_doors(struct host *host, const struct sshd_view *view);

/* host_sshd_wanted.c: what sshd wants of the peers' keys. */
void host_sshd_wanted(struct host *host, const struct sshd_view *view);

/* host_sshd_algorithms.c: whether a client of today has a word in common with sshd. */
void host_sshd_algorithms(struct host *host, const struct sshd_settings *settings);

/* host_sshd_files.c: keeps each network of Match Address as one to ask sshd for. */
void host_sshd_files(struct host *host);

/* Whether a is after b. */
bool host_is_later(const struct timespec *a, const struct timespec *b);

/* host_sshd_running.c: of the living host. */
void host_sshd_running(struct host *host);

/*
 * host_sshd_listen.c: where they listen, or who does in their place, and whether they have
 * read their files since these were changed. After host_sshd_running(); settings are NULL
 * when they are not known.
 */
void host_sshd_listen(struct host *host, const struct sshd_settings *settings);

/* host_sshd_limits.c: how many logins sshd lets begin, and whom it keeps out for failures.
 */
void host_sshd_limits(struct host *host, const struct sshd_settings *settings);

/* One more address to ask sshd for; false when there are max already. */
bool host_keep_source(struct host *host, const struct ip_addr *source, size_t max);

#endif
