/* SPDX-License-Identifier: ISC */
/* What `ssh -G` and `ssh-keygen -F` answer, taken apart: for vpn-connect, and for audit. */
#ifndef SALLYPORT_AGENT_CORE_SSH_ANSWER_H
#define SALLYPORT_AGENT_CORE_SSH_ANSWER_H

#include <stdbool.h>

#include "policy/language/path.h"
#include "policy/language/profile.h"

enum {
	SSH_PORT = 22,
	/* "[HOST]:PORT" */
	KNOWN_NAME_MAX = HOST_MAX_LEN + 16,
};

/* The output of ssh -G, each line terminated; its owner is the caller. */
struct ssh_answer {
	const char *at, *end;
};

/* Ends each line of the text, which is terminated, with a NUL. */
void ssh_answer_take(struct ssh_answer *answer, char *text);

/* The value in the keyword's next line from *at on; *at is left behind it. NULL without
 * one. */
const char *ssh_answer_next(const struct ssh_answer *answer, const char **at,
			    const char *keyword);
/* The keyword's first value; "" when ssh does not print it. */
const char *ssh_answer_value(const struct ssh_answer *answer, const char *keyword);
/* Whether a value says something: neither "" nor "none". */
bool ssh_answer_says(const char *value);

/* A path that may begin with "~/"; false when it has tokens that only ssh can expand. */
bool ssh_answer_path(const char *home, const char *path, char out[PATH_TEXT_MAX]);

/* The host's name in known_hosts: with another port than 22, "[NAME]:PORT" (sshd(8)). False
 * when it is too long. */
bool ssh_answer_known_name(const struct ssh_answer *answer, char name[KNOWN_NAME_MAX]);
/* Whether ssh-keygen -F has found a key that is not marked as revoked, by what it printed.
 */
bool ssh_answer_found(const char *printed);

#endif
