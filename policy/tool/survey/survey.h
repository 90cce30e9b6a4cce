/* SPDX-License-Identifier: ISC */
/* Reads policy files one after the other, adds what is wrong in each to a list of findings,
 * and keeps what has to be compared between peers. A hundred thousand peers take a few tens
 * of megabytes. */
#ifndef SALLYPORT_POLICY_TOOL_SURVEY_SURVEY_H
#define SALLYPORT_POLICY_TOOL_SURVEY_SURVEY_H

#include <stdint.h>

#include "policy/language/parsed.h"
#include "policy/language/policy.h"
#include "policy/language/profile.h"
#include "policy/language/span.h"
#include "policy/tool/report/finding.h"
#include "policy/tool/report/waiver.h"

/* How a peer uses a prefix. */
enum claim_kind { CLAIM_HERE, CLAIM_THERE, CLAIM_ROUTE };

struct claim {
	struct ip_prefix prefix;
	enum claim_kind kind;
	uint32_t peer;
	unsigned line;
};

struct key_claim {
	uint8_t digest[KEY_DIGEST_SIZE];
	uint32_t peer;
	unsigned line;
};

/* A peer with Certificate yes. */
struct certified_claim {
	uint32_t peer;
	unsigned line;
};

/* A key of agent.conf whose certificates let in. */
struct authority_claim {
	uint8_t digest[KEY_DIGEST_SIZE];
	unsigned line;
};

struct interface_claim {
	char name[IFNAME_MAX_LEN + 1];
	uint32_t peer;
};

/* The text that an edit is about to put into a file. */
struct survey_edited {
	/* as the file is shown */
	const char *shown;
	const char *text;
	size_t len;
};

/* A domain that a profile asks for through its link. */
struct search_claim {
	char name[DOMAIN_TEXT_MAX];
	/* which of the profiles */
	uint32_t peer;
	unsigned line;
};

struct survey {
	struct findings *findings;
	/* Unless NULL, called with each good file. */
	void (*good_file)(void *context, enum file_kind kind, const char *shown,
			  const union parsed *parsed);
	void *context;
	/* Only files that cannot be read or do not parse are found; other rules are not
	 * checked. */
	bool only_parse;
	/* Links are not followed: in a copy they could lead out of it. The agent follows
	 * none either. */
	bool no_links;
	/* Unless NULL, its text is read instead of that file. */
	const struct survey_edited *edited;
	/* The time, in seconds since 1970, by which peers have expired, and within how many
	 * days after it they expire soon. survey_begin() sets both. */
	time_t now;
	unsigned soon;
	/* The addresses of this host, when they are known: no Route may cover one. */
	struct ip_addr *addresses;
	size_t naddresses, addresses_size;
	/* Those of agent.conf, if it was good. */
	struct prefix_line pools[AGENT_POOLS_MAX];
	size_t npools;
	/* And where that is. */
	char agent_file[POLICY_PATH_MAX];
	struct authority_claim authorities[AGENT_AUTHORITIES_MAX];
	size_t nauthorities;
	/* The first good peer whose key may be handed in, "" for none, and where. */
	char awaited[NAME_MAX_LEN + 1];
	unsigned awaited_line;
	/* The paths of the good peers, each owned; claims have their index. */
	char **peers;
	size_t npeers, peers_size;
	struct claim *claims;
	size_t nclaims, claims_size;
	struct key_claim *keys;
	size_t nkeys, keys_size;
	struct certified_claim *certified;
	size_t ncertified, certified_size;
	struct interface_claim *interfaces;
	size_t ninterfaces, interfaces_size;
	/* The same of the good profiles. Those behind the first profiles_asked were added
	 * by profiles_beside(): they are compared with these, and not with each other. */
	char **profiles;
	size_t nprofiles, profiles_size, profiles_asked;
	struct claim *profile_claims;
	size_t nprofile_claims, profile_claims_size;
	struct interface_claim *profile_interfaces;
	size_t nprofile_interfaces, profile_interfaces_size;
	struct search_claim *searches;
	size_t nsearches, searches_size;
	struct waivers waivers;
	/* What the current file says, owned. */
	union parsed *parsed;
	/* How many files of each kind were good. */
	size_t good[KIND_COUNT];
	/* With only_parse, how many files in directories nothing reads. */
	size_t passed_over;
};

/* Sets now, and soon to SURVEY_SOON_DAYS, for a survey that checks the rules. */
enum { SURVEY_SOON_DAYS = 60, SURVEY_SOON_DAYS_MAX = 3650 };
void survey_begin(struct survey *survey);

/* Reads one file. shown is its name in findings, path where it is. Returns what it says,
 * valid until the next call, or NULL with a finding when it is not good. */
const union parsed *survey_file(struct survey *survey, enum file_kind kind,
				const char *path, const char *shown, enum trust trust);

/* The same, with dir as for policy_read_in(). */
const union parsed *survey_file_in(int dir, struct survey *survey, enum file_kind kind,
				   const char *path, const char *shown, enum trust trust);

/* The same for a text that was read already. */
const union parsed *survey_text(struct survey *survey, enum file_kind kind,
				const char *shown, const char *text, size_t len);

/* True, with a finding, for a link when no_links is set. */
bool survey_link(struct survey *survey, const char *path, const char *shown);

/* Reads every file in a directory of peers or profiles, in the order of their names. */
void survey_directory(struct survey *survey, enum file_kind kind, const char *path,
		      const char *shown, enum trust trust);

/* claims.c: keeps what the current file, a good peer's, claims. False when memory ran out.
 */
bool survey_keep_peer(struct survey *survey, const char *shown);

/* conflicts.c: finds conflicts between good peers, and with this host's addresses. */
void survey_conflicts(struct survey *survey);
/* The part of it that finds keys which several peers have; it sorts keys and certified
 * peers. */
void survey_keys(struct survey *survey);
/* authorities.c: the parts of them that are about certificates. */
void survey_authorities(struct survey *survey);
void survey_sort_certified(struct survey *survey);

/* The place of the peer of that name among the certified ones, ncertified for none;
 * survey_sort_certified() was called. */
size_t survey_certified(const struct survey *survey, const char *name);

/* peer_keys.c: the rules for the keys of the peer that survey->parsed has. */
void survey_peer_keys(struct survey *survey, const char *shown);

/* The part of both that compares claims of several files: calls judge with each that lies
 * in another file's, the innermost of them alone. */
void survey_nest(struct survey *survey, struct claim *claims, size_t count,
		 char *const *files,
		 void (*judge)(struct survey *survey, const struct claim *outer,
			       const struct claim *inner));

/* profile_conflicts.c: the rules of one good profile, and its claims; conflicts between
 * profiles. */
void survey_profile(struct survey *survey, const char *shown,
		    const struct profile *profile);
void survey_profile_conflicts(struct survey *survey);
void survey_profiles_free(struct survey *survey);
/* profile_searches.c: the domains of one profile; false when memory ran out. Those that two
 * of them share. */
bool survey_keep_searches(struct survey *survey, const struct profile *profile);
void survey_search_conflicts(struct survey *survey);
/* Adds the other profiles of this host to those that the surveyed ones are compared with:
 * call it before survey_end(). */
void profiles_beside(struct survey *survey);

/* The name of a good peer, from its file's name. */
struct span survey_name(const struct survey *survey, uint32_t peer);

/* Ends a survey: calls survey_conflicts(), applies the waivers and sorts the findings. */
void survey_end(struct survey *survey);

void survey_free(struct survey *survey);

#endif
