/* SPDX-License-Identifier: ISC */
/* Two versions of a peer, in the order of the keywords. Either may be none at all. */
#include <stdio.h>
#include <string.h>

#include "policy/language/value.h"
#include "policy/tool/diff/comparison.h"

enum { NUMBER_TEXT_MAX = 12, VERBS_TEXT_MAX = 64 };

/* Two peers that share a key are an error of the policy, which is told here too. */
static void lose_key(const struct comparison *c, const struct kept_key *key)
{
	const struct unit *before = side_key_owner(c->old_side, key->digest, c->name),
			  *now = side_key_owner(c->new_side, key->digest, c->name);
	const char *phrase = "loses the key %V (%K)";
	char text[KEY_FINGERPRINT_TEXT_MAX];

	if (now != NULL)
		phrase = before != NULL ? "loses the key %V, which stays a key of %W (%K)"
					: "loses the key %V, which is now a key of %W (%K)";
	effects_add(c->out, EFFECT_LOSES, "Key", phrase, key_fingerprint(key->digest, text),
		    now == NULL ? NULL : now->name);
}

static void gain_key(const struct comparison *c, const struct kept_key *key)
{
	const struct unit *before = side_key_owner(c->old_side, key->digest, c->name),
			  *now = side_key_owner(c->new_side, key->digest, c->name),
			  *other = now != NULL ? now : before;
	const char *phrase = "gains the key %V (%K)";
	char text[KEY_FINGERPRINT_TEXT_MAX];

	if (now != NULL)
		phrase = "gains the key %V, which is also a key of %W (%K)";
	else if (before != NULL)
		phrase = "gains the key %V, which was a key of %W (%K)";
	effects_add(c->out, EFFECT_GAINS, "Key", phrase, key_fingerprint(key->digest, text),
		    other == NULL ? NULL : other->name);
}

/* The agent compares digests; authorized-keys can print only a key that is known. */
static void keep_key(const struct comparison *c, const struct kept_key *old,
		     const struct kept_key *new)
{
	char text[KEY_FINGERPRINT_TEXT_MAX];

	if (old->known != new->known)
		effects_add(c->out, EFFECT_CHANGES, "Key",
			    new->known ? "authorized-keys prints a line for the key %V (%K)"
				       : "authorized-keys no longer prints a line for the "
					 "key %V (%K)",
			    key_fingerprint(new->digest, text), NULL);
}

/* Until then whoever has the private half decides which key the peer has. */
static void compare_hand_in(const struct comparison *c)
{
	const struct kept_peer *old = c->old, *new = c->new;
	const bool same = memcmp(old->hand_in, new->hand_in, sizeof old->hand_in) == 0;
	char text[KEY_FINGERPRINT_TEXT_MAX], when[TIME_TEXT_MAX], was[TIME_TEXT_MAX];

	if (!same && old->hand_in_until != 0)
		effects_add(c->out, EFFECT_LOSES, "HandInKey",
			    "whoever has the key %V can no longer hand in its key (%K)",
			    key_fingerprint(old->hand_in, text), NULL);
	if (!same && new->hand_in_until != 0)
		effects_add(c->out, EFFECT_GAINS, "HandInKey",
			    "whoever has the key %V can hand in its key (%K)",
			    key_fingerprint(new->hand_in, text), NULL);
	if (!same || new->hand_in_until == old->hand_in_until)
		return;
	effects_add(c->out,
		    new->hand_in_until > old->hand_in_until ? EFFECT_GAINS : EFFECT_LOSES,
		    "HandInUntil", "its key can be handed in until %V, was until %W (%K)",
		    value_time_print(new->hand_in_until, when),
		    value_time_print(old->hand_in_until, was));
}

/* Both lists are sorted. */
static void compare_keys(const struct comparison *c)
{
	size_t i = 0, j = 0;

	while (i < c->old->nkeys || j < c->new->nkeys) {
		const struct kept_key *old = &c->old->keys[i], *new = &c->new->keys[j];
		int order;

		if (i == c->old->nkeys)
			order = 1;
		else if (j == c->new->nkeys)
			order = -1;
		else
			order = memcmp(old->digest, new->digest, sizeof old->digest);
		if (order < 0)
			lose_key(c, old);
		else if (order > 0)
			gain_key(c, new);
		else
			keep_key(c, old, new);
		i += order <= 0;
		j += order >= 0;
	}
}

