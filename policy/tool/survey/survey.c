/* SPDX-License-Identifier: ISC */
#include "policy/tool/survey/survey.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/core/engine.h"
#include "policy/language/load.h"
#include "policy/language/path.h"
#include "policy/language/trusted.h"
#include "policy/language/value.h"
#include "policy/tool/base/grow.h"
#include "agent/base/replace.h"

static void judge_landlock(struct survey *survey, const char *shown, enum landlock_use use,
			   unsigned line)
{
	if (use == LANDLOCK_OPTIONAL)
		findings_add(survey->findings, RULE_LANDLOCK_OPTIONAL, shown, line, 1,
			     "Landlock optional: pppd may run as root without it");
}

static void judge_hooks(struct survey *survey, const char *shown, bool hooks, unsigned line)
{
	if (hooks)
		findings_add(survey->findings, RULE_HOOKS, shown, line, 1,
			     "Hooks yes: pppd may run programs, as root");
}

static void keep_authorities(struct survey *survey, const struct agent_conf *conf,
			     const char *shown)
{
	snprintf(survey->agent_file, sizeof survey->agent_file, "%s", shown);
	survey->nauthorities = conf->nauthorities;
	for (size_t i = 0; i < conf->nauthorities; i++) {
		struct authority_claim *claim = &survey->authorities[i];

		memcpy(claim->digest, conf->authorities[i].key.digest,
		       sizeof claim->digest);
		claim->line = conf->authorities[i].line;
	}
}

/* Checks the rules for a single good agent.conf. */
static void judge_agent(struct survey *survey, const char *shown)
{
	const struct agent_conf *conf = &survey->parsed->agent;

	if (!conf->auth_info_required)
		findings_add(survey->findings, RULE_AUTH_INFO, shown, conf->auth_info_line,
			     1, "AuthInfo optional: sshd need not tell which key was used");
	judge_landlock(survey, shown, conf->landlock, conf->landlock_line);
	if (conf->tun_persistent && conf->ppp == PPP_PPPD && !engine_is_ppptun(conf->pppd))
		findings_add(survey->findings, RULE_PERSISTENT_PPPD, shown, conf->tun_line,
			     1, "Tun persistent, and Ppp pppd");
	judge_hooks(survey, shown, conf->hooks, conf->hooks_line);
	memcpy(survey->pools, conf->pools, sizeof survey->pools);
	survey->npools = conf->npools;
	keep_authorities(survey, conf, shown);
}

enum { DAY_S = 24 * 60 * 60 };

void survey_begin(struct survey *survey)
{
	survey->now = time(NULL);
	survey->soon = SURVEY_SOON_DAYS;
}

static void judge_times(struct survey *survey, const char *shown)
{
	const struct peer *peer = &survey->parsed->peer;
	const time_t left = peer->expires - survey->now;
	char when[TIME_TEXT_MAX];

	if (peer->expires == 0)
		return;
	if (left <= 0)
		findings_add(survey->findings, RULE_EXPIRED, shown, peer->expires_line, 1,
			     "%s has expired", peer->name);
	else if (left < (time_t)survey->soon * DAY_S)
		findings_add(survey->findings, RULE_EXPIRING, shown, peer->expires_line, 1,
			     "%s expires in %ld days, at %s", peer->name,
			     (long)(left / DAY_S), value_time_print(peer->expires, when));
}

static void judge_from(struct survey *survey, const char *shown)
{
	const struct peer *peer = &survey->parsed->peer;
	char route[PREFIX_TEXT_MAX], from[PREFIX_TEXT_MAX];

	if (peer->nfrom == 0)
		findings_add(survey->findings, RULE_FROM_MISSING, shown, 0, 0,
			     "%s may come from anywhere", peer->name);
	for (size_t i = 0; i < peer->nroutes; i++)
		for (size_t j = 0; j < peer->nfrom; j++)
			if (ip_prefix_overlaps(&peer->routes[i].prefix,
					       &peer->from[j].prefix))
				findings_add(
				    survey->findings, RULE_ROUTE_COVERS_CLIENT, shown,
				    peer->routes[i].line, 1, "Route %s and From %s overlap",
				    ip_prefix_print(&peer->routes[i].prefix, route),
				    ip_prefix_print(&peer->from[j].prefix, from));
}

static void judge_sources(struct survey *survey, const char *shown, const char *name,
			  unsigned line)
{
	findings_add(survey->findings, RULE_SOURCES_ANY, shown, line, 1,
		     "%s may send from any source", name);
}

/* The first other network of the list that covers this one, or NULL. */
static const struct prefix_line *find_cover(const struct prefix_line *list, size_t count,
					    const struct prefix_line *line)
{
	for (size_t i = 0; i < count; i++)
		if (&list[i] != line && ip_prefix_covers(&list[i].prefix, &line->prefix))
			return &list[i];
	return NULL;
}

