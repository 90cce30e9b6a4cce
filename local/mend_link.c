/* SPDX-License-Identifier: ISC */
#include "local/mend_link.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "agent/net/knob.h"
#include "local/interface_settings.h"
#include "policy/language/escape.h"

enum { MEND_WHAT_MAX = 192, MEND_NAME_MAX = 4 * IFNAMSIZ + 8 };

/* One look. */
struct mending {
	struct mend *mend;
	struct tunnel *tunnel;
	struct netlink *netlink;
	int64_t now;
};

static int end_link(const struct mending *mending, const struct error *err)
{
	return failure_set(&mending->tunnel->failure, EXIT_SYSTEM,
			   "somebody else changed what the link is made of, and it cannot "
			   "be put back: %s",
			   err->text);
}

/* Before a repair; what: "the route to 10.2.0.0/16 was removed". -1 when it was repaired
 * too often. */
static int count(const struct mending *mending, size_t thing, const char *what)
{
	if (mend_count(mending->mend, thing, mending->now))
		return 0;
	return failure_set(&mending->tunnel->failure, EXIT_SYSTEM,
			   "%s again and again, although it was put back %d times within a "
			   "minute: find out which program of this host does that",
			   what, MEND_TIMES);
}

/* After a repair: 0, or, as it failed, -1. */
static int told(const struct mending *mending, int result, const char *what,
		const struct error *err)
{
	if (result != 0)
		return end_link(mending, err);
	report_log(mending->tunnel->report, LOG_WARNING, "%s by somebody else: put back",
		   what);
	return 0;
}

/* An interface that is away or down may be its PPP program's doing, which ends. True: wait.
 */
static bool has_grace(const struct mending *mending, int64_t ms)
{
	if (mending->mend->away == 0)
		mending->mend->away = mending->now;
	return mending->now - mending->mend->away < ms;
}

static enum mend_result fail_gone(const struct mending *mending, const struct error *err)
{
	if (err->sys != ENODEV) {
		end_link(mending, err);
		return MEND_ENDS;
	}
	if (has_grace(mending, MEND_GONE_MS))
		return MEND_AGAIN;
	failure_set(&mending->tunnel->failure, EXIT_SYSTEM,
		    "interface %s was removed by somebody else",
		    mending->tunnel->link.name);
	return MEND_ENDS;
}

static enum mend_result fail_renamed(const struct mending *mending, const struct link *link)
{
	char name[MEND_NAME_MAX];

	failure_set(&mending->tunnel->failure, EXIT_SYSTEM,
		    "interface %s was renamed to %s by somebody else",
		    mending->tunnel->link.name,
		    escape_quoted(link->name, strlen(link->name), name, sizeof name));
	return MEND_ENDS;
}

static enum mend_result fail_carrier(const struct mending *mending)
{
	failure_set(&mending->tunnel->failure, EXIT_SYSTEM,
		    "interface %s has lost its carrier: somebody else took it",
		    mending->tunnel->link.name);
	return MEND_ENDS;
}

/* Up, with its MTU. */
static enum mend_result set_up(const struct mending *mending, const struct link *link,
			       enum mend_state state, const struct journal_entry *device)
{
	const size_t thing = (size_t)(device - mending->tunnel->journal.entries);
	char what[MEND_WHAT_MAX];
	struct error err;

	if (state == MEND_DOWN)
		snprintf(what, sizeof what, "%s was set down", link->name);
	else
		snprintf(what, sizeof what, "the MTU of %s was changed from %u to %u",
			 link->name, device->mtu, link->mtu);
	if (count(mending, thing, what) != 0)
		return MEND_ENDS;
	/* One that gets back its IPv6 while it is up would get addresses of the kernel's.
	 */
	if (state == MEND_RESIZED && link->ipv6 == LINK_IPV6_NONE)
		(void)link_set_down(mending->netlink, link->index, &err);
	if (link_set_up(mending->netlink, link->index, device->mtu, &err) == 0) {
		told(mending, 0, what, &err);
		return MEND_AGAIN;
	}
	/* It went meanwhile. */
	if (err.sys == ENODEV)
		return MEND_AGAIN;
	end_link(mending, &err);
	return MEND_ENDS;
}

