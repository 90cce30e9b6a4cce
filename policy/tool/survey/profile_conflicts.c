/* SPDX-License-Identifier: ISC */
/* Conflicts within a profile, and between profiles of one host. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/language/path.h"
#include "policy/language/paths.h"
#include "policy/tool/base/cli.h"
#include "policy/tool/base/grow.h"
#include "policy/tool/survey/survey.h"

static void judge_gateways(struct survey *survey, const char *shown,
			   const struct profile *profile)
{
	char route[PREFIX_TEXT_MAX];
	struct ip_addr gateway;
	const char *why;

	for (size_t i = 0; i < profile->nhosts; i++) {
		/* A name may stand for any address: nobody is asked. */
		if (ip_addr_parse(profile->hosts[i].name, &gateway, &why) != 0)
			continue;
		for (size_t j = 0; j < profile->nroutes; j++)
			if (ip_prefix_contains(&profile->routes[j].prefix, &gateway))
				findings_add(
				    survey->findings, RULE_ROUTE_COVERS_GATEWAY, shown,
				    profile->routes[j].line, 1, "Route %s contains Host %s",
				    ip_prefix_print(&profile->routes[j].prefix, route),
				    profile->hosts[i].name);
	}
}

static bool add_claim(struct survey *survey, enum claim_kind kind, struct ip_prefix prefix,
		      unsigned line)
{
	const struct claim new = {prefix, kind, (uint32_t)(survey->nprofiles - 1), line};

	return APPEND(survey->profile_claims, survey->nprofile_claims,
		      survey->profile_claims_size, &new);
}

static bool add_pair(struct survey *survey, const struct address_pair *pair)
{
	return pair->local.family == AF_UNSPEC ||
	       (add_claim(survey, CLAIM_HERE, ip_prefix_single(&pair->local), pair->line) &&
		add_claim(survey, CLAIM_THERE, ip_prefix_single(&pair->remote),
			  pair->line));
}

static bool keep(struct survey *survey, const char *shown, const struct profile *profile)
{
	struct interface_claim interface = {.peer = (uint32_t)survey->nprofiles};
	char *path = strdup(shown);
	bool good;

	if (path == NULL ||
	    !APPEND(survey->profiles, survey->nprofiles, survey->profiles_size, &path)) {
		free(path);
		return false;
	}
	memcpy(interface.name, profile->interface, sizeof interface.name);
	good = APPEND(survey->profile_interfaces, survey->nprofile_interfaces,
		      survey->profile_interfaces_size, &interface) &&
	       add_pair(survey, &profile->address) && add_pair(survey, &profile->address6);
	for (size_t i = 0; good && i < profile->nroutes; i++)
		good = add_claim(survey, CLAIM_ROUTE, profile->routes[i].prefix,
				 profile->routes[i].line);
	return good && survey_keep_searches(survey, profile);
}

void survey_profile(struct survey *survey, const char *shown, const struct profile *profile)
{
	judge_gateways(survey, shown, profile);
	if (!keep(survey, shown, profile))
		survey->findings->lost = true;
	survey->profiles_asked = survey->nprofiles;
}

static bool is_there(const struct survey *survey, const char *path)
{
	char absolute[PATH_TEXT_MAX];

	for (size_t i = 0; i < survey->profiles_asked; i++)
		if (path_absolute(survey->profiles[i], absolute) == 0 &&
		    strcmp(absolute, path) == 0)
			return true;
	return false;
}

/* One that is not good is told when it is checked itself. */
static void add_beside(struct survey *survey, const char *file)
{
	static struct profile profile;
	char name[NAME_MAX_LEN + 1], path[PATH_TEXT_MAX];
	const size_t len = path_conf_len(file);
	struct error err;

	if (len == 0 || len > NAME_MAX_LEN ||
	    path_join(PATH_PROFILES_DIR, file, path) != 0 || is_there(survey, path))
		return;
	snprintf(name, sizeof name, "%.*s", (int)len, file);
	if (profile_load(PATH_PROFILES_DIR, name, cli_trust_default(path), &profile,
			 &err) == 0 &&
	    !keep(survey, path, &profile))
		survey->findings->lost = true;
}

