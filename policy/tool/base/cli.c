/* SPDX-License-Identifier: ISC */
#include "policy/tool/base/cli.h"

#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "policy/language/escape.h"
#include "policy/language/keyword.h"
#include "policy/language/paths.h"
#include "policy/language/refused_option.h"
#include "policy/language/value.h"

enum {
	SHOWN_MAX = 80,
	/* What getopt_long(3) returns for the option at that index: no letter, and not '?'.
	 */
	FIRST_OPTION = 256,
};

void cli_outlive_reader(void)
{
	(void)signal(SIGPIPE, SIG_IGN);
}

void cli_print_usage(const struct cli *cli, FILE *out)
{
	fprintf(out, "usage: vpn-policy %s%s%s\n", cli->name,
		cli->arguments[0] != '\0' ? " " : "", cli->arguments);
}

enum exit_code cli_usage_error(const struct cli *cli, const char *fmt, ...)
{
	va_list args;

	fputs("vpn-policy: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	cli_print_usage(cli, stderr);
	return EXIT_USAGE;
}

/* WHAT: "WORD": why, and what a value of that type looks like. */
static enum exit_code refuse(const struct cli *cli, const char *what, const char *word,
			     const char *why, const struct keyword *like)
{
	char shown[SHOWN_MAX], expected[KEYWORD_EXPECTED_MAX];

	escape_quoted(word, strlen(word), shown, sizeof shown);
	if (like == NULL)
		return cli_usage_error(cli, "%s: %s: %s", what, shown, why);
	return cli_usage_error(cli, "%s: %s: %s: expected %s", what, shown, why,
			       keyword_expected(like, expected));
}

enum exit_code cli_choose(const struct cli *cli, const char *what, const char *word,
			  const char *words, unsigned *out)
{
	const struct keyword like = {.type = VALUE_CHOICE, .words = words};
	const char *why;

	return value_choice(word, words, out, &why) == 0
		   ? EXIT_DONE
		   : refuse(cli, what, word, "unknown value", &like);
}

/* The option's value, as its type says. */
static enum exit_code take(const struct cli *cli, const struct cli_option *option,
			   const char *value)
{
	const struct keyword number = {.type = VALUE_NUMBER, .max = option->max},
			     moment = {.type = VALUE_TIME};
	char what[SHOWN_MAX];
	const char *why;

	snprintf(what, sizeof what, "--%s", option->name);
	switch (option->type) {
	case CLI_FLAG:
		*(bool *)option->out = true;
		return EXIT_DONE;
	case CLI_TEXT:
		*(const char **)option->out = value;
		return EXIT_DONE;
	case CLI_CHOICE:
		return cli_choose(cli, what, value, option->words, option->out);
	case CLI_NUMBER:
		return value_number(value, 0, option->max, option->out, &why) == 0
			   ? EXIT_DONE
			   : refuse(cli, what, value, why, &number);
	case CLI_TIME:
		return value_time(value, option->out, &why) == 0
			   ? EXIT_DONE
			   : refuse(cli, what, value, why, &moment);
	case CLI_ADDRESS:
		return ip_addr_parse(value, option->out, &why) == 0
			   ? EXIT_DONE
			   : refuse(cli, what, value, why, NULL);
	case CLI_CALL:
		return option->take(cli, option->out, value);
	}
	return EXIT_INTERNAL;
}

/* An option that getopt_long(3) gave as '?' or, for want of a value, as ':'. */
static enum exit_code refuse_option(const struct cli *cli, const struct option *described,
				    int given)
{
	char shown[SHOWN_MAX];

	refused_option(cli->argv, described, shown, sizeof shown);
	return given == ':' ? cli_usage_error(cli, "%s needs a value", shown)
			    : cli_usage_error(cli, "%s does not take the option %s",
					      cli->name, shown);
}

/* For getopt_long(3); the letters begin with what makes it stop at the first operand. */
static void describe(const struct cli_option *options, struct option *out, char *letters)
{
	size_t used = 0;

	letters[used++] = '+';
	letters[used++] = ':';
	for (int i = 0; i < CLI_OPTIONS_MAX && options[i].name != NULL; i++) {
		out[i] = (struct option){
		    .name = options[i].name,
		    .has_arg =
			options[i].type == CLI_FLAG ? no_argument : required_argument,
		    .val = FIRST_OPTION + i,
		};
		if (options[i].letter != 0)
			letters[used++] = options[i].letter;
	}
	letters[used] = '\0';
}

static const struct cli_option *find(const struct cli_option *options, int given)
{
	if (given >= FIRST_OPTION)
		return &options[given - FIRST_OPTION];
	while (options->letter != given)
		options++;
	return options;
}

enum exit_code cli_read(struct cli *cli, const struct cli_option *options)
{
	struct option described[CLI_OPTIONS_MAX + 1] = {0};
	char letters[CLI_OPTIONS_MAX + sizeof "+:"];
	int given;

	describe(options, described, letters);
	opterr = 0;
	/* A new list of words: explain reads two, one after the other. */
	optind = 0;
	while ((given = getopt_long(cli->argc, cli->argv, letters, described, NULL)) !=
	       -1) {
		const struct cli_option *option;
		enum exit_code code;

		if (given == '?' || given == ':')
			return refuse_option(cli, described, given);
		option = find(options, given);
		if (option->given != NULL)
			*option->given = true;
		code = take(cli, option, optarg);
		if (code != EXIT_DONE)
			return code;
	}
	cli->argc -= optind;
	cli->argv += optind;
	return EXIT_DONE;
}

void cli_complain(const struct error *err)
{
	char line[ERROR_LINE_MAX];

	error_print(err, line, sizeof line);
	fprintf(stderr, "%s\n", line);
}

enum exit_code cli_fail_read(const struct error *err)
{
	cli_complain(err);
	return error_exit_code(err);
}

enum exit_code cli_fail_write(const struct error *err)
{
	cli_complain(err);
	return err->untrusted || err->sys == 0 ? EXIT_POLICY : EXIT_SYSTEM;
}

enum exit_code cli_out_of_memory(void)
{
	fputs("vpn-policy: out of memory\n", stderr);
	return EXIT_SYSTEM;
}

enum trust cli_trust_default(const char *path)
{
	const size_t len = strlen(SYSCONFDIR);

	if (geteuid() != 0 || strncmp(path, SYSCONFDIR, len) != 0)
		return TRUST_ANY;
	return path[len] == '/' || path[len] == '\0' ? TRUST_ROOT : TRUST_ANY;
}
