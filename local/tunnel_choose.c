/* SPDX-License-Identifier: ISC */
/* What of the remote's ready line is taken, in sight of what this host has already. */
#include "local/tunnel.h"

#include <syslog.h>

#include "agent/deadline.h"
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

/* Whether the link would be without any route, though the profile takes what is offered. */
static bool lives_on_offers(const struct tunnel *tunnel)
{
	const struct profile *const profile = tunnel->profile;
	const struct ready *const ready = &tunnel->ready;

	if (profile->nroutes > 0 || (ready->noffers > 0 && profile->accept_any))
		return profile->nroutes == 0;
	for (size_t i = 0; i < ready->noffers; i++)
		for (size_t j = 0; j < profile->naccept; j++)
			if (ip_prefix_covers(&profile->accept[j].prefix, &ready->offers[i]))
				return true;
	return false;
}

/* A link that is up and leads nowhere would be told of by nothing but the log. */
static int refuse_unseen(struct tunnel *tunnel)
{
	return failure_set(
	    &tunnel->failure, EXIT_POLICY,
	    "cannot tell which addresses ssh is connected to, so none of the routes that "
	    "the "
	    "remote offers is taken: the ssh_config of RunAs has a ProxyCommand of its own "
	    "on "
	    "the way to %s, or one that shares connections (ControlMaster): use ProxyJump "
	    "there, or write the routes into %s (Route)",
	    tunnel->profile->host, tunnel->profile->file);
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
	enum tunnel_event event;
	struct ip_addr literal;
	const char *why;

	if (endpoints_find(&tunnel->ssh, tunnel_deadline(tunnel), endpoints, &err) == 0)
		return 0;
	/* What has ended is connected to nothing, and knows why. */
	event = tunnel_wait(tunnel, -1, monotonic_ms());
	if (event != TUNNEL_DEADLINE)
		return tunnel_explain(tunnel, event, "looking for where ssh leads to");
	if (endpoints->count == 0 &&
	    ip_addr_parse(tunnel->profile->host, &literal, &why) == 0)
		endpoints->addresses[endpoints->count++] = literal;
	report_log(tunnel->report, LOG_WARNING,
		   "cannot tell which addresses ssh is connected to (%s): none of the %zu "
		   "routes that the remote offers is taken",
		   err.text, tunnel->ready.noffers);
	if (lives_on_offers(tunnel))
		return refuse_unseen(tunnel);
	tunnel->lost_offers = tunnel->ready.noffers;
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
