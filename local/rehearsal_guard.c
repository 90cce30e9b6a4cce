/* SPDX-License-Identifier: ISC */
/* What a default route, KillSwitch and ClampMss would do: told before the first step. */
#include <stdio.h>

#include "local/filter_text.h"
#include "local/guard.h"
#include "local/nft.h"
#include "local/rehearsal.h"

static void tell_gates(struct rehearsal *show)
{
	const struct profile *const profile = show->profile;

	for (size_t i = 0; i < profile->nhosts; i++)
		rehearsal_tell("look up",
			       "where %s is, as %s: its addresses are kept until `down`, "
			       "and ssh is told which",
			       profile->hosts[i].name, show->account.name);
	rehearsal_note(show, JOURNAL_GATE, "each address");
}

static void tell_filter(struct rehearsal *show)
{
	const struct profile *const profile = show->profile;
	char name[FILTER_NAME_MAX];

	filter_name(profile->name, name);
	rehearsal_tell("run", PATH_NFT " -f -, with CAP_NET_ADMIN alone: table inet %s",
		       name);
	if (profile->kill_switch)
		printf("           nothing leaves, and nothing is forwarded, but through "
		       "lo, %s, by %s's ssh to these addresses, DHCP, and neighbour "
		       "discovery (KillSwitch)\n",
		       profile->interface, show->account.name);
	if (profile->clamp_mss)
		printf(
		    "           TCP that is forwarded through %s is told the packet size "
		    "(ClampMss)\n",
		    profile->interface);
	rehearsal_note(show, JOURNAL_FILTER, "table inet %s", name);
}

static void tell_steering(struct rehearsal *show)
{
	rehearsal_tell("add",
		       "rules %d to %d proto %d of IPv4 and IPv6, by which all that has no "
		       "route of its own in the main table but a default one goes to table "
		       "%d, or the next one that is free",
		       RULE_FIRST, RULE_LAST, RULE_PROTOCOL, STEER_TABLE_FIRST);
	printf("           but ssh's own packets go by the main table\n");
	if (!show->profile->fallback)
		rehearsal_tell(
		    "hold", "back all of that while the link is away: a default route of "
			    "type unreachable in that table");
	rehearsal_note(show, JOURNAL_TABLE, "%d, or the next one", STEER_TABLE_FIRST);
}

void rehearse_guard(struct rehearsal *show)
{
	const struct profile *const profile = show->profile;

	if (profile->route_default)
		tell_gates(show);
	if (profile->kill_switch || profile->clamp_mss)
		tell_filter(show);
	if (profile->route_default)
		tell_steering(show);
}

void rehearse_default(const struct rehearsal *show)
{
	static const sa_family_t families[] = {AF_INET, AF_INET6};
	const struct choice *const choice = &show->choice[0];

	if (!show->profile->route_default)
		return;
	for (size_t i = 0; i < 2; i++) {
		const struct link_pair *const pair =
		    families[i] == AF_INET ? &choice->pair : &choice->pair6;

		const int version = families[i] == AF_INET ? 4 : 6;

		if (pair->local.family != AF_UNSPEC)
			rehearsal_tell(
			    "add", "route default dev %s proto %d of IPv%d to that table",
			    show->profile->interface, ROUTE_PROTOCOL, version);
		else
			rehearsal_tell(
			    "hold", "back packets of IPv%d, which the link does not carry",
			    version);
	}
}
