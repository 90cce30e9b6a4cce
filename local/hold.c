/* SPDX-License-Identifier: ISC */
#include "local/hold.h"

#include <errno.h>
#include <string.h>
#include <syslog.h>

static size_t find(const struct hold *hold, const struct ip_prefix *prefix)
{
	size_t i = 0;

	while (i < hold->count && ip_prefix_compare(&hold->routes[i].prefix, prefix) != 0)
		i++;
	return i;
}

/* Where the IPv6 ones begin: held_look() asks the kernel once for each family. */
static size_t place_of(const struct hold *hold, sa_family_t family)
{
	size_t i = hold->count;

	while (family == AF_INET && i > 0 &&
	       hold->routes[i - 1].prefix.addr.family != AF_INET)
		i--;
	return i;
}

/* The one of that prefix, new or not; NULL: there are too many. */
static struct hold_use *take(struct hold *hold, const struct held_route *route)
{
	size_t at = find(hold, &route->prefix);

	if (at < hold->count)
		return &hold->uses[at];
	if (hold->count == JOURNAL_HELD_MAX)
		return NULL;
	at = place_of(hold, route->prefix.addr.family);
	memmove(&hold->routes[at + 1], &hold->routes[at],
		(hold->count - at) * sizeof *hold->routes);
	memmove(&hold->uses[at + 1], &hold->uses[at],
		(hold->count - at) * sizeof *hold->uses);
	hold->routes[at] = *route;
	hold->uses[at] = (struct hold_use){.wanted = false};
	hold->count++;
	return &hold->uses[at];
}

static void drop(struct hold *hold, size_t at)
{
	hold->count--;
	memmove(&hold->routes[at], &hold->routes[at + 1],
		(hold->count - at) * sizeof *hold->routes);
	memmove(&hold->uses[at], &hold->uses[at + 1],
		(hold->count - at) * sizeof *hold->uses);
}

void hold_adopt(struct hold *hold, const struct journal *left)
{
	for (size_t i = 0; i < left->count; i++) {
		struct hold_use *use;

		if (left->entries[i].kind != JOURNAL_HELD)
			continue;
		use = take(hold, &left->entries[i].held);
		if (use == NULL)
			continue;
		use->wanted = use->offered = true;
		/* See journal_held_is_ours(): a later one counts. */
		hold->routes[use - hold->uses] = left->entries[i].held;
	}
	guard_adopt(&hold->guard, left);
}

static void want(struct hold *hold, const struct ip_prefix *prefix, bool offered)
{
	const struct held_route route = {.prefix = *prefix};
	struct hold_use *const use = take(hold, &route);

	if (use != NULL)
		*use = (struct hold_use){.wanted = true, .offered = offered};
}

void hold_plan(struct hold *hold, const struct profile *profile)
{
	for (size_t i = 0; i < hold->count; i++)
		hold->uses[i].wanted = hold->uses[i].offered && !profile->fallback;
	for (size_t i = 0; !profile->fallback && i < profile->nroutes; i++)
		want(hold, &profile->routes[i].prefix, false);
	guard_plan(&hold->guard, profile);
}

void hold_plan_up(struct hold *hold, const struct profile *profile,
		  const struct prefix_line *routes, size_t count)
{
	for (size_t i = 0; i < hold->count; i++)
		hold->uses[i].wanted = hold->uses[i].offered = false;
	for (size_t i = 0; !profile->fallback && i < count; i++)
		want(hold, &routes[i].prefix, routes[i].line == 0);
}

/* What hold_settle() works with. */
struct settling {
	struct hold *hold;
	struct netlink *netlink;
	struct journal *journal;
	const struct report *report;
};

/* At the first metric that nobody has. Another launcher may take it between our look and
 * our deed: then the next one. */
