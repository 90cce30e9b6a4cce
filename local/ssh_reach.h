/* SPDX-License-Identifier: ISC */
/* Where an ssh would connect to, asked beforehand: how many addresses it may have to try.
 */
#ifndef SALLYPORT_LOCAL_SSH_REACH_H
#define SALLYPORT_LOCAL_SSH_REACH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/language/error.h"

enum {
	/* It may take no more than this part of the time for the connection. */
	SSH_REACH_PART = 4,
	SSH_REACH_MS_MAX = 2000,
	SSH_REACH_HOST_MAX = 256,
	/* More of an answer is not read. */
	SSH_REACH_ANSWER_MAX = 64 * 1024,
	SSH_REACH_PORT_MAX = 6,
};

struct ssh_reach {
	/* Of the name that ssh looks up itself; 0: not known. */
	unsigned addresses;
	/* Another program makes the connection (ProxyJump, ProxyCommand). */
	bool proxied;
	/* ssh_config has a ConnectTimeout for it. */
	bool timed;
	/* The name or address after ssh_config had its say; "" when it is not known. */
	char host[SSH_REACH_HOST_MAX];
	char port[SSH_REACH_PORT_MAX];
	/* AF_*: that of its addresses. */
	int family;
};

/*
 * As the user who runs it: `ssh -G` has the words after argv[0], whose ssh_config may give
 * the host another name, and the system's resolver is asked for that. A child does it; what
 * is not known by the deadline (CLOCK_MONOTONIC, ms) stays unknown.
 */
void ssh_reach_find(char *const *argv, char *const *envp, int64_t deadline,
		    struct ssh_reach *out);

/*
 * As that user: has ssh say what it would do for the words after argv[0] (ssh -G), and what
 * it complains of. text is terminated; how many bytes, or -1 with *err.
 */
long ssh_reach_read(char *const *argv, char *const *envp, char *text, size_t size,
		    int64_t deadline, struct error *err);

/* How long that may take, of so many seconds: milliseconds. */
int64_t ssh_reach_patience(unsigned timeout);
/* The part of so many seconds that each address has, rounded up. */
unsigned ssh_reach_share(const struct ssh_reach *reach, unsigned timeout);

/* The same in this process, and without looking up the name: addresses stays 0. */
void ssh_reach_ask(char *const *argv, char *const *envp, int64_t deadline,
		   struct ssh_reach *out);

/* What `ssh -G` printed, terminated, taken apart. */
void ssh_reach_parse(char *text, struct ssh_reach *out);

#endif
