/* SPDX-License-Identifier: ISC */
/*
 * Confinement: what a launched program is left with, put in force step by step, then read
 * back. confine.c has ids, capabilities and the order, landlock.c and filter.c (seccomp;
 * the build makes its programs with gen-filters.c) a step each, proof.c reads back. No file
 * outside of this directory includes cap-ng.h, seccomp.h or linux/landlock.h.
 */
#ifndef SALLYPORT_AGENT_CONFINE_CONFINE_H
#define SALLYPORT_AGENT_CONFINE_CONFINE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "policy/language/error.h"

enum confine_profile {
	/* A child that parses what a stranger sent: read, write, exit. */
	CONFINE_PARSER,
	/* The agent's own answer to a client: read, write, exit, and the log. */
	CONFINE_ANSWER,
	CONFINE_PPPD,
	CONFINE_SSHROUTE,
	/* ppptun: makes its device, and then confines itself as: */
	CONFINE_PPPTUN,
	CONFINE_TUNNEL,
	/* Of vpn-connect: waits for what others write, and reads it, for as long as a link
	   is there. */
	CONFINE_READER,
};

enum {
	/*
	 * The descriptor of the program to execute, and the limit of descriptors that is in
	 * force from then on: once the call has closed it, no descriptor with this number
	 * can come to be again, and the filter allows execveat(2) for no other.
	 */
	CONFINE_EXEC_FD = 100,
	CONFINE_NOFILE = 64,
	CONFINE_REPORT_MAX = 768,
};

struct confine {
	enum confine_profile profile;
	/* Real, effective, saved and file system ids from then on; no supplementary groups.
	 */
	uid_t uid;
	gid_t gid;
	/* CAP_NET_ADMIN in all five sets; otherwise no capability in any. */
	bool keep_net_admin;
	/*
	 * The process has no capability to begin with, nor any right to change ids, groups,
	 * the bounding set or securebits. The ids have to be right already, with no group
	 * but gid. Bounding set and securebits stay; no_new_privs makes them irrelevant.
	 * Never with keep_net_admin, or as uid 0.
	 */
	bool unprivileged;
	/* Of an unprivileged process that is an ordinary user's: it has that user's groups,
	 * and no right to drop them. Landlock then leaves it no file that they are for. */
	bool keeps_groups;
	/* Of the program that follows, which Landlock lets be executed; -1: none. */
	int target_fd;
	/* CONFINE_PPPD: /etc/ppp/ip-up and what it needs may run as well. */
	bool hooks;
	/* Fail on a kernel without Landlock; otherwise go on and say so in the report. */
	bool landlock_required;
	/* What the filter denies kills the process; otherwise it fails with EPERM. */
	bool seccomp_kill;
};

/* The empty path to execute that descriptor with: the filter knows it by its address. */
extern const char confine_exec_path[];

/* What is really in force, read back from the kernel after the last step. */
struct confine_report {
	/* 0: the kernel has none. */
	int landlock_abi;
	/* key=value on one line, for the log. */
	char text[CONFINE_REPORT_MAX];
};

/*
 * Groups and ids, bounding set, the four other capability sets, securebits (locked),
 * descriptor limit, Landlock, no_new_privs, seccomp; each is read back, and *report says
 * what was read. Unless unprivileged, needs CAP_SETPCAP permitted, and CAP_SETUID and
 * CAP_SETGID where ids change. Irreversible: on -1 the caller must end the process, for
 * nothing is rolled back.
 */
int confine_apply(const struct confine *what, struct confine_report *report,
		  struct error *err);

/*
 * For a child that parses what a stranger sent: the ids (unless unprivileged, as above,
 * when they are so already), no capability, and then a filter
 * by which read(2), write(2) and exit(2) are allowed and everything else gives SIGSYS. A
 * filter, and not seccomp's strict mode, which a process that is under a filter already
 * cannot enter (EINVAL): one of a systemd unit's, say. The bounding set stays, for nothing
 * can be executed. Each is read back. Irreversible, as above.
 */
int confine_parser(uid_t uid, gid_t gid, bool unprivileged, struct error *err);
/*
 * For a child that reads what strangers write for as long as a link is there: as the
 * parser's, and it may wait, look at the clock and write to what it has open. No process
 * with its uid can trace it, and where there is Landlock, no file is in its reach.
 */
int confine_reader(uid_t uid, gid_t gid, struct error *err);
/*
 * For ppptun, once its device is made: no capability, no file at all (Landlock), and a
 * filter of what moving packets takes. What had to be inherited stays as it is: ids,
 * bounding set, securebits. Each is read back. Irreversible, as above.
 */
int confine_tunnel(struct error *err);
/* Of the parser: its end, by the call that its filter has. */
void confine_parser_exit(int code) __attribute__((noreturn));

/*
 * For vpn-connect's supervisor, which waits as root for months: of SUPERVISOR_CAPABILITIES
 * what this process has in permitted, effective and bounding set, and nothing in the other
 * two; read back. Securebits stay, and no_new_privs: a setuid program may be part of an
 * ssh_config's way to the host. Irreversible, as above.
 */
int confine_supervisor(struct error *err);

/*
 * The same three for an ordinary user's own vpn-connect, which has no capability and no
 * right to change ids: these and the groups stay, and no_new_privs makes them all that
 * there can be. Refused to root.
 */
int confine_own_parser(struct error *err);
int confine_own_reader(struct error *err);
int confine_own_supervisor(struct error *err);

/*
 * For a program that an administrator has vpn-connect run (Up, Down), whose ids are as they
 * are to be. As uid 0: of CAP_NET_ADMIN what this process has, in permitted, effective and
 * bounding set, from which uid 0 gets it again with each program that it executes, and
 * nothing in the other two. As another user: no capability. Either way no_new_privs; no
 * filter, as nobody knows what it needs. Read back. Irreversible, as above.
 */
int confine_hook(struct error *err);

/* What the kernel has of it, changing nothing: the ABI of Landlock (landlock(7)), 0 with
 * errno for none; and seccomp filters with every action that ours use, 0, or -1 with *err.
 */
int landlock_version(void);
int filter_check_kernel(struct error *err);

#endif
