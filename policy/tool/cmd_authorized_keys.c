/* SPDX-License-Identifier: ISC */
/*
 * vpn-policy authorized-keys: all the lines for a file, or none; the one line that sshd
 * asks for as its AuthorizedKeysCommand; or the index that makes that quick. A list that
 * lacks a peer looks like a whole one, and would lock that peer out when it replaces the
 * file: so it is printed as a whole or not at all, and --write replaces the file only then,
 * where a shell's ">" empties it before anything is known.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/language/load.h"
#include "policy/language/path.h"
#include "policy/language/paths.h"
#include "policy/language/settle.h"
#include "policy/language/trusted.h"
#include "policy/tool/base/memory.h"
#include "policy/tool/keys/lines.h"
#include "policy/tool/keys/lookup.h"
#include "policy/tool/survey/survey.h"
#include "policy/tool/vpn-policy.h"

struct keys {
	const char *root, *directory, *index_file, *write;
	char conf_path[PATH_TEXT_MAX], directory_path[PATH_TEXT_MAX],
	    index_path[PATH_TEXT_MAX];
	bool trust_given, make_index;
	enum trust trust;
	/* what sshd asks for: all of them or none */
	const char *user, *type, *base64;
	FILE *out;
	/* that were printed */
	size_t nlines;
};

static void print_peer_lines(void *context, enum file_kind kind, const char *shown,
			     const union parsed *parsed)
{
	struct keys *keys = context;
	char fingerprint[KEY_FINGERPRINT_TEXT_MAX];

	(void)kind;
	for (size_t i = 0; i < parsed->peer.nkeys; i++) {
		const struct key_line *line = &parsed->peer.keys[i];

		if (line->key.type[0] != '\0') {
			line_print(&parsed->peer, &line->key, keys->out);
			keys->nlines++;
		} else {
			fprintf(stderr,
				"# %s:%u: no line for %s: only its fingerprint is known\n",
				shown, line->line,
				key_fingerprint(line->key.digest, fingerprint));
		}
	}
}

/* dir as for policy_read_in(). */
static void list_peer(const struct keys *keys, int dir, struct survey *survey,
		      const char *name)
{
	char path[POLICY_PATH_MAX];
	struct error err;

	if (policy_path(keys->directory, name, path, &err) != 0)
		findings_add(survey->findings, RULE_SYNTAX, err.file, 0, 0, "%s", err.text);
	else
		(void)survey_file_in(dir, survey, KIND_PEER, path, path, keys->trust);
}

static void list_all(const struct keys *keys, struct survey *survey)
{
	struct error err;
	struct names names;
	int dir = -1;

	if (names_read(keys->directory, &names, &err) < 0) {
		findings_add(survey->findings, RULE_UNREADABLE, err.file, 0, 0, "%s",
			     err.text);
		return;
	}
	/* If it cannot be trusted, the error of each of its files says so. */
	if (keys->trust == TRUST_ROOT)
		dir = trusted_open_dir(keys->directory, NULL);
	for (size_t i = 0; i < names.count; i++)
		list_peer(keys, dir, survey, names.list[i]->d_name);
	if (dir >= 0)
		close(dir);
	names_free(&names);
}

/* Only what keeps a peer out matters here; check tells the rest. */
static enum exit_code judge(struct findings *findings)
{
	findings_sort(findings);
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *f = &findings->list[i];
		struct error err;

		if (rules[f->rule].severity != SEVERITY_ERROR)
			continue;
		error_at(&err, f->file, f->line, f->column, "%s", f->text);
		cli_complain(&err);
	}
	if (findings->lost)
		return cli_out_of_memory();
	return findings->by_severity[SEVERITY_ERROR] > 0 ? EXIT_POLICY : EXIT_DONE;
}

static enum exit_code deliver(const struct keys *keys, const struct survey *survey,
			      const struct memory *lines)
{
	struct error err;

	if (keys->write == NULL) {
		fwrite(lines->text, 1, lines->len, stdout);
		return EXIT_DONE;
	}
	if (lines_write(keys->write, keys->trust, survey, keys->nlines, lines->text,
			lines->len, &err) == 0)
		return EXIT_DONE;
	return cli_fail_write(&err);
}

/* Only once every peer was good does a byte go out. */
static enum exit_code list(struct keys *keys, int count, char **names)
{
	struct findings findings = {0};
	struct survey survey = {
	    .findings = &findings, .good_file = print_peer_lines, .context = keys};
	struct memory lines;
	enum exit_code code;

	if (memory_open(&lines) != 0)
		return cli_out_of_memory();
	keys->out = lines.out;
	if (count == 0)
		list_all(keys, &survey);
	for (int i = 0; i < count; i++)
		list_peer(keys, -1, &survey, names[i]);
	survey_keys(&survey);
	code = judge(&findings);
	if (memory_close(&lines) != 0)
		code = cli_out_of_memory();
	if (code == EXIT_DONE)
		code = deliver(keys, &survey, &lines);
	survey_free(&survey);
	findings_free(&findings);
	memory_free(&lines);
	return code;
}

