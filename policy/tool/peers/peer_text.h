/* SPDX-License-Identifier: ISC */
/* The text of a peer's file: a new one, and one with another value in it. */
#ifndef SALLYPORT_POLICY_TOOL_PEERS_PEER_TEXT_H
#define SALLYPORT_POLICY_TOOL_PEERS_PEER_TEXT_H

#include <stdbool.h>

#include "policy/language/keyword.h"
#include "policy/language/policy.h"
#include "policy/tool/base/memory.h"

enum { PEER_WORDS_MAX = 64 };

/* Words of the command line, which are somebody else's. */
struct word_row {
	const char *words[PEER_WORDS_MAX];
	size_t count;
};

/* Whether it is one word in a policy file, whatever it means there. */
bool peer_text_is_word(const char *text);

/* What a new file says; the parser is yet to look at it. */
struct new_peer {
	const char *name;
	/* NULL: none yet; then one may be handed in with another until a time, or NULL */
	const struct public_key *key, *hand_in;
	time_t hand_in_until;
	struct word_row from, routes, offers;
	struct address_pair address, address6;
	/* 0: no limit */
	time_t expires;
};

void peer_text_new(const struct new_peer *peer, FILE *out);

/*
 * The text, with one line of that keyword in place of those that there are, or before End;
 * without words, with none. Comments and all other lines stay as they are; but a key that
 * is set takes HandInKey and HandInUntil with it, and these go together.
 */
void peer_text_set(const char *text, const struct keyword *keyword,
		   const struct word_row *row, FILE *out);

#endif
