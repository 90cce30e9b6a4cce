/* SPDX-License-Identifier: ISC */
#include "agent/ppp/process.h"

#include <errno.h>
#include <fcntl.h>
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

void process_standard(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
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

/* Nothing of the caller's is held: its session, its directory, what it waits on the end of.
 */
static int leave_caller(void)
{
	const int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0 || setsid() < 0 || chdir("/") != 0)
		return -1;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (dup2(null, fd) < 0)
			return -1;
	return null > STDERR_FILENO ? close(null) : 0;
}

int process_detach(struct policy_error *err)
{
	int left[2];
	char word = 0;
	pid_t child;

	if (pipe2(left, O_CLOEXEC) != 0)
		return error_sys(err, errno, "cannot go to the background");
	child = fork();
	if (child < 0)
		return error_sys(err, errno, "cannot go to the background");
	if (child > 0) {
		close(left[1]);
		/* Where this is a terminal's session leader, its end hangs up all that are
		 * in the session still. */
		_exit(read(left[0], &word, 1) == 1 ? PPP_EXIT_OK : PPP_EXIT_FATAL);
	}
	if (leave_caller() != 0 || write(left[1], &word, 1) != 1)
		return error_sys(err, errno, "cannot leave the caller's session");
	close(left[0]);
	close(left[1]);
	return 0;
}
