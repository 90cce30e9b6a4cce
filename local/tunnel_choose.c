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

/* Whether an end of the link would be what the remote says. */
static bool takes_told_addresses(const struct tunnel *tunnel)
{
	const struct profile *const profile = tunnel->profile;

	return (profile->address.local.family == AF_UNSPEC &&
		tunnel->ready.local.family != AF_UNSPEC) ||
	       (profile->address6.local.family == AF_UNSPEC &&
		tunnel->ready.local6.family != AF_UNSPEC);
}

/*
 * What cannot be compared with where ssh is connected to, an offer or an end of the link,
 * could lead the link into itself, or its traffic to whoever says so. The profile's own
 * routes and addresses are the administrator's word, and compared with what is known.
 */
static int find_endpoints(struct tunnel *tunnel)
{
	struct endpoints *const endpoints = &tunnel->endpoints;
	struct policy_error err;
	struct ip_addr literal;
	const char *why;

	if (endpoints_find(&tunnel->ssh, tunnel_deadline(tunnel), endpoints, &err) == 0)
		return 0;
	if (error_is_shortage(&err))
		return failure_from(&tunnel->failure, EXIT_SYSTEM, &err);
	if (endpoints->count == 0 &&
	    ip_addr_parse(tunnel->profile->host, &literal, &why) == 0)
		endpoints->addresses[endpoints->count++] = literal;
	report_log(tunnel->report, LOG_WARNING,
		   "cannot tell which addresses ssh is connected to (%s): none of the %zu "
		   "routes that the remote offers is taken",
		   err.text, tunnel->ready.noffers);
	tunnel->ready.noffers = 0;
	if (!takes_told_addresses(tunnel))
		return 0;
	return failure_set(
	    &tunnel->failure, EXIT_POLICY,
	    "cannot tell which addresses ssh is connected to, so the remote's word on "
	    "the link's own is not taken: write them into %s (Address, Address6)",
	    tunnel->profile->file);
}

int tunnel_choose(struct tunnel *tunnel)
{
	static struct link_networks networks;
	const struct surroundings around = {&tunnel->endpoints, &networks};

	if (find_endpoints(tunnel) != 0)
		return -1;
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
