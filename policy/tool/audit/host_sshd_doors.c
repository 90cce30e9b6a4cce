/* SPDX-License-Identifier: ISC */
/* Settings by which sshd refuses every login, whatever the key: lists of users and groups,
 * and others that no peer can get past; and those by which it refuses a link's second
 * request. */
#include <stdio.h>
#include <string.h>

#include "policy/tool/audit/host.h"
#include "policy/tool/audit/host_names.h"
#include "policy/tool/audit/host_sshd.h"
#include "policy/tool/audit/sshd_text.h"
#include "policy/tool/audit/word_list.h"

enum {
	/* One connection carries the request for PPP and the one for routes. */
	MAX_SESSIONS_NEEDED = 2,
	/* The question which methods there are does not count; the key is the first try. */
	MAX_TRIES_NEEDED = 1,
	/* room for a pattern of user names */
	PATTERN_MAX = 132,
};

/* Whether the network is within some peer's From. */
static bool is_within_from(const struct host *host, const struct ip_prefix *network)
{
	for (size_t i = 0; i < host->nfrom; i++)
		if (ip_prefix_covers(&host->from[i].network, network))
			return true;
	return false;
}

/* The part of USER@HOST after the @: a list of addresses, networks and names. */
static enum match match_place(const struct host *host, const struct sshd_view *v,
			      const char *place)
{
	struct ip_prefix here, network;
	char address[ADDRESS_TEXT_MAX];

	if (v->address == NULL)
		return MATCH_PERHAPS;
	here = ip_prefix_single(v->address);
	if (sshd_list_covers(place, &here) ||
	    sshd_list_has(place, ip_addr_print(v->address, address)))
		return MATCH_YES;
	if (ip_prefix_parse(place, &network, NULL) == 0)
		return is_within_from(host, &network) ? MATCH_PERHAPS : MATCH_NO;
	return ip_addr_parse(place, &network.addr, NULL) == 0 ? MATCH_NO : MATCH_PERHAPS;
}

/* An entry of AllowUsers or DenyUsers: USER or USER@HOST. */
static enum match match_entry(const struct host *host, const struct sshd_view *v,
			      const char *entry)
{
	char user[PATTERN_MAX];
	const char *at = strrchr(entry, '@');
	const size_t len = at == NULL ? strlen(entry) : (size_t)(at - entry);

	if (len >= sizeof user)
		return MATCH_PERHAPS;
	memcpy(user, entry, len);
	user[len] = '\0';
	if (!sshd_pattern_fits(user, host->conf.account))
		return MATCH_NO;
	return at == NULL ? MATCH_YES : match_place(host, v, at + 1);
}

/* The best match of all entries, and which one that is; NULL when there is no entry. */
static enum match match_users(const struct host *host, const struct sshd_view *v,
			      const char *keyword, const char **which)
{
	enum match most = MATCH_NO;
	const char *entry;

	*which = NULL;
	for (size_t at = 0; (entry = sshd_next(v->settings, keyword, &at)) != NULL;) {
		const enum match match = match_entry(host, v, entry);

		if (*which == NULL || match > most) {
			*which = entry;
			most = match;
		}
	}
	return most;
}

static enum match match_groups(const struct host_names *names,
			       const struct sshd_settings *settings, const char *keyword,
			       const char **which)
{
	const char *entry;

	*which = NULL;
	for (size_t at = 0; (entry = sshd_next(settings, keyword, &at)) != NULL;) {
		*which = entry;
		for (size_t i = 0; i < names->count; i++)
			if (names->list[i][0] == '%' && names->list[i][1] != '#' &&
			    sshd_pattern_fits(entry, names->list[i] + 1))
				return MATCH_YES;
	}
	return MATCH_NO;
}

static void tell(struct host *host, const struct sshd_view *v, const char *keyword,
		 const char *which, const char *what)
{
	host_find(host, RULE_SSHD_REFUSES, PATH_SSHD_CONFIG, 0, "%s %s: %s %s%s", keyword,
		  which, what, host->conf.account, v->from);
}

static void tell_place(struct host *host, const char *keyword, const char *which)
{
	host_find(host, RULE_NOT_LOOKED_AT, PATH_SSHD_CONFIG, 0,
		  "%s %s: it is not known from where peers come", keyword, which);
}

