/* SPDX-License-Identifier: ISC */
/* Which peer has a key: by the index where that can be told, or by all files. */
#ifndef SALLYPORT_POLICY_TOOL_KEYS_LOOKUP_H
#define SALLYPORT_POLICY_TOOL_KEYS_LOOKUP_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>

#include "policy/tool/keys/index.h"

struct lookup {
	/* of peers' files */
	const char *directory;
	enum trust trust;
	/* may know nothing */
	struct index index;
	/* a file with an error is one of which it cannot be told */
	bool strict;
};

/*
 * 1 with the peer whose own file, trusted and without an error, has the key; 0 when no file
 * has it; -1 with *err when two have it, or it cannot be told. A file with an error has no
 * key, unless the lookup is strict: its peer could not log in, and must not keep the others
 * out.
 */
int lookup_key(const struct lookup *lookup, const struct public_key *key, struct peer *out,
	       struct error *err);

struct names {
	/* owned, each with its suffix cut off */
	struct dirent **list;
	size_t count;
};

/*
 * The names of the peers that have a file in the directory, sorted by their bytes, not yet
 * looked at. Freed with names_free(). 0, or -1 with *err.
 */
int names_read(const char *directory, struct names *out, struct error *err);
void names_free(struct names *names);

#endif
