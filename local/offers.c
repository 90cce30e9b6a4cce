/* SPDX-License-Identifier: ISC */
/* Which of the routes that the remote offers are accepted. */
#include "local/choose.h"

#include <stdarg.h>
#include <stdio.h>

#include "policy/language/constraint.h"

/* Shares of an address space are counted in units of 2^-64 of it, which suits both
 * families. */
enum { SHARE_BITS = 64 };

/* What each offer in turn is judged by. */
struct judging {
	const struct profile *profile;
	const struct surroundings *around;
	struct choice *choice;
	/* accepted so far by Accept any alone */
	struct ip_prefix unnamed[READY_OFFERS_MAX];
	size_t nunnamed;
};

static bool carries_family(const struct choice *choice, sa_family_t family)
{
	return (family == AF_INET ? &choice->pair : &choice->pair6)->local.family == family;
}

static bool overlaps_pair(const struct choice *choice, const struct ip_prefix *prefix)
{
	const struct ip_addr *const ends[] = {&choice->pair.local, &choice->pair.remote,
					      &choice->pair6.local, &choice->pair6.remote};

	for (size_t i = 0; i < 4; i++)
		if (ends[i]->family != AF_UNSPEC && ip_prefix_contains(prefix, ends[i]))
			return true;
	return false;
}

/* Accept PREFIX: the administrator has named this network. */
static bool is_named(const struct profile *profile, const struct ip_prefix *prefix)
{
	for (size_t i = 0; i < profile->naccept; i++)
		if (ip_prefix_covers(&profile->accept[i].prefix, prefix))
			return true;
	return false;
}

static unsigned any_shortest(sa_family_t family)
{
	return family == AF_INET ? ANY_SHORTEST4 : ANY_SHORTEST6;
}

static unsigned any_together(sa_family_t family)
{
	return family == AF_INET ? ANY_TOGETHER4 : ANY_TOGETHER6;
}

/* Whether the profile accepts such an offer, if nothing on this host prevents it. */
static bool accepts(const struct profile *profile, const struct ip_prefix *offer)
{
	return constraint_route(offer) == NULL &&
	       (is_named(profile, offer) ||
		(profile->accept_any && offer->len >= any_shortest(offer->addr.family)));
}

static uint64_t share_of(unsigned len)
{
	return len >= SHARE_BITS ? 1 : UINT64_C(1) << (SHARE_BITS - len);
}

/* Whether another one covers it, so that its addresses are counted there. */
static bool is_inside(const struct ip_prefix *list, size_t count, size_t one)
{
	for (size_t i = 0; i < count; i++)
		if (i != one && ip_prefix_covers(&list[i], &list[one]))
			return true;
	return false;
}

/* Whether Accept any has room for one more: never a default route in pieces. */
static bool fits_share(struct judging *judging, const struct ip_prefix *offer)
{
	const sa_family_t family = offer->addr.family;
	const size_t count = judging->nunnamed + 1;
	uint64_t sum = 0;

	judging->unnamed[count - 1] = *offer;
	for (size_t i = 0; i < count; i++)
		if (judging->unnamed[i].addr.family == family &&
		    !is_inside(judging->unnamed, count, i))
			sum += share_of(judging->unnamed[i].len);
	return sum <= share_of(any_together(family));
}

_Static_assert(SURROUNDING_TEXT_MAX + 64 <= REFUSAL_TEXT_MAX, "an objection is told whole");

__attribute__((format(printf, 2, 3))) static bool object(char why[REFUSAL_TEXT_MAX],
							 const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(why, REFUSAL_TEXT_MAX, fmt, args);
	va_end(args);
	return true;
}

static const char *how_touched(enum host_kind kind)
{
	return kind == HOST_GATEWAY || kind == HOST_RESOLVER ? "contains" : "overlaps";
}

/* Only the remote names this network: it is compared with everything on this host. */
static bool objects_to_unnamed(struct judging *judging, const struct ip_prefix *offer,
			       char why[REFUSAL_TEXT_MAX])
{
	const struct host_entry *touched = surroundings_touched(judging->around, offer);
	char text[SURROUNDING_TEXT_MAX];

	if (touched != NULL)
		return object(why, "it %s %s, and no Accept names it",
			      how_touched(touched->kind),
			      surroundings_print(touched, text));
	if (!fits_share(judging, offer))
		return object(why,
			      "together with those before it, it covers more of IPv%d than "
			      "Accept any takes (a /%u in all), and no Accept names it",
			      offer->addr.family == AF_INET ? 4 : 6,
			      any_together(offer->addr.family));
	judging->nunnamed++;
	return false;
}

