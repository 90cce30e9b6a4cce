/* SPDX-License-Identifier: ISC */
#include "policy/language/constraint.h"

#include <stdio.h>
#include <string.h>

/* The kernel's IFNAMSIZ is where the limit comes from; a default of ours begins so. */
static const char default_prefix[] = "sp-";

/* Ranges that no end of a link may have, or no route may touch (RFC 6890). */
static const struct special {
	struct ip_prefix prefix;
	/* may be an end of a link all the same */
	bool link;
	const char *as_address, *as_route;
} specials[] = {
    {{{AF_INET, {0}}, 8}, false, "not an address of a host", "overlaps 0.0.0.0/8"},
    {{{AF_INET, {127}}, 8}, false, "a loopback address", "overlaps 127.0.0.0/8 (loopback)"},
    /* Cloud machines fetch their credentials from there. */
    {{{AF_INET, {169, 254}}, 16}, true, "", "overlaps 169.254.0.0/16 (link-local)"},
    {{{AF_INET, {224}}, 4},
     false,
     "a multicast address",
     "overlaps 224.0.0.0/4 (multicast)"},
    {{{AF_INET, {240}}, 4},
     false,
     "a reserved or broadcast address",
     "overlaps 240.0.0.0/4 (reserved, broadcast)"},
    {{{AF_INET6, {0}}, 127},
     false,
     "the unspecified or the loopback address",
     "overlaps ::/127 (unspecified, loopback)"},
    {{{AF_INET6, {[10] = 0xff, [11] = 0xff}}, 96},
     false,
     "an IPv4-mapped address",
     "overlaps ::ffff:0:0/96 (IPv4-mapped)"},
    /* PPP makes these itself (RFC 5072 section 5). */
    {{{AF_INET6, {0xfe, 0x80}}, 10},
     false,
     "a link-local address, which PPP sets itself",
     "overlaps fe80::/10 (link-local)"},
    {{{AF_INET6, {0xff}}, 8},
     false,
     "a multicast address",
     "overlaps ff00::/8 (multicast)"},
};

const char *check_link_address(const struct ip_addr *addr)
{
	for (size_t i = 0; i < sizeof specials / sizeof specials[0]; i++)
		if (!specials[i].link && ip_prefix_contains(&specials[i].prefix, addr))
			return specials[i].as_address;
	return NULL;
}

const char *check_link_pair(const struct ip_addr *a, const struct ip_addr *b)
{
	static const uint8_t none[8];

	if (ip_addr_equal(a, b))
		return "both ends have the same address";
	if (a->family != AF_INET6)
		return NULL;
	/* PPP negotiates the low 64 bits only, and they must differ (RFC 5072 4.1). */
	if (memcmp(a->bytes + 8, none, sizeof none) == 0 ||
	    memcmp(b->bytes + 8, none, sizeof none) == 0)
		return "the low 64 bits of an end are zero";
	if (memcmp(a->bytes + 8, b->bytes + 8, sizeof none) == 0)
		return "both ends have the same low 64 bits";
	return NULL;
}

const char *check_route(const struct ip_prefix *prefix)
{
	if (prefix->len < ROUTE_LEN_MIN)
		return "a default route through a peer is not allowed";
	for (size_t i = 0; i < sizeof specials / sizeof specials[0]; i++)
		if (ip_prefix_overlaps(&specials[i].prefix, prefix))
			return specials[i].as_route;
	return NULL;
}

const char *check_reach(const struct ip_prefix *prefix)
{
	return ip_prefix_is_local(prefix)
		   ? "a loopback or unspecified address, which no packet may have"
		   : NULL;
}

static bool holds_an_end(const struct ip_prefix *prefix, const struct address_pair *pair)
{
	return ip_prefix_contains(prefix, &pair->local) ||
	       ip_prefix_contains(prefix, &pair->remote);
}

int check_routes_pair(const struct check_routes *routes, struct error *err)
{
	for (size_t i = 0; i < routes->count; i++) {
		const struct prefix_line *line = &routes->list[i];
		const struct address_pair *pair = NULL;
		char prefix[PREFIX_TEXT_MAX];

		if (holds_an_end(&line->prefix, routes->address))
			pair = routes->address;
		else if (holds_an_end(&line->prefix, routes->address6))
			pair = routes->address6;
		if (pair != NULL)
			return error_at(err, routes->file, line->line, 1,
					"%s: %s holds an address of the link itself (line "
					"%u): expected networks beyond the link",
					routes->keyword,
					ip_prefix_print(&line->prefix, prefix), pair->line);
	}
	return 0;
}

int check_interface_fits(const struct check_interface *in, struct error *err)
{
	char name[sizeof default_prefix + NAME_MAX_LEN];
	size_t max = IFNAME_MAX_LEN - in->room, len;
	bool given = in->interface[0] != '\0';
	unsigned line = given ? in->interface_line : in->sessions_line;

	snprintf(name, sizeof name, "%s%s", given ? "" : default_prefix,
		 given ? in->interface : in->name);
	len = strlen(name);
	if (len > max)
		return error_at(
		    err, in->file, line, line == 0 ? 0 : 1,
		    "interface name \"%s\" too long: expected at most %zu "
		    "characters%s%s",
		    name, max,
		    in->room > 0 ? ", as more than one session needs \".N\"" : "",
		    given ? "" : ": add a line \"Interface\" with a shorter name");
	memcpy(in->interface, name, len + 1);
	return 0;
}

int check_mru_fits(const struct check_mru *in, struct error *err)
{
	if (in->mru == 0 || in->mru >= MRU_IPV6_MIN ||
	    in->address6->local.family == AF_UNSPEC)
		return 0;
	return error_at(err, in->file, in->line, in->line == 0 ? 0 : 1,
			"Mru %u is less than IPv6 takes, and there is Address6 (line %u): "
			"expected at least %d",
			in->mru, in->address6->line, MRU_IPV6_MIN);
}
