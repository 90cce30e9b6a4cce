/* SPDX-License-Identifier: ISC */
#include "local/apart.h"

#include <errno.h>
#include <unistd.h>

#include "agent/base/descriptors.h"
#include "agent/confine/confine.h"
#include "local/process.h"

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

int apart_run_unless(const struct apart *apart, const struct patience *patience,
		     struct error *err)
{
	const ssize_t got =
	    process_ask_unless(work, apart, apart->result, apart->size, patience, err);

	if (got < 0)
		return -1;
	return got == (ssize_t)apart->size
		   ? 0
		   : error_code(err, EPROTO, "a child process died");
}

int apart_run(const struct apart *apart, int64_t deadline, struct error *err)
{
	return apart_run_unless(apart, &(struct patience){deadline, -1}, err);
}
