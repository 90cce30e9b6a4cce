/* SPDX-License-Identifier: ISC */
/*
 * vpn-policy edit: a policy file in an editor, as visudo(8) does it. The file is replaced,
 * in one step, by what was checked in its place, or stays as it was.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/language/escape.h"
#include "policy/language/load.h"
#include "policy/language/paths.h"
#include "agent/base/replace.h"
#include "policy/tool/edit/edited.h"
#include "policy/tool/edit/editor.h"
#include "policy/tool/survey/inputs.h"
#include "policy/tool/vpn-policy.h"

/* Of a name in a message. */
enum { SHOWN_MAX = 256 };

struct edit {
	const char *root;
	struct edited edited;
	struct signals signals;
};

static enum exit_code take_options(struct edit *e, struct cli *cli)
{
	const struct cli_option options[] = {
	    {"kind", CLI_CHOICE, .out = &e->edited.kind, .words = CLI_KINDS},
	    {"root", CLI_TEXT, .out = &e->root},
	    {0}};
	const enum exit_code code = cli_read(cli, options);

	if (code != EXIT_DONE)
		return code;
	return cli->argc == 1 ? EXIT_DONE
			      : cli_usage_error(cli, "edit takes one file, or a name");
}

/* A word without a slash and a suffix is a peer's name, or a profile's. */
static int find_path(struct edit *e, const char *given)
{
	const char *dir =
	    e->edited.kind == KIND_PROFILE ? PATH_PROFILES_DIR : PATH_PEERS_DIR;
	char path[POLICY_PATH_MAX], joined[PATH_TEXT_MAX];

	if (!policy_name_valid(given))
		return path_absolute(given, e->edited.path);
	return policy_path(dir, given, path, NULL) != 0 ||
		       path_join(e->root, path, joined) != 0
		   ? -1
		   : path_absolute(joined, e->edited.path);
}

/* Whether a name without a directory, which does not exist here, is a file of the policy.
 */
static bool is_meant_elsewhere(const char *given, char path[PATH_TEXT_MAX])
{
	return strchr(given, '/') == NULL && !policy_name_valid(given) &&
	       access(given, F_OK) != 0 && path_join(SYSCONFDIR, given, path) == 0 &&
	       access(path, F_OK) == 0;
}

static enum exit_code find(struct edit *e, const struct cli *cli)
{
	const char *given = cli->argv[0];
	struct edited *edited = &e->edited;
	char other[PATH_TEXT_MAX], shown[SHOWN_MAX], there[SHOWN_MAX];

	if (is_meant_elsewhere(given, other))
		return cli_usage_error(
		    cli, "there is no %s here: did you mean %s?",
		    escape_quoted(given, strlen(given), shown, sizeof shown),
		    escape_quoted(other, strlen(other), there, sizeof there));
	if (find_path(e, given) != 0)
		return cli_usage_error(cli, "the path is too long");
	if (edited->kind == KIND_COUNT)
		edited->kind = input_kind(edited->path);
	edited->trust = cli_trust_default(edited->path);
	return EXIT_DONE;
}

/* A text that is good but cannot be put in place is kept. */
static enum exit_code put(struct edited *edited, const char *text, size_t len)
{
	struct error err;

	if (edited_put(edited, text, len, &err) == 0)
		return EXIT_DONE;
	(void)cli_fail_write(&err);
	fprintf(stderr, "vpn-policy: the edited text is kept in %s\n", edited->copy);
	edited->copy[0] = '\0';
	return err.sys == 0 ? EXIT_POLICY : EXIT_SYSTEM;
}

enum step { STEP_AGAIN, STEP_END };

/* One run of the editor, and what follows from it. */
static enum step edit_once(struct edit *e, enum exit_code *code)
{
	struct edited *edited = &e->edited;
	struct error err;
	enum trial trial;
	char *text = NULL, answer = 0;
	size_t len;

	*code = EXIT_SYSTEM;
	if (editor_run(&e->signals, edited->copy, &err) != 0 ||
	    copy_read(edited, &text, &len, &err) != 0) {
		cli_complain(&err);
		fprintf(stderr, "%s: stays as it was\n", edited->path);
		return STEP_END;
	}
	if (len == edited->len && memcmp(text, edited->text, len) == 0) {
		fprintf(stderr, "%s: %s\n", edited->path,
			edited->there ? "unchanged" : "no file was created");
		*code = EXIT_DONE;
		goto out;
	}
	trial = edited_try(edited, text, len);
	if (trial == TRIAL_LOST)
		goto out;
	*code = trial == TRIAL_GOOD ? EXIT_DONE : EXIT_POLICY;
	if (ask_can())
		answer =
		    trial == TRIAL_GOOD
			? ask(&e->signals,
			      "w(rite it), e(dit again), x (leave the file as it was)?",
			      "wex")
			: ask(&e->signals, "e(dit again), x (leave the file as it was)?",
			      "ex");
	else if (trial == TRIAL_GOOD)
		answer = 'w';
	if (answer == 'w')
		*code = put(edited, text, len);
	else if (answer != 'e')
		fprintf(stderr, "%s: stays as it was\n", edited->path);
out:
	free(text);
	return answer == 'e' ? STEP_AGAIN : STEP_END;
}

static enum exit_code edit(struct edit *e)
{
	struct edited *edited = &e->edited;
	struct error err;
	enum exit_code code;

	if (edited_check_place(edited, &err) != 0 ||
	    replace_look_own(edited->path, edited->trust, &edited->st, &err) < 0 ||
	    lock_take(edited, &err) != 0)
		return cli_fail_write(&err);
	if (edited_read(edited, &err) != 0 || copy_make(edited, &err) != 0) {
		code = cli_fail_write(&err);
	} else {
		while (edit_once(e, &code) == STEP_AGAIN)
			;
	}
	copy_remove(edited);
	lock_free(edited);
	free(edited->text);
	return code;
}

enum exit_code cmd_edit(struct cli *cli)
{
	static struct edit e = {.root = "", .edited = {.kind = KIND_COUNT, .lock = -1}};
	enum exit_code code = take_options(&e, cli);
	struct error err;

	if (code == EXIT_DONE)
		code = find(&e, cli);
	if (code != EXIT_DONE)
		return code;
	cli_outlive_reader();
	if (signals_hold(&e.signals, &err) != 0)
		return cli_fail_write(&err);
	code = edit(&e);
	signals_release(&e.signals);
	return code;
}
