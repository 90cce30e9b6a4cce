/* SPDX-License-Identifier: ISC */
/*
 * The probe: what the agent launches in the place of pppd or sshroute to try, from inside,
 * all that must fail. Each group is a file and prints a line for each thing that it tried:
 * "ok NAME", or "FAIL NAME: what happened instead"; or "fact NAME VALUE" for what is only
 * told.
 */
#ifndef SALLYPORT_TESTS_PROBE_PROBE_H
#define SALLYPORT_TESTS_PROBE_PROBE_H

#include <stdbool.h>

/* Where the script leaves what the probe has to know: a place that Landlock lets it read.
 */
#define PROBE_EXPECT "/usr/lib/sallyport-probe"

struct expect {
	/* in pppd's place; else sshroute's */
	bool pppd;
	/* Hooks yes: programs may be executed, and much more */
	bool hooks;
	/* the kernel's Landlock ABI, 0 for none */
	int landlock;
	unsigned uid;
	/* of another peer's process with the same uid as pppd's place; 0: none */
	int other;
};

/* A call that has to fail with that errno. */
void probe_fails(const char *name, long result, int expected);
void probe_true(const char *name, bool good);

/* Whether calls that are on no list fail at all: else some are too dangerous to try. */
bool probe_is_filtered(void);

/* calls.c: every system call that is not on the list of the place, and every argument that
 * the lists tell apart. */
void probe_calls(const struct expect *expect);
/* arguments.c: memory, processes and datagrams, by what is asked of the calls for them. */
void probe_arguments(const struct expect *expect);
/* rights.c: ids; last of all, because one that could be changed changes the rest. */
void probe_ids(const struct expect *expect);
/* rights.c: capabilities, limits. */
void probe_rights(const struct expect *expect);
/* objects.c: files, processes, programs. */
void probe_objects(const struct expect *expect);

#endif
