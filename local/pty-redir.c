/* SPDX-License-Identifier: ISC */
/*
 * pty-redir: run a command on a new pty and print the name of the pty's other side, as in
 * the VPN mini-HOWTO. The command holds the master itself, so that nothing copies.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/base/descriptors.h"
#include "local/pty.h"
#include "policy/language/exitcode.h"
#include "policy/language/paths.h"

/* As env(1), nohup(1) and the shell have it (POSIX XCU 2.8.2). */
enum { EXIT_CANNOT_EXECUTE = 126, EXIT_NOT_FOUND = 127 };

static void usage(FILE *to)
{
	fputs("usage: pty-redir COMMAND [ARGUMENT...]\n"
	      "Runs COMMAND with its input and output on a new pty and prints the name of "
	      "the\n"
	      "pty's other side. See pty-redir(1).\n",
	      to);
}

/* The child: never returns. Tells errno through failure, which a successful exec closes. */
__attribute__((noreturn)) static void run_command(char **argv, int master, int failure)
{
	int sys;

	/* The command must not have the caller's terminal, nor get its SIGHUP. */
	if (setsid() < 0 || dup2(master, STDIN_FILENO) < 0 ||
	    dup2(master, STDOUT_FILENO) < 0)
		goto out;
	execvp(argv[0], argv);
out:
	sys = errno;
	(void)descriptors_write(failure, &sys, sizeof sys);
	_exit(EXIT_CANNOT_EXECUTE);
}

/* 0 once the command runs, otherwise the errno that kept it from running. */
static int start_failure(int fd)
{
	int sys = 0;
	const ssize_t got = descriptors_read(fd, &sys, sizeof sys);

	if (got < 0)
		return errno;
	return got == sizeof sys ? sys : 0;
}

static int start(char **argv, int master, pid_t *child)
{
	int failure[2], sys;

	if (pipe2(failure, O_CLOEXEC) != 0)
		return errno;
	*child = fork();
	if (*child == 0)
		run_command(argv, master, failure[1]);
	sys = *child < 0 ? errno : 0;
	close(failure[1]);
	if (sys == 0)
		sys = start_failure(failure[0]);
	close(failure[0]);
	return sys;
}

static int redirect(char **argv)
{
	struct error err = {.text = "cannot open /dev/null"};
	struct pty pty;
	pid_t child = -1;
	int sys;

	/* A pty must not become descriptor 0, 1 or 2 by accident. Read-only: a name that is
	 * printed on a closed output must be an error, not lost. */
	if (descriptors_fill(O_RDONLY) != 0 || pty_open(&pty, &err) != 0) {
		fprintf(stderr, "pty-redir: %s\n", err.text);
		return EXIT_SYSTEM;
	}
	sys = start(argv, pty.master, &child);
	if (sys != 0 && child < 0) {
		fprintf(stderr, "pty-redir: cannot start a process: %s\n", strerror(sys));
		return EXIT_SYSTEM;
	}
	if (sys != 0) {
		fprintf(stderr, "pty-redir: %s: %s\n", argv[0], strerror(sys));
		return sys == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_EXECUTE;
	}
	/* Only now: the command has its signals as the caller left them. A name that cannot
	 * be printed is an error here, and not the end of this process alone. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	if (printf("%s\n", pty.name) < 0 || fflush(stdout) != 0) {
		/* A command that nobody knows the pty of could never be used, nor found. */
		fprintf(stderr, "pty-redir: cannot print the name: %s\n", strerror(errno));
		kill(child, SIGTERM);
		return EXIT_SYSTEM;
	}
	return EXIT_DONE;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
	    {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, 'V'},
	    {NULL, 0, NULL, 0},
	};
	int c;

	/* "+": the command's own options are the command's. */
	while ((c = getopt_long(argc, argv, "+hV", options, NULL)) != -1) {
		switch (c) {
		case 'h':
			usage(stdout);
			return EXIT_DONE;
		case 'V':
			puts("pty-redir (Sallyport) " VERSION);
			return EXIT_DONE;
		default:
			usage(stderr);
			return EXIT_USAGE;
		}
	}
	if (optind >= argc) {
		usage(stderr);
		return EXIT_USAGE;
	}
	return redirect(argv + optind);
}
