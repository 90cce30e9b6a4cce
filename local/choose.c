/* SPDX-License-Identifier: ISC */
#include "local/choose.h"

#include "policy/check.h"

static struct ip_prefix host_prefix(const struct ip_addr *address)
{
	return (struct ip_prefix){.addr = *address,
				  .len = address->family == AF_INET ? 32 : 128};
}

static bool covers_endpoint(const struct ip_prefix *prefix,
			    const struct endpoints *endpoints)
{
	for (size_t i = 0; i < endpoints->count; i++)
		if (ip_prefix_contains(prefix, &endpoints->addresses[i]))
			return true;
	return false;
}

/* A host with more networks than we know of: each may be one of the others. */
static bool touches_host(const struct ip_prefix *prefix,
			 const struct link_networks *networks)
{
	for (size_t i = 0; i < networks->count; i++)
		if (ip_prefix_overlaps(&networks->list[i], prefix))
			return true;
	return networks->more;
}

/* One family of the pair: what the profile says, checked against what the remote says. */
struct pair_choice {
	const char *keyword;
	const struct address_pair *wanted;
	struct link_pair told;
};

/* NULL when a link can have what the remote tells as its ends. */
static const char *pair_objection(const struct link_pair *told,
				  const struct surroundings *around)
{
	const struct ip_prefix ends[] = {host_prefix(&told->local),
					 host_prefix(&told->remote)};

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		const char *why = check_route(&ends[i]);

		if (why != NULL)
			return why;
		if (covers_endpoint(&ends[i], around->endpoints))
			return "one is the ssh server";
		if (touches_host(&ends[i], around->networks))
			return "one is in a network of this host";
	}
	return check_link_pair(&told->local, &told->remote);
}

static int take_told(const struct profile *profile, const struct pair_choice *choice,
		     const struct surroundings *around, struct link_pair *out,
		     struct failure *failure)
{
	char local[ADDRESS_TEXT_MAX], remote[ADDRESS_TEXT_MAX];
	const char *why;

	ip_addr_print(&choice->told.local, local);
	ip_addr_print(&choice->told.remote, remote);
	if (!profile->accept_address)
		return failure_set(
		    failure, EXIT_POLICY,
		    "%s does not say which addresses to use; the remote says %s "
		    "and %s: write `%s %s %s`, or `Accept address`",
		    profile->file, local, remote, choice->keyword, local, remote);
	why = pair_objection(&choice->told, around);
	if (why != NULL)
		return failure_set(
		    failure, EXIT_PROTOCOL,
		    "the remote wants addresses that a link cannot have: %s and %s: %s",
		    local, remote, why);
	*out = choice->told;
	return 0;
}

static int choose_pair(const struct profile *profile, const struct pair_choice *choice,
		       const struct surroundings *around, struct link_pair *out,
		       struct failure *failure)
{
	char local[ADDRESS_TEXT_MAX], remote[ADDRESS_TEXT_MAX];
	const struct address_pair *wanted = choice->wanted;

	*out = (struct link_pair){.local.family = AF_UNSPEC, .remote.family = AF_UNSPEC};
	if (wanted->local.family == AF_UNSPEC)
		return choice->told.local.family == AF_UNSPEC
			   ? 0
			   : take_told(profile, choice, around, out, failure);
	if (choice->told.local.family == AF_UNSPEC)
		return failure_set(failure, EXIT_POLICY,
				   "the remote has no %s for this peer, and %s wants one",
				   choice->keyword, profile->file);
	if (!ip_addr_equal(&wanted->local, &choice->told.local) ||
	    !ip_addr_equal(&wanted->remote, &choice->told.remote))
		return failure_set(
		    failure, EXIT_POLICY,
		    "the remote uses other addresses than %s: it says %s here and "
		    "%s there; write `%s %s %s`, or change the remote's policy",
		    profile->file, ip_addr_print(&choice->told.local, local),
		    ip_addr_print(&choice->told.remote, remote), choice->keyword, local,
		    remote);
	*out = choice->told;
	return 0;
}

int choose_addresses(const struct profile *profile, const struct ready *ready,
		     const struct surroundings *around, struct choice *out,
		     struct failure *failure)
{
	const struct pair_choice four = {
	    "Address", &profile->address, {ready->local, ready->remote}};
	const struct pair_choice six = {
	    "Address6", &profile->address6, {ready->local6, ready->remote6}};

