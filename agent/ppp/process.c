/* SPDX-License-Identifier: ISC */
#include "agent/ppp/process.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <syslog.h>
#include <unistd.h>

#include "agent/log.h"
#include "agent/ppp/ppp.h"

/* of a line for the log */
enum { SAY_MAX = 512 };

static ssize_t write_line(int fd, const char *line)
{
	char text[SAY_MAX];
	const int len = snprintf(text, sizeof text, "%s\n", line);

	return write(fd, text, (size_t)len < sizeof text ? (size_t)len : sizeof text - 1);
}

void process_say(const struct settings *settings, int priority, const char *line)
{
	(void)log_record(priority, "%s", line);
	/* Not by stdio, which seeks first: the filter has no such call. */
	if (settings->log_fd >= 0)
		(void)write_line(settings->log_fd, line);
}

void process_say_connect(const struct settings *settings, const char *interface)
{
	char text[SAY_MAX];

	(void)snprintf(text, sizeof text, "Using interface %s", interface);
	process_say(settings, LOG_NOTICE, text);
	(void)snprintf(text, sizeof text, "Connect: %s <--> %s", interface,
		       settings->tty[0] != '\0' ? settings->tty : "stdin");
	process_say(settings, LOG_NOTICE, text);
}

int process_signals(struct policy_error *err)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0 || signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		return error_sys(err, errno, "cannot set up signals");
	fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return fd >= 0 ? fd : error_sys(err, errno, "cannot set up signals");
}

int process_detach(struct policy_error *err)
{
	const pid_t child = fork();

	if (child < 0)
		return error_sys(err, errno, "cannot go to the background");
	if (child > 0)
		_exit(PPP_EXIT_OK);
	return setsid() >= 0 ? 0
			     : error_sys(err, errno, "cannot leave the caller's session");
}
