/* SPDX-License-Identifier: ISC */
#include "local/changes.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "agent/net/filter_table.h"
#include "agent/net/netlink.h"

#define RESOLVERS_FILE "resolv.conf"

/* Where name servers are written to, by whoever does; each may be missing. */
static const char *const directories[] = {"/etc", "/run/systemd/resolve",
					  "/run/resolvconf"};

enum { DRAIN_READS_MAX = 64, SOURCES = 4 };

/* A far day: what is wanted is that the clock is set, which waking up does as well
 * (timerfd_create(2), TFD_TIMER_CANCEL_ON_SET). */
static int watch_clock(struct changes *changes)
{
	const struct itimerspec never = {.it_value.tv_sec = INT32_MAX};

	return timerfd_settime(changes->clock, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET,
			       &never, NULL);
}

static int watch(const struct changes *changes, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	return epoll_ctl(changes->fd, EPOLL_CTL_ADD, fd, &event);
}

/* A host that is short of watches does without. */
static void watch_files(struct changes *changes)
{
	changes->files = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (changes->files < 0)
		return;
	for (size_t i = 0; i < sizeof directories / sizeof *directories; i++)
		inotify_add_watch(changes->files, directories[i],
				  IN_CLOSE_WRITE | IN_MOVED_TO);
	(void)watch(changes, changes->files);
}

/* A kernel without nftables has nothing that could be changed. */
static void watch_filter(struct changes *changes)
{
	changes->filter = netlink_watch_filter(NULL);
	if (changes->filter != NULL)
		(void)watch(changes, netlink_descriptor(changes->filter));
}

int changes_open(struct changes *out, struct error *err)
{
	*out = (struct changes){.fd = -1, .clock = -1, .files = -1};
	out->events = netlink_watch(err);
	if (out->events == NULL)
		return -1;
	out->fd = epoll_create1(EPOLL_CLOEXEC);
	out->clock = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	if (out->fd < 0 || out->clock < 0 || watch_clock(out) != 0 ||
	    watch(out, out->clock) != 0 || watch(out, netlink_descriptor(out->events)) != 0)
		return error_sys(err, errno, "cannot watch for changes of the network");
	watch_files(out);
	watch_filter(out);
	return 0;
}

static bool take_clock(struct changes *changes)
{
	uint64_t expired;

	if (read(changes->clock, &expired, sizeof expired) >= 0 || errno != ECANCELED)
		return false;
	(void)watch_clock(changes);
	return true;
}

/* Other files of these directories change as well. */
static bool names_resolvers(const char *bytes, size_t len)
{
	size_t at = 0;

	while (at + sizeof(struct inotify_event) <= len) {
		struct inotify_event event;

		memcpy(&event, bytes + at, sizeof event);
		if (event.len > 0 &&
		    strncmp(bytes + at + sizeof event, RESOLVERS_FILE, event.len) == 0)
			return true;
		at += sizeof event + event.len;
	}
	return false;
}

static bool take_files(struct changes *changes)
{
	char bytes[sizeof(struct inotify_event) + NAME_MAX + 1];
	bool found = false;

	for (int i = 0; changes->files >= 0 && i < DRAIN_READS_MAX; i++) {
		const ssize_t got = read(changes->files, bytes, sizeof bytes);

		if (got <= 0)
			break;
		found = names_resolvers(bytes, (size_t)got) || found;
	}
	return found;
}

bool changes_take(struct changes *changes)
{
	struct epoll_event ready[SOURCES];
	const int count = epoll_wait(changes->fd, ready, SOURCES, 0);
	struct error err;
	bool found = false;

	for (int i = 0; i < count; i++) {
		if (ready[i].data.fd == changes->clock)
			found = take_clock(changes) || found;
		else if (ready[i].data.fd == changes->files)
			found = take_files(changes) || found;
		else if (changes->filter != NULL &&
			 ready[i].data.fd == netlink_descriptor(changes->filter))
			changes->filtered |= netlink_drain(changes->filter, &err) == 0;
		else if (ready[i].data.fd == netlink_descriptor(changes->events))
			found = netlink_drain(changes->events, &err) == 0 || found;
	}
	return found;
}

int changes_watch(struct changes *changes, int fd, struct error *err)
{
	return watch(changes, fd) == 0
		   ? 0
		   : error_sys(err, errno, "cannot wait for another descriptor");
}

void changes_forget(struct changes *changes, int fd)
{
	(void)epoll_ctl(changes->fd, EPOLL_CTL_DEL, fd, NULL);
}

bool changes_take_filter(struct changes *changes)
{
	const bool filtered = changes->filtered;

	changes->filtered = false;
	return filtered;
}

void changes_close(struct changes *changes)
{
	const int fds[] = {changes->fd, changes->clock, changes->files};

	for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	if (changes->events != NULL)
		netlink_close(changes->events);
	if (changes->filter != NULL)
		netlink_close(changes->filter);
}