	/* The remote's device has its size, and drops what is larger. */
	*out = (struct choice){.mru = ready->mru};
	if (profile->mru != 0 && profile->mru < ready->mru)
		out->mru = profile->mru;
	if (choose_pair(profile, &four, around, &out->pair, failure) != 0 ||
	    choose_pair(profile, &six, around, &out->pair6, failure) != 0)
		return -1;
	if (out->pair.local.family == AF_UNSPEC && out->pair6.local.family == AF_UNSPEC)
		return failure_set(
		    failure, EXIT_PROTOCOL,
		    "the remote has no addresses for this peer: its policy needs "
		    "Address or Address6");
	return 0;
}

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

/* Accept PREFIX: the administrator has thought of this network. */
static bool is_named(const struct profile *profile, const struct ip_prefix *prefix)
{
	for (size_t i = 0; i < profile->naccept; i++)
		if (ip_prefix_covers(&profile->accept[i].prefix, prefix))
			return true;
	return false;
}

static bool is_any(const struct profile *profile, const struct ip_prefix *prefix)
{
	return profile->accept_any &&
	       prefix->len >=
		   (prefix->addr.family == AF_INET ? ANY_SHORTEST4 : ANY_SHORTEST6);
}

/* NULL when the offer is taken. */
static const char *offer_objection(const struct profile *profile,
				   const struct choice *choice,
				   const struct surroundings *around,
				   const struct ip_prefix *offer)
{
	const char *why = check_route(offer);

	if (why != NULL)
		return why;
	if (!is_named(profile, offer)) {
		if (!is_any(profile, offer))
			return "the profile does not accept it";
		if (touches_host(offer, around->networks))
			return "it overlaps a network of this host, and no Accept names it";
	}
	if (!carries_family(choice, offer->addr.family))
		return "the link does not carry that family";
	if (overlaps_pair(choice, offer))
		return "it contains an address of the link itself";
	if (covers_endpoint(offer, around->endpoints))
		return "it contains the ssh server: the link would carry itself";
	return NULL;
}

static bool same_prefix(const struct ip_prefix *a, const struct ip_prefix *b)
{
	return a->len == b->len && ip_addr_equal(&a->addr, &b->addr);
}

static void add_once(struct choice *choice, const struct ip_prefix *prefix, unsigned line)
{
	for (size_t i = 0; i < choice->nroutes; i++)
		if (same_prefix(&choice->routes[i].prefix, prefix))
			return;
	choice->routes[choice->nroutes++] = (struct prefix_line){*prefix, line};
}

/* A Route of the profile is the administrator's word, so what is wrong with it is an error.
 */
static int add_own_routes(const struct profile *profile, const struct endpoints *endpoints,
			  struct choice *out, struct failure *failure)
{
	char text[PREFIX_TEXT_MAX];

	for (size_t i = 0; i < profile->nroutes; i++) {
		const struct prefix_line *route = &profile->routes[i];

		ip_prefix_print(&route->prefix, text);
		if (covers_endpoint(&route->prefix, endpoints))
			return failure_set(
			    failure, EXIT_POLICY,
			    "%s:%u: Route %s contains the ssh server: the link "
			    "would carry itself",
			    profile->file, route->line, text);
		if (!carries_family(out, route->prefix.addr.family))
			return failure_set(
			    failure, EXIT_POLICY,
			    "%s:%u: Route %s: the link does not carry that family",
			    profile->file, route->line, text);
		add_once(out, &route->prefix, route->line);
	}
	return 0;
}

int choose_routes(const struct profile *profile, const struct ready *ready,
		  const struct surroundings *around, struct choice *out,
		  struct failure *failure)
{
	out->nroutes = out->nrefused = 0;
	if (add_own_routes(profile, around->endpoints, out, failure) != 0)
		return -1;
	for (size_t i = 0; i < ready->noffers; i++) {
		const char *why = offer_objection(profile, out, around, &ready->offers[i]);

		if (why == NULL) {
			add_once(out, &ready->offers[i], 0);
			continue;
		}
		out->refused[out->nrefused].prefix = ready->offers[i];
		out->refused[out->nrefused++].why = why;
	}
	return 0;
}
