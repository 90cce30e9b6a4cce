/* SPDX-License-Identifier: ISC */
/* vpn-connect status: compares the journal with what is there. */
#include "local/status.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "local/command.h"
#include "local/profile_names.h"
#include "local/state.h"
#include "policy/language/paths.h"

static enum link_state judge(const struct status *status)
{
	if (!journal_supervisor_lives(&status->journal))
		return LINK_DEAD;
	if (journal_find(&status->journal, JOURNAL_WAITING) != NULL)
		return LINK_WAITING;
	return journal_find(&status->journal, JOURNAL_UP) != NULL ? LINK_UP
								  : LINK_COMING_UP;
}

/* The short-lived request for routes is over once the link is up. */
bool status_shows(const struct status *status, const struct journal_entry *entry)
{
	return (status->state != LINK_UP && status->state != LINK_IMPAIRED) ||
	       entry->kind != JOURNAL_PROCESS || strcmp(entry->name, JOURNAL_REQUEST) != 0;
}

/* A profile that is not up, or does not exist, is down: no error. */
static int read_status(const char *name, struct status *out, struct error *err)
{
	struct state state;
	int result = -1;
	bool faults;

	*out = (struct status){.state = LINK_DOWN};
	snprintf(out->name, sizeof out->name, "%s", name);
	if (state_open(name, false, &state, err) == 0)
		result = journal_read(state.dir, &out->journal, err);
	state_close(&state);
	if (result != 0)
		return err->sys == ENOENT ? 0 : -1;
	if (!journal_is_current(&out->journal))
		return 0;
	out->state = judge(out);
	if (status_find_faults(out, &faults, err) != 0)
		return -1;
	/* On the way up each thing is written down before it is made. */
	if (out->state == LINK_UP && faults)
		out->state = LINK_IMPAIRED;
	return 0;
}

static enum exit_code show_one(const char *name, const struct command_options *options,
			       struct status *status)
{
	struct error err;

	if (read_status(name, status, &err) != 0)
		return command_fail(EXIT_SYSTEM, "%s: %s", name, err.text);
	if (status->state == LINK_DOWN && command_check_profile(name) != EXIT_DONE)
		return EXIT_POLICY;
	if (!options->quiet && !options->json)
		status_print(status);
	if (status->state == LINK_IMPAIRED)
		return EXIT_IMPAIRED;
	return status->state == LINK_UP ? EXIT_DONE : EXIT_NOT_UP;
}

/* Of several links, the worst result: cannot be read, not up, impaired. */
static enum exit_code worse(enum exit_code a, enum exit_code b)
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
		code = worse(code, show_one(names[i]->d_name, options, &status[i]));
	if (count == 0 && !options->quiet && !options->json)
		printf("no profile in %s\n", PATH_PROFILES_DIR);
	if (options->json && status_print_json(status, count, true) != 0)
		code = command_fail(EXIT_SYSTEM, "cannot print JSON");
	free(status);
	return code;
}

static enum exit_code status_all(const struct command_options *options)
{
	struct dirent **names = NULL;
	const int count = profile_names_read(&names);
	enum exit_code code;

	if (count < 0)
		return command_fail(EXIT_SYSTEM, "cannot read %s: %s", PATH_PROFILES_DIR,
				    strerrordesc_np(errno));
	code = show_all(names, (size_t)count, options);
	profile_names_free(names, count);
	return code;
}

enum exit_code command_status(const char *name, const struct command_options *options)
{
	static struct status status;
	enum exit_code code;

	if (name == NULL)
		return status_all(options);
	code = show_one(name, options, &status);
	if (options->json && code != EXIT_SYSTEM &&
	    status_print_json(&status, 1, false) != 0)
		return command_fail(EXIT_SYSTEM, "cannot print JSON");
	return code;
}
