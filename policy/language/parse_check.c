/* SPDX-License-Identifier: ISC */
/* What holds of two lines together, in a peer's file as in a profile. */
#include <stdio.h>
#include <string.h>

#include "policy/language/parse.h"

/* What an interface is called by default: this, and the peer's or profile's name. */
static const char default_prefix[] = "sp-";

static bool holds_an_end(const struct ip_prefix *prefix, const struct address_pair *pair)
{
	return ip_prefix_contains(prefix, &pair->local) ||
	       ip_prefix_contains(prefix, &pair->remote);
}

static int check_route(struct parse *p, const char *keyword, const struct prefix_line *line,
		       const struct parse_link *link)
{
	const struct address_pair *pair;
	char prefix[PREFIX_TEXT_MAX];

	if (holds_an_end(&line->prefix, link->address))
		pair = link->address;
	else if (holds_an_end(&line->prefix, link->address6))
		pair = link->address6;
	else
		return 0;
	return error_at(p->err, p->file, line->line, 1,
			"%s: %s holds an address of the link itself (line %u): expected "
			"networks beyond the link",
			keyword, ip_prefix_print(&line->prefix, prefix), pair->line);
}

int parse_check_routes(struct parse *p, const char *keyword, const struct prefix_line *list,
		       size_t count, const struct parse_link *link)
{
	for (size_t i = 0; i < count; i++)
		if (parse_stops(p, check_route(p, keyword, &list[i], link)))
			return -1;
	return 0;
}

int parse_check_search(const struct parse *p, const char *keyword, const char *server,
		       const struct domain_line *list, size_t count, bool has_server)
{
	if (count == 0 || has_server)
		return 0;
	return error_at(p->err, p->file, list[0].line, 1,
			"%s without a server to ask: expected a line \"%s\" as well",
			keyword, server);
}

int parse_check_mru(const struct parse *p, unsigned mru,
		    const struct address_pair *address6)
{
	const unsigned line = parse_line_of(p, "Mru");

	if (mru == 0 || mru >= MRU_IPV6_MIN || address6->local.family == AF_UNSPEC)
		return 0;
	return error_at(p->err, p->file, line, line == 0 ? 0 : 1,
			"Mru %u is less than IPv6 takes, and there is Address6 (line %u): "
			"expected at least %d",
			mru, address6->line, MRU_IPV6_MIN);
}

int parse_check_interface(const struct parse *p, const char *name, char *interface,
			  size_t room, unsigned room_line)
{
	const bool given = interface[0] != '\0';
	const unsigned line = given ? parse_line_of(p, "Interface") : room_line;
	const size_t max = IFNAME_MAX_LEN - room;
	char full[sizeof default_prefix + NAME_MAX_LEN];

	snprintf(full, sizeof full, "%s%s", given ? "" : default_prefix,
		 given ? interface : name);
	if (strlen(full) > max)
		return error_at(
		    p->err, p->file, line, line == 0 ? 0 : 1,
		    "interface name \"%s\" too long: expected at most %zu characters%s%s",
		    full, max, room > 0 ? ", as more than one session needs \".N\"" : "",
		    given ? "" : ": add a line \"Interface\" with a shorter name");
	memcpy(interface, full, strlen(full) + 1);
	return 0;
}