/* What is wrong with it even if the profile names it. */
static bool objects_to_any(const struct judging *judging, const struct ip_prefix *offer,
			   char why[REFUSAL_TEXT_MAX])
{
	const struct host_entry *same = surroundings_same(judging->around, offer);
	char text[SURROUNDING_TEXT_MAX];

	if (!carries_family(judging->choice, offer->addr.family))
		return object(why, "the link does not carry that family");
	if (overlaps_pair(judging->choice, offer))
		return object(why, "it contains an address of the link itself");
	if (surroundings_carry_ssh(judging->around, offer))
		return object(why,
			      "it contains the ssh server: the link would carry itself");
	if (same != NULL)
		return object(why, "it is %s already", surroundings_print(same, text));
	return false;
}

/* Whether the offer is not taken, and why. */
static bool objects(struct judging *judging, const struct ip_prefix *offer,
		    char why[REFUSAL_TEXT_MAX])
{
	const struct profile *const profile = judging->profile;
	const char *wrong = constraint_route(offer);

	if (wrong != NULL)
		return object(why, "%s", wrong);
	if (accepts(profile, offer))
		return objects_to_any(judging, offer, why) ||
		       (!is_named(profile, offer) &&
			objects_to_unnamed(judging, offer, why));
	if (!profile->accept_any)
		return object(why, "the profile does not accept it");
	return object(why, "Accept any takes a /%u and longer, and no Accept names it",
		      any_shortest(offer->addr.family));
}

static bool is_chosen(const struct choice *choice, const struct ip_prefix *prefix)
{
	for (size_t i = 0; i < choice->nroutes; i++)
		if (ip_prefix_compare(&choice->routes[i].prefix, prefix) == 0)
			return true;
	return false;
}

/* The administrator wrote the profile's Route, so what is wrong with it is an error.
 */
int choose_own_route(const struct profile *profile, const struct prefix_line *route,
		     const struct surroundings *around, const struct choice *choice,
		     struct failure *failure)
{
	const struct host_entry *same = surroundings_same(around, &route->prefix);
	char text[PREFIX_TEXT_MAX], there[SURROUNDING_TEXT_MAX];

	ip_prefix_print(&route->prefix, text);
	if (surroundings_carry_ssh(around, &route->prefix))
		return failure_set(failure, EXIT_POLICY,
				   "%s:%u: Route %s contains the ssh server: the link "
				   "would carry itself",
				   profile->file, route->line, text);
	/* Which families it carries is the remote's word. */
	if (!carries_family(choice, route->prefix.addr.family)) {
		failure_set(failure, EXIT_POLICY,
			    "%s:%u: Route %s: the link does not carry that family",
			    profile->file, route->line, text);
		return failure_blame(failure, BLAME_REMOTE);
	}
	if (same != NULL)
		return failure_set(failure, EXIT_SYSTEM,
				   "%s:%u: cannot add the route to %s: it is %s already",
				   profile->file, route->line, text,
				   surroundings_print(same, there));
	return 0;
}

static int add_own_routes(const struct profile *profile, const struct surroundings *around,
			  struct choice *out, struct failure *failure)
{
	for (size_t i = 0; i < profile->nroutes; i++) {
		const struct prefix_line *route = &profile->routes[i];

		if (choose_own_route(profile, route, around, out, failure) != 0)
			return -1;
		if (!is_chosen(out, &route->prefix))
			out->routes[out->nroutes++] = *route;
	}
	return 0;
}

int choose_routes(const struct profile *profile, const struct ready *ready,
		  const struct surroundings *around, struct choice *out,
		  struct failure *failure)
{
	struct judging judging = {.profile = profile, .around = around, .choice = out};

	out->nroutes = out->nrefused = 0;
	if (add_own_routes(profile, around, out, failure) != 0)
		return -1;
	for (size_t i = 0; i < ready->noffers; i++) {
		const struct ip_prefix *offer = &ready->offers[i];
		struct refused_offer *refused = &out->refused[out->nrefused];

		if (is_chosen(out, offer))
			continue;
		refused->prefix = *offer;
		refused->accepted = accepts(profile, offer);
		if (objects(&judging, offer, refused->why))
			out->nrefused++;
		else
			out->routes[out->nroutes++] = (struct prefix_line){*offer, 0};
	}
	return 0;
}
