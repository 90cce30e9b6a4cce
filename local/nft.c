/* SPDX-License-Identifier: ISC */
#include "local/nft.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "agent/base/descriptors.h"
#include "local/process.h"
#include "policy/language/escape.h"

enum {
	SAID_MAX = 512,
	QUOTED_MAX = 300,
	CAPABILITIES_MAX = 64,
};

int nft_check(struct error *err)
{
	if (access(PATH_NFT, X_OK) == 0)
		return 0;
	return error_code(err, ENOENT,
			  "%s is not there, without which there is no KillSwitch and no "
			  "ClampMss: install the package nftables",
			  PATH_NFT);
}

/* As uid 0 a program has what is in the bounding set. */
static void bound_capabilities(void)
{
	for (int cap = 0; cap < CAPABILITIES_MAX; cap++)
		if (cap != CAP_NET_ADMIN && prctl(PR_CAPBSET_READ, cap, 0, 0, 0) > 0)
			(void)prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
}

/* In the child. */
static void execute(const void *arg, struct error *err)
{
	static char name[] = "nft", option[] = "-f", input[] = "-";
	char *const argv[] = {name, option, input, NULL};
	char *const envp[] = {NULL};

	(void)arg;
	bound_capabilities();
	if (chdir("/") != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
		error_sys(err, errno, "cannot prepare %s", PATH_NFT);
		return;
	}
	execve(PATH_NFT, argv, envp);
	error_sys(err, errno, "cannot execute %s", PATH_NFT);
}

/* A file: the program may take its time to read, and this process writes nothing to it. */
static int make_input(const char *text, struct error *err)
{
	const int fd = memfd_create("nft", MFD_CLOEXEC);

	if (fd >= 0 && descriptors_write(fd, text, strlen(text)) == 0 &&
	    lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	error_sys(err, errno, "cannot write rules for the packet filter");
	if (fd >= 0)
		close(fd);
	return -1;
}

static int explain(const struct process *child, const char *said, size_t len,
		   struct error *err)
{
	char quoted[QUOTED_MAX], how[PROCESS_TEXT_MAX];

	return error_set(err, "%s did not take the rules (%s): %s", PATH_NFT,
			 process_print(child, how),
			 escape_quoted(said, len, quoted, sizeof quoted));
}

static int await(struct process *child, int from, int64_t deadline, struct error *err)
{
	char said[SAID_MAX];
	const ssize_t got = deadline_read(from, said, sizeof said, deadline);

	if (got < 0 || !process_wait(child, deadline)) {
		process_stop(child, 0);
		return error_code(err, ETIMEDOUT, "%s has not ended in %d seconds",
				  PATH_NFT, NFT_MS / 1000);
	}
	return process_exit_status(child) == 0 ? 0 : explain(child, said, (size_t)got, err);
}

int nft_run(const char *text, struct error *err)
{
	const int64_t deadline = monotonic_ms() + NFT_MS;
	struct spawn spawn = {.passing = true, .execute = execute};
	struct process child = PROCESS_NONE;
	int fds[2], result;

	if (nft_check(err) != 0)
		return -1;
	spawn.in = make_input(text, err);
	if (spawn.in < 0)
		return -1;
	if (pipe2(fds, O_CLOEXEC) != 0) {
		close(spawn.in);
		return error_sys(err, errno, "cannot make a pipe");
	}
	spawn.out = spawn.err = fds[1];
	result = process_spawn(&spawn, &child, err);
	close(fds[1]);
	close(spawn.in);
	if (result == 0)
		result = process_release(&child, deadline, err);
	if (result == 0)
		result = await(&child, fds[0], deadline, err);
	process_close(&child);
	close(fds[0]);
	return result;
}
