/* SPDX-License-Identifier: ISC */
/* check: interface, addresses and routes, against this host's and its other profiles. */
#include "local/endpoints.h"
#include "local/check.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "agent/net/kernel_has.h"
#include "local/foresight.h"
#include "local/names.h"
#include "local/guard.h"
#include "local/nft.h"
#include "local/profile_names.h"
#include "local/tunnel.h"
#include "local/place.h"

/* " (and N more)" */
enum { SHARED_TEXT_MAX = 40 };

struct network {
	struct obstacles *all;
	const struct profile *profile;
	struct surroundings around;
	struct endpoints endpoints;
	/* As the link would have them, where its remote says nothing. */
	struct choice choice;
};

/* The interface of this very link, 0: it is not up. */
static int own_index(const struct journal *own)
{
	const struct journal_entry *device =
	    own == NULL ? NULL : journal_find(own, JOURNAL_DEVICE);

	return device == NULL ? 0 : device->index;
}

static void check_interface(struct obstacles *all, const struct profile *profile)
{
	/* What only the remote says is not known yet. */
	const struct tun_wanted wanted = {
	    .name = profile->interface,
	    .mtu = profile->mru,
	    .local = profile->address.local,
	    .remote = profile->address.remote,
	    .local6 = profile->address6.local,
	    .remote6 = profile->address6.remote,
	};
	struct failure failure;

	if ((place()->own ? tunnel_device_ready(&wanted, &failure)
			  : tunnel_interface_free(profile->interface, &failure)) != 0)
		obstacle_failure(all, 0, &failure);
}

static void check_ipv6(const struct network *net)
{
	const struct address_pair *pair = &net->profile->address6;
	const bool own = pair->local.family != AF_UNSPEC;
	struct error err;

	if ((own || foresee_told(net->profile, AF_INET6)) && ipv6_check(&err) != 0)
		obstacle_error(net->all, own ? EXIT_SYSTEM : EXIT_DONE, pair->line, &err);
}

/* `up` takes the administrator's word for these, and so may this host be. */
static void check_address(const struct network *net, const char *keyword,
			  const struct address_pair *pair)
{
	const struct ip_addr *const ends[] = {&pair->local, &pair->remote};
	char text[ADDRESS_TEXT_MAX], there[SURROUNDING_TEXT_MAX];

	for (size_t i = 0; pair->local.family != AF_UNSPEC && i < 2; i++) {
		const struct ip_prefix single = ip_prefix_single(ends[i]);
		const struct host_entry *touched =
		    surroundings_touched(&net->around, &single);

		if (touched != NULL)
			obstacle_add(net->all, EXIT_DONE, pair->line,
				     "%s: %s is in use here already: it is %s%s: choose "
				     "another, on both sides",
				     keyword, ip_addr_print(ends[i], text),
				     touched->prefix.len == single.len ? "" : "in ",
				     surroundings_print(touched, there));
	}
}

static void check_route(const struct network *net, const struct prefix_line *route)
{
	const struct host_entry *touched;
	char text[PREFIX_TEXT_MAX], there[SURROUNDING_TEXT_MAX];
	struct failure failure;

	if (choose_own_route(net->profile, route, &net->around, &net->choice, &failure) !=
	    0) {
		obstacle_failure(net->all, route->line, &failure);
		return;
	}
	touched = surroundings_touched(&net->around, &route->prefix);
	if (touched != NULL)
		obstacle_add(net->all, EXIT_DONE, route->line,
			     "Route %s takes packets from %s: they would go through the "
			     "link: leave it out if that is not meant",
			     ip_prefix_print(&route->prefix, text),
			     surroundings_print(touched, there));
}

/* What becomes of an offer of exactly what the profile accepts. */
static void check_accept(const struct network *net)
{
	static struct profile without;
	static struct choice choice;
	struct ready ready;
	struct failure failure;

	without = *net->profile;
	without.nroutes = 0;
	choice = net->choice;
	foresee_ready(net->profile, 0, &ready);
	if (choose_routes(&without, &ready, &net->around, &choice, &failure) != 0)
		return;
	for (size_t i = 0; i < choice.nrefused; i++) {
		const struct refused_offer *refused = &choice.refused[i];
		unsigned line = 0;
		char text[PREFIX_TEXT_MAX];

		for (size_t j = 0; j < net->profile->naccept; j++)
			if (ip_prefix_compare(&net->profile->accept[j].prefix,
					      &refused->prefix) == 0)
				line = net->profile->accept[j].line;
		obstacle_add(net->all, EXIT_DONE, line,
			     "Accept %s: an offer of it would not be taken: %s",
			     ip_prefix_print(&refused->prefix, text), refused->why);
	}
}

