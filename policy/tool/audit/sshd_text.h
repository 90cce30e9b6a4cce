/* SPDX-License-Identifier: ISC */
/* The settings that `sshd -T` prints, one "keyword value" a line. Pure. */
#ifndef SALLYPORT_POLICY_TOOL_AUDIT_SSHD_TEXT_H
#define SALLYPORT_POLICY_TOOL_AUDIT_SSHD_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "policy/language/address.h"
#include "policy/language/error.h"

/* Some 110 in OpenSSH 9.2, and one more for each variable, port and subsystem. */
enum { SSHD_SETTINGS_MAX = 1024 };

struct sshd_setting {
	/* "" when the keyword stands alone */
	const char *keyword, *value;
};

struct sshd_settings {
	size_t count;
	struct sshd_setting list[SSHD_SETTINGS_MAX];
};

/*
 * Takes the text of len bytes apart, in place: text[len] must be there, and becomes a NUL;
 * the settings point into it. Keywords are lower-case letters and digits; no line holds a
 * control character. Returns 0; or -1 with *err, and *settings empty.
 */
int sshd_settings_parse(struct sshd_settings *settings, char *text, size_t len,
			struct error *err);

/* The value of the keyword's first line; NULL without one, or when nothing is known. */
const char *sshd_setting(const struct sshd_settings *settings, const char *keyword);
/* That of its next line, from the setting *at on; *at is left behind it. */
const char *sshd_next(const struct sshd_settings *settings, const char *keyword,
		      size_t *at);

/* Whether that is the value of the keyword's first line. */
bool sshd_is(const struct sshd_settings *settings, const char *keyword, const char *value);

/* The first number of a value as "10:30:100"; -1 for NULL and what begins with none. */
long sshd_first_number(const char *value);

/* Whether the text matches a pattern of sshd's, with * and ?. */
bool sshd_pattern_fits(const char *pattern, const char *text);

/* Whether the text matches a list of patterns with commas between them; a match of one that
 * begins with "!" makes it false. */
bool sshd_list_has(const char *list, const char *text);

/* Whether a list of algorithms has one that a key of the type can sign with. No client of
 * today signs with RSA and SHA-1. */
bool sshd_list_has_type(const char *list, const char *type);

/* Whether a list of addresses and networks with commas between them, such as
 * PerSourcePenaltyExemptList, has all of the network. A wildcard is ignored, and a list
 * with "!" is false: what they leave out is not known. */
bool sshd_list_covers(const char *list, const struct ip_prefix *network);

#endif