static enum mend_result look_at_link(const struct mending *mending,
				     const struct journal_entry *device)
{
	struct link link;
	struct error err;
	enum mend_state state;

	if (link_get_at(mending->netlink, device->index, &link, &err) != 0)
		return fail_gone(mending, &err);
	state = mend_judge(&link, mending->tunnel->link.name, device->mtu);
	if (!mend_awaits_carrier(mending->mend, state, mending->now))
		return fail_carrier(mending);
	switch (state) {
	case MEND_RENAMED:
		return fail_renamed(mending, &link);
	case MEND_DOWN:
		if (has_grace(mending, MEND_GRACE_MS))
			return MEND_AGAIN;
		break;
	case MEND_RESIZED:
		break;
	case MEND_NO_CARRIER:
		return MEND_AGAIN;
	case MEND_FINE:
		mending->mend->away = 0;
		return MEND_DONE;
	}
	mending->mend->away = 0;
	return set_up(mending, &link, state, device);
}

static int look_at_pair(const struct mending *mending, size_t at)
{
	const struct link_pair *const pair = &mending->tunnel->journal.entries[at].pair;
	const int index = mending->tunnel->link.index;
	char what[MEND_WHAT_MAX], text[ADDRESS_TEXT_MAX];
	struct error err;
	bool carries;

	if (link_carries(mending->netlink, index, pair, &carries, &err) != 0)
		return end_link(mending, &err);
	if (carries)
		return 0;
	snprintf(what, sizeof what, "the address %s of %s was removed",
		 ip_addr_print(&pair->local, text), mending->tunnel->link.name);
	if (count(mending, at, what) != 0)
		return -1;
	return told(mending, link_add_pair(mending->netlink, index, pair, &err), what,
		    &err);
}

/* It goes with the others, and is not told of by itself. */
static int look_at_link_local(const struct mending *mending)
{
	const struct link_pair *const pair = &mending->mend->link_local;
	const int index = mending->tunnel->link.index;
	struct error err;
	bool carries;

	if (pair->local.family == AF_UNSPEC)
		return 0;
	if (link_carries(mending->netlink, index, pair, &carries, &err) != 0)
		return end_link(mending, &err);
	return carries || link_add_pair(mending->netlink, index, pair, &err) == 0
		   ? 0
		   : end_link(mending, &err);
}

/* Another route to the network is its owner's, and stays. The link lacks a part, until that
 * goes. */
static int leave_taken(const struct mending *mending, size_t at, const struct error *err)
{
	if (!mending->mend->taken[at])
		report_log(mending->tunnel->report, LOG_WARNING,
			   "the link's route is gone and not put back while there is "
			   "another: %s",
			   err->text);
	mending->mend->taken[at] = true;
	return 0;
}

static int put_route_back(const struct mending *mending, size_t at)
{
	const struct link_route *const route = &mending->tunnel->journal.entries[at].route;
	char what[MEND_WHAT_MAX], text[PREFIX_TEXT_MAX];
	struct error err;
	bool there;

	if (route_find(mending->netlink, route, &there, &err) != 0)
		return err.sys == EEXIST ? leave_taken(mending, at, &err)
					 : end_link(mending, &err);
	mending->mend->taken[at] = false;
	if (there)
		return 0;
	snprintf(what, sizeof what, "the route to %s was removed",
		 ip_prefix_print(&route->prefix, text));
	if (count(mending, at, what) != 0)
		return -1;
	if (route_add(mending->netlink, route, &err) == 0)
		return told(mending, 0, what, &err);
	return err.sys == EEXIST ? leave_taken(mending, at, &err) : end_link(mending, &err);
}

static int look_at_routes(const struct mending *mending)
{
	static struct link_route routes[JOURNAL_ROUTES_MAX];
	static bool there[JOURNAL_ROUTES_MAX];
	static size_t at[JOURNAL_ROUTES_MAX];
	const struct journal *const journal = &mending->tunnel->journal;
	struct error err;
	size_t found = 0;

	for (size_t i = 0; i < journal->count && found < JOURNAL_ROUTES_MAX; i++) {
		if (journal->entries[i].kind != JOURNAL_ROUTE)
			continue;
		at[found] = i;
		routes[found++] = journal->entries[i].route;
	}
	if (routes_look(mending->netlink, routes, found, there, &err) != 0)
		return end_link(mending, &err);
	for (size_t i = 0; i < found; i++)
		if (!there[i] && put_route_back(mending, at[i]) != 0)
			return -1;
	return 0;
}

