/* SPDX-License-Identifier: ISC */
/* What each profile may ask of the kernel. The reasons are beside the groups, in
 * filter_lists.c. */
#ifndef SALLYPORT_AGENT_CONFINE_FILTER_LISTS_H
#define SALLYPORT_AGENT_CONFINE_FILTER_LISTS_H

enum { FILTER_END = -0x7fffffff };
#define FILTER_VALUES_END 0xffffffffu

/* Every CLONE_NEW… flag of linux/sched.h that clone(2) takes (CLONE_NEWTIME shares clone's
 * signal bits). */
#define FILTER_CLONE_NEW_ANY 0x7e020000u
/* What fork(2) of a C library may add to the signal of the child's end: CLONE_CHILD_SETTID
 * and CLONE_CHILD_CLEARTID, which glibc's does. */
#define FILTER_CLONE_FORK 0x01200000u

/* System call numbers as libseccomp names them, ended by FILTER_END. */
extern const int filter_parser_calls[], filter_reader_calls[], filter_answer_calls[],
    filter_program_calls[], filter_pppd_calls[], filter_hook_calls[],
    filter_sshroute_calls[], filter_ppptun_calls[], filter_tunnel_calls[];

/* A value of an int argument, and what the headers call it. A list ends with
 * FILTER_VALUES_END. */
struct filter_value {
	unsigned value;
	const char *name;
};

extern const struct filter_value filter_read_back_prctls[], filter_pppd_fcntls[],
    filter_pppd_ioctls[], filter_ppptun_prctls[], filter_ppptun_ioctls[],
    filter_tunnel_ioctls[];

/* socket(2): family, type without its flags, protocol, and their names; ended by a family
 * of 0. */
struct filter_socket {
	unsigned family, type, protocol;
	const char *name;
};

/* setsockopt(2): level, option, and their names; ended by a name that is NULL. */
struct filter_option {
	unsigned level, option;
	const char *name;
};

extern const struct filter_option filter_pppd_options[], filter_netlink_options[],
    filter_log_options[];

extern const struct filter_socket filter_pppd_sockets[], filter_sshroute_sockets[],
    filter_ppptun_sockets[];

#endif
