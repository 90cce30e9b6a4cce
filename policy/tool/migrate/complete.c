/* SPDX-License-Identifier: ISC */
/* What no single file says: whose a script's addresses and routes are, and which addresses
 * a link gets that has none. */
#include <string.h>

#include "policy/language/constraint.h"
#include "policy/tool/base/grow.h"
#include "policy/tool/migrate/migration.h"
#include "policy/tool/peers/pool.h"

/* How many pairs are tried for one that PPP can negotiate with the other end. */
enum { POOL_TRIES = 8 };

static bool is_known(const struct ip_addr *end)
{
	return end->family != AF_UNSPEC;
}

static bool is_whole(const struct address_pair *pair)
{
	return is_known(&pair->local) && is_known(&pair->remote);
}

/* The script is the other side of one link: its far end is this end here. */
static void give_script(struct migration *m)
{
	const struct made_profile *link;
	struct made_peer *peer;

	if (!m->scripted || m->npeers == 0)
		return;
	link = &m->profiles[m->script_profile];
	if (m->npeers > 1) {
		migration_note(
		    m, link->origin,
		    "not taken over as a peer's: there are %zu keys, and nothing "
		    "tells whose script it is",
		    m->npeers);
		return;
	}
	peer = &m->peers[0];
	if (!is_whole(&peer->address) && is_whole(&link->address))
		peer->address = (struct address_pair){.local = link->address.remote,
						      .remote = link->address.local};
	for (size_t i = 0; i < m->behind.count; i++)
		migration_route(m, link->origin, "MYNET", &peer->routes,
				&m->behind.list[i]);
	/* What the one side routed here the other one may reach. */
	for (size_t i = 0; i < link->routes.count; i++)
		migration_route(m, link->origin, "TARGETNET", &peer->offers,
				&link->routes.list[i]);
}

/* Whose routes go to that gateway; with a single link they are its, whatever that is. */
static struct network_list *find_routes(struct migration *m, const struct ip_addr *gateway)
{
	for (size_t i = 0; i < m->nprofiles && is_known(gateway); i++)
		if (ip_addr_equal(&m->profiles[i].address.remote, gateway))
			return &m->profiles[i].routes;
	for (size_t i = 0; i < m->npeers && is_known(gateway); i++)
		if (ip_addr_equal(&m->peers[i].address.remote, gateway))
			return &m->peers[i].routes;
	if (m->npeers == 1)
		return &m->peers[0].routes;
	return m->npeers == 0 && m->nprofiles == 1 ? &m->profiles[0].routes : NULL;
}

static void give_routes(struct migration *m)
{
	for (size_t i = 0; i < m->nscript_routes; i++) {
		const struct script_route *route = &m->script_routes[i];
		struct network_list *list = find_routes(m, &route->gateway);

		if (list != NULL)
			migration_route(m, route->origin, "the route", list,
					&route->network);
		else
			migration_drop(m, route->origin, "the route",
				       "nothing tells whose it is: add it to a peer's file "
				       "(Route)");
	}
}

/* A peer reaches what it is offered: that nothing is has to be known. */
static void tell_reach(struct migration *m)
{
	for (size_t i = 0; i < m->npeers; i++)
		if (m->peers[i].offers.count == 0) {
			migration_note(
			    m, (struct origin){m->peers[i].origin.file, 0},
			    "peers reach this end of their link alone, until Offer or "
			    "Reach says more: before, the packet filter decided");
			return;
		}
}

/* A pair that no link can have is none. */
static void check_pair(struct migration *m, struct origin at, const char *name,
		       struct address_pair *pair)
{
	const char *why = NULL;

	if (is_known(&pair->local))
		why = constraint_link_end(&pair->local);
	if (why == NULL && is_known(&pair->remote))
		why = constraint_link_end(&pair->remote);
	if (why == NULL && is_whole(pair))
		why = constraint_link_pair(&pair->local, &pair->remote);
	if (why == NULL)
		return;
	migration_note(m, at, "not taken over: the addresses of %s: %s", name, why);
	*pair = (struct address_pair){.line = 0};
}

static void note_taken(struct migration *m, const struct ip_prefix *network)
{
	struct network_list *taken = &m->taken;

	if (!APPEND(taken->list, taken->count, taken->size, network))
		m->lost = true;
}

static void note_end(struct migration *m, const struct ip_addr *end)
{
	const struct ip_prefix single = ip_prefix_single(end);

	if (is_known(end))
		note_taken(m, &single);
}

static void list_taken(struct migration *m)
{
	for (size_t i = 0; i < m->npeers; i++) {
		const struct made_peer *peer = &m->peers[i];

		note_end(m, &peer->address.local);
		note_end(m, &peer->address.remote);
		note_end(m, &peer->address6.local);
		note_end(m, &peer->address6.remote);
		for (size_t j = 0; j < peer->routes.count; j++)
			note_taken(m, &peer->routes.list[j]);
	}
}

/* This end for a pair whose other end is known, or both. False when there is none. */
static bool take_pair(struct migration *m, const struct ip_prefix *pool,
		      struct address_pair *pair)
{
	struct address_pair found;

