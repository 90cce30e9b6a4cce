/* SPDX-License-Identifier: ISC */
/* vpn-connect: the launcher. One table says what it can do. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/confine/inherited.h"
#include "local/command.h"
#include "local/place.h"
#include "policy/language/load.h"
#include "policy/language/paths.h"
#include "policy/language/refused_option.h"
#include "policy/language/value.h"

struct command {
	const char *name;
	command_run *run;
	enum { NAME_NEEDED, NAME_OPTIONAL, NAME_NONE, INVITATION } takes_name;
	/* The short options that it takes. */
	const char *options;
	const char *synopsis, *summary;
	/* Works without root for a user's own profiles. */
	bool own;
	/* Goes on to its end where nobody reads any more what it prints. */
	bool changes;
};

static const struct command commands[] = {
    {"up", command_up, NAME_NEEDED, "dfnoqvw",
     "[--dry-run] [--wait SECONDS | --no-wait] [--foreground] [--once] NAME",
     "bring the link of a profile up and keep it up; --once: one attempt, one link", true,
     true},
    {"down", command_down, NAME_NEEDED, "qv", "NAME",
     "take it down and undo what it changed", true, true},
    {"restart", command_restart, NAME_NEEDED, "nqvw", "[--wait SECONDS | --no-wait] NAME",
     "take it down and bring it up anew", true, true},
    {"reload", command_reload, NAME_NEEDED, "q", "NAME",
     "read its profile again; what has changed is taken at once", true, true},
    {"status", command_status, NAME_OPTIONAL, "jqW", "[--json] [--watch] [NAME]",
     "say whether it is up; exit 3: not up, 4: impaired; --watch: go on saying it", true,
     false},
    {"list", command_list, NAME_NONE, "j", "[--json]",
     "all profiles, and how the link of each stands", true, false},
    {"logs", command_logs, NAME_NEEDED, "Fl", "[--follow] [--lines N] NAME",
     "what the log has of it; --follow: and what comes", true, false},
    {"check", command_check, NAME_OPTIONAL, "jq", "[--json] [NAME]",
     "say whether it could come up here; nothing is changed, and nobody is connected to",
     true, false},
    {"diagnose", command_diagnose, NAME_NEEDED, "jPt",
     "[--frames] [--json] [--to ADDRESS] NAME",
     "try every step by itself, and say what is wrong and what to do; exit 4: only part of "
     "it",
     true, false},
    {"import", command_import, INVITATION, "Nqru",
     "[--name NAME] [--run-as USER] [--up] [LINE|FILE]",
     "make profile and key from an invitation, the line of vpn-policy add-peer", false,
     true},
    {"serve", command_serve, NAME_NONE, "", "",
     "answer an ordinary user on standard input: for vpn-connect-control.socket", false,
     false},
};
enum { SHOWN_MAX = 128 };
enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static const struct option long_options[] = {
    {"dry-run", no_argument, NULL, 'd'},
    {"foreground", no_argument, NULL, 'f'},
    {"json", no_argument, NULL, 'j'},
    {"no-wait", no_argument, NULL, 'n'},
    {"once", no_argument, NULL, 'o'},
    {"quiet", no_argument, NULL, 'q'},
    {"verbose", no_argument, NULL, 'v'},
    {"wait", required_argument, NULL, 'w'},
    {"watch", no_argument, NULL, 'W'},
    {"help", no_argument, NULL, 'h'},
    {"frames", no_argument, NULL, 'P'},
    {"to", required_argument, NULL, 't'},
    {"follow", no_argument, NULL, 'F'},
    {"lines", required_argument, NULL, 'l'},
    {"name", required_argument, NULL, 'N'},
    {"run-as", required_argument, NULL, 'r'},
    {"up", no_argument, NULL, 'u'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0},
};

