/* SPDX-License-Identifier: ISC */
#include "local/nearest.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "agent/base/descriptors.h"
#include "local/ssh.h"

enum { ADDRESSES_MAX = 16, MICROSECONDS = 1000000 };

static int compare(const void *left, const void *right)
{
	const struct nearest_answer *a = left, *b = right;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->kind == NEAREST_REACHED && a->microseconds != b->microseconds)
		return a->microseconds < b->microseconds ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

void nearest_sort(const struct nearest_answer *answers, size_t count, size_t nhosts,
		  uint8_t order[PROFILE_HOSTS_MAX])
{
	struct nearest_answer all[PROFILE_HOSTS_MAX];

	for (size_t i = 0; i < nhosts; i++)
		all[i] =
		    (struct nearest_answer){.index = (uint8_t)i, .kind = NEAREST_SILENT};
	for (size_t i = 0; i < count; i++)
		if (answers[i].index < nhosts)
			all[answers[i].index] = answers[i];
	qsort(all, nhosts, sizeof *all, compare);
	for (size_t i = 0; i < nhosts; i++)
		order[i] = all[i].index;
}

/* A connection that has begun; -1: it has failed already. */
static int begin_connection(const struct addrinfo *at)
{
	const int fd = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, at->ai_addr, at->ai_addrlen) == 0 || errno == EINPROGRESS)
		return fd;
	close(fd);
	return -1;
}

