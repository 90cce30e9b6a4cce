/* SPDX-License-Identifier: ISC */
/* Work that must not go wrong in this process: a child does it and hands back one struct.
 */
#ifndef SALLYPORT_LOCAL_APART_H
#define SALLYPORT_LOCAL_APART_H

#include <stddef.h>
#include <stdint.h>

#include "policy/language/error.h"

struct patience;

struct apart {
	/* In the child, which has no descriptor but its first three: fills result. */
	void (*work)(const void *arg, void *result);
	const void *arg;
	/* What the child finds in it is what it was when the child began. */
	void *result;
	size_t size;
};

/*
 * 0; or -1 with *err and no result: err->sys is EPROTO when the child died, ETIMEDOUT when
 * it was not ready by then. A child that cannot even be killed is left behind.
 */
int apart_run(const struct apart *apart, int64_t deadline, struct error *err);
/* The same; err->sys is EINTR as of process_ask_unless(). */
int apart_run_unless(const struct apart *apart, const struct patience *patience,
		     struct error *err);

#endif
