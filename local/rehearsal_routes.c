/* SPDX-License-Identifier: ISC */
/* The routes that a link would have: the profile's own, and which offers are taken. */
#include <stdio.h>

#include "local/rehearsal.h"

static void tell_own(struct rehearsal *show, const struct prefix_line *route)
{
	const struct profile *const profile = show->profile;
	struct failure failure;
	char text[PREFIX_TEXT_MAX];

	ip_prefix_print(&route->prefix, text);
	if (choose_own_route(profile, route, &show->around, &show->choice[0], &failure) !=
	    0) {
		rehearsal_tell("fail", "%s", failure.text);
		return;
	}
	rehearsal_tell("add", "route %s dev %s proto %d scope link (%s:%u)", text,
		       profile->interface, ROUTE_PROTOCOL, profile->file, route->line);
	rehearsal_note(show, JOURNAL_ROUTE, "%s", text);
}

/* The remote may offer it, part of it, or nothing of it. */
static void tell_accept(struct rehearsal *show, const struct prefix_line *accept,
			const struct choice *choice)
{
	char text[PREFIX_TEXT_MAX];

	ip_prefix_print(&accept->prefix, text);
	for (size_t i = 0; i < choice->nrefused; i++) {
		if (ip_prefix_compare(&choice->refused[i].prefix, &accept->prefix) != 0)
			continue;
		rehearsal_tell("refuse", "an offer of %s (%s:%u): %s", text,
			       show->profile->file, accept->line, choice->refused[i].why);
		return;
	}
	rehearsal_tell("offer",
		       "route %s dev %s proto %d scope link, or what of it the remote "
		       "offers (%s:%u)",
		       text, show->profile->interface, ROUTE_PROTOCOL, show->profile->file,
		       accept->line);
}

static void tell_offers(struct rehearsal *show)
{
	const struct profile *const profile = show->profile;
	static struct profile without;
	static struct choice choice;
	struct failure failure;
	struct ready ready;

	without = *profile;
	without.nroutes = 0;
	choice = show->choice[0];
	foresee_ready(profile, 0, &ready);
	if (choose_routes(&without, &ready, &show->around, &choice, &failure) != 0)
		return;
	for (size_t i = 0; i < profile->naccept; i++)
		tell_accept(show, &profile->accept[i], &choice);
	if (profile->accept_any)
		rehearsal_tell("offer", "any route that touches nothing of this host "
					"(Accept any)");
	if (profile->naccept > 0 || profile->accept_any)
		rehearsal_note(show, JOURNAL_ROUTE, "each offer that is taken");
}

int rehearse_routes(struct rehearsal *show)
{
	for (size_t i = 0; i < show->profile->nroutes; i++)
		tell_own(show, &show->profile->routes[i]);
	tell_offers(show);
	return 0;
}

static void hold_back(struct rehearsal *show, const char *networks)
{
	rehearsal_tell("hold",
		       "back packets to %s while the link is away: a route of type "
		       "unreachable, with the metric %u or the next one that is free",
		       networks, (unsigned)HELD_METRIC);
	rehearsal_note(show, JOURNAL_HELD, "%s", networks);
}

void rehearse_hold_back(struct rehearsal *show)
{
	char text[PREFIX_TEXT_MAX];

	rehearse_guard(show);
	for (size_t i = 0; !show->profile->fallback && i < show->profile->nroutes; i++)
		hold_back(show, ip_prefix_print(&show->profile->routes[i].prefix, text));
}

int rehearse_hold(struct rehearsal *show)
{
	const struct profile *const profile = show->profile;

	if (!profile->fallback && (profile->naccept > 0 || profile->accept_any))
		hold_back(show, "each offer that is taken");
	rehearse_default(show);
	return 0;
}
