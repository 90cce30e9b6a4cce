/* SPDX-License-Identifier: ISC */
/*
 * Lines of authorized_keys by which certificates let in. Such a line must be one that
 * vpn-policy would print: an Authority, and a peer with Certificate yes, which is the one
 * principal and is named to the agent.
 */
#include <string.h>

#include "policy/language/paths.h"
#include "policy/tool/audit/key_lines.h"

/* A login takes twice as long with about as many: make bench-fleet. */
enum { CERTIFIED_MANY = 200 };

/* The place of the authority among agent.conf's; their count for none. */
static size_t find_authority(const struct survey *survey, const struct public_key *key)
{
	size_t i = 0;

	while (i < survey->nauthorities &&
	       memcmp(survey->authorities[i].digest, key->digest, KEY_DIGEST_SIZE) != 0)
		i++;
	return i;
}

static void judge_principals(const struct key_lines *lines, const char *path,
			     const char *name)
{
	const struct authorized_option *principals =
	    authorized_option(&lines->line, "principals");

	if (principals == NULL || principals->value == NULL)
		host_find(lines->host, RULE_KEYS_CERTIFICATE, path, lines->line.number,
			  "no principals=: sshd then takes certificates for the account's "
			  "name");
	else if (strcmp(principals->value, name) != 0)
		host_find(lines->host, RULE_KEYS_CERTIFICATE, path, lines->line.number,
			  "principals=\"%s\": expected \"%s\"", principals->value, name);
}

bool certificate_line_judge(struct key_lines *lines, const char *path,
			    const struct public_key *key, const char *name)
{
	const struct survey *survey = lines->host->survey;
	const size_t authority = find_authority(survey, key);
	const bool certified = authorized_option(&lines->line, "cert-authority") != NULL;
	size_t peer;

	if (!certified && authorized_option(&lines->line, "principals") != NULL)
		host_find(lines->host, RULE_KEYS_CERTIFICATE, path, lines->line.number,
			  "principals without cert-authority: the key itself lets in");
	if (!certified)
		return false;
	if (authority == survey->nauthorities)
		host_find(lines->host, RULE_KEYS_CERTIFICATE, path, lines->line.number,
			  "cert-authority: this key is not an Authority of agent.conf");
	/* What is wrong with the command is another finding. */
	if (name == NULL)
		return true;
	judge_principals(lines, path, name);
	peer = survey_certified(survey, name);
	if (peer == survey->ncertified)
		host_find(lines->host, RULE_KEYS_CERTIFICATE, path, lines->line.number,
			  "cert-authority: there is no peer %s with Certificate yes", name);
	else if (authority < survey->nauthorities)
		lines->certified[peer] |= 1U << authority;
	return true;
}

static void find_missing(const struct key_lines *lines)
{
	const struct survey *survey = lines->host->survey;
	const unsigned all = (1U << survey->nauthorities) - 1;

	for (size_t i = 0; i < survey->ncertified; i++)
		if ((lines->certified[i] & all) != all)
			findings_add(lines->host->findings, RULE_KEYS_MISSING,
				     survey->peers[survey->certified[i].peer],
				     survey->certified[i].line, 1,
				     "authorized_keys has no line for each Authority");
}

void certificate_lines_end(const struct key_lines *lines)
{
	const struct survey *survey = lines->host->survey;

	if (survey->nauthorities > 0 && survey->ncertified > CERTIFIED_MANY)
		host_find(lines->host, RULE_KEYS_CERTIFIED, PATH_AUTHORIZED, 0,
			  "%zu peers have lines for certificates", survey->ncertified);
	find_missing(lines);
}
