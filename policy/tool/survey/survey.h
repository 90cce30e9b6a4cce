/* SPDX-License-Identifier: ISC */
/*
 * Reads policy files one after the other, adds what is wrong in each to a list of findings,
 * and keeps of every good peer what has to be held against the others. A hundred thousand
 * peers are a few tens of megabytes.
 */
#ifndef SALLYPORT_POLICY_TOOL_SURVEY_SURVEY_H
#define SALLYPORT_POLICY_TOOL_SURVEY_SURVEY_H

#include <stdint.h>

#include "policy/language/parsed.h"
#include "policy/language/policy.h"
#include "policy/language/profile.h"
#include "policy/language/span.h"
#include "policy/tool/report/finding.h"
#include "policy/tool/report/waiver.h"

/* How a prefix is claimed by a peer. */
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

struct interface_claim {
	char name[IFNAME_MAX_LEN + 1];
	uint32_t peer;
};

/* The text of a file that is to be in its place; an edit's. */
struct survey_edited {
	/* as the file is shown */
	const char *shown;
	const char *text;
	size_t len;
};

struct survey {
	struct findings *findings;
	/* Unless NULL, called with each good file as it comes. */
	void (*good_file)(void *context, enum file_kind kind, const char *shown,
			  const union parsed *parsed);
	void *context;
	/* Nothing is held against the rules: what cannot be read, or does not parse, is all
	 * that is found. */
	bool only_parse;
	/* Of a copy: a link could lead out of it, and the agent follows none either. */
	bool no_links;
	/* Unless NULL, read where that file is. */
	const struct survey_edited *edited;
	/* Seconds since 1970: what expires is told by it; and what expires within so many
	 * days after it, survey_begin() says how many. */
	time_t now;
	unsigned soon;
	/* Of this host, when they are known: no Route may cover one. */
	const struct ip_addr *addresses;
	size_t naddresses;
	/* Paths of the good peers, each owned; claims name them by index. */
	char **peers;
	size_t npeers, peers_size;
	struct claim *claims;
	size_t nclaims, claims_size;
	struct key_claim *keys;
	size_t nkeys, keys_size;
	struct interface_claim *interfaces;
	size_t ninterfaces, interfaces_size;
	struct waivers waivers;
	/* What the file at hand says, owned. */
	union parsed *parsed;
	/* How many files of each kind were good. */
	size_t good[KIND_COUNT];
	/* Entries of directories that nothing reads, with only_parse. */
	size_t passed_over;
};

/* Of a survey that holds files against the rules: as of now, SURVEY_SOON_DAYS. */
enum { SURVEY_SOON_DAYS = 60, SURVEY_SOON_DAYS_MAX = 3650 };
void survey_begin(struct survey *survey);

/*
 * One file. shown is its name in findings, path where it is. Returns what it says, valid
 * until the next, or NULL when it is no good: then there is a finding.
 */
const union parsed *survey_file(struct survey *survey, enum file_kind kind,
				const char *path, const char *shown, enum trust trust);

/* The same, with dir as for policy_read_in(). */
const union parsed *survey_file_in(int dir, struct survey *survey, enum file_kind kind,
				   const char *path, const char *shown, enum trust trust);

/* The same of a text that was read already. */
const union parsed *survey_text(struct survey *survey, enum file_kind kind,
				const char *shown, const char *text, size_t len);

/* True, with a finding, for a link where none may be. */
bool survey_link(struct survey *survey, const char *path, const char *shown);

/* Every file of a directory of peers or profiles, in the order of their names. */
void survey_directory(struct survey *survey, enum file_kind kind, const char *path,
		      const char *shown, enum trust trust);

/* conflicts.c: the good peers against each other, and against this host's addresses. */
void survey_conflicts(struct survey *survey);
/* Of that, only that no two peers have the same key. */
void survey_keys(struct survey *survey);

/* The name of a good peer, which its file's name tells. */
struct span survey_name(const struct survey *survey, uint32_t peer);

/* The end of a survey: survey_conflicts(), then the waivers; the findings are sorted. */
void survey_end(struct survey *survey);

void survey_free(struct survey *survey);

#endif
