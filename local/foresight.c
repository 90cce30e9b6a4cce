/* SPDX-License-Identifier: ISC */
#include "local/foresight.h"

/* Of RFC 5737 and RFC 3849: nobody's. They are compared, and never told. */
static const struct link_pair unknown4[FORESIGHTS] = {
    {{AF_INET, {192, 0, 2, 1}}, {AF_INET, {192, 0, 2, 2}}},
    {{AF_INET, {198, 51, 100, 1}}, {AF_INET, {198, 51, 100, 2}}},
};
static const struct link_pair unknown6[FORESIGHTS] = {
    {{AF_INET6, {0x20, 1, 0xd, 0xb8, [15] = 1}},
     {AF_INET6, {0x20, 1, 0xd, 0xb8, [15] = 2}}},
    {{AF_INET6, {0x20, 1, 0xd, 0xb8, [14] = 1, [15] = 1}},
     {AF_INET6, {0x20, 1, 0xd, 0xb8, [14] = 1, [15] = 2}}},
};

static bool routes_family(const struct profile *profile, sa_family_t family)
{
	for (size_t i = 0; i < profile->nroutes; i++)
		if (profile->routes[i].prefix.addr.family == family)
			return true;
	for (size_t i = 0; i < profile->naccept; i++)
		if (profile->accept[i].prefix.addr.family == family)
			return true;
	return false;
}

bool foresee_told(const struct profile *profile, sa_family_t family)
{
	const struct address_pair *own =
	    family == AF_INET ? &profile->address : &profile->address6;

	if (own->local.family != AF_UNSPEC || !profile->accept_address)
		return false;
	return routes_family(profile, family) ||
	       (family == AF_INET && profile->address6.local.family == AF_UNSPEC &&
		!routes_family(profile, AF_INET6));
}

void foresee_ready(const struct profile *profile, unsigned which, struct ready *out)
{
	*out = (struct ready){
	    .local = profile->address.local,
	    .remote = profile->address.remote,
	    .local6 = profile->address6.local,
	    .remote6 = profile->address6.remote,
	};
	if (foresee_told(profile, AF_INET)) {
		out->local = unknown4[which].local;
		out->remote = unknown4[which].remote;
	}
	if (foresee_told(profile, AF_INET6)) {
		out->local6 = unknown6[which].local;
		out->remote6 = unknown6[which].remote;
	}
	/* The smaller of the two sides' counts: with the smallest it is never ours. */
	out->mru = which == 0			     ? MRU_MAX
		   : out->local6.family == AF_UNSPEC ? MRU_MIN
						     : MRU_IPV6_MIN;
	for (size_t i = 0; i < profile->naccept && i < READY_OFFERS_MAX; i++)
		out->offers[out->noffers++] = profile->accept[i].prefix;
}

int foresee_addresses(const struct profile *profile, unsigned which, struct choice *out,
		      struct failure *failure)
{
	/* Nothing here can object to addresses that are nobody's. */
	const struct endpoints nowhere = {.count = 0};
	const struct surroundings around = {.endpoints = &nowhere};
	struct ready ready;

	foresee_ready(profile, which, &ready);
	return choose_addresses(profile, &ready, &around, out, failure);
}
