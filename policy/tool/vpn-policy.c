/* SPDX-License-Identifier: ISC */
/* vpn-policy: checks, compares and explains policy before a login depends on it. See
 * vpn-policy(8). */
#include "policy/tool/vpn-policy.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "policy/language/escape.h"
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
     "check policy files, and peers against each other"},
    {"audit", cmd_audit,
     "[--strict] [--role remote|local]... [--root DIR] [--at TIME]\n"
     "             [--soon DAYS] [--format text|json|sarif] [--html FILE]",
     "check this host and its policy"},
    {"diff", cmd_diff,
     "[--kind agent|peer|profile] [--trust root|any]\n"
     "             [--format text|json|sarif] OLD NEW",
     "show what changes in effect between two policies"},
    {"graph", cmd_graph, "[--root DIR] [DIR]",
     "draw peers, addresses and networks with Graphviz"},
    {"explain", cmd_explain,
     "[--from ADDRESS] [--server ADDRESS] [--key FINGERPRINT|none]\n"
     "             [--authority FINGERPRINT] [--at TIME] [--root DIR]\n"
     "             [--format text|json|sarif] PEER [--shell | REQUEST...]",
     "show how the agent would answer a peer's request, and why"},
    {"authorized-keys", cmd_authorized_keys,
     "[--root DIR] [--peers-dir DIR] [--trust root|any]\n"
     "             [--user USER --type TYPE --key BASE64 | --index |\n"
     "             --write FILE [--allow-empty] | PEER...] [--index-file FILE]",
     "print or write the authorized_keys lines of peers, or answer sshd"},
    {"edit", cmd_edit, "[--kind agent|peer|profile] [--root DIR] FILE|PEER",
     "edit a policy file, and replace it only with one that has no error"},
    {"add-peer", cmd_add_peer,
     "[--key FILE | --invite [--hand-in [--until DATE]]]\n"
     "             [--from PREFIX]... [--route PREFIX]... [--offer PREFIX]...\n"
     "             [--expires DATE] [--host HOST] [--port PORT]\n"
     "             [--host-key FILE]... [--qr] [--root DIR] NAME",
     "add a peer with free addresses, and print the line that sets its side up"},
    {"invite", cmd_invite,
     "[--hand-in [--until DATE]] [--host HOST] [--port PORT]\n"
     "             [--host-key FILE]... [--qr] [--root DIR] PEER",
     "print the line that sets a peer's side up once more"},
    {"set-peer", cmd_set_peer,
     "[--root DIR] [--key FILE | --drop KEYWORD] PEER [KEYWORD VALUE...]",
     "change one keyword of a peer's file"},
    {"take-key", cmd_take_key, "", "take a key that a peer hands in; systemd starts it"},
    {"remove-peer", cmd_remove_peer, "[--root DIR] PEER",
     "remove a peer, and end its sessions"},
    {"migrate", cmd_migrate,
     "[--from howto|pppossh|wg-quick|nm-ssh] [--run-as USER]\n"
     "             [--pool PREFIX]... [--into DIR] FILE...",
     "make policy and profiles of the files of another VPN"},
    {"fmt", cmd_fmt, "[--kind agent|peer|profile] [--check | --write] FILE...",
     "format policy files"},
    {"keywords", cmd_keywords, "[--format text|json] [agent|peer|profile]",
     "print the keywords of policy files"},
};

enum { COMMANDS = sizeof commands / sizeof commands[0], WORD_SHOWN_MAX = 80 };

static void print_usage(FILE *out)
{
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "%s vpn-policy %s%s%s\n", i == 0 ? "usage:" : "      ",
			commands[i].name, commands[i].arguments[0] != '\0' ? " " : "",
			commands[i].arguments);
	fputs("       vpn-policy --help | --version\n", out);
}

static void print_help(void)
{
	print_usage(stdout);
	fputc('\n', stdout);
	for (size_t i = 0; i < COMMANDS; i++)
		printf("  %-16s %s\n", commands[i].name, commands[i].help);
	puts(
	    "\nExit status: 0 good; 1 warnings (audit), a difference (diff, fmt); 64 wrong "
	    "usage;\n66 nothing is installed (audit); 71 system failure; 78 errors. "
	    "explain exits as the\nagent would: 65, 77 and others.");
}

static enum exit_code refuse(const char *why, const char *word)
{
	char shown[WORD_SHOWN_MAX];

	fprintf(stderr, "vpn-policy: %s%s\n", why,
		word == NULL ? "" : escape_quoted(word, strlen(word), shown, sizeof shown));
	print_usage(stderr);
	return EXIT_USAGE;
}

static enum exit_code run(const struct command *command, int argc, char **argv)
{
	struct cli cli = {command->name, command->arguments, command->help, argc, argv};

	if (argc != 2 || strcmp(argv[1], "--help") != 0)
		return command->run(&cli);
	cli_print_usage(&cli, stdout);
	printf("\nTo %s. See vpn-policy(8).\n", command->help);
	return EXIT_DONE;
}

static enum exit_code dispatch(int argc, char **argv)
{
	if (argc < 2)
		return refuse("no command is given", NULL);
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
	return refuse("unknown command ", argv[1]);
}

int main(int argc, char **argv)
{
	enum exit_code code;

	/* A caller that ignores SIGCHLD must not hide that an editor, or a program that is
	 * asked, has failed. */
	signal(SIGCHLD, SIG_DFL);
	/* A command decides nothing unless it says so itself: see settle.h. */
	settle_begin(false);
	code = dispatch(argc, argv);

	/* A full disk must not look like an empty list of keys. */
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	fputs("vpn-policy: cannot write to standard output\n", stderr);
	return code != EXIT_DONE ? code : EXIT_SYSTEM;
}