static void judge_reach(struct survey *survey, const char *shown)
{
	const struct peer *peer = &survey->parsed->peer;
	char prefix[PREFIX_TEXT_MAX], other[PREFIX_TEXT_MAX];

	if (peer->reach_any)
		findings_add(survey->findings, RULE_REACH_ANY, shown, peer->reach_line, 1,
			     "%s may reach anything", peer->name);
	if (!peer_has_reach(peer))
		return;
	if (peer->ppp_line != 0 && peer->ppp == PPP_PPPD)
		findings_add(survey->findings, RULE_REACH_PPPD, shown, peer->reach_line, 1,
			     "Ppp pppd does not hold it");
	for (size_t i = 0; i < peer->noffers; i++)
		if (find_cover(peer->reach, peer->nreach, &peer->offers[i]) == NULL)
			findings_add(survey->findings, RULE_REACH_OFFER, shown,
				     peer->offers[i].line, 1, "Offer %s is in no Reach",
				     ip_prefix_print(&peer->offers[i].prefix, prefix));
	for (size_t i = 0; i < peer->nreach; i++) {
		const struct prefix_line *line = &peer->reach[i],
					 *wider =
					     find_cover(peer->reach, peer->nreach, line);

		if (wider != NULL)
			findings_add(survey->findings, RULE_REACH_COVERED, shown,
				     line->line, 1, "Reach %s is in %s (line %u)",
				     ip_prefix_print(&line->prefix, prefix),
				     ip_prefix_print(&wider->prefix, other), wider->line);
	}
}

static bool is_in(const struct prefix_line *list, size_t count, const struct ip_addr *addr)
{
	for (size_t i = 0; i < count; i++)
		if (ip_prefix_contains(&list[i].prefix, addr))
			return true;
	return false;
}

static void judge_servers(struct survey *survey, const char *shown)
{
	const struct peer *peer = &survey->parsed->peer;
	char text[ADDRESS_TEXT_MAX];

	for (size_t i = 0; i < peer->noffer_dns; i++) {
		const struct ip_addr *const addr = &peer->offer_dns[i].address;
		const char *missing = NULL;

		if (ip_addr_equal(addr, &peer->address.local) ||
		    ip_addr_equal(addr, &peer->address6.local))
			continue;
		if (peer_has_reach(peer) && !is_in(peer->reach, peer->nreach, addr))
			missing = "Reach";
		else if (!is_in(peer->offers, peer->noffers, addr))
			missing = "Offer";
		if (missing != NULL)
			findings_add(survey->findings, RULE_DNS_OUTSIDE, shown,
				     peer->offer_dns[i].line, 1, "OfferDns %s is in no %s",
				     ip_addr_print(addr, text), missing);
	}
}

static void judge_peer(struct survey *survey, const char *shown)
{
	judge_from(survey, shown);
	judge_times(survey, shown);
	survey_peer_keys(survey, shown);
	judge_reach(survey, shown);
	judge_servers(survey, shown);
	if (survey->parsed->peer.legacy)
		findings_add(
		    survey->findings, RULE_LEGACY, shown, survey->parsed->peer.legacy_line,
		    1, "%s may use the HOWTO's command strings", survey->parsed->peer.name);
	if (!survey->parsed->peer.strict)
		judge_sources(survey, shown, survey->parsed->peer.name,
			      survey->parsed->peer.strict_line);
}

static void judge_profile(struct survey *survey, const char *shown)
{
	const struct profile *profile = &survey->parsed->profile;

	if (!profile->strict)
		judge_sources(survey, shown, "the remote", profile->strict_line);
	judge_landlock(survey, shown, profile->landlock, profile->landlock_line);
	judge_hooks(survey, shown, profile->hooks, profile->hooks_line);
	survey_profile(survey, shown, profile);
}

/* Checks the rules for a single good file. */
static void judge(struct survey *survey, enum file_kind kind, const char *shown)
{
	if (kind == KIND_AGENT)
		judge_agent(survey, shown);
	if (kind == KIND_PROFILE)
		judge_profile(survey, shown);
	if (kind != KIND_PEER)
		return;
	judge_peer(survey, shown);
	if (!survey_keep_peer(survey, shown))
		survey->findings->lost = true;
}

bool survey_link(struct survey *survey, const char *path, const char *shown)
{
	struct stat st;

	if (!survey->no_links || lstat(path, &st) < 0 || !S_ISLNK(st.st_mode))
		return false;
	findings_add(survey->findings, RULE_UNREADABLE, shown, 0, 0,
		     "a symbolic link, which is not followed");
	return true;
}

/* Where the parser's errors go, with the whole name of the file: the parser's may be cut.
 */
struct wrong {
	struct findings *findings;
	const char *shown;
};

