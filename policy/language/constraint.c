/* SPDX-License-Identifier: ISC */
#include "policy/language/constraint.h"

#include <string.h>

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

const char *constraint_link_end(const struct ip_addr *addr)
{
	for (size_t i = 0; i < sizeof specials / sizeof specials[0]; i++)
		if (!specials[i].link && ip_prefix_contains(&specials[i].prefix, addr))
			return specials[i].as_address;
	return NULL;
}

const char *constraint_link_pair(const struct ip_addr *a, const struct ip_addr *b)
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

const char *constraint_route(const struct ip_prefix *prefix)
{
	if (prefix->len < ROUTE_LEN_MIN)
		return "a default route through a peer is not allowed";
	for (size_t i = 0; i < sizeof specials / sizeof specials[0]; i++)
		if (ip_prefix_overlaps(&specials[i].prefix, prefix))
			return specials[i].as_route;
	return NULL;
}

const char *constraint_reach(const struct ip_prefix *prefix)
{
	return ip_prefix_is_local(prefix)
		   ? "a loopback or unspecified address, which no packet may have"
		   : NULL;
}
