/* SPDX-License-Identifier: ISC */
#include "local/watch_events.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "local/command.h"
#include "local/state.h"
#include "local/place.h"
#include "policy/language/paths.h"

enum { EVENTS_MAX = 16 };

/* One that is ignored, as SIGHUP by nohup(1), stays so. */
static int open_signals(void)
{
	const int wanted[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP};
	struct sigaction now;
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		if (sigaction(wanted[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
			sigaddset(&set, wanted[i]);
	return sigprocmask(SIG_BLOCK, &set, NULL) == 0
		   ? signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)
		   : -1;
}

static int open_timer(void)
{
	const struct itimerspec each = {.it_interval.tv_sec = 1, .it_value.tv_sec = 1};
	const int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

	if (fd >= 0)
		(void)timerfd_settime(fd, 0, &each, NULL);
	return fd;
}

static int watch_directory(const struct watch_events *events, const char *path)
{
	return inotify_add_watch(events->journals, path,
				 IN_CREATE | IN_MODIFY | IN_MOVED_TO | IN_DELETE);
}

int watch_events_open(struct watch_events *events)
{
	struct error err;

	events->signals = open_signals();
	events->timer = open_timer();
	events->journals = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	events->network = NULL;
	if (events->signals < 0 || events->timer < 0 || events->journals < 0)
		error_sys(&err, errno, "cannot wait for events");
	else
		events->network = netlink_watch(&err);
	if (events->network != NULL)
		return 0;
	command_fail(EXIT_SYSTEM, "%s", err.text);
	return -1;
}

void watch_events_close(struct watch_events *events)
{
	const int fds[] = {events->signals, events->timer, events->journals};

	for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	if (events->network != NULL)
		netlink_close(events->network);
}

/* A directory comes and goes with its link; one that is watched already stays so. */
void watch_events_add(const struct watch_events *events, const char *name)
{
	char path[STATE_PATH_MAX];

	(void)watch_directory(events, place()->links);
	snprintf(path, sizeof path, "%s/%s", place()->links, name);
	(void)watch_directory(events, path);
}

static void take_signal(const struct watch_events *events, struct watch_happened *happened)
{
	struct signalfd_siginfo info;

	if (read(events->signals, &info, sizeof info) != sizeof info)
		return;
	if (info.ssi_signo == SIGTSTP)
		happened->stop = true;
	else if (info.ssi_signo == SIGWINCH)
		happened->resize = true;
	else
		happened->end = true;
}

static bool take_key(void)
{
	char key;
	const ssize_t got = read(STDIN_FILENO, &key, 1);

	if (got < 0)
		return errno != EAGAIN && errno != EINTR;
	return got == 0 || key == 'q' || key == 'Q';
}

/* Which ones does not matter: all is looked at again. */
static void take_changes(const struct watch_events *events)
{
	char taken[EVENTS_MAX * (sizeof(struct inotify_event) + NAME_MAX + 1)];
	struct error err;

	while (read(events->journals, taken, sizeof taken) > 0)
		;
	(void)netlink_drain(events->network, &err);
}

struct watch_happened watch_events_await(const struct watch_events *events, bool keys,
					 int64_t rests_until)
{
	enum { SIGNALS, TIMER, KEYS, JOURNALS, NETWORK, COUNT };
	const int64_t left = rests_until - monotonic_ms();
	const bool rests = left > 0;
	struct pollfd fds[COUNT] = {
	    [SIGNALS] = {events->signals, POLLIN, 0},
	    [TIMER] = {events->timer, POLLIN, 0},
	    [KEYS] = {keys ? STDIN_FILENO : -1, POLLIN, 0},
	    [JOURNALS] = {rests ? -1 : events->journals, POLLIN, 0},
	    [NETWORK] = {rests ? -1 : netlink_descriptor(events->network), POLLIN, 0},
	};
	struct watch_happened happened = {.end = false};
	uint64_t expired;

	if (poll(fds, COUNT, rests ? (int)left : -1) <= 0)
		return happened;
	if (fds[SIGNALS].revents != 0)
		take_signal(events, &happened);
	happened.second = fds[TIMER].revents != 0 &&
			  read(events->timer, &expired, sizeof expired) == sizeof expired;
	if (fds[KEYS].revents != 0)
		happened.end |= take_key();
	happened.change = fds[JOURNALS].revents != 0 || fds[NETWORK].revents != 0;
	if (happened.change)
		take_changes(events);
	return happened;
}
