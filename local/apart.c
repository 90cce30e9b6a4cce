/* SPDX-License-Identifier: ISC */
#include "local/apart.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "agent/base/descriptors.h"
#include "agent/confine/confine.h"
#include "local/process.h"

/* From its answer to its end. */
enum { CHILD_GRACE_MS = 1000 };

/* In the child, whose memory is a copy of ours: works, writes once, and exits. */
static void work(const void *arg, struct error *err)
{
	const struct apart *apart = arg;

	/* Nothing carries it back: its descriptor is about to be closed. */
	(void)err;
	/* The child needs neither the journal nor the lock nor the terminal, and one that
	 * is left behind must not hold them. */
	if (descriptors_close(STDERR_FILENO + 1, UINT_MAX) != 0)
		_exit(1);
	apart->work(apart->arg, apart->result);
	/* The work may have confined the child to read, write and exit. */
	confine_parser_exit(
	    write(STDOUT_FILENO, apart->result, apart->size) == (ssize_t)apart->size ? 0
										     : 1);
}

static int take_result(const struct apart *apart, int fd, int64_t deadline,
		       struct error *err)
{
	const ssize_t got = deadline_read(fd, apart->result, apart->size, deadline);

	if (got < 0)
		return error_sys(err, errno, "a child process did not answer");
	return got == (ssize_t)apart->size
		   ? 0
		   : error_code(err, EPROTO, "a child process died");
}

int apart_run(const struct apart *apart, int64_t deadline, struct error *err)
{
	struct process child = PROCESS_NONE;
	int fds[2], result = -1;

	if (pipe2(fds, O_CLOEXEC) != 0)
		return error_sys(err, errno, "cannot make a pipe");
	const struct spawn spawn = {
	    .in = -1, .out = fds[1], .err = -1, .execute = work, .arg = apart};

	if (process_spawn(&spawn, &child, err) != 0)
		goto out;
	close(fds[1]);
	fds[1] = -1;
	if (process_release(&child, deadline, err) == 0)
		result = take_result(apart, fds[0], deadline, err);
	if (result == 0)
		process_wait(&child, monotonic_ms() + CHILD_GRACE_MS);
	process_stop(&child, 0);
out:
	process_close(&child);
	close(fds[0]);
	if (fds[1] >= 0)
		close(fds[1]);
	return result;
}
