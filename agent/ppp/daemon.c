/* SPDX-License-Identifier: ISC */
#include "agent/ppp/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <syslog.h>
#include <unistd.h>

#include "agent/base/descriptors.h"
#include "agent/base/log.h"
#include "agent/ppp/challenge.h"
#include "agent/ppp/ppp.h"
#include "policy/language/escape.h"

/* SAY_MAX: of a line for the log. The mode is what log files usually have. */
enum { SAY_MAX = 512, LOG_FILE_MODE = 0644 };

static ssize_t write_line(int fd, const char *line)
{
	char text[SAY_MAX];
	const int len = snprintf(text, sizeof text, "%s\n", line);

	return write(fd, text, (size_t)len < sizeof text ? (size_t)len : sizeof text - 1);
}

void daemon_say(const struct settings *settings, int priority, const char *line)
{
	(void)log_record(priority, "%s", line);
	/* Not by stdio, which seeks first: the filter has no such call. */
	if (settings->log_fd >= 0)
		(void)write_line(settings->log_fd, line);
}

int daemon_open_log(struct settings *settings, struct error *err)
{
	enum { QUOTED_MAX = 256 };
	char quoted[QUOTED_MAX];
	const char *name = settings->log_file;

	if (name == NULL)
		return 0;
	settings->log_fd =
	    open(name, O_WRONLY | O_APPEND | O_CREAT | O_NOCTTY | O_CLOEXEC, LOG_FILE_MODE);
	if (settings->log_fd >= 0)
		return 0;
	return error_sys(err, errno, "cannot open the log file %s",
			 escape_quoted(name, strlen(name), quoted, sizeof quoted));
}

static void tell_caller(const struct settings *settings, const char *line)
{
	char text[SAY_MAX];

	if (settings->log_fd == STDERR_FILENO)
		return;
	snprintf(text, sizeof text, "ppptun: %s", line);
	(void)write_line(STDERR_FILENO, text);
}

void daemon_say_end(const struct settings *settings, const char *line)
{
	/* In the foreground on a terminal it has been said on standard output. */
	if (settings->log_fd != STDOUT_FILENO)
		tell_caller(settings, line);
}

void daemon_refuse(const struct settings *settings, int caller, const char *line)
{
	daemon_say(settings, LOG_ERR, line);
	if (caller >= 0)
		(void)write_line(caller, line);
	else
		tell_caller(settings, line);
}

void daemon_say_connect(const struct settings *settings, const char *interface)
{
	char text[SAY_MAX];

	snprintf(text, sizeof text, "Using interface %s", interface);
	daemon_say(settings, LOG_NOTICE, text);
	snprintf(text, sizeof text, "Connect: %s <--> %s", interface,
		 settings->tty[0] != '\0' ? settings->tty : "stdin");
	daemon_say(settings, LOG_NOTICE, text);
}

void daemon_standard(void)
{
	/* Where even /dev/null cannot be opened, what is opened next is what fails. */
	(void)descriptors_fill(O_RDWR);
	/* A write that fails is an error like any other; it must not end the program. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

int daemon_signals(struct error *err)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, CHALLENGE_SIGNAL);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return error_sys(err, errno, "cannot set up signals");
	fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return fd >= 0 ? fd : error_sys(err, errno, "cannot set up signals");
}

/* New session, cwd /, stdio on /dev/null. */
static int leave_caller(void)
{
	return setsid() < 0 || chdir("/") != 0 ? -1 : descriptors_standard(-1, -1, -1);
}

/* Waits until the process in the background says that all is well, or what is wrong. */
__attribute__((noreturn)) static void wait_for_report(const struct settings *settings,
						      int from)
{
	char text[SAY_MAX] =
	    "it ended in the background without saying why: see the system log";
	const ssize_t got = read(from, text, sizeof text - 1);

	if (got == 1 && text[0] == '\0')
		_exit(PPP_EXIT_OK);
	if (got > 0)
		text[strcspn(text, "\n")] = '\0';
	tell_caller(settings, text);
	_exit(PPP_EXIT_FATAL);
}

int daemon_detach(const struct settings *settings, int *caller, struct error *err)
{
	int report[2];
	pid_t child;

	if (pipe2(report, O_CLOEXEC) != 0)
		return error_sys(err, errno, "cannot go to the background");
	child = fork();
	if (child < 0)
		return error_sys(err, errno, "cannot go to the background");
	if (child > 0) {
		close(report[1]);
		/* If this process leads a terminal's session, its exit hangs up every
		 * process that is still in that session: so wait for the child to leave. */
		wait_for_report(settings, report[0]);
	}
	close(report[0]);
	*caller = report[1];
	return leave_caller() == 0
		   ? 0
		   : error_sys(err, errno, "cannot leave the caller's session");
}

void daemon_release(int caller)
{
	static const char well[1];

	/* If the write fails, the caller has gone and does not need it. */
	if (caller >= 0 && write(caller, well, sizeof well) < 0)
		return;
}