	for (unsigned tries = 0; tries < POOL_TRIES; tries++) {
		pool_sort(m->taken.list, m->taken.count);
		if (pool_take(pool, m->taken.list, m->taken.count, &found) != 0)
			return false;
		note_end(m, &found.local);
		if (is_known(&pair->remote))
			found.remote = pair->remote;
		else
			note_end(m, &found.remote);
		if (constraint_link_pair(&found.local, &found.remote) == NULL) {
			*pair = found;
			return true;
		}
	}
	return false;
}

static bool complete_pair(struct migration *m, sa_family_t family,
			  struct address_pair *pair)
{
	for (size_t i = 0; i < m->npools && !is_whole(pair); i++)
		if (m->pools[i].addr.family == family)
			(void)take_pair(m, &m->pools[i], pair);
	return is_whole(pair);
}

static int complete_addresses(struct migration *m, struct made_peer *peer,
			      struct error *err)
{
	struct address_pair *pairs[] = {&peer->address, &peer->address6};
	static const sa_family_t families[] = {AF_INET, AF_INET6};
	const bool told =
	    is_known(&peer->address.remote) || is_known(&peer->address6.remote);
	bool any = false;

	for (size_t i = 0; i < 2; i++) {
		/* What says nothing of a family has none of it. */
		if (!told || is_known(&pairs[i]->remote))
			any = complete_pair(m, families[i], pairs[i]) || any;
		if (!is_whole(pairs[i]))
			*pairs[i] = (struct address_pair){.line = 0};
	}
	return any ? 0
		   : error_at(err, peer->origin.file, peer->origin.line, 0,
			      "nothing says which addresses the link of %s has: give a "
			      "network for such links (--pool 10.9.0.0/24)",
			      peer->name);
}

static bool holds_end(const struct ip_prefix *network, const struct address_pair *pair)
{
	return ip_prefix_contains(network, &pair->local) ||
	       ip_prefix_contains(network, &pair->remote);
}

/* A route that holds an end of its own link would cut it. */
static void check_routes(struct migration *m, struct origin at,
			 const struct address_pair *address,
			 const struct address_pair *address6, struct network_list *routes)
{
	char text[PREFIX_TEXT_MAX];
	size_t kept = 0;

	for (size_t i = 0; i < routes->count; i++) {
		const struct ip_prefix route = routes->list[i];

		if (!holds_end(&route, address) && !holds_end(&route, address6))
			routes->list[kept++] = route;
		else
			migration_note(m, at,
				       "not taken over: the route to %s: it holds an end "
				       "of the link itself",
				       ip_prefix_print(&route, text));
	}
	routes->count = kept;
}

static void check_mru(struct migration *m, struct origin at, bool ipv6, unsigned *mru)
{
	if (*mru == 0 || *mru >= MRU_IPV6_MIN || !ipv6)
		return;
	migration_note(m, at, "not taken over: the MTU %u: a link with IPv6 needs %d", *mru,
		       MRU_IPV6_MIN);
	*mru = 0;
}

/* What is wrong by itself, before others get what is free. */
static void check_peer(struct migration *m, struct made_peer *peer)
{
	check_pair(m, peer->origin, peer->name, &peer->address);
	check_pair(m, peer->origin, peer->name, &peer->address6);
	check_routes(m, peer->origin, &peer->address, &peer->address6, &peer->routes);
}

static int complete_peer(struct migration *m, struct made_peer *peer, struct error *err)
{
	if (complete_addresses(m, peer, err) != 0)
		return -1;
	check_routes(m, peer->origin, &peer->address, &peer->address6, &peer->routes);
	check_routes(m, peer->origin, &peer->address, &peer->address6, &peer->offers);
	check_mru(m, peer->origin, is_whole(&peer->address6), &peer->mru);
	return 0;
}

static void complete_profile(struct migration *m, struct made_profile *profile)
{
	struct address_pair *pairs[] = {&profile->address, &profile->address6};

	profile->left_out = true;
	if (profile->host[0] == '\0') {
		migration_note(m, profile->origin,
			       "no profile is made of it: nothing says which host to "
			       "connect to");
		return;
	}
	if (m->run_as == NULL) {
		migration_note(m, profile->origin,
			       "no profile is made of it: give the user whose ssh is to "
			       "make the connection (--run-as USER)");
		return;
	}
	profile->left_out = false;
	for (size_t i = 0; i < 2; i++) {
		check_pair(m, profile->origin, profile->name, pairs[i]);
		if (!is_whole(pairs[i]))
			*pairs[i] = (struct address_pair){.line = 0};
	}
	check_routes(m, profile->origin, &profile->address, &profile->address6,
		     &profile->routes);
	check_mru(m, profile->origin, is_whole(&profile->address6), &profile->mru);
}

int migration_complete(struct migration *m, struct error *err)
{
	bool any = m->remote;

	give_script(m);
	give_routes(m);
	for (size_t i = 0; i < m->npeers; i++)
		check_peer(m, &m->peers[i]);
	list_taken(m);
	for (size_t i = 0; i < m->npeers; i++)
		if (complete_peer(m, &m->peers[i], err) != 0)
			return -1;
	tell_reach(m);
	for (size_t i = 0; i < m->nprofiles; i++) {
		complete_profile(m, &m->profiles[i]);
		any = any || !m->profiles[i].left_out;
	}
	return any ? 0
		   : error_set(err,
			       "there is nothing that policy or a profile could be made "
			       "of");
}