static void compare_certificate(const struct comparison *c)
{
	static const struct effect_switch certificate = {
	    "Certificate", "may come in by a certificate of an Authority (%K %V)", "yes",
	    "may no longer come in by a certificate of an Authority (%K %V)", "no"};

	effects_add_switch(c->out, &certificate, c->old->certificate, c->new->certificate);
}

static const char *verbs_text(unsigned allow, char buf[VERBS_TEXT_MAX])
{
	size_t used = 0;

	buf[0] = '\0';
	for (unsigned verb = 0; verb < VERB_COUNT && used < VERBS_TEXT_MAX; verb++)
		if (verbs_have(allow, verb))
			used += (size_t)snprintf(buf + used, VERBS_TEXT_MAX - used, "%s%s",
						 used == 0 ? "" : " ", verb_name(verb));
	return buf;
}

static void compare_allow(const struct comparison *c)
{
	const unsigned lost = c->old->allow & ~c->new->allow,
		       gained = c->new->allow & ~c->old->allow;
	char text[VERBS_TEXT_MAX];

	if (lost != 0)
		effects_add(c->out, EFFECT_LOSES, "Allow", "may no longer request %V (%K)",
			    verbs_text(lost, text), NULL);
	if (gained != 0)
		effects_add(c->out, EFFECT_GAINS, "Allow", "may request %V (%K)",
			    verbs_text(gained, text), NULL);
}

static void compare_pair_of(const struct comparison *c, const char *keyword,
			    const struct address_pair *old, const struct address_pair *new)
{
	char text[ADDRESS_TEXT_MAX], was[ADDRESS_TEXT_MAX];

	if (!ip_addr_equal(&old->remote, &new->remote)) {
		if (old->remote.family != AF_UNSPEC)
			effects_add(c->out, EFFECT_LOSES, keyword,
				    "loses the link address %V (%K)",
				    ip_addr_print(&old->remote, text), NULL);
		if (new->remote.family != AF_UNSPEC)
			effects_add(c->out, EFFECT_GAINS, keyword,
				    "gains the link address %V (%K)",
				    ip_addr_print(&new->remote, text), NULL);
	}
	if (ip_addr_equal(&old->local, &new->local) || new->local.family == AF_UNSPEC)
		return;
	if (old->local.family == AF_UNSPEC)
		effects_add(c->out, EFFECT_CHANGES, keyword,
			    "this end of its link is %V (%K)",
			    ip_addr_print(&new->local, text), NULL);
	else
		effects_add(c->out, EFFECT_CHANGES, keyword,
			    "this end of its link is %V, was %W (%K)",
			    ip_addr_print(&new->local, text),
			    ip_addr_print(&old->local, was));
}

/* Only pppd makes a link. */
static void compare_link(const struct comparison *c)
{
	static const struct address_pair none;
	const struct uses link = uses_of(c, VERB_PPPD);

	compare_pair_of(c, "Address", link.old ? &c->old->address : &none,
			link.new ? &c->new->address : &none);
	compare_pair_of(c, "Address6", link.old ? &c->old->address6 : &none,
			link.new ? &c->new->address6 : &none);
}

static const char *number_text(unsigned number, char buf[NUMBER_TEXT_MAX])
{
	snprintf(buf, NUMBER_TEXT_MAX, "%u", number);
	return buf;
}

static const char *ppp_text(const struct kept_peer *peer)
{
	static const char *const words[] = {
	    [PPP_AUTO] = "auto", [PPP_PPPD] = "pppd", [PPP_PPPTUN] = "ppptun"};

	return peer->ppp_line == 0 ? NULL : words[peer->ppp];
}

static void compare_ppp(const struct comparison *c)
{
	const char *old = ppp_text(c->old), *new = ppp_text(c->new);

	/* The words are the table's own: one of a kind. */
	if (!c->old->exists || old == new)
		return;
	effects_add(c->out, EFFECT_CHANGES, "Ppp",
		    new == NULL	  ? "its PPP is what agent.conf says (%K), was %W"
		    : old == NULL ? "its PPP is %V (%K), was what agent.conf says"
				  : "its PPP is %V, was %W (%K)",
		    new, old);
}

