/* SPDX-License-Identifier: ISC */
#include "local/reporting.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <syslog.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "agent/base/descriptors.h"

/* A longer write could arrive in two pieces: pipe(7). */
_Static_assert(sizeof(struct report_message) <= PIPE_BUF, "a message arrives whole");

/* As vsnprintf(3), but what is cut says so. */
__attribute__((format(printf, 3, 0))) static void print(char *buf, size_t size,
							const char *fmt, va_list args)
{
	static const char cut[] = "...";
	const int len = vsnprintf(buf, size, fmt, args);

	if (len >= 0 && (size_t)len >= size)
		memcpy(buf + size - sizeof cut, cut, sizeof cut);
}

int failure_set(struct failure *failure, enum exit_code code, const char *fmt, ...)
{
	va_list args;

	failure->code = code;
	failure->blame = blame_of_code(code);
	failure->named = false;
	failure->step = STEP_UNKNOWN;
	va_start(args, fmt);
	print(failure->text, sizeof failure->text, fmt, args);
	va_end(args);
	return -1;
}

int failure_from(struct failure *failure, enum exit_code code, const struct error *err)
{
	failure->code = code;
	failure->blame = blame_of_code(code);
	failure->named = false;
	failure->step = STEP_UNKNOWN;
	error_print(err, failure->text, sizeof failure->text);
	return -1;
}

int failure_blame(struct failure *failure, enum blame blame)
{
	failure->blame = blame;
	return -1;
}

int failure_at(struct failure *failure, enum link_step step)
{
	failure->step = step;
	return -1;
}

int failure_name(struct failure *failure, enum exit_code code, const char *sentence,
		 const char *name, const char *rest)
{
	const char *hole = strstr(sentence, "%s");

	if (hole == NULL)
		return failure_set(failure, code, "%s%s", sentence, rest);
	failure_set(failure, code, "%.*s%s%s%s", (int)(hole - sentence), sentence, name,
		    hole + 2, rest);
	failure->named = true;
	return -1;
}

/* A pipe holds 16 of them at least, one a page (pipe(7)): there is room for the outcome. */
enum { UNREAD_MAX = 8 };

/*
 * A parent that is stopped, or whose terminal is, reads nothing: it must not keep us from
 * the link. A write to one that is gone fails, and that is fine: SIGPIPE is ignored.
 */
static void tell_parent(const struct report *report, const struct report_message *message)
{
	int unread;

	if (report->parent < 0)
		return;
	if (message->kind != REPORT_FINAL &&
	    (ioctl(report->parent, FIONREAD, &unread) != 0 ||
	     unread >= UNREAD_MAX * (int)sizeof *message))
		return;
	(void)descriptors_write(report->parent, message, sizeof *message);
}

bool report_is_heard(const struct report *report)
{
	struct pollfd fd = {.fd = report->parent};

	if (report->foreground)
		return true;
	/* POLLERR: nobody has the other end. */
	return report->parent >= 0 && poll(&fd, 1, 0) == 0;
}

void report_progress(const struct report *report, const char *fmt, ...)
{
	struct report_message message = {.kind = REPORT_STEP};
	va_list args;

	va_start(args, fmt);
	print(message.text, sizeof message.text, fmt, args);
	va_end(args);
	tell_parent(report, &message);
	if (!report->foreground || report->hear != NULL) {
		report_log(report, LOG_DEBUG, "%s", message.text);
	} else if (!report->quiet) {
		printf("%s: %s\n", report->name, message.text);
		fflush(stdout);
	}
}

void report_notice(const struct report *report, const char *fmt, ...)
{
	struct report_message message = {.kind = REPORT_STEP};
	va_list args;

	va_start(args, fmt);
	print(message.text, sizeof message.text, fmt, args);
	va_end(args);
	tell_parent(report, &message);
	report_log(report, LOG_NOTICE, "%s", message.text);
}

void report_log(const struct report *report, int level, const char *fmt, ...)
{
	char text[REPORT_LOG_MAX];
	va_list args;

	if (level == LOG_DEBUG && !report->verbose)
		return;
	va_start(args, fmt);
	print(text, sizeof text, fmt, args);
	va_end(args);
	if (report->hear != NULL)
		report->hear(report->hearer, level, text);
	else if (!report->foreground)
		syslog(level, "%s: %s", report->name, text);
	else if (!report->quiet || level <= LOG_WARNING)
		fprintf(stderr, "%s: %s\n", report->name, text);
}

void report_retry(const struct report *report, enum exit_code code, const char *fmt, ...)
{
	struct report_message message = {.kind = REPORT_RETRY, .code = code};
	va_list args;

	va_start(args, fmt);
	print(message.text, sizeof message.text, fmt, args);
	va_end(args);
	tell_parent(report, &message);
}

void report_result(struct report *report, enum exit_code code, const char *fmt, ...)
{
	struct report_message message = {.kind = REPORT_FINAL, .code = code};
	va_list args;

	va_start(args, fmt);
	print(message.text, sizeof message.text, fmt, args);
	va_end(args);
	tell_parent(report, &message);
	if (report->parent >= 0)
		close(report->parent);
	report->parent = -1;
	if (report->hear != NULL)
		report->hear(report->hearer, code == EXIT_DONE ? LOG_INFO : LOG_ERR,
			     message.text);
	else if (!report->foreground)
		syslog(code == EXIT_DONE ? LOG_INFO : LOG_ERR, "%s", message.text);
	else if (code != EXIT_DONE)
		fprintf(stderr, "vpn-connect: %s\n", message.text);
	else if (!report->quiet)
		puts(message.text);
	fflush(stdout);
}

bool report_notify(const struct report *report, const char *state)
{
	const int result =
	    report->foreground && report->hear == NULL ? sd_notify(0, state) : 0;

	/* A unit would stay "activating" for ever, and nothing would say why. */
	if (result < 0)
		report_log(report, LOG_WARNING,
			   "cannot tell the service manager (NOTIFY_SOCKET): %s",
			   strerrordesc_np(-result));
	return result > 0;
}
