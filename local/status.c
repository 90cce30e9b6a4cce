/* SPDX-License-Identifier: ISC */
/* vpn-connect status: compares the journal with what is there. */
#include "local/status.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "local/command.h"
#include "local/state.h"
#include "policy/language/path.h"
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

int status_read(const char *name, struct status *out, struct error *err)
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

	if (status_read(name, status, &err) != 0)
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

static int is_profile(const struct dirent *entry)
{
	const size_t len = path_conf_len(entry->d_name);
	char name[NAME_MAX_LEN + 1];

	if (len == 0 || len > NAME_MAX_LEN)
		return 0;
	snprintf(name, sizeof name, "%.*s", (int)len, entry->d_name);
	return policy_name_valid(name);
}

/* By name: with its suffix, "a" would come after "a-b". */
static int compare_names(const struct dirent **left, const struct dirent **right)
{
	const char *a = (*left)->d_name, *b = (*right)->d_name;
	const size_t a_len = path_conf_len(a), b_len = path_conf_len(b);
	const int order = strncmp(a, b, a_len < b_len ? a_len : b_len);

	return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

int status_read_names(struct dirent ***names)
{
	const int count = scandir(PATH_PROFILES_DIR, names, is_profile, compare_names);

	if (count < 0)
		return errno == ENOENT ? 0 : -1;
	for (int i = 0; i < count; i++)
		(*names)[i]->d_name[path_conf_len((*names)[i]->d_name)] = '\0';
	return count;
}

void status_free_names(struct dirent **names, int count)
{
	for (int i = 0; i < count; i++)
		free(names[i]);
	free(names);
}

static enum exit_code status_all(const struct command_options *options)
{
	struct dirent **names = NULL;
	const int count = status_read_names(&names);
	enum exit_code code;

	if (count < 0)
		return command_fail(EXIT_SYSTEM, "cannot read %s: %s", PATH_PROFILES_DIR,
				    strerrordesc_np(errno));
	code = show_all(names, (size_t)count, options);
	status_free_names(names, count);
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
