/* SPDX-License-Identifier: ISC */
#ifndef SALLYPORT_POLICY_TOOL_SURVEY_PROFILE_HERE_H
#define SALLYPORT_POLICY_TOOL_SURVEY_PROFILE_HERE_H

#include "policy/language/profile.h"
#include "policy/tool/report/finding.h"

/* Whether the file is in this host's own directory of profiles. */
bool profile_is_in_force(const char *shown);

/* Checks what a good profile needs on its host: the user and the key. For a profile in
 * force on this host the key is opened as that user; in a copy, below root, it only has to
 * exist; for a file elsewhere nothing is checked, as its host is not known. */
void profile_here(struct findings *findings, const char *root, const char *shown,
		  const struct profile *profile);

#endif
