/* SPDX-License-Identifier: ISC */
/* The subcommands of vpn-connect. */
#ifndef SALLYPORT_LOCAL_COMMAND_H
#define SALLYPORT_LOCAL_COMMAND_H

#include <dirent.h>
#include <stdbool.h>

#include "local/screen.h"
#include "policy/language/exitcode.h"
#include "policy/language/profile.h"

enum {
	OPTION_WAIT_FIRST = -1,
	OPTION_WAIT_MAX_S = 86400,
	OPTION_LINES_DEFAULT = 50,
	OPTION_LINES_MAX = 100000,
};

struct command_options {
	bool dry_run, foreground, json, once, quiet, verbose, watch;
	/* What the terminal of --watch may be sent. */
	struct screen_style style;
	/* up: how long to wait for a link that does not come up at once, in milliseconds;
	 * OPTION_WAIT_FIRST: for the outcome of the first attempt. */
	int wait_ms;
	/* down: it comes up again at once, and what is held back stays so meanwhile. */
	bool keep_held;
	/* logs: go on with what comes; how many of the last lines. */
	bool follow;
	unsigned lines;
	/* list: whether that user sees the profile; NULL: everybody sees all. */
	bool (*shows)(const void *user, const char *name);
	const void *user;
	/* diagnose: print PPP's frames; an address behind the link, NULL: none. */
	bool frames;
	const char *to;
	/* import: of the profile, and its RunAs; NULL when not given. And bring it up then,
	 * from now on at each boot. */
	const char *import_name, *run_as;
	bool import_up;
};

/* Prints what there is to say and returns what main exits with. */
typedef enum exit_code command_run(const char *name, const struct command_options *options);
/* name may be NULL only for check and status: every profile. list and serve take none. */
enum exit_code command_up(const char *name, const struct command_options *options);
enum exit_code command_check(const char *name, const struct command_options *options);
/* An invitation, a file with one, or NULL or "-" for standard input, in place of a name. */
enum exit_code command_import(const char *given, const struct command_options *options);
enum exit_code command_diagnose(const char *name, const struct command_options *options);
enum exit_code command_down(const char *name, const struct command_options *options);
enum exit_code command_list(const char *name, const struct command_options *options);
enum exit_code command_logs(const char *name, const struct command_options *options);
enum exit_code command_reload(const char *name, const struct command_options *options);
enum exit_code command_restart(const char *name, const struct command_options *options);
/* Answers one connection of the control socket, which is standard input. */
enum exit_code command_serve(const char *name, const struct command_options *options);
enum exit_code command_status(const char *name, const struct command_options *options);

/* restart, by that down and that up; of a link that its unit keeps, the unit's restart. */
enum exit_code command_restart_by(const char *name, const struct command_options *options,
				  command_run *down, command_run *up);
/* up, where another run has the lock: waits for what that one makes of it. */
enum exit_code command_join(const char *name, const struct command_options *options);
/* The same without telling that one: waits for the outcome of the attempt that runs. */
enum exit_code command_await(const char *name, const struct command_options *options);

/* up --dry-run of a profile that could be read. */
enum exit_code command_rehearse(const struct profile *profile,
				const struct command_options *options);

/* What an ordinary user may have done by root: asks for it through the control socket. */
enum exit_code command_ask(const char *command, const char *name,
			   const struct command_options *options);
/* Of a command without a name: what root says beside what has been printed, if anything. */
void command_ask_more(const char *command, const struct command_options *options);

/* EXIT_DONE, or the error, which is said. */
enum exit_code command_load_profile(const char *name, struct profile *profile);
/* profile_names_read(), with_links profile_names_with_links(); -1 when it is said that they
 * cannot be read: EXIT_SYSTEM. */
int command_profile_names(struct dirent ***names, bool with_links);
/* For a name that has no state: EXIT_DONE, or the error that there is no such profile. */
enum exit_code command_check_profile(const char *name);

/* "vpn-connect: …" on standard error; returns code. */
enum exit_code command_fail(enum exit_code code, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
