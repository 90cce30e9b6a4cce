/* SPDX-License-Identifier: ISC */
/*
 * pty-redir: run a command on a new pty and print the name of the pty's other side, as in
 * the VPN mini-HOWTO. The command holds the master itself, so that nothing copies.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "agent/base/descriptors.h"
#include "local/process.h"
#include "local/pty.h"
#include "policy/language/escape.h"
#include "policy/language/exitcode.h"
#include "policy/language/paths.h"
#include "policy/language/refused_option.h"

enum {
	/* As env(1), nohup(1) and the shell have it (POSIX XCU 2.8.2). */
	EXIT_CANNOT_EXECUTE = 126,
	EXIT_NOT_FOUND = 127,
	EXIT_SIGNALLED = 128,
	/* For a command that is told to end; then it is killed, and that takes as long as a
	 * system call may. */
	END_MS = 5000,
	SHOWN_MAX = 256,
};

/* What a user, a terminal or a service manager sends; anything else acts on this process
 * alone. */
static const int heeded[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};

struct redirection {
	char **argv;
	/* It is waited for, and does not outlive this process. */
	bool waited;
	pid_t pid;
	/* Those that are heeded, and SIGCHLD: a signalfd(2). */
	int signals;
	/* As they were before, and are again for the command. */
	sigset_t mask;
	struct sigaction child_action;
};

static void usage(FILE *to)
{
	fputs(
	    "usage: pty-redir [--wait] [--] COMMAND [ARGUMENT...]\n"
	    "       pty-redir --help | --version\n"
	    "Runs COMMAND with its input and output on a new pty and prints the name of "
	    "the\n"
	    "pty's other side; --wait: then waits for COMMAND, and exits as it does. See\n"
	    "pty-redir(1).\n",
	    to);
}

static enum exit_code fail_system(const char *what, int sys)
{
	fprintf(stderr, "pty-redir: %s: %s\n", what, strerror(sys));
	return EXIT_SYSTEM;
}