static void usage(FILE *to)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		fprintf(to, "%s vpn-connect %s%s%s\n           %s\n",
			i == 0 ? "usage:" : "      ", commands[i].name,
			commands[i].synopsis[0] != '\0' ? " " : "", commands[i].synopsis,
			commands[i].summary);
	fputs("       vpn-connect --help | --version\n"
	      "NAME is a profile: " PATH_PROFILES_DIR "/NAME.conf, or without root your\n"
	      "own, ~/.config/sallyport/connect/NAME.conf. --quiet prints errors only,\n"
	      "--verbose logs more. See vpn-connect(8).\n",
	      to);
}

static enum exit_code refuse(const char *what, const char *why)
{
	command_fail(EXIT_USAGE, "%s%s", what, why);
	usage(stderr);
	return EXIT_USAGE;
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static int parse_wait(const char *text, int *out)
{
	char *end;
	long seconds;

	errno = 0;
	seconds = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || seconds < 0 ||
	    seconds > OPTION_WAIT_MAX_S) {
		command_fail(EXIT_USAGE, "--wait takes seconds, from 0 to %d",
			     OPTION_WAIT_MAX_S);
		return -1;
	}
	*out = (int)seconds * 1000;
	return 0;
}

static int parse_lines(const char *text, unsigned *out)
{
	const char *why;

	if (value_number(text, 0, OPTION_LINES_MAX, out, &why) == 0)
		return 0;
	command_fail(EXIT_USAGE, "--lines takes a number, from 0 to %d", OPTION_LINES_MAX);
	return -1;
}

/* An option that getopt_long(3) gave as '?' or, for want of a value, as ':'. */
static int refuse_option(char *const *argv, const struct command *command, int given)
{
	char shown[SHOWN_MAX], why[SHOWN_MAX + 32];

	refused_option(argv, long_options, shown, sizeof shown);
	snprintf(why, sizeof why, given == ':' ? ": %s needs a value" : " does not take %s",
		 shown);
	refuse(command != NULL ? command->name : "vpn-connect without a command", why);
	return -1;
}

/* 0; or when all is said, 1 for help and version, -1 for a wrong command line. */
static int parse_options(int argc, char **argv, const struct command *command,
			 struct command_options *out)
{
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, ":dfjl:noquvw:FN:PWr:t:hV", long_options,
				NULL)) != -1) {
		if (c == 'h' || c == 'V') {
			if (c == 'h')
				usage(stdout);
			else
				puts("vpn-connect (Sallyport) " VERSION);
			return 1;
		}
		if (c == '?' || c == ':')
			return refuse_option(argv, command, c);
		if (command == NULL || strchr(command->options, c) == NULL) {
			refuse(command != NULL ? command->name
					       : "vpn-connect without a command",
			       " does not take that option");
			return -1;
		}
		out->dry_run |= c == 'd';
		out->foreground |= c == 'f';
		out->follow |= c == 'F';
		out->json |= c == 'j';
		out->once |= c == 'o';
		out->quiet |= c == 'q';
		out->import_up |= c == 'u';
		out->verbose |= c == 'v';
		out->frames |= c == 'P';
		out->watch |= c == 'W';
		if (c == 'n')
			out->wait_ms = 0;
		if (c == 'w' && parse_wait(optarg, &out->wait_ms) != 0)
			return -1;
		if (c == 'N')
			out->import_name = optarg;
		if (c == 't')
			out->to = optarg;
		if (c == 'r')
			out->run_as = optarg;
		if (c == 'l' && parse_lines(optarg, &out->lines) != 0)
			return -1;
	}
	return 0;
}

