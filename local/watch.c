/* SPDX-License-Identifier: ISC */
#include "local/watch.h"

#include <signal.h>

#include "local/mend_link.h"
#include "local/names.h"

enum {
	/* Changes of the network come in bursts. */
	ASK_SETTLE_MS = 300,
	/* A link that is up is asked whether it carries, at most so often. */
	ASK_MS = 1000,
	/* So long its peer has for any sign of life. With ASK_SETTLE_MS less than two
	 * seconds.
	 */
	ANSWER_MS = 1500,
	/* What was taken away is put back at once; on a host whose network changes all the
	 * time, as a router's does, not so often. */
	LOOK_SETTLE_MS = 50,
	LOOK_MS = 1000,
};

/* When something is due, and when it was done last; TUNNEL_FOREVER: it is not. */
struct due {
	int64_t last, next;
};

static void make_due(struct due *due, int64_t settle, int64_t apart)
{
	const int64_t soon = monotonic_ms() + settle;

	const int64_t next = due->last + apart > soon ? due->last + apart : soon;

	if (due->next == TUNNEL_FOREVER || next < due->next)
		due->next = next;
}

static bool take_due(struct due *due)
{
	const int64_t now = monotonic_ms();

	if (due->next == TUNNEL_FOREVER || due->next > now)
		return false;
	*due = (struct due){now, TUNNEL_FOREVER};
	return true;
}

static int64_t earlier(int64_t a, int64_t b)
{
	if (a == TUNNEL_FOREVER || b == TUNNEL_FOREVER)
		return a == TUNNEL_FOREVER ? b : a;
	return a < b ? a : b;
}

/* Whether it still carries is for its PPP program to find out: ppptun asks its peer at once
 * (agent/ppp/challenge.h), and pppd, which does not know that, asks in its own time. */
static void ask_peer(const struct tunnel *tunnel)
{
	if (tunnel->ppp.pidfd >= 0 && !tunnel->ppp.reaped)
		(void)process_queue(&tunnel->ppp, SIGURG, ANSWER_MS);
}

static enum tunnel_event watch(struct tunnel *tunnel, struct changes *changes,
			       struct names_keeper *names)
{
	static struct mend mend;
	const int64_t now = monotonic_ms();
	/* Something may have changed while it came up. */
	struct due ask = {now, TUNNEL_FOREVER}, look = {now - LOOK_MS, now};

	mend_begin(&mend, tunnel);
	changes_take(changes);
	for (;;) {
		const enum tunnel_event event =
		    tunnel_wait(tunnel, changes->fd, earlier(ask.next, look.next));

		if (event != TUNNEL_READABLE && event != TUNNEL_DEADLINE)
			return event;
		if (event == TUNNEL_READABLE && changes_take(changes)) {
			make_due(&ask, ASK_SETTLE_MS, ASK_MS);
			make_due(&look, LOOK_SETTLE_MS, LOOK_MS);
		}
		if (changes_take_filter(changes))
			make_due(&look, LOOK_SETTLE_MS, LOOK_MS);
		if (names_keeper_take(names))
			make_due(&look, LOOK_SETTLE_MS, LOOK_MS);
		if (take_due(&ask))
			ask_peer(tunnel);
		if (!take_due(&look))
			continue;
		switch (mend_look(&mend, tunnel)) {
		case MEND_DONE:
			if (!names_keeper_look(names, &mend, tunnel))
				make_due(&look, NAMES_AGAIN_MS, 0);
			/* What came on the bus meanwhile makes nothing readable. */
			if (names_keeper_take(names))
				make_due(&look, LOOK_SETTLE_MS, LOOK_MS);
			break;
		case MEND_AGAIN:
			make_due(&look, MEND_GRACE_MS, 0);
			break;
		case MEND_ENDS:
			return TUNNEL_CHANGED;
		}
	}
}

enum tunnel_event watch_link(struct tunnel *tunnel, struct changes *changes)
{
	struct names_keeper names;
	enum tunnel_event event;

	names_keeper_begin(&names, tunnel, changes);
	event = watch(tunnel, changes, &names);
	names_keeper_end(&names);
	return event;
}
