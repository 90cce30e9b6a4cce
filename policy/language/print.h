/* SPDX-License-Identifier: ISC */
/* Parsed files as canonical text: what is really in force, defaults included. */
#ifndef SALLYPORT_POLICY_LANGUAGE_PRINT_H
#define SALLYPORT_POLICY_LANGUAGE_PRINT_H

#include <stdio.h>

#include "policy/language/policy.h"
#include "policy/language/profile.h"

/* Each prints one "Keyword value…" line per value, which parse back to the same values. */
void print_agent(const struct agent_conf *conf, FILE *out);
void print_peer(const struct peer *peer, FILE *out);
void print_profile(const struct profile *profile, FILE *out);

#endif
