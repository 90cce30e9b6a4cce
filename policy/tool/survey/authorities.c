/* SPDX-License-Identifier: ISC */
/* What agent.conf and peers say of certificates, held against each other. */
#include <stdlib.h>
#include <string.h>

#include "policy/tool/base/grow.h"
#include "policy/tool/survey/survey.h"

/* Whoever has such a key could sign a certificate for any other peer. */
static void judge_authority(struct survey *survey, const struct authority_claim *authority)
{
	for (size_t i = 0; i < survey->nkeys; i++)
		if (memcmp(survey->keys[i].digest, authority->digest, KEY_DIGEST_SIZE) == 0)
			findings_add(survey->findings, RULE_AUTHORITY_PEER,
				     survey->agent_file, authority->line, 1,
				     "this Authority is a key of a peer as well (%s:%u)",
				     survey->peers[survey->keys[i].peer],
				     survey->keys[i].line);
}

void survey_authorities(struct survey *survey)
{
	for (size_t i = 0; i < survey->nauthorities; i++)
		judge_authority(survey, &survey->authorities[i]);
	/* Of files alone, without agent.conf, it is not known. */
	for (size_t i = 0; survey->good[KIND_AGENT] > 0 && survey->nauthorities == 0 &&
			   i < survey->ncertified;
	     i++)
		findings_add(survey->findings, RULE_CERTIFICATE_UNSIGNED,
			     survey->peers[survey->certified[i].peer],
			     survey->certified[i].line, 1,
			     "Certificate yes, and agent.conf has no Authority");
}

/* As strcmp(3) of the names. */
static int compare_span(struct span a, struct span b)
{
	const int order = strncmp(a.at, b.at, a.len < b.len ? a.len : b.len);

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static int compare_certified(const void *left, const void *right, void *context)
{
	const struct certified_claim *a = left, *b = right;

	return compare_span(survey_name(context, a->peer), survey_name(context, b->peer));
}

void survey_sort_certified(struct survey *survey)
{
	if (survey->ncertified > 1)
		qsort_r(survey->certified, survey->ncertified, sizeof *survey->certified,
			compare_certified, survey);
}

size_t survey_certified(const struct survey *survey, const char *name)
{
	const struct span wanted = {name, strlen(name)};
	size_t low = 0, high = survey->ncertified;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const struct span at = survey_name(survey, survey->certified[middle].peer);

		if (compare_span(at, wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < survey->ncertified &&
		       span_is(survey_name(survey, survey->certified[low].peer), name)
		   ? low
		   : survey->ncertified;
}
