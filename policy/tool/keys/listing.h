/* SPDX-License-Identifier: ISC */
/* All the lines of authorized_keys, or those of some peers: printed as a whole, or put into
 * a file, or not at all. */
#ifndef SALLYPORT_POLICY_TOOL_KEYS_LISTING_H
#define SALLYPORT_POLICY_TOOL_KEYS_LISTING_H

#include <stdbool.h>

#include "policy/language/exitcode.h"
#include "policy/language/policy.h"

struct listing {
	/* of peers' files */
	const char *directory;
	enum trust trust;
	/* agent.conf, which is read once a peer has Certificate yes */
	const char *conf;
	/* NULL: standard output */
	const char *write;
	/* A file without a key is meant. */
	bool allow_empty;
};

/* Of those peers, or with count 0 of all. What is wrong is said; returns what to exit with.
 */
enum exit_code listing_make(const struct listing *listing, int count, char **names);

#endif