/* Settings whose change no event tells of: they are looked at with the rest. */
static int look_at_routers(const struct mending *mending)
{
	const struct link *const link = &mending->tunnel->link;
	const struct knob accept = {"ipv6", link->name, "accept_ra"};
	char what[MEND_WHAT_MAX];
	struct error err;
	long value;

	if (knob_get(&accept, &value, &err) != 0)
		return err.sys == ENOENT ? 0 : end_link(mending, &err);
	if (value == 0)
		return 0;
	snprintf(what, sizeof what, "accept_ra of %s was changed to %ld", link->name,
		 value);
	if (count(mending, MEND_ROUTERS, what) != 0)
		return -1;
	return told(mending, interface_refuse_routers(link, &err), what, &err);
}

static int look_at_sources(const struct mending *mending)
{
	const char *const name = mending->tunnel->link.name;
	char what[MEND_WHAT_MAX];
	struct error err;
	bool checked;

	if (!mending->tunnel->checks_sources)
		return 0;
	if (interface_checks_sources(name, &checked, &err) != 0)
		return end_link(mending, &err);
	if (checked)
		return 0;
	snprintf(what, sizeof what, "rp_filter of %s was changed", name);
	if (count(mending, MEND_SOURCES, what) != 0)
		return -1;
	return told(mending, interface_check_sources(name, &err), what, &err);
}

static int look_at_held(const struct mending *mending)
{
	struct tunnel *const tunnel = mending->tunnel;
	struct error err;

	return hold_settle(tunnel->hold, &tunnel->journal, tunnel->report, &err) == 0
		   ? 0
		   : end_link(mending, &err);
}

/* In the order in which they need each other. */
static enum mend_result look(const struct mending *mending)
{
	const struct journal *const journal = &mending->tunnel->journal;
	const struct journal_entry *const device = journal_find(journal, JOURNAL_DEVICE);
	enum mend_result result;

	if (device == NULL)
		return MEND_DONE;
	result = look_at_link(mending, device);
	/* Without its carrier it has addresses and routes all the same. */
	if (result == MEND_ENDS || mending->mend->away != 0)
		return result;
	if (look_at_routers(mending) != 0 || look_at_sources(mending) != 0)
		return MEND_ENDS;
	for (size_t i = 0; i < journal->count; i++)
		if (journal->entries[i].kind == JOURNAL_PAIR &&
		    look_at_pair(mending, i) != 0)
			return MEND_ENDS;
	return look_at_link_local(mending) == 0 && look_at_routes(mending) == 0 &&
		       look_at_held(mending) == 0
		   ? result
		   : MEND_ENDS;
}

void mend_begin(struct mend *mend, const struct tunnel *tunnel)
{
	const struct link_pair *const pair6 = &tunnel->choice.pair6;
	struct netlink *netlink;
	struct link_pair pair;
	struct error err;
	bool carries = false;

	*mend = (struct mend){.away = 0};
	if (pair6->local.family == AF_UNSPEC)
		return;
	pair = mend_link_local(pair6);
	netlink = netlink_open(&err);
	if (netlink == NULL)
		return;
	if (link_carries(netlink, tunnel->link.index, &pair, &carries, &err) == 0 &&
	    carries)
		mend->link_local = pair;
	netlink_close(netlink);
}

enum mend_result mend_look(struct mend *mend, struct tunnel *tunnel)
{
	struct mending mending = {.mend = mend, .tunnel = tunnel, .now = monotonic_ms()};
	struct error err;
	enum mend_result result;

	mending.netlink = netlink_open(&err);
	if (mending.netlink == NULL) {
		end_link(&mending, &err);
		return MEND_ENDS;
	}
	result = look(&mending);
	netlink_close(mending.netlink);
	return result;
}