/* As the remote may offer what is accepted. */
static void check_servers(struct network *net)
{
	static struct link_names names;
	const struct profile *const profile = net->profile;
	struct choice *const choice = &net->choice;
	struct failure failure;
	struct ready ready;

	choice->nroutes = 0;
	for (size_t i = 0; i < profile->nroutes; i++)
		choice->routes[choice->nroutes++] = profile->routes[i];
	for (size_t i = 0; i < profile->naccept; i++)
		choice->routes[choice->nroutes++] = profile->accept[i];
	foresee_ready(profile, 0, &ready);
	if (!profile->accept_any && !profile->accept_address &&
	    choose_names(profile, &ready, choice, &names, &failure) != 0)
		obstacle_failure(net->all, profile->dns[0].line, &failure);
}

static void check_names(struct network *net)
{
	const struct profile *const profile = net->profile;
	const unsigned line = profile->ndns > 0 ? profile->dns[0].line : 0;
	struct names_state state;

	if (!names_wanted(profile))
		return;
	names_look_up(NULL, 0, &state);
	if (state.why[0] != '\0')
		obstacle_add(net->all, EXIT_DONE, line,
			     "the link's name servers would not be asked: %s", state.why);
	if (profile->ndns > 0 && profile->nsearch == 0 && !profile->accept_dns &&
	    state.manager == NAMES_RESOLVED)
		obstacle_add(net->all, EXIT_DONE, line,
			     "Dns without Search: systemd-resolved asks it for nothing: "
			     "add Search with the domains, or with ~. for every name");
	check_servers(net);
}

static void check_host(struct network *net)
{
	check_ipv6(net);
	check_address(net, "Address", &net->profile->address);
	check_address(net, "Address6", &net->profile->address6);
	for (size_t i = 0; i < net->profile->nroutes; i++)
		check_route(net, &net->profile->routes[i]);
	check_accept(net);
	check_names(net);
}

static bool same_pair(const struct address_pair *a, const struct address_pair *b)
{
	return a->local.family != AF_UNSPEC && a->local.family == b->local.family &&
	       (ip_addr_equal(&a->remote, &b->remote) ||
		ip_addr_equal(&a->local, &b->local));
}

static void compare_routes(struct obstacles *all, const struct profile *profile,
			   const struct profile *other)
{
	char one[PREFIX_TEXT_MAX], two[PREFIX_TEXT_MAX];

	for (size_t i = 0; i < profile->nroutes; i++)
		for (size_t j = 0; j < other->nroutes; j++) {
			const struct prefix_line *a = &profile->routes[i],
						 *b = &other->routes[j];

			if (!ip_prefix_overlaps(&a->prefix, &b->prefix))
				continue;
			obstacle_add(
			    all, EXIT_DONE, a->line, "Route %s %s %s of %s:%u: %s",
			    ip_prefix_print(&a->prefix, one),
			    a->prefix.len == b->prefix.len ? "is" : "overlaps",
			    ip_prefix_print(&b->prefix, two), other->file, b->line,
			    a->prefix.len == b->prefix.len
				? "only one of the two links can be up"
				: "while both are up, the longer one gets the packets");
		}
}

/* Domains of a profile that meet those of another; the first of them. */
struct shared {
	const struct domain_line *own, *other;
	size_t count;
};

static bool overlap(const char *a, const char *b)
{
	return domain_covers(a, b) || domain_covers(b, a);
}

static struct shared find_shared(const struct profile *profile, const struct profile *other,
				 bool (*meet)(const char *a, const char *b))
{
	struct shared shared = {.count = 0};

	for (size_t i = 0; i < profile->nsearch; i++)
		for (size_t j = 0; j < other->nsearch; j++) {
			if (!meet(profile->search[i].name, other->search[j].name))
				continue;
			if (shared.count++ == 0) {
				shared.own = &profile->search[i];
				shared.other = &other->search[j];
			}
			break;
		}
	return shared;
}

/* systemd-resolved asks the link with the longest of the domains that a name is in; of
 * equal ones, both. Told once, of domains that are equal if there are any. */
