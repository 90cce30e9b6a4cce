/* SPDX-License-Identifier: ISC */
/* The keys of one peer, or who may hand in the first. */
#include <string.h>

#include "policy/language/value.h"
#include "policy/tool/survey/survey.h"

/* Who holds the invitation can become the peer. */
static void judge_hand_in(struct survey *survey, const char *shown)
{
	const struct peer *peer = &survey->parsed->peer;
	const unsigned line = peer->hand_in_keys[0].line;
	const bool awaited = peer->hand_in_until > survey->now;
	char when[TIME_TEXT_MAX];

	value_time_print(peer->hand_in_until, when);
	if (awaited && survey->awaited[0] == '\0') {
		memcpy(survey->awaited, peer->name, sizeof survey->awaited);
		survey->awaited_line = line;
	}
	if (awaited)
		findings_add(survey->findings, RULE_HAND_IN, shown, line, 1,
			     "whoever has the invitation of %s can hand in a key until %s",
			     peer->name, when);
	else
		findings_add(survey->findings, RULE_HAND_IN_ENDED, shown, line, 1,
			     "%s handed in no key, and cannot any more since %s",
			     peer->name, when);
}

void survey_peer_keys(struct survey *survey, const char *shown)
{
	if (survey->parsed->peer.nhand_in_keys > 0)
		judge_hand_in(survey, shown);
	else if (survey->parsed->peer.nkeys == 0 && !survey->parsed->peer.certificate)
		findings_add(survey->findings, RULE_KEY_NONE, shown,
			     survey->parsed->peer.keys_line, 1, "%s has no key yet",
			     survey->parsed->peer.name);
	for (size_t i = 0; i < survey->parsed->peer.nkeys; i++) {
		const struct key_line *line = &survey->parsed->peer.keys[i];

		if (line->key.rsa_bits != 0 && line->key.rsa_bits < KEY_RSA_BITS_GOOD)
			findings_add(survey->findings, RULE_KEY_WEAK, shown, line->line, 1,
				     "an RSA key of %u bits: expected %d or more",
				     line->key.rsa_bits, KEY_RSA_BITS_GOOD);
		if (line->key.type[0] == '\0')
			findings_add(survey->findings, RULE_KEY_UNKNOWN, shown, line->line,
				     1, "only the fingerprint of this key is known");
	}
}
