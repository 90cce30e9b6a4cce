/* SPDX-License-Identifier: ISC */
/* vpn-policy: what is in the policy files, before a login finds out. See vpn-policy(8). */
#include "policy/tool/vpn-policy.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "policy/language/paths.h"
#include "policy/language/settle.h"

static const struct command {
	const char *name;
	enum exit_code (*run)(struct cli *cli);
	const char *arguments, *help;
} commands[] = {
    {"check", cmd_check,
     "[-pv] [--strict] [--kind agent|peer|profile] [--trust root|any] [--root DIR]\n"
     "             [--server ADDRESS]... [--at TIME] [--soon DAYS]\n"
     "             [--format text|json|sarif] [FILE|DIR...]",
     "look for errors in policy files, and between peers"},
    {"audit", cmd_audit,
     "[--strict] [--role remote|local]... [--root DIR] [--at TIME]\n"
     "             [--soon DAYS] [--format text|json|sarif]",
     "look for what is wrong with this host, beside its policy"},
    {"diff", cmd_diff,
     "[--kind agent|peer|profile] [--trust root|any]\n"
     "             [--format text|json|sarif] OLD NEW",
     "tell what changes in effect between two policies"},
    {"graph", cmd_graph, "[--root DIR] [DIR]",
     "draw peers, addresses and networks, for Graphviz"},
    {"explain", cmd_explain,
     "[--from ADDRESS] [--server ADDRESS] [--key FINGERPRINT|none] [--at TIME]\n"
     "             [--root DIR] [--format text|json|sarif] PEER [--shell | REQUEST...]",
     "tell what a peer's request would come to, and why"},
    {"authorized-keys", cmd_authorized_keys,
     "[--root DIR] [--peers-dir DIR] [--trust root|any]\n"
     "             [--user USER --type TYPE --key BASE64 | --index | --write FILE | "
     "PEER...]\n"
     "             [--index-file FILE]",
     "print or write the authorized_keys lines of peers, or the one that sshd asks for"},
    {"edit", cmd_edit, "[--kind agent|peer|profile] [--root DIR] FILE|PEER",
     "edit a policy file, and put it in place only when it is right"},
    {"fmt", cmd_fmt, "[--kind agent|peer|profile] [--check | --write] FILE...",
     "bring policy files to one layout"},
    {"keywords", cmd_keywords, "[--format text|json] [agent|peer|profile]",
     "print the language of the files"},
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void print_usage(FILE *out)
{
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "%s vpn-policy %s %s\n", i == 0 ? "usage:" : "      ",
			commands[i].name, commands[i].arguments);
	fputs("       vpn-policy --help | --version\n", out);
}

static void print_help(void)
{
	print_usage(stdout);
	fputc('\n', stdout);
	for (size_t i = 0; i < COMMANDS; i++)
		printf("  %-16s %s\n", commands[i].name, commands[i].help);
	puts("\nExits with 0, 1 (audit: warnings; diff, fmt: changes), 64 (usage), "
	     "66 (audit: nothing is\ninstalled), 71 (system), 78 (errors); explain "
	     "with what the agent would: 65, 77 and "
	     "others.");
}

static enum exit_code refuse(const char *why)
{
	fprintf(stderr, "vpn-policy: %s\n", why);
	print_usage(stderr);
	return EXIT_USAGE;
}

static enum exit_code run(const struct command *command, int argc, char **argv)
{
	struct cli cli = {command->name, command->arguments, command->help, argc, argv};

	if (argc != 2 || strcmp(argv[1], "--help") != 0)
		return command->run(&cli);
	cli_print_usage(&cli, stdout);
	printf("\nTo %s: see vpn-policy(8).\n", command->help);
	return EXIT_DONE;
}

static enum exit_code dispatch(int argc, char **argv)
{
	if (argc < 2)
		return refuse("a command is missing");
	if (strcmp(argv[1], "--help") == 0) {
		print_help();
		return EXIT_DONE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("vpn-policy (Sallyport) " VERSION);
		return EXIT_DONE;
	}
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return run(&commands[i], argc - 1, argv + 1);
	return refuse("there is no such command");
}

int main(int argc, char **argv)
{
	enum exit_code code;

	/* Ignored by whoever starts it, no child's end would be told: not that an editor or
	 * a program that is asked has failed. */
	signal(SIGCHLD, SIG_DFL);
	/* By hand nothing is decided; what does says so by itself. */
	settle_begin(false);
	code = dispatch(argc, argv);

	/* A full disk must not look like an empty list of keys. */
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	fputs("vpn-policy: cannot write to standard output\n", stderr);
	return code != EXIT_DONE ? code : EXIT_SYSTEM;
}
