/* SPDX-License-Identifier: ISC */
/* Domains for which several links are asked. */
#include <stdio.h>
#include <string.h>

#include "policy/tool/base/grow.h"
#include "policy/tool/survey/survey.h"

bool survey_keep_searches(struct survey *survey, const struct profile *profile)
{
	struct search_claim new = {.peer = (uint32_t)(survey->nprofiles - 1)};
	bool good = true;

	for (size_t i = 0; good && i < profile->nsearch; i++) {
		snprintf(new.name, sizeof new.name, "%s", profile->search[i].name);
		new.line = profile->search[i].line;
		good = APPEND(survey->searches, survey->nsearches, survey->searches_size,
			      &new);
	}
	return good;
}

/* Which of the two is asked is systemd-resolved's rule, and the manual's. */
static void judge_pair(struct survey *survey, const struct search_claim *mine,
		       const struct search_claim *other)
{
	const char *const *const profiles = (const char *const *)survey->profiles;
	const bool same = domain_equal(mine->name, other->name);

	if (mine->peer >= survey->profiles_asked || mine->peer == other->peer ||
	    strcmp(profiles[mine->peer], profiles[other->peer]) == 0)
		return;
	/* Of two that were asked for, the later one is told. */
	if (other->peer < survey->profiles_asked && other->peer > mine->peer)
		return;
	if (same || domain_covers(mine->name, other->name) ||
	    domain_covers(other->name, mine->name))
		findings_add(survey->findings, RULE_SEARCH_OVERLAP, profiles[mine->peer],
			     mine->line, 1, "Search %s and Search %s of %s:%u %s",
			     mine->name, other->name, profiles[other->peer], other->line,
			     same ? "are the same" : "overlap");
}

/* A host has few of them. */
void survey_search_conflicts(struct survey *survey)
{
	for (size_t i = 0; i < survey->nsearches; i++)
		for (size_t j = 0; j < survey->nsearches; j++)
			if (i != j)
				judge_pair(survey, &survey->searches[i],
					   &survey->searches[j]);
}
