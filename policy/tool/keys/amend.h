/* SPDX-License-Identifier: ISC */
/* authorized_keys after a change to one peer: its lines, and nobody else's. */
#ifndef SALLYPORT_POLICY_TOOL_KEYS_AMEND_H
#define SALLYPORT_POLICY_TOOL_KEYS_AMEND_H

#include <stdbool.h>

#include "policy/language/policy.h"

/*
 * Gives each whole key of the peer, and each authority of conf whose certificates let it in
 * (NULL: none), its line in the file at path, and takes away the lines
 * of that name that vpn-policy printed and the peer no longer has; peer is NULL for one
 * that is gone. Whatever else is in the file stays byte for byte: a key that has a line
 * which somebody wrote keeps that one alone, as a second line would undo its from= or
 * expiry-time=, and this is said. The file is replaced in one step, and never by an empty
 * one. 0, with *amended when anything changed; or -1 with *err and the file as it was.
 */
int lines_amend(const char *path, enum trust trust, const char *name,
		const struct peer *peer, const struct agent_conf *conf, bool *amended,
		struct error *err);

#endif
