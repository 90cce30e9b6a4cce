/* SPDX-License-Identifier: ISC */
/* peers/NAME.conf: what the table cannot say, because it is about two values. */
#include <stdio.h>
#include <string.h>

#include "policy/language/constraint.h"
#include "policy/language/load.h"
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
	if ((peer->allow & 1u << VERB_PPPD) == 0 ||
	    peer->address.local.family != AF_UNSPEC ||
	    peer->address6.local.family != AF_UNSPEC)
		return 0;
	return error_at(err, file, peer->allow_line, 1,
			"Allow pppd without a link's addresses: expected a line "
			"\"Address\" or \"Address6\" as well");
}

static int check_peer(struct parse *p, struct peer *peer)
{
	struct check_routes routes = {.file = p->file,
				      .keyword = "Route",
				      .list = peer->routes,
				      .count = peer->nroutes,
				      .address = &peer->address,
				      .address6 = &peer->address6};
	struct check_routes offers = routes;
	const struct check_mru mru = {.file = p->file,
				      .mru = peer->mru,
				      .line = parse_line_of(p, "Mru"),
				      .address6 = &peer->address6};
	struct check_interface interface = {.file = p->file,
					    .name = peer->name,
					    .interface = peer->interface,
					    .interface_line = parse_line_of(p, "Interface"),
					    .sessions_line = peer->sessions_line};

	offers.keyword = "Offer";
	offers.list = peer->offers;
	offers.count = peer->noffers;
	interface.room = peer->sessions > 1 ? SESSION_SUFFIX_LEN : 0;
	if (parse_stops(p, check_times(peer, p->file, p->err)) ||
	    parse_stops(p, check_link(peer, p->file, p->err)) ||
	    parse_stops(p, check_mru_fits(&mru, p->err)) ||
	    parse_check_routes(p, &routes) != 0 || parse_check_routes(p, &offers) != 0 ||
	    parse_stops(p, check_interface_fits(&interface, p->err)))
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
		out[used++] = (struct ip_prefix){peer->address.local, IPV4_BITS};
	if (peer->address6.local.family != AF_UNSPEC)
		out[used++] = (struct ip_prefix){peer->address6.local, IPV6_BITS};
	for (size_t i = 0; i < count; i++)
		out[used++] = list[i].prefix;
	return used;
}

static int parse_peer(struct parse *p, const char *name, const char *text, size_t len)
{
	struct peer *out = p->out;

	memset(out, 0, sizeof *out);
	if (!policy_name_valid(name)) {
		(void)parse_stops(
		    p, error_at(p->err, p->file, 0, 0, "not the name of a peer"));
		return -1;
	}
	snprintf(out->name, sizeof out->name, "%s", name);
	snprintf(out->file, sizeof out->file, "%s", p->file);
	if (parse_text(p, text, len) == 0 && check_peer(p, out) == 0)
		return 0;
	/* Allows nothing, in case somebody forgets to look at the result. */
	memset(out, 0, sizeof *out);
	return -1;
}

int policy_parse_peer(const char *file, const char *name, const char *text, size_t len,
		      struct peer *out, struct error *err)
{
	struct parse p = {.scope = &scope_peer, .file = file, .out = out, .err = err};

	return parse_peer(&p, name, text, len);
}

int policy_parse_peer_all(const char *file, const char *name, const char *text, size_t len,
			  struct peer *out, const struct error_list *list)
{
	struct error err;
	struct parse p = {
	    .scope = &scope_peer, .file = file, .out = out, .err = &err, .list = list};

	return parse_peer(&p, name, text, len);
}

int policy_load_peer(const char *dir, const char *name, enum trust trust, struct peer *out,
		     struct error *err)
{
	return policy_load_peer_in(-1, dir, name, trust, out, err);
}

int policy_load_peer_in(int dir, const char *directory, const char *name, enum trust trust,
			struct peer *out, struct error *err)
{
	char path[POLICY_PATH_MAX];
	const char *text;
	size_t len;

	memset(out, 0, sizeof *out);
	if (policy_path(directory, name, path, err) != 0 ||
	    policy_read_in(dir, path, trust, &text, &len, err) != 0)
		return -1;
	return policy_parse_peer(path, name, text, len, out, err);
}
