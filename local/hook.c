/* SPDX-License-Identifier: ISC */
#include "local/hook.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "agent/confine/confine.h"
#include "policy/language/trusted.h"

/* In the child. */
struct hook_work {
	const struct hook_call *call;
	pid_t parent;
};

static const struct run_as of_root = {.name = "root", .home = "/"};

static const struct run_as *account_of(const struct hook_call *call)
{
	return call->as == HOOK_AS_ROOT ? &of_root : call->account;
}

int hook_open(const char *path, enum hook_as as, const struct run_as *account,
	      struct error *err)
{
	return trusted_open_program_of(path, as == HOOK_AS_ROOT ? 0 : account->uid, err);
}

int hooks_look(const struct profile *profile, const struct run_as *account,
	       void (*say)(void *to, unsigned line, const struct error *err), void *to)
{
	const struct {
		const char *keyword, *path;
		unsigned line;
	} hooks[] = {{"Up", profile->up, profile->up_line},
		     {"Down", profile->down, profile->down_line}};
	struct error err, told;
	int fd, result = 0;

	for (size_t i = 0; i < sizeof hooks / sizeof *hooks; i++) {
		if (hooks[i].path[0] == '\0')
			continue;
		fd = hook_open(hooks[i].path, profile->hook_as, account, &err);
		if (fd >= 0) {
			close(fd);
			continue;
		}
		error_set(&told, "%s %s: %s", hooks[i].keyword, hooks[i].path, err.text);
		say(to, hooks[i].line, &told);
		result = -1;
	}
	return result;
}

const char *hook_cure(const struct error *err)
{
	return err->untrusted ? ": " HOOK_CURE : "";
}

/*
 * The file is opened while this is still root, as the way to it need not be open to the
 * account; whether the account may execute it, the kernel says. Its descriptor stays open:
 * the interpreter of a script reads it as /dev/fd/N (execveat(2)).
 */
static void execute(const void *arg, struct error *err)
{
	const struct hook_work *work = arg;
	const struct hook_call *call = work->call;
	char path[POLICY_PATH_MAX];
	char *const argv[] = {path, NULL};
	const int fd = hook_open(call->path, call->as, call->account, err);

	if (fd < 0 || run_as_become(account_of(call), err) != 0 || confine_hook(err) != 0 ||
	    process_die_with(work->parent, err) != 0)
		return;
	if (fcntl(fd, F_SETFD, 0) != 0) {
		error_sys(err, errno, "cannot pass on a descriptor");
		return;
	}
	snprintf(path, sizeof path, "%s", call->path);
	syscall(SYS_execveat, fd, "", argv, call->env->argv, AT_EMPTY_PATH);
	error_sys(err, errno, "cannot execute it as %s", account_of(call)->name);
}

static int watch(struct hook *hook, int fd, struct error *err)
{
	struct epoll_event event = {.events = EPOLLIN};

	return epoll_ctl(hook->watch, EPOLL_CTL_ADD, fd, &event) == 0
		   ? 0
		   : error_sys(err, errno, "cannot watch a process");
}

int hook_spawn(struct hook *hook, const struct hook_call *call, struct error *err)
{
	const struct hook_work work = {call, getpid()};
	struct spawn spawn = {.in = -1, .session = true, .execute = execute, .arg = &work};

	*hook = (struct hook){
	    .call = call, .process = PROCESS_NONE, .reader = READER_NONE, .watch = -1};
	/* RunAs could stop or kill a reader of its own, and with it what root runs. */
	if (reader_open(&hook->reader, account_of(call), call->report->verbose, err) != 0)
		return -1;
	hook->reader.names[READER_REQUEST] = hook_keyword(call->event);
	spawn.out = spawn.err = hook->reader.ends[READER_REQUEST];
	hook->watch = epoll_create1(EPOLL_CLOEXEC);
	if (hook->watch < 0)
		return error_sys(err, errno, "cannot watch a process");
	return process_spawn(&spawn, &hook->process, err) == 0 &&
		       watch(hook, hook->process.pidfd, err) == 0
		   ? watch(hook, hook->reader.fd, err)
		   : -1;
}

int hook_release(struct hook *hook, struct error *err)
{
	hook->deadline = monotonic_ms() + HOOK_TIMEOUT_MS;
	return process_release(&hook->process, hook->deadline, err);
}

bool hook_has_ended(struct hook *hook)
{
	reader_take(&hook->reader, hook->call->report);
	return process_reap(&hook->process);
}

void hook_wait(struct hook *hook)
{
	while (deadline_wait(hook->watch, hook->deadline) == 1 && !hook_has_ended(hook))
		;
}

int hook_end(struct hook *hook, struct error *err)
{
	const bool late = !process_reap(&hook->process);
	const int status = process_exit_status(&hook->process);
	char how[PROCESS_TEXT_MAX];

	if (late) {
		process_stop(&hook->process, HOOK_GRACE_MS);
		error_set(err, "it did not end within %d seconds, and was ended",
			  HOOK_TIMEOUT_MS / 1000);
	} else if (status != 0) {
		error_set(err, "%s", process_print(&hook->process, how));
	}
	process_close(&hook->process);
	reader_close(&hook->reader, hook->call->report);
	if (hook->watch >= 0)
		close(hook->watch);
	hook->watch = -1;
	return late || status != 0 ? -1 : 0;
}
