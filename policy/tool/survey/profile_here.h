/* SPDX-License-Identifier: ISC */
#ifndef SALLYPORT_POLICY_TOOL_SURVEY_PROFILE_HERE_H
#define SALLYPORT_POLICY_TOOL_SURVEY_PROFILE_HERE_H

#include "policy/language/profile.h"
#include "policy/tool/report/finding.h"

/*
 * What a good profile asks of its host: the user and the key. Of a profile that is in force
 * on this host the key is opened as that user; of a copy, below root, it is only looked
 * for; of a file that lies elsewhere nobody knows which host it is for.
 */
void profile_here(struct findings *findings, const char *root, const char *shown,
		  const struct profile *profile);

#endif