/* What a link is made of; a peer that is gone has none. */
static void compare_interface(const struct comparison *c)
{
	const struct kept_peer *old = c->old, *new = c->new;
	char text[NUMBER_TEXT_MAX], was[NUMBER_TEXT_MAX];

	if (!old->exists && !uses_of(c, VERB_PPPD).dormant)
		effects_add(c->out, EFFECT_CHANGES, "Interface", "its interface is %V (%K)",
			    new->interface, NULL);
	else if (old->exists && strcmp(old->interface, new->interface) != 0)
		effects_add(c->out, EFFECT_CHANGES, "Interface",
			    "its interface is %V, was %W (%K)", new->interface,
			    old->interface);
	if (old->exists && old->mru != new->mru)
		effects_add(c->out, EFFECT_CHANGES, "Mru",
			    "its link takes packets of up to %V bytes, was %W (%K)",
			    number_text(new->mru, text), number_text(old->mru, was));
	if (!old->exists && new->sessions > 1)
		effects_add(c->out, EFFECT_GAINS, "Sessions",
			    "may have %V sessions at a time (%K)",
			    number_text(new->sessions, text), NULL);
	else if (old->exists && old->sessions != new->sessions)
		effects_add(
		    c->out, new->sessions > old->sessions ? EFFECT_GAINS : EFFECT_LOSES,
		    "Sessions", "sessions at a time: %V, was %W (%K)",
		    number_text(new->sessions, text), number_text(old->sessions, was));
}

/* What is said of a limit in time. */
struct limit_words {
	const char *keyword, *is_new, *is_gone, *moves;
	bool later_gains;
};

static void compare_limit(const struct comparison *c, const struct limit_words *words,
			  time_t old, time_t new)
{
	char text[TIME_TEXT_MAX], was[TIME_TEXT_MAX];
	const char *phrase = words->moves;
	bool gains = (new > old) == words->later_gains;

	if (old == new)
		return;
	if (old == 0 || new == 0) {
		gains = new == 0;
		phrase = gains ? words->is_gone : words->is_new;
	}
	/* For a new peer, a limit is not a loss. */
	effects_add(c->out,
		    !c->old->exists ? EFFECT_CHANGES
		    : gains	    ? EFFECT_GAINS
				    : EFFECT_LOSES,
		    words->keyword, phrase, new == 0 ? NULL : value_time_print(new, text),
		    old == 0 ? NULL : value_time_print(old, was));
}

static void compare_times(const struct comparison *c)
{
	static const struct limit_words
	    begins = {"Begins", "may connect only from %V on (%K)",
		      "may connect at once, was from %W on (%K)",
		      "may connect from %V on, was from %W on (%K)", false},
	    expires = {"Expires", "may connect only until %V (%K)",
		       "may connect with no end in time, was until %W (%K)",
		       "may connect until %V, was until %W (%K)", true};

	compare_limit(c, &begins, c->old->begins, c->new->begins);
	compare_limit(c, &expires, c->old->expires, c->new->expires);
}

static void compare_switches(const struct comparison *c)
{
	static const struct effect_switch
	    any_source = {"Strict", "may send packets from any source (%K %V)", "no",
			  "may no longer send packets from any source (%K %V)", "yes"},
	    legacy = {"Legacy", "may use the HOWTO's command strings (%K %V)", "yes",
		      "may no longer use the HOWTO's command strings (%K %V)", "no"};

	effects_add_switch(c->out, &any_source, c->old->any_source, c->new->any_source);
	effects_add_switch(c->out, &legacy, c->old->legacy, c->new->legacy);
}

void compare_peers(struct effects *effects, const struct side *old_side,
		   const struct side *new_side, const struct unit *old,
		   const struct unit *new)
{
	struct kept_peer nobody = {0};
	const struct comparison c = {
	    .out = effects,
	    .old_side = old_side,
	    .new_side = new_side,
	    .old = old == NULL ? &nobody : old->peer,
	    .new = new == NULL ? &nobody : new->peer,
	    .name = new == NULL ? old->name : new->name,
	};

	compare_keys(&c);
	compare_hand_in(&c);
	compare_certificate(&c);
	compare_from(&c);
	compare_allow(&c);
	compare_link(&c);
	compare_networks(&c);
	compare_offered_names(&c);
	if (new != NULL) {
		compare_interface(&c);
		compare_ppp(&c);
		compare_times(&c);
	}
	compare_switches(&c);
}
