/* SPDX-License-Identifier: ISC */
#include "policy/tool/peers/end_sessions.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "agent/core/session.h"
#include "policy/tool/peers/holder.h"

/* How often it is asked whether a lock is free, which nothing tells. */
enum { ASK_AGAIN_MS = 20 };

struct ending {
	int fd;
	uid_t account;
	struct peer peer;
	/* what the last slot names is no process of a session; 0: it was one */
	pid_t stranger;
};

/* Signals the one that has the slot, if its lock still names it. Its pidfd, or -1. */
static int signal_holder(struct ending *e, unsigned slot, int signal)
{
	const pid_t pid = session_pid(e->fd, &e->peer, slot);
	const int pidfd = pid > 0 ? pidfd_open(pid, 0) : -1;

	if (pidfd < 0)
		return -1;
	if (session_pid(e->fd, &e->peer, slot) == pid) {
		if (!holder_is(pid, e->fd, session_offset(&e->peer, slot), e->account))
			e->stranger = pid;
		else if (pidfd_send_signal(pidfd, signal, NULL, 0) == 0 || errno == ESRCH)
			return pidfd;
	}
	close(pidfd);
	return -1;
}

static bool slot_is_free(const struct ending *e, unsigned slot)
{
	return (session_slots(e->fd, &e->peer) >> slot & 1) == 0;
}

/* A lock is free once the last process that has it is gone, which may be another than the
 * one that is waited for. */
static bool wait_until_free(const struct ending *e, unsigned slot, int64_t deadline)
{
	bool free;

	while (!(free = slot_is_free(e, slot)) && monotonic_ms() < deadline)
		(void)poll(NULL, 0, ASK_AGAIN_MS);
	return free;
}

static bool end_one(struct ending *e, unsigned slot, int signal, int ms)
{
	const int64_t deadline = monotonic_ms() + ms;
	int pidfd;

	e->stranger = 0;
	pidfd = signal_holder(e, slot, signal);
	if (pidfd < 0)
		return slot_is_free(e, slot);
	(void)deadline_wait(pidfd, deadline);
	close(pidfd);
	return wait_until_free(e, slot, deadline);
}

/* One that could not be ended is said, with what to look for. */
static bool end_slot(struct ending *e, unsigned slot)
{
	if (end_one(e, slot, SIGTERM, END_SESSIONS_MS) ||
	    end_one(e, slot, SIGKILL, END_SESSIONS_KILL_MS))
		return true;
	if (e->stranger != 0)
		fprintf(stderr,
			"vpn-policy: a session of %s names process %d, which does not hold "
			"it: it was not signalled; see who has %s open\n",
			e->peer.name, (int)e->stranger, PATH_SESSIONS);
	return false;
}

int end_sessions(const struct account *account, const char *peer, struct error *err)
{
	static struct ending e;
	unsigned held, left = 0;
	int count;

	/* Its file may have allowed more of them once. */
	e = (struct ending){.account = account->uid, .peer.sessions = SESSIONS_MAX};
	snprintf(e.peer.name, sizeof e.peer.name, "%s", peer);
	if (access(PATH_SESSIONS, F_OK) != 0 && errno == ENOENT)
		return 0;
	e.fd = session_open(account->gid, err);
	if (e.fd < 0)
		return -1;
	held = session_slots(e.fd, &e.peer);
	count = __builtin_popcount(held);
	for (unsigned slot = 0; slot < SESSIONS_MAX; slot++)
		if ((held >> slot & 1) != 0 && !end_slot(&e, slot))
			left++;
	close(e.fd);
	return left == 0 ? count
			 : error_set(err, "%u of %d sessions of %s did not end", left,
				     count, peer);
}
