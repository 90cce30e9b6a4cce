/* SPDX-License-Identifier: ISC */
/* vpn-connect check: whether a profile could come up here, as far as that can be told
 * without its remote. */
#include "local/check.h"

#include <errno.h>
#include <stdio.h>

#include "local/command.h"
#include "local/hook.h"
#include "local/profile_names.h"
#include "local/state.h"
#include "local/place.h"
#include "policy/language/load.h"
#include "policy/language/paths.h"

enum { FINE_MAX = 1024 };

bool check_find_journal(const char *name, struct journal *journal)
{
	struct state state;
	struct error err;
	const bool found = state_open(name, false, &state, &err) == 0 &&
			   journal_read(state.dir, journal, &err) == 0;

	state_close(&state);
	return found && journal_is_current(journal);
}

static void describe(const struct profile *profile, const struct ssh_view *view,
		     const char *engine, bool at_work, char fine[FINE_MAX])
{
	const struct ssh_view_key *key = ssh_view_usable(view);
	char path[SSH_VIEW_TEXT_MAX];

	snprintf(fine, FINE_MAX, "%s reaches %s with %s%s; %s; %s%s", profile->run_as,
		 profile->hosts[0].name,
		 key != NULL ? check_shown(key->path, path) : "a key of its agent",
		 view->proxied ? ", by another program (ssh_config)" : "", engine,
		 profile->interface, at_work ? "; it is at work" : "");
}

static void add_hook(void *to, unsigned line, const struct error *err)
{
	obstacle_add(to, EXIT_POLICY, line, "%s: " HOOK_CURE, err->text);
}

/* What a profile that can be read meets on this host. */
static void look(struct obstacles *all, const struct profile *profile, char fine[FINE_MAX])
{
	static struct journal journal;
	static struct ssh_view view;
	const bool found = check_find_journal(profile->name, &journal),
		   at_work = found && journal_supervisor_lives(&journal);
	struct run_as account;
	char engine[CHECK_ENGINE_MAX];

	view = (struct ssh_view){.answered = false};
	/* The first one's is left in view. */
	if (check_account(all, profile, &account)) {
		hooks_look(profile, &account, add_hook, all);
		for (size_t i = profile->nhosts; i > 0; i--)
			check_ssh(all, profile, &profile->hosts[i - 1], &account, &view);
	}
	check_ppp(all, profile, &view, engine);
	/* `up` undoes it first. */
	if (found && !at_work)
		obstacle_add(all, EXIT_DONE, 0,
			     "a run that died has left something here: vpn-connect down %s "
			     "undoes it, and so does up",
			     profile->name);
	check_network(all, profile, found ? &journal : NULL);
	describe(profile, &view, engine, at_work, fine);
}

/* What is found of one; printed, or added to the list, whose owner is the caller. */
static enum exit_code check_one(const char *name, const struct command_options *options,
				json_t *list)
{
	static struct profile profile;
	static struct obstacles all;
	char path[POLICY_PATH_MAX], fine[FINE_MAX] = "";
	struct error err;

	if (policy_path(place()->profiles, name, path, &err) != 0)
		return command_fail(EXIT_USAGE, "%s", err.text);
	all = (struct obstacles){.name = name, .file = path};
	if (place_load_profile(name, &profile, &err) == 0)
		look(&all, &profile, fine);
	else if (err.sys == ENOENT && command_check_profile(name) != EXIT_DONE)
		return EXIT_POLICY;
	else
		obstacle_error(&all, error_exit_code(&err), 0, &err);
	if (list == NULL)
		obstacle_print(&all, options->quiet, fine);
	else if (json_array_append_new(list, check_to_json(&all, fine)) != 0)
		return command_fail(EXIT_SYSTEM, "cannot print JSON");
	return obstacle_code(&all);
}

static enum exit_code check_all(const struct command_options *options, json_t *list)
{
	struct dirent **names = NULL;
	const int count = command_profile_names(&names, false);
	enum exit_code code = EXIT_DONE, one;

	if (count < 0)
		return EXIT_SYSTEM;
	if (count == 0 && !options->quiet && list == NULL)
		printf("no profile in %s\n", place()->profiles);
	for (int i = 0; i < count; i++) {
		one = check_one(names[i]->d_name, options, list);
		code = code == EXIT_DONE ? one : code;
	}
	profile_names_free(names, count);
	return code;
}

/* The list; or of one name its only member. */
static int print_json(const json_t *list, bool one)
{
	const json_t *what = one ? json_array_get(list, 0) : list;
	const int result = what == NULL ? 0 : json_dumpf(what, stdout, JSON_INDENT(2));

	if (what != NULL)
		putchar('\n');
	return result;
}

enum exit_code command_check(const char *name, const struct command_options *options)
{
	json_t *list = options->json ? json_array() : NULL;
	enum exit_code code;

	if (options->json && list == NULL)
		return command_fail(EXIT_SYSTEM, "cannot print JSON");
	code = name != NULL ? check_one(name, options, list) : check_all(options, list);
	if (list != NULL && print_json(list, name != NULL) != 0)
		code = command_fail(EXIT_SYSTEM, "cannot print JSON");
	json_decref(list);
	return code;
}
