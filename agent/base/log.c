/* SPDX-License-Identifier: ISC */
#include "agent/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

static int log_fd = -1;
static const char *log_tag = "";

int log_open(const char *tag, struct error *err)
{
	const struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};
	const struct timeval timeout = {.tv_sec = LOG_TIMEOUT_S};
	const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return error_sys(err, errno, "cannot open a socket for the system log");
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout) != 0 ||
	    connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
		error_sys(err, errno, "the system log (/dev/log) does not answer");
		close(fd);
		return -1;
	}
	log_fd = fd;
	log_tag = tag;
	tzset(); /* now: the time zone's file may be out of reach later */
	return 0;
}

int log_descriptor(void)
{
	return log_fd;
}

int log_hand_on(void)
{
	return fcntl(log_fd, F_SETFD, 0);
}

void log_take_over(int fd, const char *tag)
{
	log_fd = fd;
	log_tag = tag;
	tzset();
}

int log_record(int priority, const char *fmt, ...)
{
	char record[LOG_RECORD_MAX + 1], stamp[32] = "";
	const time_t now = time(NULL);
	struct tm tm;
	va_list args;
	int head, body;
	size_t len;

	if (log_fd < 0)
		return -1;
	if (localtime_r(&now, &tm) != NULL)
		strftime(stamp, sizeof stamp, "%b %e %T ", &tm);
	head = snprintf(record, sizeof record, "<%d>%s%s[%d]: ", LOG_AUTHPRIV | priority,
			stamp, log_tag, (int)getpid());
	if (head < 0 || (size_t)head >= sizeof record)
		return -1;
	va_start(args, fmt);
	body = vsnprintf(record + head, sizeof record - (size_t)head, fmt, args);
	va_end(args);
	if (body < 0 || (size_t)body >= sizeof record - (size_t)head)
		return -1;
	len = (size_t)head + (size_t)body;
	/* sendto, not send: it is the one call that every filter lets through. */
	return sendto(log_fd, record, len, MSG_NOSIGNAL, NULL, 0) == (ssize_t)len ? 0 : -1;
}
