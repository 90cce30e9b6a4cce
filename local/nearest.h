/* SPDX-License-Identifier: ISC */
/*
 * Which of several hosts is reached fastest: how long a TCP connection takes, of which
 * nothing is sent. A child does it as the user whose ssh_config and resolver count.
 */
#ifndef SALLYPORT_LOCAL_NEAREST_H
#define SALLYPORT_LOCAL_NEAREST_H

#include <stdint.h>

#include "local/process.h"
#include "local/run_as.h"
#include "local/ssh_reach.h"
#include "policy/language/profile.h"

enum {
	/* For all of it; and for the others once one has answered. */
	NEAREST_MS = 2000,
	NEAREST_OTHERS_MS = 500,
};

enum nearest_kind {
	/* It answered. */
	NEAREST_REACHED,
	/* Another program connects to it (ProxyJump, ProxyCommand), which cannot be
	 * measured. */
	NEAREST_PROXIED,
	/* No name, no answer, or not in time. */
	NEAREST_SILENT,
};

struct nearest_answer {
	/* Of the host in the profile. */
	uint8_t index;
	uint8_t kind;
	/* Of one that answered. */
	uint32_t microseconds;
};

/* Those that answered, the fastest first; those behind others and those that are silent
 * follow, each in the order in which they are written. */
void nearest_sort(const struct nearest_answer *answers, size_t count, size_t nhosts,
		  uint8_t order[PROFILE_HOSTS_MAX]);

/* How long a TCP connection to one takes, by whichever of its addresses is first; never
 * after the deadline (CLOCK_MONOTONIC, ms). */
void nearest_probe(const struct ssh_reach *reach, int64_t deadline,
		   struct nearest_answer *answer);

struct nearest {
	const struct profile *profile;
	const struct run_as *account;
	const struct words *env;
	pid_t parent;
	/* CLOCK_MONOTONIC, ms. */
	int64_t deadline;
};

/*
 * Starts the child, which is done by the deadline, or soon after. What it writes to *from,
 * which the caller closes, is the order, an index a byte; or nothing. 0, or -1 with *err.
 */
int nearest_start(const struct nearest *nearest, int *from, struct process *child,
		  struct error *err);

#endif
