/* SPDX-License-Identifier: ISC */
/* Adds this side's routes, and reads each back. */
#include "local/tunnel.h"

#include <errno.h>
#include <string.h>

#include "local/place.h"

/* Drops an offer: since it was chosen, somebody has made a route to the same network. */
static void drop_offer(struct tunnel *tunnel, size_t at, const char *why)
{
	struct choice *const choice = &tunnel->choice;
	char text[PREFIX_TEXT_MAX];

	report_notice(tunnel->report, "offer %s is not taken: %s",
		      ip_prefix_print(&choice->routes[at].prefix, text), why);
	choice->nroutes--;
	memmove(&choice->routes[at], &choice->routes[at + 1],
		(choice->nroutes - at) * sizeof *choice->routes);
}

/* Without root a route is there, or it is not. */
static int miss_route(struct tunnel *tunnel, const struct ip_prefix *prefix)
{
	char text[PREFIX_TEXT_MAX];

	ip_prefix_print(prefix, text);
	return failure_set(&tunnel->failure, EXIT_SYSTEM,
			   "there is no route to %s, and without root none is added: have "
			   "root say `ip route add %s dev %s proto %d`",
			   text, text, tunnel->link.name, ROUTE_PROTOCOL);
}

static int fail_route(struct tunnel *tunnel, const struct ip_prefix *prefix,
		      const char *why)
{
	char text[PREFIX_TEXT_MAX];

	return failure_set(&tunnel->failure, EXIT_SYSTEM, "cannot add the route to %s: %s",
			   ip_prefix_print(prefix, text), why);
}

/* Writes the route to the journal, adds it and reads it back: the link is not up without
 * it. */
static int add_route(struct tunnel *tunnel, struct netlink *netlink,
		     const struct journal_entry *entry)
{
	const struct link_route *const route = &entry->route;
	struct error err;
	bool there;

	if (tunnel_note(tunnel, entry) != 0)
		return -1;
	if (route_add(netlink, route, &err) != 0 ||
	    route_find(netlink, route, &there, &err) != 0)
		return fail_route(tunnel, &route->prefix, err.text);
	return there ? 0
		     : fail_route(tunnel, &route->prefix,
				  "the kernel accepted it, but it is not there");
}

static int add_all(struct tunnel *tunnel, struct netlink *netlink)
{
	struct journal_entry entry = {.kind = JOURNAL_ROUTE,
				      .route.index = tunnel->link.index};
	struct error err;
	bool there;

	for (size_t i = 0; i < tunnel->choice.nroutes;) {
		const struct prefix_line *const route = &tunnel->choice.routes[i];

		entry.route.prefix = route->prefix;
		entry.line = route->line;
		if (route_find(netlink, &entry.route, &there, &err) == 0) {
			if (place()->own && !there && route->line != 0)
				return miss_route(tunnel, &route->prefix);
			if (place()->own && !there) {
				drop_offer(tunnel, i, "root has made no route for it");
				continue;
			}
			if (add_route(tunnel, netlink, &entry) != 0)
				return -1;
			i++;
		} else if (err.sys == EEXIST && route->line == 0) {
			drop_offer(tunnel, i, err.text);
		} else {
			return fail_route(tunnel, &route->prefix, err.text);
		}
	}
	return 0;
}

int tunnel_add_routes(struct tunnel *tunnel)
{
	struct error err;
	struct netlink *netlink = netlink_open(&err);
	int result;

	if (netlink == NULL)
		return tunnel_fail(tunnel, &err);
	result = add_all(tunnel, netlink);
	netlink_close(netlink);
	return result;
}
