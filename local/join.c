/* SPDX-License-Identifier: ISC */
/* vpn-connect up, where a supervisor is at work already; reload, restart. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "local/by_unit.h"
#include "local/command.h"
#include "local/journal.h"
#include "local/process.h"
#include "local/state.h"

enum joined {
	JOINED_UP,
	/* It has failed, and waits to try again. */
	JOINED_WAITING,
	JOINED_BUSY,
	/* There is no supervisor any more. */
	JOINED_ENDED,
};

struct joining {
	const char *name;
	struct state state;
	struct journal journal;
	/* The supervisor's journal as it was: what that one tells of a failure is old. It
	 * stays open, or another could get its inode number. */
	int old;
	int events;
};

static int open_journal(const struct joining *join)
{
	return openat(join->state.dir, JOURNAL_FILE, O_PATH | O_NOFOLLOW | O_CLOEXEC);
}

static bool is_old(const struct joining *join)
{
	struct stat old, now;

	return join->old >= 0 && fstat(join->old, &old) == 0 &&
	       fstatat(join->state.dir, JOURNAL_FILE, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
	       old.st_ino == now.st_ino && old.st_dev == now.st_dev;
}

static enum joined look(struct joining *join)
{
	const bool old = is_old(join);
	struct error err;

	if (journal_read(join->state.dir, &join->journal, &err) != 0 ||
	    !journal_supervisor_lives(&join->journal))
		return JOINED_ENDED;
	if (journal_find(&join->journal, JOURNAL_UP) != NULL)
		return JOINED_UP;
	return journal_find(&join->journal, JOURNAL_WAITING) != NULL && !old
		   ? JOINED_WAITING
		   : JOINED_BUSY;
}

/* Until the journal changes, or the deadline; that it ended is seen then. */
static void await_change(const struct joining *join, int64_t deadline)
{
	enum { LOOK_MS = 1000 };
	char events[sizeof(struct inotify_event) + NAME_MAX + 1];
	struct pollfd fd = {.fd = join->events, .events = POLLIN};
	const int64_t left = deadline < 0 ? LOOK_MS : deadline - monotonic_ms();

	/* A supervisor that is killed changes no file. */
	if (left > 0 && poll(&fd, 1, left < LOOK_MS ? (int)left : LOOK_MS) > 0)
		(void)!read(join->events, events, sizeof events);
}

static enum exit_code tell_failure(const struct joining *join)
{
	const struct journal_entry *failed = journal_find(&join->journal, JOURNAL_FAILED);

	if (failed == NULL)
		return command_fail(EXIT_NOT_UP, "%s is not up yet", join->name);
	return command_fail((enum exit_code)failed->code, "%s is not up: %s", join->name,
			    join->journal.failed);
}

static enum exit_code follow(struct joining *join, const struct command_options *options)
{
	const bool first = options->wait_ms == OPTION_WAIT_FIRST;
	const int64_t deadline = first ? -1 : monotonic_ms() + options->wait_ms;

	for (;;) {
		const enum joined joined = look(join);

		if (joined == JOINED_UP) {
			if (!options->quiet)
				printf("%s is up\n", join->name);
			return EXIT_DONE;
		}
		if (joined == JOINED_ENDED)
			return command_fail(
			    EXIT_NOT_UP,
			    "%s is not up: its supervisor has ended, and the "
			    "log says why",
			    join->name);
		if (options->wait_ms == 0)
			return EXIT_DONE;
		if ((joined == JOINED_WAITING && first) ||
		    (!first && monotonic_ms() >= deadline))
			return tell_failure(join);
		await_change(join, deadline);
	}
}

/* Opens what there is of it, and tells its supervisor to try now, or to read its profile
 * again. */
static enum exit_code nudge(struct joining *join)
{
	struct process supervisor;
	struct error err;

	if (state_open(join->name, false, &join->state, &err) != 0 ||
	    journal_read(join->state.dir, &join->journal, &err) != 0)
		return err.sys == ENOENT
			   ? EXIT_NOT_UP
			   : command_fail(EXIT_SYSTEM, "%s: %s", join->name, err.text);
	join->old = open_journal(join);
	if (journal_open_supervisor(&join->journal, &supervisor, &err) != 0)
		return EXIT_NOT_UP;
	(void)process_signal(&supervisor, SIGUSR1);
	process_close(&supervisor);
	return EXIT_DONE;
}

/* What changes there is seen from now on. */
static void watch(const struct joining *join)
{
	if (join->events >= 0)
		inotify_add_watch(join->events, join->state.path,
				  IN_MODIFY | IN_MOVED_TO | IN_DELETE);
}

static void close_all(struct joining *join)
{
	if (join->old >= 0)
		close(join->old);
	if (join->events >= 0)
		close(join->events);
	state_close(&join->state);
}

enum exit_code command_join(const char *name, const struct command_options *options)
{
	static struct joining join;
	enum exit_code code;

	join = (struct joining){.name = name, .state = {.dir = -1, .lock = -1}, .old = -1};
	join.events = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	code = nudge(&join);
	if (code == EXIT_DONE) {
		watch(&join);
		code = follow(&join, options);
	} else if (code == EXIT_NOT_UP) {
		code = command_fail(EXIT_BUSY,
				    "%s is just coming up or going down: try again", name);
	}
	close_all(&join);
	return code;
}

enum exit_code command_await(const char *name, const struct command_options *options)
{
	static struct joining join;
	enum exit_code code;
	struct error err;

	join = (struct joining){.name = name, .state = {.dir = -1, .lock = -1}, .old = -1};
	join.events = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (state_open(name, false, &join.state, &err) == 0)
		watch(&join);
	code = follow(&join, options);
	close_all(&join);
	return code;
}

enum exit_code command_reload(const char *name, const struct command_options *options)
{
	static struct joining join;
	static struct profile profile;
	enum exit_code code = command_load_profile(name, &profile);

	if (code != EXIT_DONE)
		return code;
	join = (struct joining){
	    .name = name, .state = {.dir = -1, .lock = -1}, .old = -1, .events = -1};
	code = nudge(&join);
	close_all(&join);
	if (code == EXIT_NOT_UP)
		return command_fail(
		    EXIT_NOT_UP, "%s is not up: `vpn-connect up %s` makes it", name, name);
	if (code == EXIT_DONE && !options->quiet)
		printf("%s: the supervisor reads its profile\n", name);
	return code;
}

enum exit_code command_restart_by(const char *name, const struct command_options *options,
				  command_run *down, command_run *up)
{
	struct command_options ending = *options;
	static struct profile profile;
	/* One that cannot come up again is not taken down. */
	enum exit_code code = command_load_profile(name, &profile);

	if (code != EXIT_DONE)
		return code;
	if (by_unit_keeps(name))
		return by_unit_again(name, options);
	ending.quiet = ending.keep_held = true;
	code = down(name, &ending);
	return code == EXIT_DONE ? up(name, options) : code;
}

enum exit_code command_restart(const char *name, const struct command_options *options)
{
	return command_restart_by(name, options, command_down, command_up);
}
