/* SPDX-License-Identifier: ISC */
/* vpn-connect status: what the journal tells, compared with what is there. */
#include "local/status.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "local/command.h"
#include "local/process.h"
#include "local/state.h"
#include "policy/paths.h"

static bool is_alive(const struct journal_entry *entry)
{
	struct process process;
	struct policy_error err;

	if (entry == NULL || process_open(entry->pid, entry->start, &process, &err) != 0)
		return false;
	process_close(&process);
	return true;
}

static enum link_state judge(const struct status *status)
{
	if (!is_alive(journal_find(&status->journal, JOURNAL_SUPERVISOR)))
		return LINK_DEAD;
	return journal_find(&status->journal, JOURNAL_UP) != NULL ? LINK_UP
								  : LINK_COMING_UP;
}

static int read_link(struct status *out, struct policy_error *err)
{
	const struct journal_entry *entry = journal_find(&out->journal, JOURNAL_LINK);
	struct netlink *netlink;

	if (entry == NULL)
		return 0;
	netlink = netlink_open(err);
	if (netlink == NULL)
		return -1;
	out->has_link = link_get(netlink, entry->name, &out->link, err) == 0;
	netlink_close(netlink);
	return out->has_link || err->sys == ENODEV ? 0 : -1;
}

int status_read(const char *name, struct status *out, struct policy_error *err)
{
	struct state state;
	int result = -1;

	*out = (struct status){.state = LINK_DOWN};
	snprintf(out->name, sizeof(out->name), "%s", name);
	if (state_open(name, false, &state, err) == 0)
		result = journal_read(state.dir, &out->journal, err);
	state_close(&state);
	if (result != 0)
		return err->sys == ENOENT ? 0 : -1;
	if (!journal_is_current(&out->journal))
		return 0;
	out->state = judge(out);
	return read_link(out, err);
}

static enum exit_code show_one(const char *name, const struct command_options *options,
			       struct status *status)
{
	struct policy_error err;

	if (status_read(name, status, &err) != 0)
		return command_fail(EXIT_SYSTEM, "%s: %s", name, err.text);
	if (status->state == LINK_DOWN && command_check_profile(name) != EXIT_DONE)
		return EXIT_POLICY;
	if (!options->quiet && !options->json)
		status_print(status);
	return status->state == LINK_UP ? EXIT_DONE : EXIT_NOT_UP;
}

static enum exit_code show_all(char (*names)[NAME_MAX_LEN + 1], size_t count,
			       const struct command_options *options)
{
	struct status *status = calloc(count + 1, sizeof(*status));
	enum exit_code code = EXIT_DONE;

	if (status == NULL)
		return command_fail(EXIT_SYSTEM, "cannot hold the state of %zu links",
				    count);
	for (size_t i = 0; i < count; i++) {
		const enum exit_code one = show_one(names[i], options, &status[i]);

		if (one != EXIT_DONE && code != EXIT_SYSTEM)
			code = one;
	}
	if (count == 0 && !options->quiet && !options->json)
		printf("no profile in %s\n", PATH_PROFILES_DIR);
	if (options->json && status_print_json(status, count, true) != 0)
		code = command_fail(EXIT_SYSTEM, "cannot print JSON");
	free(status);
	return code;
}

static enum exit_code status_all(const struct command_options *options)
{
	char(*names)[NAME_MAX_LEN + 1];
	struct policy_error err;
	enum exit_code code;
	size_t count;

	if (status_names(&names, &count, &err) == 0)
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
