/* SPDX-License-Identifier: ISC */
/*
 * vpn-policy add-peer: a new peer's file, with free addresses from the pools, checked
 * against all the others before it is there, and the line with which its side is set up.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/replace.h"
#include "policy/language/escape.h"
#include "policy/language/load.h"
#include "policy/tool/base/grow.h"
#include "policy/tool/base/memory.h"
#include "policy/tool/peers/change.h"
#include "policy/tool/peers/invite.h"
#include "policy/tool/peers/key_file.h"
#include "policy/tool/peers/one_time_key.h"
#include "policy/tool/peers/peer_text.h"
#include "policy/tool/peers/pool.h"
#include "policy/tool/peers/until.h"
#include "policy/tool/vpn-policy.h"

enum { SHOWN_MAX = 80 };

struct adding {
	const char *root, *key_file;
	bool invited, hand_in;
	struct public_key key;
	struct one_time_key one_time;
	struct new_peer peer;
	struct agent_conf conf;
	struct invite invite;
	struct change change;
	char line[INVITATION_LINE_MAX];
};

static enum exit_code take_word(const struct cli *cli, void *out, const char *value)
{
	struct word_row *row = out;

	if (!peer_text_is_word(value))
		return cli_usage_error(cli, "expected a network, such as 192.0.2.0/24");
	if (row->count == PEER_WORDS_MAX - 1)
		return cli_usage_error(cli, "too many networks: expected at most %d",
				       PEER_WORDS_MAX - 1);
	row->words[row->count++] = value;
	return EXIT_DONE;
}

static enum exit_code take_expires(const struct cli *cli, void *out, const char *value)
{
	return until_take_time(cli, "expires", out, value);
}

static enum exit_code take_options(struct adding *a, struct cli *cli)
{
	const struct cli_option options[] = {
	    {"root", CLI_TEXT, .out = &a->root},
	    {"key", CLI_TEXT, .out = &a->key_file},
	    {"invite", CLI_FLAG, .out = &a->invited},
	    {"hand-in", CLI_FLAG, .out = &a->hand_in},
	    {"until", CLI_CALL, .out = &a->peer.hand_in_until, .take = until_take},
	    {"from", CLI_CALL, .out = &a->peer.from, .take = take_word},
	    {"route", CLI_CALL, .out = &a->peer.routes, .take = take_word},
	    {"offer", CLI_CALL, .out = &a->peer.offers, .take = take_word},
	    {"expires", CLI_CALL, .out = &a->peer.expires, .take = take_expires},
	    {"host", CLI_CALL, .out = &a->invite, .take = invite_take_host},
	    {"port", CLI_NUMBER, .out = &a->invite.port, .max = 65535},
	    {"host-key", CLI_CALL, .out = &a->invite, .take = invite_take_key},
	    {"qr", CLI_FLAG, .out = &a->invite.qr},
	    {0}};

	return cli_read(cli, options);
}

/* Options may follow the name as well. */
static enum exit_code take_arguments(struct adding *a, struct cli *cli)
{
	enum exit_code code = take_options(a, cli);
	char shown[SHOWN_MAX];

	if (code != EXIT_DONE)
		return code;
	if (cli->argc == 0)
		return cli_usage_error(cli, "add-peer needs a name for the peer");
	a->peer.name = cli->argv[0];
	code = take_options(a, cli);
	if (code != EXIT_DONE)
		return code;
	if (cli->argc > 0)
		return cli_usage_error(cli, "add-peer takes one name");
	if (!policy_name_valid(a->peer.name))
		return cli_usage_error(
		    cli, "%s is not a peer's name: expected " NAME_EXPECTED,
		    escape_quoted(a->peer.name, strlen(a->peer.name), shown, sizeof shown),
		    NAME_MAX_LEN);
	if ((a->key_file != NULL) == a->invited)
		return cli_usage_error(cli,
				       "add-peer needs the peer's public key (--key), or "
				       "that it makes its own (--invite)");
	if (a->hand_in && !a->invited)
		return cli_usage_error(cli, "--hand-in belongs to --invite");
	if (a->peer.hand_in_until != 0 && !a->hand_in)
		return cli_usage_error(cli, "--until belongs to --hand-in");
	return EXIT_DONE;
}

/* All that a link's address must not be: what peers have, and this host. */
static struct ip_prefix *list_taken(const struct survey *survey, size_t *count)
{
	struct ip_prefix *list = NULL, one;
	size_t size = 0;

	*count = 0;
	for (size_t i = 0; i < survey->nclaims; i++)
		if (!APPEND(list, *count, size, &survey->claims[i].prefix))
			goto fail;
	for (size_t i = 0; i < survey->naddresses; i++) {
		one = ip_prefix_single(&survey->addresses[i]);
		if (!APPEND(list, *count, size, &one))
			goto fail;
	}
	pool_sort(list, *count);
	return list;
fail:
	free(list);
	/* Never as if nothing were taken. */
	*count = 1;
	return NULL;
}

static enum exit_code take_addresses(struct adding *a, const struct survey *survey)
{
	enum exit_code code = EXIT_DONE;
	char prefix[PREFIX_TEXT_MAX];
	size_t count;
	struct ip_prefix *taken = list_taken(survey, &count);

