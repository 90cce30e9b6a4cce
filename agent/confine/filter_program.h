/* SPDX-License-Identifier: ISC */
/*
 * The seccomp filters as the kernel takes them (seccomp(2), BPF). libseccomp makes them
 * when Sallyport is built (gen-filters.c): that costs more than everything else that a
 * login does, and so the programs that run need no library for it.
 */
#ifndef SALLYPORT_AGENT_CONFINE_FILTER_PROGRAM_H
#define SALLYPORT_AGENT_CONFINE_FILTER_PROGRAM_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/confine/confine.h"

/* What tells one filter from another. */
struct filter_shape {
	enum confine_profile profile;
	/* What is denied kills. */
	bool kill;
	/* Of CONFINE_PPPD and CONFINE_SSHROUTE: there is a descriptor to execute. */
	bool target;
	/* Of CONFINE_PPPD. */
	bool hooks;
};

/* The shape that confine_apply() loads; and whether two are one. */
struct filter_shape filter_shape_of(const struct confine *what);
bool filter_shape_same(const struct filter_shape *a, const struct filter_shape *b);

/*
 * In the programs as they are built, where the address of confine_exec_path has to be: a
 * number that is nothing else's.
 */
#define FILTER_EXEC_PATH UINT64_C(0x5a11900753c0ffee)

struct filter_program {
	struct filter_shape shape;
	const struct sock_filter *code;
	unsigned short len;
	/* The two instructions that compare with the halves of FILTER_EXEC_PATH, when there
	 * is a target; -1: none. A machine of 32 bits has no high half. */
	int path_high, path_low;
};

/* Generated. */
extern const struct filter_program filter_programs[];
extern const size_t filter_program_count;

#endif
