/* SPDX-License-Identifier: ISC */
#include "local/mend.h"

#include <net/if.h>
#include <string.h>

bool mend_may(const struct mend *mend, size_t thing, int64_t now)
{
	const int64_t oldest = mend->times[thing][mend->next[thing]];

	return oldest == 0 || now - oldest >= MEND_WINDOW_MS;
}

bool mend_count(struct mend *mend, size_t thing, int64_t now)
{
	if (!mend_may(mend, thing, now))
		return false;
	mend->times[thing][mend->next[thing]] = now;
	mend->next[thing] = (uint8_t)((mend->next[thing] + 1) % MEND_TIMES);
	return true;
}

enum mend_state mend_judge(const struct link *link, const char *name, unsigned mtu)
{
	if (strcmp(link->name, name) != 0)
		return MEND_RENAMED;
	if ((link->flags & IFF_UP) == 0)
		return MEND_DOWN;
	if (link->mtu != mtu)
		return MEND_RESIZED;
	return (link->flags & IFF_RUNNING) == 0 ? MEND_NO_CARRIER : MEND_FINE;
}

static struct ip_addr link_local_of(const struct ip_addr *addr)
{
	struct ip_addr out = {.family = AF_INET6, .bytes = {0xfe, 0x80}};
	const size_t half = sizeof out.bytes / 2;

	memcpy(out.bytes + half, addr->bytes + half, half);
	return out;
}

struct link_pair mend_link_local(const struct link_pair *pair)
{
	return (struct link_pair){link_local_of(&pair->local),
				  link_local_of(&pair->remote)};
}

bool mend_awaits_carrier(struct mend *mend, enum mend_state state, int64_t now)
{
	if (state != MEND_NO_CARRIER) {
		mend->no_carrier = 0;
		return true;
	}
	if (mend->no_carrier == 0)
		mend->no_carrier = now;
	return now - mend->no_carrier < MEND_PATIENCE_MS;
}