	if (taken == NULL && count > 0)
		return cli_out_of_memory();
	for (size_t i = 0; i < a->conf.npools && code == EXIT_DONE; i++) {
		const struct ip_prefix *pool = &a->conf.pools[i].prefix;

		if (pool_take(pool, taken, count,
			      pool->addr.family == AF_INET ? &a->peer.address
							   : &a->peer.address6) == 0)
			continue;
		fprintf(stderr,
			"%s:%u: Pool %s is used up: add a larger one, or remove a peer\n",
			a->change.conf, a->conf.pools[i].line,
			ip_prefix_print(pool, prefix));
		code = EXIT_POLICY;
	}
	free(taken);
	return code;
}

/* What is there has to be good: where a file does not parse, nobody knows what is taken. */
static enum exit_code look_at_policy(struct adding *a)
{
	struct findings findings;
	struct survey survey;
	enum exit_code code;

	change_survey(&a->change, NULL, 0, &survey, &findings);
	code = change_judge(&a->change, &findings, false);
	if (code == EXIT_POLICY)
		fputs("vpn-policy: nothing is added to a policy with errors: correct them "
		      "first\n",
		      stderr);
	if (code == EXIT_DONE)
		code = take_addresses(a, &survey);
	survey_free(&survey);
	findings_free(&findings);
	return code;
}

static enum exit_code read_policy(struct adding *a)
{
	struct error err;

	if (a->change.file.there) {
		error_file(
		    &err, a->change.file.path, 0,
		    "there is a peer of that name already: vpn-policy set-peer changes "
		    "it");
		return cli_fail_write(&err);
	}
	if (a->key_file != NULL && key_file_read(a->key_file, &a->key, &err) != 0)
		return cli_fail_read(&err);
	if (policy_load_agent(a->change.conf, a->change.trust, &a->conf, &err) != 0)
		return cli_fail_read(&err);
	if (a->conf.npools > 0)
		return look_at_policy(a);
	error_file(&err, a->change.conf, 0,
		   "there is no Pool to take addresses from: add a line such as \"Pool "
		   "10.9.0.0/24\" or \"Pool fd00:9::/112\"");
	return cli_fail_read(&err);
}

/* As `check` would find it, and so that there is a line to give away. */
static enum exit_code try_text(struct adding *a, const char *text, size_t len)
{
	struct findings findings;
	struct survey survey;
	struct error err;
	union parsed *parsed = NULL;
	enum exit_code code;

	change_survey(&a->change, text, len, &survey, &findings);
	code = change_judge(&a->change, &findings, true);
	survey_free(&survey);
	findings_free(&findings);
	if (code != EXIT_DONE)
		return code;
	parsed = malloc(sizeof *parsed);
	if (parsed == NULL)
		return cli_out_of_memory();
	if (parsed_read(KIND_PEER, a->change.file.path, text, len, parsed, &err) != 0 ||
	    invite_make(&a->invite, a->root, &a->conf, &parsed->peer, a->line, &err) != 0)
		code = cli_fail_read(&err);
	free(parsed);
	return code;
}

/* In force, or as if nothing had been. */
static enum exit_code put(struct adding *a, const char *text, size_t len)
{
	struct error err;
	enum exit_code code;

	if (edited_put(&a->change.file, text, len, &err) != 0)
		return cli_fail_write(&err);
	code =
	    a->invited && !a->hand_in ? EXIT_DONE : change_refresh(&a->change, text, len);
	if (code == EXIT_DONE)
		return EXIT_DONE;
	if (unlink(a->change.file.path) == 0) {
		replace_sync(a->change.file.path);
	} else {
		error_file(&err, a->change.file.path, errno, "cannot remove it again");
		cli_complain(&err);
	}
	fputs("vpn-policy: the peer is not added\n", stderr);
	return code;
}

/* What lets the other side hand in its key, until the peer itself expires at the latest. */
static enum exit_code make_one_time(struct adding *a)
{
	struct new_peer *peer = &a->peer;
	struct error err;

	if (!a->hand_in)
		return EXIT_DONE;
	if (one_time_key_make(&a->one_time, &err) != 0)
		return cli_fail_read(&err);
	peer->hand_in_until = until_settle(peer->hand_in_until, peer->expires);
	peer->hand_in = &a->one_time.key;
	a->invite.secret = a->one_time.secret;
	return EXIT_DONE;
}

static enum exit_code add(struct adding *a)
{
	struct memory text;
	enum exit_code code = read_policy(a);

	if (code == EXIT_DONE)
		code = make_one_time(a);
	if (code != EXIT_DONE)
		return code;
	if (memory_open(&text) != 0)
		return cli_out_of_memory();
	a->peer.key = a->invited ? NULL : &a->key;
	peer_text_new(&a->peer, text.out);
	code = memory_close(&text) != 0 ? cli_out_of_memory()
					: try_text(a, text.text, text.len);
	if (code == EXIT_DONE)
		code = put(a, text.text, text.len);
	memory_free(&text);
	return code;
}

enum exit_code cmd_add_peer(struct cli *cli)
{
	static struct adding a = {.root = ""};
	enum exit_code code = take_arguments(&a, cli);

	if (code != EXIT_DONE)
		return code;
	code = change_begin(&a.change, a.peer.name, a.root);
	if (code == EXIT_DONE)
		code = add(&a);
	if (code == EXIT_DONE) {
		change_explain(&a.change);
		putchar('\n');
		invite_tell(&a.invite, a.line);
	}
	change_end(&a.change);
	return code;
}
