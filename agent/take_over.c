/* SPDX-License-Identifier: ISC */
/*
 * The process that is signalled is looked up by this peer's own locks, so that no peer can
 * challenge another's session. It is held by a descriptor (pidfd_open(2), Linux 5.3): if
 * the lock still names it afterwards, it is the holder, and not one that got its number
 * later. (No lock outlives its process here: ppptun, which alone heeds a challenge, may
 * start no other.) Where the kernel has no such descriptors nobody is challenged.
 */
#include "agent/take_over.h"

#include <errno.h>
#include <poll.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "agent/base/deadline.h"

/* Between two challenges of the same session. */
enum { AGAIN_MS = 500 };

/* The sessions that were challenged and have not ended. */
struct challenged {
	struct pollfd waits[SESSIONS_MAX];
	unsigned count;
};

/* The holder's pidfd, or -1: nobody holds the slot, or it does not heed a challenge. */
static int challenge(int fd, const struct peer *peer, unsigned slot)
{
	const pid_t pid = session_pid(fd, peer, slot);
	const int pidfd =
	    pid > 0 && session_heeds(fd, peer, slot) ? pidfd_open(pid, 0) : -1;

	if (pidfd < 0)
		return -1;
	/* One that has just ended leaves its slot, which is what it is asked for. */
	if (session_pid(fd, peer, slot) == pid &&
	    (pidfd_send_signal(pidfd, CHALLENGE_SIGNAL, NULL, 0) == 0 || errno == ESRCH))
		return pidfd;
	close(pidfd);
	return -1;
}

static void challenge_all(struct challenged *all, int fd, const struct peer *peer)
{
	all->count = 0;
	for (unsigned slot = 0; slot < peer->sessions; slot++) {
		const int pidfd = challenge(fd, peer, slot);

		if (pidfd >= 0)
			all->waits[all->count++] =
			    (struct pollfd){.fd = pidfd, .events = POLLIN};
	}
}

/* One that had just heard from its client passes over the first challenge. */
static void challenge_again(const struct challenged *all)
{
	for (unsigned i = 0; i < all->count; i++)
		(void)pidfd_send_signal(all->waits[i].fd, CHALLENGE_SIGNAL, NULL, 0);
}

/* Waits until one of them has ended. 1, 0 when the deadline has passed, or -1. */
static int wait_for_end(struct challenged *all, int64_t deadline)
{
	for (;;) {
		const int64_t left = deadline - monotonic_ms();
		const bool last = left <= AGAIN_MS;
		const int ready = poll(all->waits, all->count,
				       !last ? AGAIN_MS : (left > 0 ? (int)left : 0));

		if (ready > 0)
			return 1;
		if (ready < 0 && errno != EINTR)
			return -1;
		if (ready == 0 && last)
			return 0;
		challenge_again(all);
	}
}

static void forget_ended(struct challenged *all)
{
	unsigned left = 0;

	for (unsigned i = 0; i < all->count; i++) {
		if (all->waits[i].revents == 0)
			all->waits[left++] = all->waits[i];
		else
			close(all->waits[i].fd);
	}
	all->count = left;
}

static void forget_all(const struct challenged *all)
{
	for (unsigned i = 0; i < all->count; i++)
		close(all->waits[i].fd);
}

int take_over_session(int fd, const struct peer *peer, const struct session_origin *origin,
		      int64_t wait_ms, struct session *out, struct error *err)
{
	const int64_t deadline = monotonic_ms() + wait_ms;
	struct challenged all;
	int result;

	challenge_all(&all, fd, peer);
	/* Once more in any case: a slot may have become free meanwhile. And after each end:
	 * somebody else may be as quick, and wins or loses it by the lock alone. */
	while ((result = session_lock(fd, peer, origin, out, err)) != 0 &&
	       err->sys == EAGAIN && all.count > 0 && wait_for_end(&all, deadline) > 0)
		forget_ended(&all);
	if (result != 0 && err->sys == EAGAIN && all.count == peer->sessions)
		error_code(err, EBUSY,
			   "all %u sessions of %s are in use by clients that answer",
			   peer->sessions, peer->name);
	forget_all(&all);
	return result;
}