/* The same with the settings that were looked at before. */
static enum match match_before(const struct host *host, const struct sshd_view *v,
			       const char *keyword)
{
	const struct sshd_view before = {.settings = v->others};
	const char *which;

	return match_users(host, &before, keyword, &which);
}

/* Without an address an entry with a place is undecided: each address is looked at later.
 */
static void judge_users(struct host *host, const struct sshd_view *v)
{
	static const char deny[] = "denyusers", allow[] = "allowusers";
	const bool unknown = v->others == NULL && host->nsources == 0;
	const char *which;
	enum match match = match_users(host, v, deny, &which);

	if (match == MATCH_YES &&
	    (v->others == NULL || match_before(host, v, deny) != MATCH_YES))
		tell(host, v, deny, which, "it includes");
	else if (match == MATCH_PERHAPS && unknown)
		tell_place(host, deny, which);
	match = match_users(host, v, allow, &which);
	if (which == NULL)
		return;
	if (match == MATCH_NO &&
	    (v->others == NULL || match_before(host, v, allow) != MATCH_NO ||
	     sshd_setting(v->others, allow) == NULL))
		tell(host, v, allow, which, "it does not include");
	else if (match == MATCH_PERHAPS && unknown)
		tell_place(host, allow, which);
}

/* "" when no list of groups refuses the account. */
static const char *refused_by_group(const struct host_names *names,
				    const struct sshd_settings *settings,
				    const char **keyword, const char **which)
{
	*keyword = "denygroups";
	if (match_groups(names, settings, *keyword, which) == MATCH_YES)
		return "it includes a group of";
	*keyword = "allowgroups";
	if (match_groups(names, settings, *keyword, which) == MATCH_NO && *which != NULL)
		return "it includes no group of";
	return "";
}

static void judge_groups(struct host *host, const struct sshd_view *v)
{
	struct host_names names = {0};
	const char *keyword, *which, *what, *before = "";

	if (host_names_read(host, &names) < 0) {
		host->findings->lost = true;
		host_names_free(&names);
		return;
	}
	if (v->others != NULL)
		before = refused_by_group(&names, v->others, &keyword, &which);
	what = refused_by_group(&names, v->settings, &keyword, &which);
	if (what[0] != '\0' && strcmp(what, before) != 0)
		tell(host, v, keyword, which, what);
	host_names_free(&names);
}

static void judge_refusal(struct host *host, const struct sshd_view *v)
{
	const char *value = sshd_view_news(v, "refuseconnection");

	if (value != NULL && strcmp(value, "no") != 0)
		tell(host, v, "refuseconnection", value, "it holds for");
	value = sshd_view_news(v, "maxauthtries");
	if (value != NULL && sshd_first_number(value) < MAX_TRIES_NEEDED)
		tell(host, v, "maxauthtries", value, "no key is tried for");
	value = sshd_view_news(v, "persourcemaxstartups");
	if (value != NULL && sshd_first_number(value) == 0)
		tell(host, v, "persourcemaxstartups", value, "no login may begin for");
}

/* The value is several lists of methods, all methods of one of which must succeed; a peer
 * has nothing but one key. */
static void judge_methods(struct host *host, const struct sshd_view *v)
{
	static const char key[] = "publickey";
	const char *value = sshd_view_news(v, "authenticationmethods");

	if (value == NULL || word_list_has(value, " ", key) ||
	    word_list_has(value, " ", "any"))
		return;
	host_find(host, RULE_SSHD_METHODS, PATH_SSHD_CONFIG, 0,
		  "authenticationmethods is %s for %s%s: expected %s", value,
		  host->conf.account, v->from, key);
}

static void judge_channels(struct host *host, const struct sshd_view *v)
{
	const char *value = sshd_view_news(v, "maxsessions");

	if (value != NULL && sshd_first_number(value) < MAX_SESSIONS_NEEDED)
		host_find(host, RULE_SSHD_SESSIONS, PATH_SSHD_CONFIG, 0,
			  "maxsessions is %s for %s%s: expected %d or more", value,
			  host->conf.account, v->from, MAX_SESSIONS_NEEDED);
}

void host_sshd_doors(struct host *host, const struct sshd_view *v)
{
	judge_users(host, v);
	if (host->has_account)
		judge_groups(host, v);
	judge_refusal(host, v);
	judge_methods(host, v);
	judge_channels(host, v);
	host_sshd_wanted(host, v);
}
