/* SPDX-License-Identifier: ISC */
/* vpn-policy explain: what the agent would say to a peer's request, why, and what it would
 * launch. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "policy/tool/explain/explanation.h"
#include "policy/tool/report/report.h"
#include "policy/tool/vpn-policy.h"

struct explain_options {
	struct explain_question question;
	enum report_format format;
	bool shell, one;
	/* The text of the one request. */
	char request[REQUEST_TEXT_MAX * 2];
};

static enum exit_code take_digest(const struct cli *cli, const char *option,
				  const char *word, uint8_t digest[KEY_DIGEST_SIZE])
{
	struct public_key key;
	const char *why;

	if (!key_is_fingerprint(word))
		return cli_usage_error(cli, "%s a fingerprint: SHA256:...", option);
	if (key_parse(word, NULL, &key, &why) != 0)
		return cli_usage_error(cli, "%.*s %s", (int)strcspn(option, " "), option,
				       why);
	memcpy(digest, key.digest, KEY_DIGEST_SIZE);
	return EXIT_DONE;
}

static enum exit_code take_key(const struct cli *cli, void *out, const char *word)
{
	struct explain_question *question = out;

	if (strcmp(word, "none") == 0) {
		question->key = EXPLAIN_KEY_NONE;
		return EXIT_DONE;
	}
	question->key = EXPLAIN_KEY_GIVEN;
	return take_digest(cli, "--key: expected none, or", word, question->digest);
}

static enum exit_code take_authority(const struct cli *cli, void *out, const char *word)
{
	struct explain_question *question = out;

	question->key = EXPLAIN_KEY_CERTIFIED;
	return take_digest(cli, "--authority: expected", word, question->digest);
}

static enum exit_code take_options(struct explain_options *c, struct cli *cli)
{
	const struct cli_option options[] = {
	    {"from", CLI_ADDRESS, .out = &c->question.from},
	    {"server", CLI_ADDRESS, .out = &c->question.server},
	    {"key", CLI_CALL, .out = &c->question, .take = take_key},
	    {"authority", CLI_CALL, .out = &c->question, .take = take_authority},
	    {"at", CLI_TIME, .out = &c->question.now},
	    {"root", CLI_TEXT, .out = &c->question.root},
	    {"format", CLI_CHOICE, .out = &c->format, .words = REPORT_FORMATS},
	    {"shell", CLI_FLAG, .out = &c->shell},
	    {0}};

	return cli_read(cli, options);
}

/* The words of a request, as ssh(1) puts them together: with blanks between. */
static enum exit_code join_request(struct explain_options *c, const struct cli *cli)
{
	size_t used = 0;

	c->one = cli->argc > 0;
	for (int i = 0; i < cli->argc; i++) {
		const int len = snprintf(c->request + used, sizeof c->request - used,
					 "%s%s", i > 0 ? " " : "", cli->argv[i]);

		if (len < 0 || (size_t)len >= sizeof c->request - used)
			return cli_usage_error(cli, "the request is too long");
		used += (size_t)len;
	}
	return EXIT_DONE;
}

static int report(const struct explain_options *c, const struct explanation *list,
		  size_t count)
{
	struct findings findings = {0};
	int result;

	switch (c->format) {
	case REPORT_JSON:
		return explain_json(&c->question, list, count);
	case REPORT_SARIF:
		for (size_t i = 0; i < count; i++)
			explain_finding(&list[i], &findings);
		findings_sort(&findings);
		result = report_findings(&findings, "explain", REPORT_SARIF);
		findings_free(&findings);
		return result;
	default:
		for (size_t i = 0; i < count; i++) {
			if (i > 0)
				putchar('\n');
			explain_text(&list[i]);
		}
		return 0;
	}
}

/* Every verb when no request is given. */
static size_t answer(const struct explain_options *c, struct explanation list[VERB_COUNT])
{
	if (c->shell || c->one) {
		explain(&c->question, c->shell ? NULL : c->request, &list[0]);
		return 1;
	}
	for (unsigned verb = 0; verb < VERB_COUNT; verb++)
		explain(&c->question, verb_name(verb), &list[verb]);
	return VERB_COUNT;
}

enum exit_code cmd_explain(struct cli *cli)
{
	static struct explanation list[VERB_COUNT];
	static struct explain_options c = {.question = {.root = ""}};
	enum exit_code code;
	size_t count;

	c.question.now = time(NULL);
	code = take_options(&c, cli);
	if (code != EXIT_DONE)
		return code;
	if (cli->argc == 0)
		return cli_usage_error(cli, "explain needs a peer's name");
	/*
	 * Options may follow the name as well. What comes after the request's first word,
	 * or after "--" behind the name, is the request's.
	 */
	c.question.peer = cli->argv[0];
	code = take_options(&c, cli);
	if (code == EXIT_DONE)
		code = join_request(&c, cli);
	if (code != EXIT_DONE)
		return code;
	if (c.shell && c.one)
		return cli_usage_error(
		    cli, "--shell replaces the request: give one or the other");
	count = answer(&c, list);
	if (report(&c, list, count) != 0)
		return EXIT_SYSTEM;
	for (size_t i = 0; i < count; i++)
		if (list[i].code == EXIT_DONE)
			return EXIT_DONE;
	return list[0].code;
}