/* One that the caller ignores stays ignored. */
static int take_signals(struct redirection *command)
{
	const struct sigaction usual = {.sa_handler = SIG_DFL};
	struct sigaction now;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (size_t i = 0; i < sizeof heeded / sizeof *heeded; i++)
		if (sigaction(heeded[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
			sigaddset(&set, heeded[i]);
	/* Otherwise the kernel forgets how the command ended. */
	if (sigaction(SIGCHLD, &usual, &command->child_action) != 0 ||
	    sigprocmask(SIG_BLOCK, &set, &command->mask) != 0)
		return -1;
	command->signals = signalfd(-1, &set, SFD_CLOEXEC);
	return command->signals < 0 ? -1 : 0;
}

/* The child: never returns. Tells errno through failure, which a successful exec closes. */
__attribute__((noreturn)) static void run_command(const struct redirection *command,
						  pid_t parent, int master, int failure)
{
	struct error err;
	int sys;

	/* The command must not have the caller's terminal, nor get its SIGHUP. */
	if (setsid() < 0 || dup2(master, STDIN_FILENO) < 0 ||
	    dup2(master, STDOUT_FILENO) < 0 ||
	    sigaction(SIGCHLD, &command->child_action, NULL) != 0 ||
	    sigprocmask(SIG_SETMASK, &command->mask, NULL) != 0)
		goto out;
	errno = ESRCH;
	if (command->waited && process_die_with(parent, &err) != 0)
		goto out;
	execvp(command->argv[0], command->argv);
out:
	sys = errno;
	(void)descriptors_write(failure, &sys, sizeof sys);
	_exit(EXIT_CANNOT_EXECUTE);
}

/* 0 when none has come. */
static int take_signal(const struct redirection *command)
{
	struct signalfd_siginfo info;

	return read(command->signals, &info, sizeof info) == sizeof info
		   ? (int)info.ssi_signo
		   : 0;
}

/* Until the command has ended or the deadline has passed; what is sent to this process is
 * passed on, to all that the command has in its session's first group. */
static bool await_end(const struct redirection *command, int64_t deadline, int *status)
{
	int signal;

	while (waitpid(command->pid, status, WNOHANG) == 0) {
		if (deadline_wait(command->signals, deadline) != 1)
			return false;
		signal = take_signal(command);
		if (signal != 0 && signal != SIGCHLD)
			kill(-command->pid, signal);
	}
	return true;
}

static void end_command(const struct redirection *command)
{
	int status;

	kill(-command->pid, SIGTERM);
	/* A stopped process would not even see it. */
	kill(-command->pid, SIGCONT);
	if (await_end(command, monotonic_ms() + END_MS, &status))
		return;
	kill(-command->pid, SIGKILL);
	await_end(command, monotonic_ms() + END_MS, &status);
}

/*
 * Until the command runs: 0. Otherwise it does not, and its process is gone: the errno that
 * kept it from running, or the signal that came meanwhile, as a negative number. To execute
 * a file can take as long as its file system likes.
 */
static int await_start(const struct redirection *command, int failure)
{
	struct pollfd fds[] = {{.fd = failure, .events = POLLIN},
			       {.fd = command->signals, .events = POLLIN}};
	int sys = 0, signal = 0, status;

	while (signal == 0 && poll(fds, 2, -1) >= 0 && fds[0].revents == 0) {
		signal = take_signal(command);
		/* That it has ended is seen in the pipe. */
		if (signal == SIGCHLD)
			signal = 0;
	}
	if (signal == 0 && descriptors_read(failure, &sys, sizeof sys) == 0)
		return 0;
	kill(command->pid, SIGKILL);
	await_end(command, monotonic_ms() + END_MS, &status);
	return signal != 0 ? -signal : sys;
}

static int start(struct redirection *command, int master)
{
	const pid_t self = getpid();
	int failure[2], sys;

	if (pipe2(failure, O_CLOEXEC) != 0)
		return errno;
	command->pid = fork();
	if (command->pid == 0)
		run_command(command, self, master, failure[1]);
	sys = command->pid < 0 ? errno : 0;
	close(failure[1]);
	if (sys == 0)
		sys = await_start(command, failure[0]);
	close(failure[0]);
	return sys;
}

static int fail_start(const struct redirection *command, int why)
{
	char shown[SHOWN_MAX];

	if (command->pid <= 0)
		return fail_system("cannot start a process", why);
	if (why < 0)
		return EXIT_SIGNALLED - why;
	fprintf(
	    stderr, "pty-redir: %s: %s\n",
	    escape_quoted(command->argv[0], strlen(command->argv[0]), shown, sizeof shown),
	    strerror(why));
	return why == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_EXECUTE;
}

static int print_name(const char *name)
{
	/* Only now: the command has its signals as the caller left them. A name that cannot
	 * be printed is an error here, and not the end of this process alone. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	return printf("%s\n", name) < 0 || fflush(stdout) != 0 ? -1 : 0;
}

/* Whoever reads the name sees its end, and nobody's input or output is held. */
static int exit_as_command(const struct redirection *command)
{
	int status = 0;

	if (descriptors_standard(-1, -1, STDERR_FILENO) != 0) {
		end_command(command);
		return fail_system("cannot open /dev/null", errno);
	}
	await_end(command, INT64_MAX, &status);
	return WIFSIGNALED(status) ? EXIT_SIGNALLED + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

static int redirect(struct redirection *command)
{
	struct error err = {.text = "cannot open /dev/null"};
	struct pty pty;
	int why;

	/* A pty must not become descriptor 0, 1 or 2 by accident. Read-only: a name that is
	 * printed on a closed output must be an error, not lost. */
	if (descriptors_fill(O_RDONLY) != 0 || pty_open(&pty, &err) != 0) {
		fprintf(stderr, "pty-redir: %s\n", err.text);
		return EXIT_SYSTEM;
	}
	if (take_signals(command) != 0)
		return fail_system("cannot wait for signals", errno);
	why = start(command, pty.master);
	if (why != 0)
		return fail_start(command, why);
	/* The command's alone: with its end the other side sees a hangup. */
	close(pty.master);
	if (print_name(pty.name) != 0) {
		why = errno;
		/* A command that nobody knows the pty of could never be used, nor found. */
		end_command(command);
		return fail_system("cannot print the name", why);
	}
	return command->waited ? exit_as_command(command) : EXIT_DONE;
}

static int refuse_option(char *const *argv, const struct option *options)
{
	char shown[SHOWN_MAX];

	fprintf(stderr, "pty-redir: it does not take the option %s\n",
		refused_option(argv, options, shown, sizeof shown));
	usage(stderr);
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
	    {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, 'V'},
	    {"wait", no_argument, NULL, 'w'},
	    {NULL, 0, NULL, 0},
	};
	struct redirection command = {.pid = -1};
	int c;

	opterr = 0;
	/* "+": the command's own options are the command's. */
	while ((c = getopt_long(argc, argv, "+hVw", options, NULL)) != -1) {
		switch (c) {
		case 'h':
			usage(stdout);
			return EXIT_DONE;
		case 'V':
			puts("pty-redir (Sallyport) " VERSION);
			return EXIT_DONE;
		case 'w':
			command.waited = true;
			break;
		default:
			return refuse_option(argv, options);
		}
	}
	if (optind >= argc) {
		fputs("pty-redir: no COMMAND is given\n", stderr);
		usage(stderr);
		return EXIT_USAGE;
	}
	command.argv = argv + optind;
	return redirect(&command);
}
