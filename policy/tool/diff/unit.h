/* SPDX-License-Identifier: ISC */
/*
 * The one side of a comparison: of each policy file, what counts in effect. A peer as the
 * parser makes it is large; as kept here it is some hundreds of bytes.
 */
#ifndef SALLYPORT_POLICY_TOOL_DIFF_UNIT_H
#define SALLYPORT_POLICY_TOOL_DIFF_UNIT_H

#include "policy/tool/diff/prefixes.h"
#include "policy/tool/survey/survey.h"

struct kept_key {
	uint8_t digest[KEY_DIGEST_SIZE];
	/* not only its fingerprint */
	bool known;
};

/* A peer, or all zero for one that is not there. */
struct kept_peer {
	bool exists;
	/* Strict no */
	bool any_source;
	bool legacy;
	bool certificate;
	unsigned allow, mru, sessions;
	/* line 0: as agent.conf says */
	enum ppp_engine ppp;
	unsigned ppp_line;
	time_t begins, expires;
	/* 0: no key is awaited */
	time_t hand_in_until;
	uint8_t hand_in[KEY_DIGEST_SIZE];
	char interface[IFNAME_MAX_LEN + 1];
	struct address_pair address, address6;
	/* without From, everything; and with Reach any */
	struct prefixes from, routes, offers, reach;
	/* not left to the offers */
	bool reach_given;
	/* owned, words with a blank between: of OfferDns and OfferSearch; NULL: none */
	char *offer_dns, *offer_search;
	/* owned, sorted by digest */
	struct kept_key *keys;
	size_t nkeys;
};

/* What a file stands for. */
struct unit {
	enum file_kind kind;
	/* of a peer or profile; "" for agent.conf */
	char name[NAME_MAX_LEN + 1];
	/* owned: as it was named */
	char *file;
	/* owned: the one of the three that kind tells */
	struct agent_conf *agent;
	struct kept_peer *peer;
	struct profile *profile;
};

enum { NAMES_TEXT_MAX = DNS_DOMAINS_MAX * (DOMAIN_TEXT_MAX + 1) };
/* compare_names.c: words with a blank between. */
void servers_text(const struct server_line *list, size_t count, char buf[NAMES_TEXT_MAX]);
void domains_text(const struct domain_line *list, size_t count, char buf[NAMES_TEXT_MAX]);

struct key_place {
	uint8_t digest[KEY_DIGEST_SIZE];
	const struct unit *unit;
};

struct side {
	struct unit *units;
	size_t count, size;
	/* whose each key is */
	struct key_place *keys;
	size_t nkeys;
	/* memory ran out: something is missing */
	bool lost;
};

/* A survey's good_file; its context is a side. */
void side_keep(void *context, enum file_kind kind, const char *shown,
	       const union parsed *parsed);
/* agent.conf, peers, profiles, each by name; then side_key_owner() can be asked. */
void side_sort(struct side *side);
int unit_compare(const struct unit *a, const struct unit *b);
/* The first peer that has the key, but not the one called except; NULL for none. */
const struct unit *side_key_owner(const struct side *side,
				  const uint8_t digest[KEY_DIGEST_SIZE],
				  const char *except);
void side_free(struct side *side);

#endif