static int make_new(const struct settling *settling, struct held_route *route,
		    uint16_t slots, struct error *err)
{
	struct journal_entry entry = {.kind = JOURNAL_HELD, .held = *route};

	for (unsigned slot = 0; slot < HELD_SLOTS; slot++) {
		if ((slots & 1U << slot) != 0)
			continue;
		entry.held.metric = HELD_METRIC - slot;
		if (journal_add(settling->journal, &entry, err) != 0)
			return -1;
		if (held_add(settling->netlink, &entry.held, err) == 0) {
			*route = entry.held;
			return 0;
		}
		if (err->sys != EEXIST)
			return -1;
	}
	return error_set(err, "cannot hold back packets: %d launchers do it already",
			 HELD_SLOTS);
}

static int make_again(const struct settling *settling, struct held_route *route,
		      uint16_t slots, struct error *err)
{
	char text[PREFIX_TEXT_MAX];
	unsigned repairs;

	if ((slots & 1U << (HELD_METRIC - route->metric)) != 0)
		return 0;
	repairs = ++settling->hold->repairs;
	if ((repairs & (repairs - 1)) == 0)
		report_log(settling->report, LOG_WARNING,
			   "the route that holds back packets to %s was removed by "
			   "somebody else: put back",
			   ip_prefix_print(&route->prefix, text));
	if (held_add(settling->netlink, route, err) == 0)
		return 0;
	return err->sys == EEXIST ? make_new(settling, route, slots, err) : -1;
}

/* *stays: it is held back now. */
static int settle_one(const struct settling *settling, size_t at, uint16_t slots,
		      bool *stays, struct error *err)
{
	struct held_route *const route = &settling->hold->routes[at];
	int result;

	*stays = settling->hold->uses[at].wanted;
	if (!*stays)
		return route->metric == 0 ? 0 : held_delete(settling->netlink, route, err);
	result = route->metric == 0 ? make_new(settling, route, slots, err)
				    : make_again(settling, route, slots, err);
	if (result != 0 && err->sys == EAFNOSUPPORT) {
		/* Then no packet of that family leaves by another way either. */
		*stays = false;
		return 0;
	}
	return result;
}

/* One that fails leaves the others no way out: the first failure is told at the end, and
 * what failed stays in the list, to be tried again. */
static int settle_all(const struct settling *settling, struct error *err)
{
	struct hold *const hold = settling->hold;
	uint16_t slots[JOURNAL_HELD_MAX];
	size_t done = 0, look = 0;
	struct error one;
	int result = 0;

	memset(slots, 0, sizeof slots);
	if (held_look(settling->netlink, hold->routes, hold->count, slots, err) != 0)
		return -1;
	while (done < hold->count) {
		bool stays;

		if (settle_one(settling, done, slots[look++], &stays, &one) != 0) {
			if (result == 0)
				*err = one;
			result = -1;
			stays = true;
		}
		if (stays)
			done++;
		else
			drop(hold, done);
	}
	return result;
}

int hold_settle(struct hold *hold, struct journal *journal, const struct report *report,
		struct error *err)
{
	struct settling settling = {.hold = hold, .journal = journal, .report = report};
	struct error one;
	int result;

	settling.netlink = netlink_open(err);
	if (settling.netlink == NULL)
		return -1;
	result = guard_settle(&hold->guard, settling.netlink, journal, report, err);
	if (hold->count > 0 && settle_all(&settling, &one) != 0) {
		if (result == 0)
			*err = one;
		result = -1;
	}
	netlink_close(settling.netlink);
	return result;
}

size_t hold_entries(const struct hold *hold, struct journal_entry out[HOLD_ENTRIES_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < hold->count; i++)
		if (hold->routes[i].metric != 0)
			out[count++] = (struct journal_entry){.kind = JOURNAL_HELD,
							      .held = hold->routes[i]};
	return count + guard_entries(&hold->guard, &out[count]);
}

bool hold_is_empty(const struct hold *hold)
{
	return hold->count == 0 && guard_is_empty(&hold->guard);
}

const struct ip_prefix *hold_covers(const struct hold *hold, const char *host)
{
	struct ip_addr address;

	if (ip_addr_parse(host, &address, NULL) != 0)
		return NULL;
	for (size_t i = 0; i < hold->count; i++)
		if (ip_prefix_contains(&hold->routes[i].prefix, &address))
			return &hold->routes[i].prefix;
	return NULL;
}
