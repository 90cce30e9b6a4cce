/* SPDX-License-Identifier: ISC */
/* vpn-connect status: what the journal tells, compared with what is there. */
#include "local/status.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "local/command.h"
#include "local/state.h"
#include "policy/language/paths.h"

#define SUFFIX ".conf"

enum { ROOM_FIRST = 64 };

static enum link_state judge(const struct status *status)
{
	if (!journal_supervisor_lives(&status->journal))
		return LINK_DEAD;
	if (journal_find(&status->journal, JOURNAL_WAITING) != NULL)
		return LINK_WAITING;
	return journal_find(&status->journal, JOURNAL_UP) != NULL ? LINK_UP
								  : LINK_COMING_UP;
}

/* It has come up, and the supervisor lives. */
static bool is_established(const struct status *status)
{
	return status->state == LINK_UP || status->state == LINK_IMPAIRED;
}

/* The short-lived request for routes is over once the link is up. */
bool status_shows(const struct status *status, const struct journal_entry *entry)
{
	return !is_established(status) || entry->kind != JOURNAL_PROCESS ||
	       strcmp(entry->name, JOURNAL_REQUEST) != 0;
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

/* Of several links the worst is told: what cannot be read, is not up, is impaired. */
static enum exit_code worse(enum exit_code a, enum exit_code b)
{
	static const enum exit_code order[] = {EXIT_SYSTEM, EXIT_POLICY, EXIT_NOT_UP,
					       EXIT_IMPAIRED};

	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return EXIT_DONE;
}

static enum exit_code show_all(char (*names)[NAME_MAX_LEN + 1], size_t count,
			       const struct command_options *options)
{
	struct status *status = calloc(count + 1, sizeof *status);
	enum exit_code code = EXIT_DONE;

	if (status == NULL)
		return command_fail(EXIT_SYSTEM, "cannot hold the state of %zu links",
				    count);
	for (size_t i = 0; i < count; i++)
		code = worse(code, show_one(names[i], options, &status[i]));
	if (count == 0 && !options->quiet && !options->json)
		printf("no profile in %s\n", PATH_PROFILES_DIR);
	if (options->json && status_print_json(status, count, true) != 0)
		code = command_fail(EXIT_SYSTEM, "cannot print JSON");
	free(status);
	return code;
}

/* The name of a profile out of a file's; false when it is no profile. */
static bool profile_name(const char *file, char name[NAME_MAX_LEN + 1])
{
	const size_t len = strlen(file), suffix = strlen(SUFFIX);

	if (len <= suffix || len - suffix > NAME_MAX_LEN ||
	    strcmp(file + len - suffix, SUFFIX) != 0)
		return false;
	memcpy(name, file, len - suffix);
	name[len - suffix] = '\0';
	return policy_name_valid(name);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Room for one more; the list grows by doubling. */
static int make_room(char (**names)[NAME_MAX_LEN + 1], size_t count, size_t *room,
		     struct error *err)
{
	const size_t larger = *room == 0 ? ROOM_FIRST : *room * 2;
	char(*list)[NAME_MAX_LEN + 1];

	if (count < *room)
		return 0;
	list = reallocarray(*names, larger, sizeof *list);
	if (list == NULL) {
		error_sys(err, errno, "cannot hold the names of the profiles");
		return -1;
	}
	*names = list;
	*room = larger;
	return 0;
}

static int add_names(DIR *dir, char (**names)[NAME_MAX_LEN + 1], size_t *count,
		     struct error *err)
{
	const struct dirent *entry;
	size_t room = 0;

	for (;;) {
		errno = 0;
		entry = readdir(dir);
		if (entry == NULL)
			break;
		if (make_room(names, *count, &room, err) != 0)
			return -1;
		if (profile_name(entry->d_name, (*names)[*count]))
			++*count;
	}
	return errno == 0 ? 0 : error_sys(err, errno, "cannot read %s", PATH_PROFILES_DIR);
}

/* The names of all profiles, however many, sorted; the caller frees *names either way. */
static int read_names(char (**names)[NAME_MAX_LEN + 1], size_t *count, struct error *err)
{
	DIR *dir = opendir(PATH_PROFILES_DIR);
	int result;

	*names = NULL;
	*count = 0;
	if (dir == NULL)
		return errno == ENOENT
			   ? 0
			   : error_sys(err, errno, "cannot read %s", PATH_PROFILES_DIR);
	result = add_names(dir, names, count, err);
	closedir(dir);
	if (result == 0 && *count > 0)
		qsort(*names, *count, sizeof((*names)[0]), compare_names);
	return result;
}

static enum exit_code status_all(const struct command_options *options)
{
	char(*names)[NAME_MAX_LEN + 1];
	struct error err;
	enum exit_code code;
	size_t count;

	if (read_names(&names, &count, &err) == 0)
		code = show_all(names, count, options);
	else
		code = command_fail(EXIT_SYSTEM, "%s", err.text);
	free(names);
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