static void add_wrong(void *context, const struct error *err)
{
	const struct wrong *wrong = context;

	findings_add(wrong->findings, RULE_SYNTAX, wrong->shown, err->line, err->column,
		     "%s", err->text);
}

const union parsed *survey_text(struct survey *survey, enum file_kind kind,
				const char *shown, const char *text, size_t len)
{
	struct wrong wrong = {survey->findings, shown};
	const struct error_list list = {add_wrong, &wrong};

	if (survey->parsed == NULL)
		survey->parsed = malloc(sizeof *survey->parsed);
	if (survey->parsed == NULL) {
		survey->findings->lost = true;
		return NULL;
	}
	if (parsed_read_all(kind, shown, text, len, survey->parsed, &list) != 0)
		return NULL;
	survey->good[kind]++;
	/* A file that does not parse has no finding that could be waived. */
	if (!survey->only_parse) {
		waivers_read(&survey->waivers, survey->findings, shown, text, len);
		judge(survey, kind, shown);
	}
	if (survey->good_file != NULL)
		survey->good_file(survey->context, kind, shown, survey->parsed);
	return survey->parsed;
}

const union parsed *survey_file_in(int dir, struct survey *survey, enum file_kind kind,
				   const char *path, const char *shown, enum trust trust)
{
	const struct survey_edited *edited = survey->edited;
	struct error err;
	const char *text;
	size_t len;

	if (edited != NULL && strcmp(shown, edited->shown) == 0)
		return survey_text(survey, kind, shown, edited->text, edited->len);
	if (survey_link(survey, path, shown))
		return NULL;
	if (policy_read_in(dir, path, trust, &text, &len, &err) != 0) {
		findings_add(survey->findings,
			     err.untrusted ? RULE_UNTRUSTED : RULE_UNREADABLE, shown,
			     err.line, err.column, "%s", err.text);
		return NULL;
	}
	return survey_text(survey, kind, shown, text, len);
}

const union parsed *survey_file(struct survey *survey, enum file_kind kind,
				const char *path, const char *shown, enum trust trust)
{
	return survey_file_in(-1, survey, kind, path, shown, trust);
}

static int not_dots(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void survey_entry(int dir, struct survey *survey, enum file_kind kind,
			 const char *path, const char *shown, const char *name,
			 enum trust trust)
{
	char full[PATH_TEXT_MAX], full_shown[PATH_TEXT_MAX];

	/* A file that an edit is writing, or has left behind, is not policy. */
	if (replace_is_beside(name))
		return;
	if (path_join(path, name, full) != 0 || path_join(shown, name, full_shown) != 0) {
		findings_add(survey->findings, RULE_UNREADABLE, shown, 0, 0,
			     "a file's path is too long");
		return;
	}
	if (path_conf_len(name) > 0)
		(void)survey_file_in(dir, survey, kind, full, full_shown, trust);
	else if (survey->only_parse)
		survey->passed_over++;
	else
		findings_add(survey->findings, RULE_UNKNOWN_FILE, full_shown, 0, 0,
			     "nothing reads this file: expected NAME.conf");
}

void survey_directory(struct survey *survey, enum file_kind kind, const char *path,
		      const char *shown, enum trust trust)
{
	struct dirent **entries = NULL;
	int count, dir = -1;

	if (survey_link(survey, path, shown))
		return;
	count = scandir(path, &entries, not_dots, by_bytes);
	if (count < 0) {
		findings_add(survey->findings, RULE_UNREADABLE, shown, 0, 0,
			     "cannot list the directory: %s", strerror(errno));
		return;
	}
	/* If the directory cannot be trusted, there will be a finding for each of its
	 * files. */
	if (trust == TRUST_ROOT)
		dir = trusted_open_dir(path, NULL);
	for (int i = 0; i < count; i++) {
		survey_entry(dir, survey, kind, path, shown, entries[i]->d_name, trust);
		free(entries[i]);
	}
	free(entries);
	if (dir >= 0)
		close(dir);
}

struct span survey_name(const struct survey *survey, uint32_t peer)
{
	const char *file = basename(survey->peers[peer]);

	return (struct span){file, path_conf_len(file)};
}

void survey_end(struct survey *survey)
{
	survey_conflicts(survey);
	survey_profile_conflicts(survey);
	waivers_apply(&survey->waivers, survey->findings);
	findings_sort(survey->findings);
}

void survey_free(struct survey *survey)
{
	for (size_t i = 0; i < survey->npeers; i++)
		free(survey->peers[i]);
	free(survey->peers);
	free(survey->addresses);
	free(survey->claims);
	free(survey->keys);
	free(survey->certified);
	free(survey->interfaces);
	survey_profiles_free(survey);
	free(survey->parsed);
	waivers_free(&survey->waivers);
	*survey = (struct survey){0};
}