/* True once one of them stands; those that fail become -1. */
static bool one_stands(struct pollfd *fds, nfds_t count, int timeout)
{
	if (poll(fds, count, timeout) <= 0)
		return false;
	for (nfds_t i = 0; i < count; i++) {
		int error = 0;
		socklen_t len = sizeof error;

		if (fds[i].fd < 0 || fds[i].revents == 0)
			continue;
		if (getsockopt(fds[i].fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 &&
		    error == 0)
			return true;
		close(fds[i].fd);
		fds[i].fd = -1;
	}
	return false;
}

static bool any_left(const struct pollfd *fds, nfds_t count)
{
	for (nfds_t i = 0; i < count; i++)
		if (fds[i].fd >= 0)
			return true;
	return false;
}

static bool connect_one(const struct addrinfo *list, int64_t deadline)
{
	struct pollfd fds[ADDRESSES_MAX];
	nfds_t count = 0;
	bool stands = false;

	for (const struct addrinfo *at = list; at != NULL && count < ADDRESSES_MAX;
	     at = at->ai_next)
		fds[count++] =
		    (struct pollfd){.fd = begin_connection(at), .events = POLLOUT};
	while (!stands && any_left(fds, count)) {
		const int64_t left = deadline - monotonic_ms();

		if (left <= 0)
			break;
		stands = one_stands(fds, count, left > INT_MAX ? INT_MAX : (int)left);
	}
	for (nfds_t i = 0; i < count; i++)
		if (fds[i].fd >= 0)
			close(fds[i].fd);
	return stands;
}

void nearest_probe(const struct ssh_reach *reach, int64_t deadline,
		   struct nearest_answer *answer)
{
	const struct addrinfo hints = {.ai_family = reach->family,
				       .ai_socktype = SOCK_STREAM};
	struct addrinfo *list;
	int64_t begin;

	answer->kind = reach->proxied ? NEAREST_PROXIED : NEAREST_SILENT;
	if (reach->proxied || reach->host[0] == '\0' ||
	    getaddrinfo(reach->host, reach->port, &hints, &list) != 0)
		return;
	begin = monotonic_us();
	if (connect_one(list, deadline)) {
		answer->kind = NEAREST_REACHED;
		answer->microseconds = (uint32_t)(monotonic_us() - begin);
	}
	freeaddrinfo(list);
}

struct one {
	const struct nearest *nearest;
	size_t index;
};

/* In a child of the child: names may take their time, each its own. */
static void probe_one(const void *arg, struct error *err)
{
	static struct words command;
	const struct one *one = arg;
	const struct nearest *nearest = one->nearest;
	struct nearest_answer answer = {.index = (uint8_t)one->index};
	struct ssh_reach reach;

	if (descriptors_close(STDERR_FILENO + 1, UINT_MAX) != 0 ||
	    ssh_command_build(&command, nearest->profile,
			      &(struct ssh_command){
				  .role = SSH_MASTER,
				  .host = nearest->profile->hosts[one->index].name,
				  .control = "none",
				  .request = "",
			      },
			      err) != 0)
		_exit(1);
	ssh_reach_ask(command.argv, nearest->env->argv, nearest->deadline, &reach);
	nearest_probe(&reach, nearest->deadline, &answer);
	_exit(descriptors_write(STDOUT_FILENO, &answer, sizeof answer) == 0 ? 0 : 1);
}

/* Each is written whole: pipe(7). How many came; once one is reached, the others have
 * little time. */
static size_t collect(int from, size_t count, int64_t deadline,
		      struct nearest_answer answers[PROFILE_HOSTS_MAX])
{
	size_t got = 0;

	while (got < count && deadline_read(from, &answers[got], sizeof *answers,
					    deadline) == sizeof *answers) {
		const int64_t soon = monotonic_ms() + NEAREST_OTHERS_MS;

		if (answers[got].kind == NEAREST_REACHED && deadline > soon)
			deadline = soon;
		got++;
	}
	return got;
}

static bool start_one(const struct nearest *nearest, size_t index, int to,
		      struct process *child)
{
	const struct one one = {nearest, index};
	const struct spawn spawn = {.in = -1,
				    .out = to,
				    .err = -1,
				    .passing = true,
				    .execute = probe_one,
				    .arg = &one};
	struct error err;

	return process_spawn(&spawn, child, &err) == 0 &&
	       process_release(child, nearest->deadline, &err) == 0;
}

/* As the account. False when nothing could be measured. */
static bool probe_all(const struct nearest *nearest, uint8_t order[PROFILE_HOSTS_MAX])
{
	const size_t nhosts = nearest->profile->nhosts;
	struct process children[PROFILE_HOSTS_MAX];
	struct nearest_answer answers[PROFILE_HOSTS_MAX];
	size_t got, started = 0;
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) != 0)
		return false;
	for (size_t i = 0; i < nhosts; i++)
		started += start_one(nearest, i, fds[1], &children[i]);
	close(fds[1]);
	got = collect(fds[0], started, nearest->deadline, answers);
	for (size_t i = 0; i < nhosts; i++)
		process_stop(&children[i], 0);
	nearest_sort(answers, got, nhosts, order);
	return started > 0;
}

/* In the child. */
static void measure(const void *arg, struct error *err)
{
	const struct nearest *nearest = arg;
	uint8_t order[PROFILE_HOSTS_MAX];

	if (run_as_become(nearest->account, err) != 0 ||
	    process_die_with(nearest->parent, err) != 0)
		return;
	/* What is closed now tells the parent that it runs. */
	if (descriptors_close(STDERR_FILENO + 1, UINT_MAX) != 0 ||
	    !probe_all(nearest, order))
		_exit(1);
	_exit(descriptors_write(STDOUT_FILENO, order, nearest->profile->nhosts) == 0 ? 0
										     : 1);
}

int nearest_start(const struct nearest *nearest, int *from, struct process *child,
		  struct error *err)
{
	struct spawn spawn = {
	    .in = -1, .err = -1, .session = true, .execute = measure, .arg = nearest};
	int fds[2], result;

	if (pipe2(fds, O_CLOEXEC) != 0)
		return error_sys(err, errno, "cannot make a pipe");
	spawn.out = fds[1];
	result = process_spawn(&spawn, child, err);
	close(fds[1]);
	if (result == 0 && process_release(child, nearest->deadline, err) == 0) {
		*from = fds[0];
		return 0;
	}
	close(fds[0]);
	return -1;
}
