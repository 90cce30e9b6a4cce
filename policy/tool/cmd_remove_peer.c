/* SPDX-License-Identifier: ISC */
/*
 * vpn-policy remove-peer: the file goes first, so that nobody comes in any more; then the
 * sessions that run are ended, and authorized_keys is written anew.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/replace.h"
#include "policy/language/load.h"
#include "policy/tool/peers/change.h"
#include "policy/tool/peers/end_sessions.h"
#include "policy/tool/vpn-policy.h"

/* What runs on a host does not depend on the copy of its files. *count is how many there
 * were. */
static enum exit_code end_running(const struct change *c, int *count)
{
	struct agent_conf conf;
	struct account account;
	struct error err;

	*count = 0;
	if (c->root[0] != '\0')
		return EXIT_DONE;
	if (policy_load_agent(c->conf, c->trust, &conf, &err) != 0 ||
	    account_find("/etc/passwd", c->trust, conf.account, &account, &err) != 0) {
		cli_complain(&err);
		fputs("vpn-policy: whether sessions of it run is not known\n", stderr);
		return error_exit_code(&err);
	}
	*count = end_sessions(&account, c->name, &err);
	if (*count < 0) {
		cli_complain(&err);
		return EXIT_SYSTEM;
	}
	if (*count > 0)
		printf("%s: %d %s ended\n", c->name, *count,
		       *count == 1 ? "session was" : "sessions were");
	return EXIT_DONE;
}

static enum exit_code remove_file(const struct change *c)
{
	struct error err;

	if (unlink(c->file.path) == 0) {
		replace_sync(c->file.path);
		return EXIT_DONE;
	}
	error_file(&err, c->file.path, errno, "cannot remove it");
	return cli_fail_write(&err);
}

static enum exit_code refresh(struct change *c)
{
	const enum exit_code code = change_refresh(c, NULL, 0);

	if (code != EXIT_DONE)
		fprintf(stderr,
			"vpn-policy: %s still has the peer's line, by which the agent lets "
			"nobody in; once more, remove-peer removes it\n",
			c->authorized);
	return code;
}

/* Whose file somebody else has removed, or who logged in while it was: a session may be
 * left, or a line that could not be removed then. */
static enum exit_code remove_left(struct change *c)
{
	struct error err;
	int count;
	const enum exit_code ended = end_running(c, &count), refreshed = refresh(c);

	if (ended != EXIT_DONE || refreshed != EXIT_DONE)
		return ended != EXIT_DONE ? ended : refreshed;
	if (c->amended)
		printf("%s: the peer's line was removed\n", c->authorized);
	if (count > 0 || c->amended)
		return EXIT_DONE;
	error_file(&err, c->file.path, 0, "there is no such peer");
	return cli_fail_write(&err);
}

/* Nothing is said before all is done: whoever reads it may be gone. */
static enum exit_code remove_peer(struct change *c)
{
	enum exit_code code, ended, refreshed;
	int count;

	if (!c->file.there)
		return remove_left(c);
	code = remove_file(c);
	if (code != EXIT_DONE)
		return code;
	ended = end_running(c, &count);
	refreshed = refresh(c);
	printf("%s: removed\n", c->file.path);
	return ended != EXIT_DONE ? ended : refreshed;
}

enum exit_code cmd_remove_peer(struct cli *cli)
{
	static struct change change;
	const char *root = "";
	const struct cli_option options[] = {{"root", CLI_TEXT, .out = &root}, {0}};
	enum exit_code code = cli_read(cli, options);

	if (code != EXIT_DONE)
		return code;
	if (cli->argc != 1 || !policy_name_valid(cli->argv[0]))
		return cli_usage_error(cli, "remove-peer takes the name of one peer");
	code = change_begin(&change, cli->argv[0], root);
	if (code == EXIT_DONE)
		code = remove_peer(&change);
	change_end(&change);
	return code;
}
