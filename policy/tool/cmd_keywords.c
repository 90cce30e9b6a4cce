/* SPDX-License-Identifier: ISC */
/* vpn-policy keywords: the language, from the tables that drive the parser. */
#include <stdio.h>
#include <string.h>

#include "policy/language/parsed.h"
#include "policy/tool/report/json.h"
#include "policy/tool/report/report.h"
#include "policy/tool/vpn-policy.h"

static const char *const types[VALUE_TYPE_COUNT] = {
    [VALUE_NUMBER] = "number",
    [VALUE_FLAG] = "choice",
    [VALUE_CHOICE] = "choice",
    [VALUE_TIME] = "time",
    [VALUE_PATH] = "path",
    [VALUE_ACCOUNT] = "account",
    [VALUE_INTERFACE] = "interface",
    [VALUE_HOST] = "host",
    [VALUE_PAIR4] = "ipv4-pair",
    [VALUE_PAIR6] = "ipv6-pair",
    [VALUE_PREFIXES] = "prefixes",
    [VALUE_ROUTES] = "routes",
    [VALUE_VERBS] = "requests",
    [VALUE_KEY] = "key",
    [VALUE_AUTHORITY] = "authority",
    [VALUE_ACCEPT] = "accept",
    [VALUE_REACH] = "reach",
    [VALUE_SECRET] = "secret",
    [VALUE_SERVERS] = "servers",
    [VALUE_DOMAINS] = "domains",
    [VALUE_USERS] = "users",
    [VALUE_END] = "end",
    [VALUE_PROFILE_ROUTES] = "profile-routes",
};

static int width_of(const struct scope *scope)
{
	size_t width = 0;

	for (size_t i = 0; i < scope->count; i++)
		if (strlen(scope->keywords[i].name) > width)
			width = strlen(scope->keywords[i].name);
	return (int)width;
}

static void print_scope(const struct scope *scope)
{
	const int width = width_of(scope);

	printf("%s: %s\n", scope->kind, scope->title);
	for (size_t i = 0; i < scope->count; i++) {
		const struct keyword *k = &scope->keywords[i];
		char expected[KEYWORD_EXPECTED_MAX];

		printf("  %-*s  %s", width, k->name, keyword_expected(k, expected));
		if (k->fallback != NULL)
			printf("; default: %s", k->fallback);
		if ((k->flags & KEYWORD_REQUIRED) != 0)
			printf("; required");
		if ((k->flags & KEYWORD_REPEATS) != 0)
			printf("; up to %u values", k->max);
		putchar('\n');
	}
}

/* Omits what a keyword does not have. */
static json_t *json_of(const struct keyword *k)
{
	char expected[KEYWORD_EXPECTED_MAX];
	json_t *out = json_pack("{s:s, s:s, s:s, s:b, s:b, s:s}", "name", k->name, "type",
				types[k->type], "expected", keyword_expected(k, expected),
				"required", (k->flags & KEYWORD_REQUIRED) != 0, "repeats",
				(k->flags & KEYWORD_REPEATS) != 0, "help", k->help);

	if (k->fallback != NULL)
		json_put(&out, "default", json_string(k->fallback));
	if (k->words != NULL)
		json_put(&out, "words", json_words(k->words));
	if (k->type == VALUE_NUMBER) {
		json_put(&out, "from", json_integer(k->min));
		json_put(&out, "to", json_integer(k->max));
	}
	if ((k->flags & KEYWORD_REPEATS) != 0)
		json_put(&out, "values", json_integer(k->max));
	return out;
}

static json_t *json_of_scope(const struct scope *scope)
{
	json_t *list = json_array();

	for (size_t i = 0; i < scope->count; i++)
		json_append(&list, json_of(&scope->keywords[i]));
	return json_pack("{s:s, s:s, s:o}", "kind", scope->kind, "title", scope->title,
			 "keywords", list);
}

/* All kinds, or the one that is asked for. */
static enum exit_code print_json(enum file_kind wanted)
{
	json_t *document = json_envelope("keywords"), *list = json_array();

	for (unsigned kind = 0; kind < KIND_COUNT; kind++)
		if (wanted == KIND_COUNT || wanted == kind)
			json_append(&list, json_of_scope(kind_scope(kind)));
	json_put(&document, "kinds", list);
	return json_print(document) != 0 ? EXIT_SYSTEM : EXIT_DONE;
}

static enum exit_code print_text(enum file_kind wanted)
{
	for (unsigned kind = 0; kind < KIND_COUNT; kind++)
		if (wanted == KIND_COUNT || wanted == kind)
			print_scope(kind_scope(kind));
	return EXIT_DONE;
}

enum exit_code cmd_keywords(struct cli *cli)
{
	enum report_format format = REPORT_TEXT;
	enum file_kind kind = KIND_COUNT;
	const struct cli_option options[] = {
	    {"format", CLI_CHOICE, .out = &format, .words = "text json"}, {0}};
	enum exit_code code = cli_read(cli, options);

	if (code == EXIT_DONE && cli->argc > 1)
		code = cli_usage_error(cli, "keywords takes one kind of file");
	if (code == EXIT_DONE && cli->argc == 1)
		code = cli_choose(cli, "the kind", cli->argv[0], CLI_KINDS, &kind);
	if (code != EXIT_DONE)
		return code;
	/* cppcheck-suppress knownConditionTrueFalse ; cli_read() sets it */
	return format == REPORT_JSON ? print_json(kind) : print_text(kind);
}