void profiles_beside(struct survey *survey)
{
	struct dirent **entries = NULL;
	const int count = scandir(PATH_PROFILES_DIR, &entries, NULL, alphasort);

	for (int i = 0; i < count; i++) {
		add_beside(survey, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
}

enum { CLAIM_TEXT_MAX = sizeof "Address6 " + PREFIX_TEXT_MAX };

/* As its line has it; returns out. */
static const char *claim_print(const struct claim *claim, char out[CLAIM_TEXT_MAX])
{
	char text[PREFIX_TEXT_MAX];

	if (claim->kind == CLAIM_ROUTE)
		snprintf(out, CLAIM_TEXT_MAX, "Route %s",
			 ip_prefix_print(&claim->prefix, text));
	else
		snprintf(out, CLAIM_TEXT_MAX, "Address%s %s",
			 claim->prefix.addr.family == AF_INET6 ? "6" : "",
			 ip_addr_print(&claim->prefix.addr, text));
	return out;
}

static void judge_pair(struct survey *survey, const struct claim *outer,
		       const struct claim *inner)
{
	char one[CLAIM_TEXT_MAX], two[CLAIM_TEXT_MAX];
	const bool swap = inner->peer >= survey->profiles_asked;
	const struct claim *mine = swap ? outer : inner, *other = swap ? inner : outer;

	if (mine->peer >= survey->profiles_asked)
		return;
	findings_add(survey->findings, RULE_PROFILE_CLASH, survey->profiles[mine->peer],
		     mine->line, 1, "%s and %s of %s:%u %s", claim_print(mine, one),
		     claim_print(other, two), survey->profiles[other->peer], other->line,
		     ip_prefix_compare(&mine->prefix, &other->prefix) == 0 ? "are the same"
									   : "overlap");
}

static int compare_interfaces(const void *left, const void *right)
{
	const struct interface_claim *a = left, *b = right;
	const int order = strcmp(a->name, b->name);

	return order != 0 ? order : (a->peer > b->peer) - (a->peer < b->peer);
}

/* Those that were asked for come before the others, so that the later one of two is
 * compared with it. */
static void judge_interfaces(struct survey *survey)
{
	const struct interface_claim *list = survey->profile_interfaces, *first = list;

	SORT(survey->profile_interfaces, survey->nprofile_interfaces, compare_interfaces);
	for (size_t i = 1; i < survey->nprofile_interfaces; i++) {
		const bool swap = list[i].peer >= survey->profiles_asked;
		const struct interface_claim *mine, *other;

		if (strcmp(list[i].name, first->name) != 0) {
			first = &list[i];
			continue;
		}
		mine = swap ? first : &list[i];
		other = swap ? &list[i] : first;
		if (mine->peer < survey->profiles_asked &&
		    strcmp(survey->profiles[mine->peer], survey->profiles[other->peer]) !=
			0)
			findings_add(survey->findings, RULE_PROFILE_CLASH,
				     survey->profiles[mine->peer], 0, 0,
				     "the interface %s is that of %s as well", mine->name,
				     survey->profiles[other->peer]);
	}
}

void survey_profile_conflicts(struct survey *survey)
{
	survey_nest(survey, survey->profile_claims, survey->nprofile_claims,
		    survey->profiles, judge_pair);
	judge_interfaces(survey);
	survey_search_conflicts(survey);
}

void survey_profiles_free(struct survey *survey)
{
	for (size_t i = 0; i < survey->nprofiles; i++)
		free(survey->profiles[i]);
	free(survey->profiles);
	free(survey->profile_claims);
	free(survey->profile_interfaces);
	free(survey->searches);
}
