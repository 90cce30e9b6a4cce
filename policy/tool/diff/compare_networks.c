/* SPDX-License-Identifier: ISC */
/* Two versions of a peer: the networks that it comes from, has behind it, and may reach. */
#include "policy/tool/diff/comparison.h"

/* What is said of a set of which everything may be a part. */
struct set_words {
	const char *keyword, *everything, *gains, *loses, *keeps;
};

/* Says in words that a set is everything, and what is left when it no longer is.
 */
static void compare_sets(const struct comparison *c, const struct set_words *words,
			 struct prefixes *before, struct prefixes *after)
{
	struct prefixes none = {0}, old = {0}, new = {0};

	if (prefixes_subtract(before, &none, &old) != 0 ||
	    prefixes_subtract(after, &none, &new) != 0)
		c->out->lost = true;
	if (prefixes_everything(&new) && !prefixes_everything(&old)) {
		effects_add(c->out, EFFECT_GAINS, words->keyword, words->gains,
			    words->everything, NULL);
	} else if (prefixes_everything(&old) && !prefixes_everything(&new)) {
		effects_add(c->out, EFFECT_LOSES, words->keyword, words->loses,
			    words->everything, NULL);
		effects_add_prefixes(c->out, EFFECT_CHANGES, words->keyword, words->keeps,
				     &new);
	} else {
		effects_add_difference(c->out, words->keyword, words->loses, words->gains,
				       &old, &new);
	}
	prefixes_free(&old);
	prefixes_free(&new);
}

void compare_from(const struct comparison *c)
{
	static const struct set_words words = {
	    "From", "anywhere", "may connect from %V (%K)",
	    "may no longer connect from %V (%K)", "may still connect from %V (%K)"};

	compare_sets(c, &words, &c->old->from, &c->new->from);
}

/* What is said of a set that belongs to a verb; and where the peer may not use that yet. */
struct used_words {
	const char *keyword, *loses, *gains, *dormant_loses, *dormant_gains;
};

static void compare_used(const struct comparison *c, enum verb verb,
			 const struct used_words *words, struct prefixes *before,
			 struct prefixes *after)
{
	const struct uses uses = uses_of(c, verb);
	struct prefixes none = {0};

	effects_add_difference(c->out, words->keyword,
			       uses.dormant ? words->dormant_loses : words->loses,
			       uses.dormant ? words->dormant_gains : words->gains,
			       uses.old ? before : &none, uses.new ? after : &none);
}

/* sshroute adds what is in Route. */
static void compare_routes(const struct comparison *c)
{
	static const struct used_words words = {
	    "Route", "loses %V behind it (%K)", "gains %V behind it (%K)",
	    "loses %V behind it, which it was not allowed to request yet (%K)",
	    "gains %V behind it, once it may request sshroute (%K)"};

	compare_used(c, VERB_SSHROUTE, &words, &c->old->routes, &c->new->routes);
}

/* A peer that asks for pppd is told what is in Offer. Without a Reach, it may go there. */
static void compare_offers(const struct comparison *c)
{
	const bool reached = !c->old->reach_given && !c->new->reach_given;
	const struct used_words words = {
	    "Offer",
	    reached ? "is no longer offered %V, and may no longer reach it (%K)"
		    : "is no longer offered %V (%K)",
	    reached ? "is offered %V, and may reach it (%K)" : "is offered %V (%K)",
	    "loses the offer of %V, which it was not allowed to request yet (%K)",
	    "is offered %V, once it may request pppd (%K)"};

	compare_used(c, VERB_PPPD, &words, &c->old->offers, &c->new->offers);
}

/* Without a Reach on either side, what is said of Offer covers it. */
static void compare_reach(const struct comparison *c)
{
	static const struct set_words now = {"Reach", "anything", "may reach %V (%K)",
					     "may no longer reach %V (%K)",
					     "may still reach %V (%K)"};
	static const struct set_words once = {
	    "Reach", "anything", "may reach %V, once it may request pppd (%K)",
	    "may not reach %V, once it may request pppd (%K)",
	    "may reach %V, once it may request pppd (%K)"};
	const struct uses link = uses_of(c, VERB_PPPD);
	struct prefixes none = {0};

	if (!c->old->reach_given && !c->new->reach_given)
		return;
	compare_sets(c, link.dormant ? &once : &now, link.old ? &c->old->reach : &none,
		     link.new ? &c->new->reach : &none);
}

void compare_networks(const struct comparison *c)
{
	compare_routes(c);
	compare_offers(c);
	compare_reach(c);
}
