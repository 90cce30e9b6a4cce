/* SPDX-License-Identifier: ISC */
/*
 * Confinement: what a launched program is left with, put in force step by step, then read
 * back. The only includer of cap-ng.h, seccomp.h and landlock.h is the implementation
 * behind this page.
 */
#ifndef SALLYPORT_AGENT_CONFINE_H
#define SALLYPORT_AGENT_CONFINE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "policy/error.h"

enum confine_profile {
	CONFINE_PARSER, /* read, write, exit: a child that parses what a client sent */
	CONFINE_STATUS, /* the same with no capability, for the agent's own answers */
	CONFINE_PPPD,
	CONFINE_SSHROUTE,
};

struct confine {
	enum confine_profile profile;
	uid_t uid; /* real, effective, saved and file system uid from then on; no
		      supplementary groups */
	gid_t gid;
	bool keep_net_admin; /* CAP_NET_ADMIN in all five sets; otherwise no capability at
				all */
	const char *target;  /* path of the program (Landlock: it and the loader may be
				executed); NULL: none */
	bool hooks; /* CONFINE_PPPD: /etc/ppp/ip-up and what it needs may run as well */
	bool landlock_required; /* die on a kernel without it; otherwise go on and say so in
				   the report */
	bool seccomp_kill; /* what the filter denies kills the process; otherwise it fails
			      with EPERM */
};

enum { CONFINE_REPORT_MAX = 512 };

/* What is really in force, read back from the kernel after the last step. */
struct confine_report {
	int landlock_abi;	       /* 0: the kernel has none */
	char text[CONFINE_REPORT_MAX]; /* key=value, one line, for the log */
};

/*
 * In this order: groups and ids with capabilities kept, bounding set, securebits (locked),
 * the four other sets, Landlock, no_new_privs, seccomp (which still lets plan_execute()
 * through, once); then the proof. Needs CAP_SETUID, CAP_SETGID and CAP_SETPCAP permitted.
 * Irreversible: on -1 the caller must end the process, for nothing is rolled back.
 */
int confine_apply(const struct confine *what, struct confine_report *report,
		  struct policy_error *err);

/* Takes every capability out of the effective set while keeping it permitted, and back in.
 */
int confine_idle(struct policy_error *err);

#endif
