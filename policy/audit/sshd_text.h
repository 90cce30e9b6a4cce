/* SPDX-License-Identifier: ISC */
/* The settings that `sshd -T` prints, one "keyword value" a line. Pure. */
#ifndef SALLYPORT_POLICY_AUDIT_SSHD_TEXT_H
#define SALLYPORT_POLICY_AUDIT_SSHD_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "policy/error.h"

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
			struct policy_error *err);

/* The value of the keyword's first line from *at on, which is left behind it; or NULL. at
 * may be NULL: then from the beginning. */
const char *sshd_setting(const struct sshd_settings *settings, const char *keyword,
			 size_t *at);

#endif
