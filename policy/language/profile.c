/* SPDX-License-Identifier: ISC */
/* connect/NAME.conf: what the table cannot say, because it is about two values. */
#include "policy/language/profile.h"

#include "policy/language/parse.h"

static int check_addresses(const struct profile *profile, const char *file,
			   struct error *err)
{
	if (profile->accept_address || profile->address.local.family != AF_UNSPEC ||
	    profile->address6.local.family != AF_UNSPEC)
		return 0;
	return error_at(err, file, 0, 0,
			"no addresses for the link: expected a line \"Address\" or "
			"\"Address6\", or \"Accept address\" to take the remote's");
}

/* A switch that holds what the routes let go, or has nothing to hold. */
static int check_kill_switch(const struct profile *profile, const char *file,
			     struct error *err)
{
	if (!profile->kill_switch)
		return 0;
	if (!profile->route_default)
		return error_at(err, file, profile->kill_switch_line, 0,
				"KillSwitch yes needs Route default: otherwise only the "
				"link's own networks could be reached at all");
	if (profile->fallback)
		return error_at(err, file, profile->fallback_line, 0,
				"Fallback yes and KillSwitch yes exclude each other");
	return 0;
}

static bool has_prefix(const struct prefix_line *list, size_t count,
		       const struct ip_addr *address)
{
	for (size_t i = 0; i < count; i++)
		if (ip_prefix_contains(&list[i].prefix, address))
			return true;
	return false;
}

/* Whether any remote could be one through which that server is reached. */
static bool could_be_reached(const struct profile *profile, const struct ip_addr *server)
{
	const struct address_pair *const pair =
	    server->family == AF_INET ? &profile->address : &profile->address6;

	if (profile->accept_address || profile->accept_any)
		return true;
	if (pair->local.family != AF_UNSPEC &&
	    (profile->route_default || ip_addr_equal(server, &pair->remote)))
		return true;
	return has_prefix(profile->routes, profile->nroutes, server) ||
	       has_prefix(profile->accept, profile->naccept, server);
}

static int check_dns(const struct profile *profile, const char *file, struct error *err)
{
	char text[ADDRESS_TEXT_MAX];

	for (size_t i = 0; i < profile->ndns; i++)
		if (!could_be_reached(profile, &profile->dns[i].address))
			return error_at(err, file, profile->dns[i].line, 0,
					"Dns %s is not in a network that is routed through "
					"the link, nor its other end: expected a Route or "
					"Accept that it is in",
					ip_addr_print(&profile->dns[i].address, text));
	return 0;
}

static int check_profile(struct parse *p)
{
	struct profile *profile = p->out;
	const struct parse_link link = {&profile->address, &profile->address6};

	if (parse_stops(p, check_addresses(profile, p->file, p->err)) ||
	    parse_stops(p, check_kill_switch(profile, p->file, p->err)) ||
	    parse_stops(p, check_dns(profile, p->file, p->err)) ||
	    parse_stops(p, parse_check_mru(p, profile->mru, &profile->address6)) ||
	    parse_check_routes(p, "Route", profile->routes, profile->nroutes, &link) != 0 ||
	    parse_stops(p, parse_check_search(p, "Search", "Dns", profile->search,
					      profile->nsearch,
					      profile->ndns > 0 || profile->accept_dns)) ||
	    parse_stops(p,
			parse_check_interface(p, profile->name, profile->interface, 0, 0)))
		return -1;
	return parse_end(p);
}

const struct parse_kind parse_profile_kind = {
    .scope = &scope_profile,
    .size = sizeof(struct profile),
    .file = offsetof(struct profile, file),
    .name = offsetof(struct profile, name),
    .check = check_profile,
};

int profile_load(const char *dir, const char *name, enum trust trust, struct profile *out,
		 struct error *err)
{
	return parse_load(&parse_profile_kind, -1, dir, name, trust, out, err);
}
