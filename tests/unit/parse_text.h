/* SPDX-License-Identifier: ISC */
/* A file's text as its values, without a file. */
#ifndef SALLYPORT_TESTS_UNIT_PARSE_TEXT_H
#define SALLYPORT_TESTS_UNIT_PARSE_TEXT_H

#include "policy/language/parse.h"
#include "policy/language/profile.h"

static inline int policy_parse_peer(const char *file, const char *name, const char *text,
				    size_t len, struct peer *out, struct error *err)
{
	return parse_file(&parse_peer_kind, file, name, text, len, out, err, NULL);
}

static inline int profile_parse(const char *file, const char *name, const char *text,
				size_t len, struct profile *out, struct error *err)
{
	return parse_file(&parse_profile_kind, file, name, text, len, out, err, NULL);
}

#endif
