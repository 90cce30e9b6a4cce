/* SPDX-License-Identifier: ISC */
/* The command line of vpn-policy: what its commands read and say alike. */
#ifndef SALLYPORT_POLICY_TOOL_BASE_CLI_H
#define SALLYPORT_POLICY_TOOL_BASE_CLI_H

#include <stdio.h>

#include "policy/language/exitcode.h"
#include "policy/language/policy.h"

/* A command that runs. */
struct cli {
	const char *name;
	/* what follows the name in its usage; and what it is for, as in "To HELP." */
	const char *arguments, *help;
	/* The name and what follows it; after cli_read() the operands alone. */
	int argc;
	char **argv;
};

enum cli_type {
	/* bool; the option has no value */
	CLI_FLAG,
	/* const char * */
	CLI_TEXT,
	/* an enum: the index of one of the words */
	CLI_CHOICE,
	/* unsigned, 0…max */
	CLI_NUMBER,
	/* time_t */
	CLI_TIME,
	/* struct ip_addr */
	CLI_ADDRESS,
	/* whatever take() makes of it */
	CLI_CALL,
};

struct cli_option {
	/* without its "--"; NULL ends a list */
	const char *name;
	enum cli_type type;
	void *out;
	/* separated by single blanks */
	const char *words;
	unsigned max;
	/* 0: it has none */
	char letter;
	/* set when the option is given, or NULL */
	bool *given;
	/* gets out; EXIT_DONE, or what to exit with */
	enum exit_code (*take)(const struct cli *cli, void *out, const char *value);
};

enum { CLI_OPTIONS_MAX = 16 };

/* The words of --kind and --trust, in the order of enum file_kind and enum trust. */
#define CLI_KINDS  "agent peer profile"
#define CLI_TRUSTS "root any"

/*
 * Reads the options, up to the first operand or past "--", and leaves the operands in *cli.
 * EXIT_DONE; or EXIT_USAGE once standard error says what is wrong with them.
 */
enum exit_code cli_read(struct cli *cli, const struct cli_option *options);
/* A choice that is not an option's: what, such as "kind", names it. As cli_read(). */
enum exit_code cli_choose(const struct cli *cli, const char *what, const char *word,
			  const char *words, unsigned *out);

/*
 * For a command that changes something: whoever reads what it says may go away half way,
 * and it does not end there. main() says at last that its output could not be written.
 */
void cli_outlive_reader(void);

/* The command's usage. */
void cli_print_usage(const struct cli *cli, FILE *out);
/* Says what is wrong with the command line, and the usage; returns EXIT_USAGE. */
enum exit_code cli_usage_error(const struct cli *cli, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* "FILE:LINE:COLUMN: text" on standard error. */
void cli_complain(const struct error *err);
/* The same of a file that could not be read, or written; return what to exit with. */
enum exit_code cli_fail_read(const struct error *err);
enum exit_code cli_fail_write(const struct error *err);
/* Says so on standard error; returns EXIT_SYSTEM. */
enum exit_code cli_out_of_memory(void);

/*
 * How a file is trusted where --trust does not say it: TRUST_ROOT when root runs this and
 * the path, which must be absolute, lies below SYSCONFDIR.
 */
enum trust cli_trust_default(const char *path);

#endif
