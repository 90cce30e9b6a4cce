/* SPDX-License-Identifier: ISC */
#include "tests/unit/launched.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 80, CAPABILITIES_MAX = 64, NO_EXEC = 126 };

static void give_up_all_but(uint64_t keep)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {
	    {(uint32_t)keep, (uint32_t)keep, (uint32_t)keep},
	    {(uint32_t)(keep >> 32), (uint32_t)(keep >> 32), (uint32_t)(keep >> 32)}};

	for (int i = 0; i < CAPABILITIES_MAX; i++)
		if (!(keep >> i & 1))
			prctl(PR_CAPBSET_DROP, i, 0, 0, 0);
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0 || setgroups(0, NULL) < 0 ||
	    setresgid(LAUNCHED_UID, LAUNCHED_UID, LAUNCHED_UID) < 0 ||
	    setresuid(LAUNCHED_UID, LAUNCHED_UID, LAUNCHED_UID) < 0 ||
	    syscall(SYS_capset, &header, data) < 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		_exit(NO_EXEC);
	for (int i = 0; i < CAPABILITIES_MAX; i++)
		if (keep >> i & 1)
			prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, i, 0, 0);
}

/*
 * The environment of what is launched. The library is named by a descriptor that stays
 * open: the user that runs the program may not be allowed into the checkout.
 */
static void preload(const char *library, char *environment[2], char *text, size_t size)
{
	const int fd = library != NULL ? open(library, O_RDONLY) : -1;

	environment[0] = environment[1] = NULL;
	if (library == NULL)
		return;
	if (fd < 0)
		_exit(NO_EXEC);
	(void)snprintf(text, size, "LD_PRELOAD=/proc/self/fd/%d", fd);
	environment[0] = text;
}

/* words: the arguments, single spaces between them. */
struct launched launched_start(const struct launch_way *way, const char *words)
{
	char *environment[2], *argv[ARGUMENTS_MAX + 1] = {"sshroute"};
	char preloaded[sizeof "LD_PRELOAD=/proc/self/fd/2147483647"];
	char *copy = strdup(words);
	int out[2], err[2], program = open(SSHROUTE, O_RDONLY | O_CLOEXEC), argc = 1;
	struct launched run = {.code = -1};

	assert_non_null(copy);
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " ")) {
		assert_true(argc < ARGUMENTS_MAX);
		argv[argc++] = word;
	}
	assert_true(program >= 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	assert_int_equal(pipe2(err, O_CLOEXEC), 0);
	run.pid = fork();
	assert_true(run.pid >= 0);
	if (run.pid == 0) {
		dup2(way->out >= 0 ? way->out : out[1], STDOUT_FILENO);
		dup2(err[1], STDERR_FILENO);
		preload(way->preload, environment, preloaded, sizeof preloaded);
		give_up_all_but(way->capabilities);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		fexecve(program, argv, environment);
		_exit(NO_EXEC);
	}
	close(program);
	close(out[1]);
	close(err[1]);
	run.out = out[0];
	run.err = err[0];
	free(copy);
	return run;
}

static void collect(int fd, char text[LAUNCHED_OUTPUT_MAX])
{
	size_t used = 0;
	ssize_t n;

	while ((n = read(fd, text + used, LAUNCHED_OUTPUT_MAX - 1 - used)) > 0)
		used += (size_t)n;
	text[used] = '\0';
	close(fd);
}

void launched_finish(struct launched *run)
{
	int status;

	collect(run->out, run->stdout_text);
	collect(run->err, run->stderr_text);
	assert_int_equal(waitpid(run->pid, &status, 0), run->pid);
	assert_true(WIFEXITED(status));
	run->code = WEXITSTATUS(status);
}
