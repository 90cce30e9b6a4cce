/* SPDX-License-Identifier: ISC */
/* Whose fault a failure is: what follows it depends on that, and not on its exit code. */
#ifndef SALLYPORT_LOCAL_BLAME_H
#define SALLYPORT_LOCAL_BLAME_H

#include <stdbool.h>

#include "policy/language/exitcode.h"

/* The mildest comes last. */
enum blame {
	/* The profile, a key, no PPP in the kernel: only a person can mend it. */
	BLAME_PROFILE,
	/* This host is short of something, or something is in the way. */
	BLAME_HOST,
	/* The remote says no, or is not the one that is known. */
	BLAME_REMOTE,
	/* The network, a name, ssh, a link that fell silent. */
	BLAME_LINE,
	BLAME_KINDS,
};

/* What a code means where nothing else is known. */
enum blame blame_of_code(enum exit_code code);

/* "profile", "host", "remote", "line"; and back: false for any other word. */
const char *blame_word(enum blame blame);
bool blame_parse(const char *word, enum blame *out);

#endif
