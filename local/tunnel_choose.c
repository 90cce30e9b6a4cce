/* SPDX-License-Identifier: ISC */
/* What is accepted of the remote's ready line, considering what this host has. */
#include "local/tunnel.h"

#include <errno.h>
#include <net/if.h>
#include <syslog.h>

#include "agent/base/deadline.h"
#include "agent/net/kernel_has.h"
#include "local/endpoints.h"
#include "local/place.h"

/* Whether an end of the link would be what the remote says. */
static bool takes_told_addresses(const struct tunnel *tunnel)
{
	const struct profile *const profile = tunnel->profile;

	return (profile->address.local.family == AF_UNSPEC &&
		tunnel->ready.local.family != AF_UNSPEC) ||
	       (profile->address6.local.family == AF_UNSPEC &&
		tunnel->ready.local6.family != AF_UNSPEC);
}

/* Whether the link would have no route at all, although the profile accepts offers. */
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

/* Whether the link must fail if the addresses that ssh is connected to are unknown. */
static bool needs_endpoints(const struct tunnel *tunnel)
{
	return lives_on_offers(tunnel) || takes_told_addresses(tunnel);
}

/* Otherwise the link would be up without a route, and only the log would say so. */
static int refuse_unseen(struct tunnel *tunnel, const struct error *err)
{
	/* This host does not permit it; ssh's configuration is not the reason. */
	if (err->sys == EPERM || err->sys == EACCES || err->sys == ENOSYS)
		return failure_set(
		    &tunnel->failure, EXIT_SYSTEM,
		    "%s, so none of the routes that the remote offers is taken: a "
		    "container or a unit (CapabilityBoundingSet, SystemCallFilter) "
		    "withholds CAP_SYS_PTRACE, CAP_DAC_OVERRIDE or a system call: give "
		    "it, or write the routes into %s (Route)",
		    err->text, tunnel->profile->file);
	failure_set(
	    &tunnel->failure, EXIT_POLICY,
	    "cannot tell which addresses ssh is connected to, so none of the routes that "
	    "the "
	    "remote offers is taken: the ssh_config of RunAs has a ProxyCommand of its own "
	    "on "
	    "the way to %s, or one that shares connections (ControlMaster): use ProxyJump "
	    "there, or write the routes into %s (Route)",
	    tunnel->host, tunnel->profile->file);
	tunnel->failure.named = true;
	return -1;
}

/*
 * An offer or a link address that cannot be compared with the addresses that ssh is
 * connected to could route the link into itself, or send its traffic to whoever named it.
 * The administrator decides the profile's own routes and addresses: these are compared with
 * what is known.
 */
static int find_endpoints(struct tunnel *tunnel)
{
	struct endpoints *const endpoints = &tunnel->endpoints;
	struct error err;
	enum tunnel_event event;

	if (endpoints_find(&tunnel->ssh, tunnel_deadline(tunnel), endpoints, &err) == 0)
		return 0;
	/* An ssh that has ended, or is about to, has no connection, and knows why: the
	 * other end may hang up right after its ready line. */
	event = tunnel_wait(
	    tunnel, -1, monotonic_ms() + (needs_endpoints(tunnel) ? TUNNEL_SETTLE_MS : 0));
	if (event != TUNNEL_DEADLINE)
		return tunnel_explain(tunnel, event,
				      "looking up which addresses ssh is connected to");
	if (error_is_shortage(&err))
		return tunnel_fail(tunnel, &err);
	if (endpoints->count == 0)
		endpoints_add_literal(endpoints, tunnel->host);
	report_log(tunnel->report, LOG_WARNING,
		   "cannot tell which addresses ssh is connected to (%s): none of the %zu "
		   "routes that the remote offers is taken",
		   err.text, tunnel->ready.noffers);
	if (lives_on_offers(tunnel))
		return refuse_unseen(tunnel, &err);
	tunnel->lost_offers = tunnel->ready.noffers;
	tunnel->ready.noffers = 0;
	if (!takes_told_addresses(tunnel))
		return 0;
	return failure_set(&tunnel->failure, EXIT_POLICY,
			   "cannot tell which addresses ssh is connected to, so the "
			   "addresses that the remote names for the link are not taken: "
			   "write them into %s (Address, Address6)",
			   tunnel->profile->file);
}

/* The log gets all of them; a person, those that the profile would accept. */
static void tell_refused(struct tunnel *tunnel)
{
	for (size_t i = 0; i < tunnel->choice.nrefused; i++) {
		const struct refused_offer *refused = &tunnel->choice.refused[i];
		char text[PREFIX_TEXT_MAX];

		ip_prefix_print(&refused->prefix, text);
		if (refused->accepted)
			report_notice(tunnel->report, "offer %s is not taken: %s", text,
				      refused->why);
		else
			report_log(tunnel->report, LOG_NOTICE, "offer %s is not taken: %s",
				   text, refused->why);
	}
}

/* Checked before a program is started that would fail with an errno, or silently. */
static int check_ipv6(struct tunnel *tunnel)
{
	struct error err;

	if (tunnel->choice.pair6.local.family == AF_UNSPEC || ipv6_check(&err) == 0)
		return 0;
	return tunnel_fail(tunnel, &err);
}

static int choose(struct tunnel *tunnel, const struct surroundings *around)
{
	if (choose_addresses(tunnel->profile, &tunnel->ready, around, &tunnel->choice,
			     &tunnel->failure) != 0 ||
	    check_ipv6(tunnel) != 0 ||
	    choose_routes(tunnel->profile, &tunnel->ready, around, &tunnel->choice,
			  &tunnel->failure) != 0 ||
	    /* Told before anything is made; what is taken is chosen once the routes are. */
	    choose_names(tunnel->profile, &tunnel->ready, &tunnel->choice, &tunnel->names,
			 &tunnel->failure) != 0)
		return -1;
	tell_refused(tunnel);
	return 0;
}

/* For `status`: nothing has to be undone. */
static int note_endpoints(struct tunnel *tunnel)
{
	struct journal_entry entry = {.kind = JOURNAL_ENDPOINT};

	for (size_t i = 0; i < tunnel->endpoints.count; i++) {
		entry.endpoint = tunnel->endpoints.addresses[i];
		if (tunnel_note(tunnel, &entry) != 0)
			return -1;
	}
	return 0;
}

int tunnel_choose(struct tunnel *tunnel)
{
	struct surroundings around = {.endpoints = &tunnel->endpoints};
	struct error err;
	int result;

	if (find_endpoints(tunnel) != 0 || note_endpoints(tunnel) != 0)
		return -1;
	if (surroundings_read(&around, &err) == 0) {
		/* It is there already, with all that it carries. */
		if (place()->own)
			surroundings_forget(
			    &around, (int)if_nametoindex(tunnel->profile->interface));
		result = choose(tunnel, &around);
	} else {
		result = tunnel_fail(tunnel, &err);
	}
	surroundings_free(&around);
	return result;
}
