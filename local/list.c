/* SPDX-License-Identifier: ISC */
/* vpn-connect list: every profile, and how its link stands, in one line each. */
#include <jansson.h>
#include <stdio.h>

#include "local/command.h"
#include "local/place.h"
#include "local/profile_names.h"
#include "local/status.h"
#include "policy/language/value.h"

/* NULL: the link has none now. */
static const char *interface_of(const struct status *status)
{
	const struct journal_entry *link =
	    status->state == LINK_DOWN ? NULL
				       : journal_find(&status->journal, JOURNAL_LINK);

	return link == NULL ? NULL : link->name;
}

/* The entry whose time a state is told with. */
static const struct journal_entry *moment_of(const struct status *status)
{
	if (status->state == LINK_UP || status->state == LINK_IMPAIRED)
		return journal_find(&status->journal, JOURNAL_UP);
	return status->state == LINK_WAITING
		   ? journal_find(&status->journal, JOURNAL_WAITING)
		   : NULL;
}

static void print_status(const struct status *status)
{
	const char *interface = interface_of(status);
	const struct journal_entry *moment = moment_of(status);
	char when[TIME_TEXT_MAX];

	printf("%-*s  %s", NAME_MAX_LEN / 2, status->name, status_word(status->state));
	if (moment != NULL)
		printf("%s %s", status->state == LINK_WAITING ? ", next try at" : " since",
		       value_time_print(moment->time, when));
	if (interface != NULL)
		printf(", %s", interface);
	putchar('\n');
}

/* NULL when memory is short. */
static json_t *list_to_json(const struct status *status)
{
	const struct journal_entry *moment = moment_of(status);
	const char *interface = interface_of(status);
	char when[TIME_TEXT_MAX];
	json_t *object = json_pack("{s:s, s:s, s:s?}", "name", status->name, "state",
				   status_word(status->state), "interface", interface);

	if (object != NULL && moment != NULL &&
	    json_object_set_new(object,
				status->state == LINK_WAITING ? "next_try" : "since",
				json_string(value_time_print(moment->time, when))) != 0) {
		json_decref(object);
		return NULL;
	}
	return object;
}

/* One that cannot be read is said on standard error, and does not hide the others. */
static enum exit_code list_one(const char *name, const struct command_options *options,
			       json_t *list)
{
	static struct status status;
	struct error err;

	if (status_read(name, &status, &err) != 0)
		return command_fail(EXIT_SYSTEM, "%s: %s", name, err.text);
	if (!options->json)
		print_status(&status);
	else if (json_array_append_new(list, list_to_json(&status)) != 0)
		return command_fail(EXIT_SYSTEM, "cannot print JSON");
	return EXIT_DONE;
}

enum exit_code command_list(const char *name, const struct command_options *options)
{
	struct dirent **names = NULL;
	const int count = command_profile_names(&names, true);
	json_t *list = options->json ? json_array() : NULL;
	enum exit_code code = EXIT_DONE, one;

	(void)name;
	if (count < 0)
		code = EXIT_SYSTEM;
	for (int i = 0; i < count; i++) {
		if (options->shows != NULL &&
		    !options->shows(options->user, names[i]->d_name))
			continue;
		one = list_one(names[i]->d_name, options, list);
		code = one != EXIT_DONE ? one : code;
	}
	if (count == 0 && !options->json)
		printf("no profile in %s\n", place()->profiles);
	if (options->json && json_dumpf(list, stdout, JSON_INDENT(2)) != 0)
		code = command_fail(EXIT_SYSTEM, "cannot print JSON");
	if (options->json)
		putchar('\n');
	json_decref(list);
	if (count >= 0)
		profile_names_free(names, count);
	return code;
}