static enum exit_code look_up(const struct keys *keys, const struct public_key *key)
{
	struct lookup lookup = {.directory = keys->directory, .trust = keys->trust};
	struct peer peer;
	struct error err;
	int found;

	/* Without an index it takes longer, and that is all. */
	if (index_open(keys->index_file, keys->trust, &lookup.index, &err) < 0 &&
	    err.sys != ENOENT)
		cli_complain(&err);
	found = lookup_key(&lookup, key, &peer, &err);
	index_close(&lookup.index);
	if (found < 0)
		return cli_fail_read(&err);
	if (found > 0)
		line_print(&peer, key, stdout);
	return EXIT_DONE;
}

/* sshd asks before the client has proved that it has the key: every word may be hostile. */
static enum exit_code answer_sshd(const struct keys *keys)
{
	struct agent_conf conf;
	struct public_key key;
	struct error err;
	const char *why;

	if (policy_load_agent(keys->conf_path, keys->trust, &conf, &err) != 0)
		return cli_fail_read(&err);
	if (strcmp(keys->user, conf.account) != 0)
		return EXIT_DONE;
	if (key_parse(keys->type, keys->base64, &key, &why) != 0) {
		fprintf(stderr, "vpn-policy: no peer can have such a key: %s\n", why);
		return EXIT_DONE;
	}
	return look_up(keys, &key);
}

static enum exit_code make_index(const struct keys *keys)
{
	struct error err;
	size_t bad;

	if (index_write(keys->index_file, keys->directory, keys->trust, &bad, &err) == 0)
		return bad == 0 ? EXIT_DONE : EXIT_POLICY;
	return cli_fail_write(&err);
}

static enum exit_code take_options(struct keys *keys, struct cli *cli)
{
	const struct cli_option options[] = {
	    {"root", CLI_TEXT, .out = &keys->root},
	    {"peers-dir", CLI_TEXT, .out = &keys->directory},
	    {"trust", CLI_CHOICE, .out = &keys->trust, .words = CLI_TRUSTS,
	     .given = &keys->trust_given},
	    {"user", CLI_TEXT, .out = &keys->user},
	    {"type", CLI_TEXT, .out = &keys->type},
	    {"key", CLI_TEXT, .out = &keys->base64},
	    {"index-file", CLI_TEXT, .out = &keys->index_file},
	    {"index", CLI_FLAG, .out = &keys->make_index},
	    {"write", CLI_TEXT, .out = &keys->write},
	    {0}};
	const enum exit_code code = cli_read(cli, options);
	int asked;

	if (code != EXIT_DONE)
		return code;
	asked = (keys->user != NULL) + (keys->type != NULL) + (keys->base64 != NULL);
	if (asked != 0 && asked != 3)
		return cli_usage_error(cli, "--user, --type and --key belong together");
	if ((asked != 0) + keys->make_index + (cli->argc > 0) > 1)
		return cli_usage_error(cli, "a key, --index and peers exclude each other");
	/* A file that lacks the others would lock them out. */
	if (keys->write != NULL && (asked != 0 || keys->make_index || cli->argc > 0))
		return cli_usage_error(cli, "--write is for all peers: it takes no key, "
					    "--index or peer");
	return EXIT_DONE;
}

/* Finds all paths, and how they are to be trusted. */
static enum exit_code find_places(struct keys *keys, const struct cli *cli)
{
	if (path_join(keys->root, PATH_AGENT_CONF, keys->conf_path) != 0 ||
	    path_join(keys->root, PATH_PEERS_DIR, keys->directory_path) != 0 ||
	    path_join(keys->root, PATH_KEYS_INDEX, keys->index_path) != 0)
		return cli_usage_error(cli, "the path of --root is too long");
	if (keys->directory == NULL)
		keys->directory = keys->directory_path;
	if (keys->index_file == NULL)
		keys->index_file = keys->index_path;
	if (keys->trust_given)
		return EXIT_DONE;
	/* For sshd, as the agent requires, whoever runs it. */
	keys->trust = cli_trust_default(keys->directory);
	if (keys->root[0] == '\0' && (keys->user != NULL || keys->make_index))
		keys->trust = TRUST_ROOT;
	return EXIT_DONE;
}

enum exit_code cmd_authorized_keys(struct cli *cli)
{
	static struct keys keys = {.root = ""};
	enum exit_code code = take_options(&keys, cli);

	if (code == EXIT_DONE)
		code = find_places(&keys, cli);
	if (code != EXIT_DONE)
		return code;
	if (keys.make_index)
		return make_index(&keys);
	/* What sshd uses, now or from its file, decides who may log in; a copy does not. */
	if (keys.root[0] == '\0' && (keys.user != NULL || keys.write != NULL))
		settle_begin(true);
	if (keys.user != NULL)
		return answer_sshd(&keys);
	return list(&keys, cli->argc, cli->argv);
}
