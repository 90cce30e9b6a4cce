/* SPDX-License-Identifier: ISC */
#include "agent/ppp/resizer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "agent/base/child.h"
#include "agent/base/descriptors.h"
#include "agent/net/netlink.h"
#include "agent/ppp/settings.h"

enum {
	/* of the child, which has no other descriptors but netlink's */
	CHILD_ASK = 0,
	CHILD_ANSWER = 1,
	/* in place of an MTU */
	LEAVE_ALONE = 0,
	/* more than netlink's own patience */
	ANSWER_MS = 5000,
};

/* A pipe takes and gives a number as a whole (pipe(7), PIPE_BUF). */
static bool get_number(int fd, int *number)
{
	ssize_t got;

	do
		got = read(fd, number, sizeof *number);
	while (got < 0 && errno == EINTR);
	return got == (ssize_t)sizeof *number;
}

static bool put_number(int fd, int number)
{
	return write(fd, &number, sizeof number) == (ssize_t)sizeof number;
}

/* 0, or errno. The device was looked up before the peer sent anything. */
static int resize(struct netlink *nl, int index, int mtu, unsigned most)
{
	struct error err = {0};

	if (mtu < MRU_SMALLEST || (unsigned)mtu > most)
		return EINVAL;
	if (link_set_up(nl, index, (unsigned)mtu, &err) == 0)
		return 0;
	return err.sys != 0 ? err.sys : EPROTO;
}

/* What the child is given: where it is asked, and for which device. */
struct resizer_task {
	int ask;
	const char *device;
	unsigned most;
};

/* Signals that end the link are blocked in it as well: it ends with its parent. */
static void serve(const void *arg, int answer)
{
	const struct resizer_task *task = arg;
	struct error err = {0};
	struct link link = {0};
	struct netlink *nl;
	int mtu;

	/* daemon_standard() made sure that both have other numbers than these. */
	if (dup2(task->ask, CHILD_ASK) < 0 || dup2(answer, CHILD_ANSWER) < 0)
		_exit(1);
	/* All, whatever their numbers: with its own end of that pipe it would not end. */
	if (descriptors_close(CHILD_ANSWER + 1, UINT_MAX) != 0)
		_exit(1);
	nl = netlink_open(&err);
	if (nl == NULL || link_get(nl, task->device, &link, &err) != 0)
		_exit(1);
	/* Without a number the parent has ended, or does not need the MTU changed. */
	if (get_number(CHILD_ASK, &mtu) && mtu != LEAVE_ALONE)
		(void)put_number(CHILD_ANSWER, resize(nl, link.index, mtu, task->most));
	_exit(0);
}

/* Looks at the limit only: to try could be fatal under a seccomp filter. */
bool resizer_may(void)
{
	struct rlimit processes;

	return getrlimit(RLIMIT_NPROC, &processes) == 0 && processes.rlim_cur > 0;
}

int resizer_start(struct resizer *resizer, const char *device, unsigned most,
		  struct error *err)
{
	struct resizer_task task = {.device = device, .most = most};
	struct child child;
	int ask[2], result = 0;

	/* Nobody waits for it. */
	if (signal(SIGCHLD, SIG_IGN) == SIG_ERR || pipe2(ask, O_CLOEXEC) != 0)
		return error_sys(err, errno, "cannot keep the right to set the MTU");
	task.ask = ask[0];
	if (child_start(&child, serve, &task) == 0) {
		*resizer = (struct resizer){ask[1], child.answer};
	} else {
		result = error_sys(err, errno, "cannot keep the right to set the MTU");
		close(ask[1]);
	}
	close(ask[0]);
	return result;
}

int resizer_finish(struct resizer *resizer, unsigned mtu, struct error *err)
{
	struct pollfd wait = {resizer->answer, POLLIN, 0};
	const bool asked =
	    resizer->ask >= 0 && put_number(resizer->ask, (int)mtu) && mtu != LEAVE_ALONE;
	int sys;

	/* Not closed: nobody can tell, and the filter has no such call. */
	resizer->ask = -1;
	if (mtu == LEAVE_ALONE)
		return 0;
	if (!asked || poll(&wait, 1, ANSWER_MS) != 1 || !get_number(resizer->answer, &sys))
		return error_set(
		    err,
		    "the device keeps its MTU: the child that may set it does not answer");
	return sys == 0 ? 0 : error_sys(err, sys, "the device keeps its MTU");
}
