/* SPDX-License-Identifier: ISC */
/* Which of the profile's hosts this attempt goes to. */
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "agent/base/descriptors.h"
#include "local/nearest.h"
#include "local/tunnel.h"

/* Without an answer it goes on as written: that is no reason to have no link. */
static int go_on_as_written(const struct tunnel *tunnel, const char *why)
{
	report_log(
	    tunnel->report, LOG_WARNING,
	    "which gateway is the nearest could not be measured, so they are tried in "
	    "the order of the profile: %s",
	    why);
	return 0;
}

/* What the child says is no more than an order. */
static int take_order(struct tunnel *tunnel, int from)
{
	struct failover *const failover = tunnel->failover;
	const size_t nhosts = tunnel->profile->nhosts;
	uint8_t order[PROFILE_HOSTS_MAX];

	if (deadline_read(from, order, nhosts, monotonic_ms()) != (ssize_t)nhosts ||
	    !gateways_is_order(order, nhosts))
		return go_on_as_written(tunnel, "the process that measures it failed");
	memcpy(failover->order, order, nhosts);
	failover->measured = monotonic_ms();
	gateways_arrange(&failover->gateways, order);
	return 0;
}

static int measure(struct tunnel *tunnel)
{
	const struct nearest nearest = {
	    .profile = tunnel->profile,
	    .account = &tunnel->account,
	    .env = &tunnel->env,
	    .parent = getpid(),
	    .deadline = monotonic_ms() + NEAREST_MS,
	};
	struct process child;
	struct error err;
	enum tunnel_event event;
	int from, result;

	report_progress(tunnel->report, "measuring which of %zu gateways is the nearest",
			tunnel->profile->nhosts);
	if (nearest_start(&nearest, &from, &child, &err) != 0)
		return go_on_as_written(tunnel, err.text);
	event = tunnel_wait(tunnel, from, nearest.deadline + TUNNEL_SETTLE_MS);
	if (event == TUNNEL_READABLE)
		result = take_order(tunnel, from);
	else if (event == TUNNEL_DEADLINE)
		result = go_on_as_written(tunnel, "the process that measures it is late");
	else
		result =
		    tunnel_explain(tunnel, event, "measuring which gateway is the nearest");
	close(from);
	process_stop(&child, 0);
	process_close(&child);
	return result;
}

int tunnel_choose_gateway(struct tunnel *tunnel)
{
	const struct profile *const profile = tunnel->profile;
	struct failover *const failover = tunnel->failover;
	struct gateways *const gateways = &failover->gateways;

	/* How long it took tells of the gateways before this one as well. */
	if (failover->began == 0)
		failover->began = tunnel->began;
	tunnel->began = failover->began;
	if (profile->prefer == PREFER_FASTEST && profile->nhosts > 1 &&
	    !gateways->measured) {
		gateways->measured = true;
		if (measure(tunnel) != 0)
			return -1;
	}
	snprintf(tunnel->host, sizeof tunnel->host, "%s",
		 profile->hosts[gateways_current(gateways)].name);
	return tunnel_note(
	    tunnel, &(struct journal_entry){.kind = JOURNAL_GATEWAY, .text = tunnel->host});
}