/* The environment is root's, but libraries read many variables: only these are kept. */
static void keep_environment(void)
{
	static const char *const names[] = {"NOTIFY_SOCKET", "SSH_AUTH_SOCK",
					    "XDG_RUNTIME_DIR"};
	/* Of these the last says where a user's own links are, which root does not use. */
	const size_t count_kept = sizeof names / sizeof *names - (geteuid() == 0 ? 1 : 0);
	enum { NAMES = sizeof names / sizeof *names };
	static char *kept[NAMES + 1];
	size_t count = 0;

	for (size_t i = 0; i < count_kept; i++) {
		char *value = getenv(names[i]);

		if (value != NULL)
			kept[count++] = value - strlen(names[i]) - 1;
	}
	environ = kept;
}

/*
 * A supervisor goes on long after the process that started it has ended. Only a SIGHUP that
 * is ignored stays so: that is what nohup(1) is for. A file that may not grow is an error
 * of write(2), and not our end.
 */
static int set_aside_caller(void)
{
	struct sigaction hangup = {.sa_handler = SIG_DFL};
	struct error err;

	keep_environment();
	sigaction(SIGHUP, NULL, &hangup);
	if (inherited_set_aside(&err) != 0 || inherited_check_files(&err) != 0) {
		command_fail(EXIT_SYSTEM, "%s", err.text);
		return -1;
	}
	if (hangup.sa_handler == SIG_IGN)
		signal(SIGHUP, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	return 0;
}

/* The user's own links, with the user's own rights; all others are root's. A list has both,
 * where root tells of any. */
static enum exit_code run_without_root(const struct command *command, const char *name,
				       const struct command_options *options)
{
	struct error err;
	enum exit_code code;

	switch (command->own ? place_find_own(name, &err) : PLACE_NOT_OWN) {
	case PLACE_NOT_OWN:
		return command_ask(command->name, name, options);
	case PLACE_UNUSABLE:
		return command_fail(EXIT_SYSTEM, "%s", err.text);
	case PLACE_OWN:
		break;
	}
	if (options->dry_run)
		return command_fail(EXIT_DENIED, "--dry-run is of what root would do: a "
						 "link of your own changes nothing here");
	code = command->run(name, options);
	if (command->run == command_list && !options->json)
		command_ask_more(command->name, options);
	return code;
}

static enum exit_code run(const struct command *command, int argc, char **argv,
			  const struct command_options *options)
{
	const char *name = argc > 0 ? argv[0] : NULL;
	char path[POLICY_PATH_MAX];
	struct error err;

	if (name != NULL && command->takes_name == NAME_NONE)
		return refuse(command->name, " takes no name");
	if (name == NULL && command->takes_name == NAME_NEEDED)
		return refuse(command->name, " needs NAME, the profile");
	if (argc > 1)
		return refuse(command->name, command->takes_name == INVITATION
						 ? " takes one line, or one file"
						 : " takes one NAME");
	if (name != NULL && command->takes_name != INVITATION &&
	    policy_path(PATH_PROFILES_DIR, name, path, &err) != 0)
		return command_fail(EXIT_USAGE, "%s", err.text);
	return geteuid() != 0 ? run_without_root(command, name, options)
			      : command->run(name, options);
}

int main(int argc, char **argv)
{
	struct command_options options = {.wait_ms = OPTION_WAIT_FIRST,
					  .lines = OPTION_LINES_DEFAULT,
					  .style = screen_style()};
	const struct command *command;
	int result;

	if (set_aside_caller() != 0)
		return EXIT_SYSTEM;
	/* A subcommand comes first, so that its options can follow; without one, help may
	 * be asked for. */
	command = argc > 1 && argv[1][0] != '-' ? find_command(argv[1]) : NULL;
	if (argc > 1 && argv[1][0] != '-' && command == NULL)
		return refuse("there is no such command", "");
	if (command != NULL) {
		argc--;
		argv++;
	}
	result = parse_options(argc, argv, command, &options);
	if (result != 0)
		return result > 0 ? EXIT_DONE : EXIT_USAGE;
	if (command == NULL)
		return refuse("no command is given", "");
	if (command->changes)
		signal(SIGPIPE, SIG_IGN);
	return run(command, argc - optind, argv + optind, &options);
}
