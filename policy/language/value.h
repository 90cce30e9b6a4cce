/* SPDX-License-Identifier: ISC */
/* Single words as values. One text for each value; what is not plainly right is refused. */
#ifndef SALLYPORT_POLICY_LANGUAGE_VALUE_H
#define SALLYPORT_POLICY_LANGUAGE_VALUE_H

#include <stddef.h>
#include <time.h>

enum {
	TIME_TEXT_MAX = 21, /* "2027-01-31T00:00:00Z" and NUL */
	/* with its NUL: ssh-keygen's file of an ed25519 key, without a comment, needs 345
	 */
	SECRET_TEXT_MAX = 512,
};

/* Each returns 0, or -1 with *why a constant phrase for an error message. */

/* Plain decimal: no sign, no leading zero, within min…max. */
int value_number(const char *text, unsigned min, unsigned max, unsigned *out,
		 const char **why);
/* One of the words (separated by single blanks), exactly; *out is its index. */
int value_choice(const char *text, const char *words, unsigned *out, const char **why);
/* YYYY-MM-DDTHH:MM:SSZ, a real moment from the year 2000 on (RFC 3339, in UTC only). */
int value_time(const char *text, time_t *out, const char **why);
/* Absolute and plain (path_is_plain()), of [A-Za-z0-9._+@/-], shorter than
 * POLICY_PATH_MAX. */
int value_path(const char *text, const char **why);
/* [A-Za-z_][A-Za-z0-9._-]*, as useradd(8) takes with its relaxed names. */
int value_account(const char *text, const char **why);
/* 1…15 of [A-Za-z0-9._-], not beginning with '-' or '.', and no name that means more. */
int value_interface(const char *text, const char **why);
/* What ssh may be told: [A-Za-z0-9._:-]+, not beginning with '-'. */
int value_host(const char *text, const char **why);
/* Base64, shorter than SECRET_TEXT_MAX. */
int value_secret(const char *text, const char **why);

/* The inverse of value_time; returns buf. */
const char *value_time_print(time_t when, char buf[TIME_TEXT_MAX]);

#endif
