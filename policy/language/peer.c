/* SPDX-License-Identifier: ISC */
/* peers/NAME.conf: what the table cannot say, because it is about two values. */
#include <stdio.h>
#include <string.h>

#include "policy/language/parse.h"
#include "policy/language/value.h"

/* ".N" after the interface's name tells one session from the next. */
enum { SESSION_SUFFIX_LEN = 2 };
_Static_assert(SESSIONS_MAX < 10, "a session's number is one digit");

static int check_times(const struct peer *peer, const char *file, struct error *err)
{
	char begins[TIME_TEXT_MAX];

	if (peer->begins == 0 || peer->expires == 0 || peer->expires > peer->begins)
		return 0;
	return error_at(err, file, peer->expires_line, 1,
			"Expires is not after Begins (line %u): expected a time after %s",
			peer->begins_line, value_time_print(peer->begins, begins));
}

static int check_link(const struct peer *peer, const char *file, struct error *err)
{
	if (!verbs_have(peer->allow, VERB_PPPD) ||
	    peer->address.local.family != AF_UNSPEC ||
	    peer->address6.local.family != AF_UNSPEC)
		return 0;
	return error_at(err, file, peer->allow_line, 1,
			"Allow pppd needs an address of the link: expected a line "
			"\"Address\" or \"Address6\" as well");
}

static int check_hand_in(const struct peer *peer, const char *file, struct error *err)
{
	const struct key_line *key = &peer->hand_in_keys[0];

	if (peer->nhand_in_keys == 0)
		return peer->hand_in_until == 0
			   ? 0
			   : error_at(err, file, peer->hand_in_until_line, 1,
				      "HandInUntil without HandInKey: expected both or "
				      "neither");
	if (!peer->key_none)
		return error_at(err, file, key->line, 1,
				"HandInKey is for a peer that has no key: expected \"Key "
				"none\"");
	if (peer->hand_in_until == 0)
		return error_at(err, file, key->line, 1,
				"HandInKey has no end: expected a line \"HandInUntil\" as "
				"well");
	return 0;
}

/* All of it goes into the ready line, beside the addresses and 64 offers. */
static int check_offered_names(const struct parse *p, const struct peer *peer)
{
	size_t len = 0;

	for (size_t i = 0; i < peer->noffer_search; i++) {
		len += strlen(peer->offer_search[i].name) + 1;
		if (len > DNS_OFFER_TEXT_MAX)
			return error_at(p->err, p->file, peer->offer_search[i].line, 1,
					"OfferSearch: the domains are too long together: "
					"expected at most %d characters",
					DNS_OFFER_TEXT_MAX);
	}
	return parse_check_search(p, "OfferSearch", "OfferDns", peer->offer_search,
				  peer->noffer_search, peer->noffer_dns > 0);
}

static int check_peer(struct parse *p)
{
	struct peer *peer = p->out;
	const struct parse_link link = {&peer->address, &peer->address6};

	if (parse_stops(p, check_times(peer, p->file, p->err)) ||
	    parse_stops(p, check_hand_in(peer, p->file, p->err)) ||
	    parse_stops(p, check_link(peer, p->file, p->err)) ||
	    parse_stops(p, parse_check_mru(p, peer->mru, &peer->address6)) ||
	    parse_check_routes(p, "Route", peer->routes, peer->nroutes, &link) != 0 ||
	    parse_check_routes(p, "Offer", peer->offers, peer->noffers, &link) != 0 ||
	    parse_stops(p, check_offered_names(p, peer)) ||
	    parse_stops(p,
			parse_check_interface(p, peer->name, peer->interface,
					      peer->sessions > 1 ? SESSION_SUFFIX_LEN : 0,
					      peer->sessions_line)))
		return -1;
	return parse_end(p);
}

void peer_interface(const struct peer *peer, unsigned session,
		    char name[IFNAME_MAX_LEN + 1])
{
	/* The parser has seen to it that ".N" fits when there can be more than one. */
	if (session == 0)
		snprintf(name, IFNAME_MAX_LEN + 1, "%s", peer->interface);
	else
		snprintf(name, IFNAME_MAX_LEN + 1, "%.13s.%u", peer->interface,
			 session % 10);
}

const struct prefix_line *peer_reach(const struct peer *peer, size_t *count)
{
	const bool given = peer->reach_line != 0;

	*count = peer->reach_any ? 0 : given ? peer->nreach : peer->noffers;
	if (peer->reach_any)
		return NULL;
	return given ? peer->reach : peer->offers;
}

_Static_assert(PEER_REACH_ALL_MAX >= 2 + PEER_REACH_MAX &&
		   PEER_REACH_ALL_MAX >= 2 + PEER_OFFERS_MAX,
	       "whichever it is fits");

size_t peer_reach_all(const struct peer *peer, struct ip_prefix out[PEER_REACH_ALL_MAX])
{
	size_t count, used = 0;
	const struct prefix_line *list = peer_reach(peer, &count);

	if (list == NULL)
		return 0;
	if (peer->address.local.family != AF_UNSPEC)
		out[used++] = ip_prefix_single(&peer->address.local);
	if (peer->address6.local.family != AF_UNSPEC)
		out[used++] = ip_prefix_single(&peer->address6.local);
	for (size_t i = 0; i < count; i++)
		out[used++] = list[i].prefix;
	return used;
}

const struct parse_kind parse_peer_kind = {
    .scope = &scope_peer,
    .size = sizeof(struct peer),
    .file = offsetof(struct peer, file),
    .name = offsetof(struct peer, name),
    .check = check_peer,
};

int policy_load_peer(const char *dir, const char *name, enum trust trust, struct peer *out,
		     struct error *err)
{
	return parse_load(&parse_peer_kind, -1, dir, name, trust, out, err);
}

int policy_load_peer_in(int dir, const char *directory, const char *name, enum trust trust,
			struct peer *out, struct error *err)
{
	return parse_load(&parse_peer_kind, dir, directory, name, trust, out, err);
}
