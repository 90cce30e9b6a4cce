/* SPDX-License-Identifier: ISC */
/*
 * A link that is this host's default route (Route default), and what the packet filter does
 * for it (KillSwitch, ClampMss). Like what hold.h holds back, it is there from before the
 * first attempt until the link is taken down, and belongs to struct hold.
 *
 * Rules send this host's packets to a table of the link's own, in which a default route
 * leads into the link, and beneath it another one nowhere. Before them come the rules by
 * which ssh itself goes by the main table, and all that has a route there that is no
 * default one.
 */
#ifndef SALLYPORT_LOCAL_GUARD_H
#define SALLYPORT_LOCAL_GUARD_H

#include "agent/net/steer.h"
#include "local/filter_text.h"
#include "local/gates.h"
#include "local/journal.h"
#include "local/reporting.h"
#include "policy/language/profile.h"

enum { GUARD_FAMILIES = 2, GUARD_ENTRIES_MAX = GATES_MAX + 2 };

/* Zeroed: nothing. */
struct guard {
	/* The profile's: its name, its interface, and what it wants. */
	char name[NAME_MAX_LEN + 1];
	char interface[IFNAME_MAX_LEN + 1];
	bool steers, closes, clamps, fallback;
	uid_t uid;
	struct gate_ways ways;
	struct gates gates;
	/* Which of a host's addresses is the next one to be tried. */
	unsigned turn;
	/* What was made: the table, 0: none; and how the packet filter's looked then, 0: it
	 * has none. */
	uint32_t table;
	uint64_t print;
	/* The packet filter may have a table of it: it was written down. */
	bool filtered;
	/* What is wanted was said anew: what is missing then is not somebody's doing. */
	bool planned;
	/* The link, while it is up: 0: it is not; and whether it carries IPv4 and IPv6. */
	int index;
	bool carries[GUARD_FAMILIES];
	/* How often something was put back. */
	unsigned repairs;
};

/* What a run that died has left, until the profile is looked at. */
void guard_adopt(struct guard *guard, const struct journal *left);
/* What the profile wants; the link is away. guard_settle() does it. */
void guard_plan(struct guard *guard, const struct profile *profile);
/* Where the gateways are is not known: what is there stays, and nothing else comes. */
void guard_make_nothing(struct guard *guard);
/* The link is up. */
void guard_plan_up(struct guard *guard, int index, bool carries4, bool carries6);
/* It has ended, and its interface goes: the rest is what is put back between attempts. */
void guard_plan_away(struct guard *guard);
/* Without it there are no rules of IPv6, and no packets. */
bool guard_has_ipv6(void);
bool guard_is_empty(const struct guard *guard);

/*
 * Before guard_settle(): where the gateways are, looked up once, before the rules are
 * there; given up when the descriptor is readable, -1: none. 0, or -1 with *failure.
 */
int guard_find_gates(struct guard *guard, const struct profile *profile, int unless,
		     struct failure *failure);
/* How ssh goes there is asked anew: the profile has changed. Addresses stay. */
void guard_forget_ways(struct guard *guard);
/* Where ssh goes for that host, and how. NULL: it is not known; *way, unless it is NULL as
 * well, has why not. */
const struct gate *guard_gate(const struct guard *guard, const char *host,
			      const struct gate_way **way);

/*
 * Makes what is wanted and missing, written down first and read back, and lets go what is
 * not wanted any more. What somebody else changed is put back. 0, or -1 with *err: its sys
 * is EBUSY when another link has the default route, ENOENT when nft(8) is missing.
 */
int guard_settle(struct guard *guard, struct netlink *netlink, struct journal *journal,
		 const struct report *report, struct error *err);
/* The entries of a new journal, for what is there; returns how many. */
size_t guard_entries(const struct guard *guard,
		     struct journal_entry out[GUARD_ENTRIES_MAX]);

/* Undoes an entry TABLE, FILTER of a journal; name: of the profile. 0, or -1. */
int guard_undo_table(struct netlink *netlink, uint32_t table, struct error *err);
int guard_undo_filter(const char *name, struct error *err);

/* guard_rules.c, pure: the rules for these gates, that user and that table. */
void guard_rules(const struct gates *gates, uid_t uid, uint32_t table,
		 struct steer_rules *out);

/* guard_claim.c: only one link of this host has the default route. 0; or -1 with
 * err->sys == EBUSY and a text that names the other. Kept until guard_unclaim(), or the end
 * of this process. name: this one's. */
int guard_claim(const char *name, struct error *err);
void guard_unclaim(void);
bool guard_claimed(void);
/* The profile whose link has the default route, this one's not counted; false: none that is
 * known. Its journal says so, and its supervisor may be dead. */
bool guard_other(const char *name, char other[NAME_MAX_LEN + 1]);

#endif
