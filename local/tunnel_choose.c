/* SPDX-License-Identifier: ISC */
/* What of the remote's ready line is taken, in sight of what this host has already. */
#include "local/tunnel.h"

#include <syslog.h>

#include "local/endpoints.h"

static int read_networks(struct tunnel *tunnel, struct link_networks *out)
{
	struct policy_error err;
	struct netlink *netlink = netlink_open(&err);
	int result = -1;

	if (netlink != NULL) {
		result = link_networks(netlink, out, &err);
		netlink_close(netlink);
	}
	return result == 0 ? 0 : failure_from(&tunnel->failure, EXIT_SYSTEM, &err);
}

/*
 * An offer that cannot be compared with where ssh is connected to could lead the link into
 * itself, or its traffic to whoever offers. The profile's own routes are the
 * administrator's word, and compared with what is known.
 */
static void find_endpoints(struct tunnel *tunnel)
{
	struct endpoints *const endpoints = &tunnel->endpoints;
	struct policy_error err;
	struct ip_addr literal;
	const char *why;

	if (endpoints_find(&tunnel->ssh, tunnel_deadline(tunnel), endpoints, &err) == 0)
		return;
	if (endpoints->count == 0 &&
	    ip_addr_parse(tunnel->profile->host, &literal, &why) == 0)
		endpoints->addresses[endpoints->count++] = literal;
	report_log(tunnel->report, LOG_WARNING,
		   "cannot tell which addresses ssh is connected to (%s): none of the %zu "
		   "routes that the remote offers is taken",
		   err.text, tunnel->ready.noffers);
	tunnel->ready.noffers = 0;
}

int tunnel_choose(struct tunnel *tunnel)
{
	static struct link_networks networks;
	const struct surroundings around = {&tunnel->endpoints, &networks};

	find_endpoints(tunnel);
	if (read_networks(tunnel, &networks) != 0)
		return -1;
	if (choose_addresses(tunnel->profile, &tunnel->ready, &around, &tunnel->choice,
			     &tunnel->failure) != 0)
		return -1;
	if (choose_routes(tunnel->profile, &tunnel->ready, &around, &tunnel->choice,
			  &tunnel->failure) != 0)
		return -1;
	for (size_t i = 0; i < tunnel->choice.nrefused; i++) {
		char text[PREFIX_TEXT_MAX];

		report_log(tunnel->report, LOG_NOTICE, "offer %s is not taken: %s",
			   ip_prefix_print(&tunnel->choice.refused[i].prefix, text),
			   tunnel->choice.refused[i].why);
	}
	return 0;
}
