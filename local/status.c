/* SPDX-License-Identifier: ISC */
/* vpn-connect status: compares the journal with what is there. */
#include "local/status.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/core/engine.h"
#include "local/command.h"
#include "local/profile_names.h"
#include "local/state.h"
#include "local/place.h"

static enum link_state judge(const struct status *status)
{
	if (!journal_supervisor_lives(&status->journal))
		return LINK_DEAD;
	if (journal_find(&status->journal, JOURNAL_WAITING) != NULL)
		return LINK_WAITING;
	return journal_find(&status->journal, JOURNAL_UP) != NULL ? LINK_UP
								  : LINK_COMING_UP;
}

/* Who measured it must still be there; pppd may write to no file. */
static bool is_measured(const struct status *status)
{
	const struct journal *const journal = &status->journal;

	for (size_t i = 0; i < journal->count; i++)
		if (journal->entries[i].kind == JOURNAL_PROCESS &&
		    strcmp(journal->entries[i].name, engine_name(PPP_PPPTUN)) == 0)
			return status->faults[i] == FAULT_NONE;
	return false;
}

static int read_journal(struct status *out, struct error *err)
{
	struct state state;
	int result = -1;

	if (state_open(out->name, false, &state, err) == 0)
		result = journal_read(state.dir, &out->journal, err);
	if (result == 0)
		out->has_echo = echo_file_read(state.dir, &out->echo, &out->echo_age);
	state_close(&state);
	return result;
}

int status_read(const char *name, struct status *out, struct error *err)
{
	bool faults;

	*out = (struct status){.state = LINK_DOWN, .time = time(NULL)};
	snprintf(out->name, sizeof out->name, "%s", name);
	if (read_journal(out, err) != 0)
		return err->sys == ENOENT ? 0 : -1;
	if (!journal_is_current(&out->journal))
		return 0;
	out->state = judge(out);
	if (status_find_faults(out, &faults, err) != 0)
		return -1;
	/* On the way up each thing is written down before it is made. */
	if (out->state == LINK_UP && faults)
		out->state = LINK_IMPAIRED;
	out->has_echo &=
	    (out->state == LINK_UP || out->state == LINK_IMPAIRED) && is_measured(out);
	return 0;
}

enum exit_code status_exit_code(const struct status *status)
{
	if (status->state == LINK_IMPAIRED)
		return EXIT_IMPAIRED;
	return status->state == LINK_UP ? EXIT_DONE : EXIT_NOT_UP;
}

enum exit_code status_look(const char *name, struct status *out)
{
	struct error err;

	if (status_read(name, out, &err) != 0)
		return command_fail(EXIT_SYSTEM, "%s: %s", name, err.text);
	if (out->state == LINK_DOWN && command_check_profile(name) != EXIT_DONE)
		return EXIT_POLICY;
	return status_exit_code(out);
}

static enum exit_code show_one(const char *name, const struct command_options *options,
			       struct status *status)
{
	const enum exit_code code = status_look(name, status);

	if (code == EXIT_SYSTEM || code == EXIT_POLICY || options->quiet || options->json)
		return code;
	status_print_head(status, stdout);
	putchar('\n');
	status_print_rest(status, stdout);
	return code;
}

/* Cannot be read, not up, impaired. */
enum exit_code status_worse(enum exit_code a, enum exit_code b)
{
	static const enum exit_code order[] = {EXIT_SYSTEM, EXIT_POLICY, EXIT_NOT_UP,
					       EXIT_IMPAIRED};

	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return EXIT_DONE;
}

static enum exit_code show_all(struct dirent *const *names, size_t count,
			       const struct command_options *options)
{
	struct status *status = calloc(count + 1, sizeof *status);
	enum exit_code code = EXIT_DONE;

	if (status == NULL)
		return command_fail(EXIT_SYSTEM, "cannot hold the state of %zu links",
				    count);
	for (size_t i = 0; i < count; i++)
		code = status_worse(code, show_one(names[i]->d_name, options, &status[i]));
	if (count == 0 && !options->quiet && !options->json)
		printf("no profile in %s\n", place()->profiles);
	if (options->json && status_print_json(status, count, true) != 0)
		code = command_fail(EXIT_SYSTEM, "cannot print JSON");
	free(status);
	return code;
}

static enum exit_code status_all(const struct command_options *options)
{
	struct dirent **names = NULL;
	const int count = command_profile_names(&names, true);
	enum exit_code code;

	if (count < 0)
		return EXIT_SYSTEM;
	code = show_all(names, (size_t)count, options);
	profile_names_free(names, count);
	return code;
}

enum exit_code command_status(const char *name, const struct command_options *options)
{
	static struct status status;
	enum exit_code code;

	if (options->watch)
		return status_watch(name, options);
	if (name == NULL)
		return status_all(options);
	code = show_one(name, options, &status);
	if (options->json && code != EXIT_SYSTEM &&
	    status_print_json(&status, 1, false) != 0)
		return command_fail(EXIT_SYSTEM, "cannot print JSON");
	return code;
}