static void compare_domains(struct obstacles *all, const struct profile *profile,
			    const struct profile *other)
{
	struct shared shared = find_shared(profile, other, domain_equal);
	const bool same = shared.count > 0;
	char more[SHARED_TEXT_MAX] = "";

	if (!same)
		shared = find_shared(profile, other, overlap);
	if (shared.count == 0)
		return;
	if (shared.count > 1)
		snprintf(more, sizeof more, " (and %zu more)", shared.count - 1);
	if (same)
		obstacle_add(all, EXIT_DONE, shared.own->line,
			     "Search %s%s is in %s:%u as well: while both links are up, "
			     "both are asked, and the first answer counts",
			     shared.own->name, more, other->file, shared.other->line);
	else
		obstacle_add(all, EXIT_DONE, shared.own->line,
			     "Search %s overlaps %s of %s:%u: while both links are up, "
			     "the longer one's is asked",
			     shared.own->name, shared.other->name, other->file,
			     shared.other->line);
}

/* Both may be up one after the other, so that is no error. */
static void compare(struct obstacles *all, const struct profile *profile,
		    const struct profile *other)
{
	if (strcmp(profile->interface, other->interface) == 0)
		obstacle_add(all, EXIT_DONE, 0,
			     "%s has the same Interface, %s: only one of the two links can "
			     "be up",
			     other->file, profile->interface);
	if (same_pair(&profile->address, &other->address))
		obstacle_add(all, EXIT_DONE, profile->address.line,
			     "Address: %s:%u has the same address: choose another, on both "
			     "sides",
			     other->file, other->address.line);
	if (same_pair(&profile->address6, &other->address6))
		obstacle_add(all, EXIT_DONE, profile->address6.line,
			     "Address6: %s:%u has the same address: choose another, on "
			     "both sides",
			     other->file, other->address6.line);
	if (profile->route_default && other->route_default)
		obstacle_add(all, EXIT_DONE, profile->route_default_line,
			     "Route default: %s:%u says so too: only one of the two links "
			     "can be up",
			     other->file, other->route_default_line);
	compare_routes(all, profile, other);
	compare_domains(all, profile, other);
}

static void check_default(struct obstacles *all, const struct profile *profile)
{
	char other[NAME_MAX_LEN + 1];
	struct error err;

	if (profile->route_default && guard_other(profile->name, other))
		obstacle_add(all, EXIT_SYSTEM, profile->route_default_line,
			     "Route default: %s is this host's default route: `vpn-connect "
			     "down %s` first",
			     other, other);
	if ((profile->kill_switch || profile->clamp_mss) && nft_check(&err) != 0)
		obstacle_error(all, EXIT_SYSTEM,
			       profile->kill_switch ? profile->kill_switch_line
						    : profile->clamp_mss_line,
			       &err);
}

/* One that is wrong is told when it is checked itself. */
static void check_others(struct obstacles *all, const struct profile *profile)
{
	static struct profile other;
	struct dirent **names = NULL;
	const int count = profile_names_read(&names);
	struct error err;

	for (int i = 0; i < count; i++)
		if (strcmp(names[i]->d_name, profile->name) != 0 &&
		    place_load_profile(names[i]->d_name, &other, &err) == 0)
			compare(all, profile, &other);
	if (count >= 0)
		profile_names_free(names, count);
}

void check_network(struct obstacles *all, const struct profile *profile,
		   const struct journal *own)
{
	static struct network net;
	struct failure failure;
	struct error err;

	net = (struct network){.all = all, .profile = profile};
	net.around.endpoints = &net.endpoints;
	for (size_t i = 0; i < profile->nhosts; i++)
		endpoints_add_literal(&net.endpoints, profile->hosts[i].name);
	if (surroundings_read(&net.around, &err) != 0)
		obstacle_error(all, EXIT_SYSTEM, 0, &err);
	else if (foresee_addresses(profile, 0, &net.choice, &failure) != 0)
		obstacle_failure(all, 0, &failure);
	else {
		surroundings_forget(&net.around,
				    place()->own ? (int)if_nametoindex(profile->interface)
						 : own_index(own));
		check_host(&net);
	}
	surroundings_free(&net.around);
	if (own == NULL || journal_find(own, JOURNAL_LINK) == NULL)
		check_interface(all, profile);
	check_default(all, profile);
	check_others(all, profile);
}
