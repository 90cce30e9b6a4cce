/* SPDX-License-Identifier: ISC */
/*
 * vpn-policy set-peer: one keyword of a peer's file gets another value, by the same trial
 * as an edit of it; above all the key of a peer that was invited.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "policy/language/escape.h"
#include "policy/tool/base/memory.h"
#include "policy/tool/peers/change.h"
#include "policy/tool/peers/key_file.h"
#include "policy/tool/peers/peer_text.h"
#include "policy/tool/vpn-policy.h"

enum { SHOWN_MAX = 80 };

struct setting {
	const char *root, *name, *key_file, *drop;
	const struct keyword *keyword;
	struct word_row row;
	struct public_key key;
	struct change change;
};

static enum exit_code take_options(struct setting *s, struct cli *cli)
{
	const struct cli_option options[] = {{"root", CLI_TEXT, .out = &s->root},
					     {"key", CLI_TEXT, .out = &s->key_file},
					     {"drop", CLI_TEXT, .out = &s->drop},
					     {0}};

	return cli_read(cli, options);
}

static enum exit_code find_keyword(struct setting *s, const struct cli *cli,
				   const char *word)
{
	char shown[SHOWN_MAX];

	s->keyword = keyword_find(&scope_peer, word);
	if (s->keyword != NULL && s->keyword->type != VALUE_END)
		return EXIT_DONE;
	return cli_usage_error(cli,
			       "%s is no keyword of a peer's file: vpn-policy keywords "
			       "peer lists them",
			       escape_quoted(word, strlen(word), shown, sizeof shown));
}

/* KEYWORD VALUE…, --key FILE or --drop KEYWORD: one of them. */
static enum exit_code take_change(struct setting *s, const struct cli *cli)
{
	enum exit_code code;

	if ((s->key_file != NULL) + (s->drop != NULL) + (cli->argc > 0) != 1)
		return cli_usage_error(cli,
				       "set-peer needs a keyword and its value, --key or "
				       "--drop");
	code = find_keyword(s, cli,
			    s->key_file != NULL ? "Key"
			    : s->drop != NULL	? s->drop
						: cli->argv[0]);
	if (code != EXIT_DONE || cli->argc == 0)
		return code;
	/* Without a value a limit would be gone that was to be set. */
	if (cli->argc < 2)
		return cli_usage_error(cli, "%s: no value; --drop removes it",
				       s->keyword->name);
	for (int i = 1; i < cli->argc; i++) {
		if (!peer_text_is_word(cli->argv[i]) || s->row.count == PEER_WORDS_MAX - 1)
			return cli_usage_error(cli, "%s: not a value", s->keyword->name);
		s->row.words[s->row.count++] = cli->argv[i];
	}
	return EXIT_DONE;
}

static enum exit_code take_arguments(struct setting *s, struct cli *cli)
{
	enum exit_code code = take_options(s, cli);

	if (code != EXIT_DONE)
		return code;
	if (cli->argc == 0 || !policy_name_valid(cli->argv[0]))
		return cli_usage_error(cli, "set-peer needs the name of a peer");
	s->name = cli->argv[0];
	code = take_options(s, cli);
	return code == EXIT_DONE ? take_change(s, cli) : code;
}

static enum exit_code take_key(struct setting *s)
{
	struct error err;

	if (s->key_file == NULL)
		return EXIT_DONE;
	if (key_file_read(s->key_file, &s->key, &err) != 0)
		return cli_fail_read(&err);
	s->row = (struct word_row){.words = {s->key.type, s->key.base64}, .count = 2};
	return EXIT_DONE;
}

static enum exit_code put(struct setting *s, const char *text, size_t len)
{
	const struct edited *file = &s->change.file;
	struct error err;

	if (len == file->len && memcmp(text, file->text, len) == 0) {
		printf("%s: unchanged\n", file->path);
		/* What could not be written the last time is, now. */
		return change_refresh(&s->change, text, len);
	}
	switch (edited_try(file, text, len)) {
	case TRIAL_BAD:
		fprintf(stderr, "%s: stays as it was\n", file->path);
		return EXIT_POLICY;
	case TRIAL_LOST:
		return EXIT_SYSTEM;
	case TRIAL_GOOD:
		break;
	}
	if (edited_put(file, text, len, &err) != 0)
		return cli_fail_write(&err);
	/* Whatever becomes of sshd's list: the agent goes by the file. */
	return change_refresh(&s->change, text, len);
}

static enum exit_code set(struct setting *s)
{
	const struct edited *file = &s->change.file;
	struct memory text;
	struct error err;
	enum exit_code code = take_key(s);

	if (code != EXIT_DONE)
		return code;
	if (!file->there) {
		error_file(&err, file->path, 0, "there is no such peer");
		return cli_fail_write(&err);
	}
	if (memory_open(&text) != 0)
		return cli_out_of_memory();
	peer_text_set(file->text, s->keyword, &s->row, text.out);
	code = memory_close(&text) != 0 ? cli_out_of_memory() : put(s, text.text, text.len);
	memory_free(&text);
	return code;
}

enum exit_code cmd_set_peer(struct cli *cli)
{
	static struct setting s = {.root = ""};
	enum exit_code code = take_arguments(&s, cli);

	if (code != EXIT_DONE)
		return code;
	code = change_begin(&s.change, s.name, s.root);
	if (code == EXIT_DONE)
		code = set(&s);
	if (code == EXIT_DONE)
		change_explain(&s.change);
	change_end(&s.change);
	return code;
}
