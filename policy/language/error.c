/* SPDX-License-Identifier: ISC */
#include "policy/language/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Of what strerror(3) says; the longest has about fifty. */
enum { WHY_MAX = 100 };

/* Messages end on terminals and in logs: whatever went into one, it stays one plain line.
 */
static void make_printable(char *text)
{
	for (; *text != '\0'; text++)
		if (*text < 0x20 || *text > 0x7e)
			*text = '?';
}

/* A text that was len bytes long and had size bytes of room says so if it was cut. */
static void show_cut(char *text, size_t size, int len)
{
	static const char dots[] = "...";

	if (len >= (int)size)
		memcpy(text + size - sizeof dots, dots, sizeof dots);
}

__attribute__((format(printf, 4, 0))) static void
fill(struct error *err, const char *file, int sys, const char *fmt, va_list args)
{
	char why[WHY_MAX] = "";
	size_t room;

	if (err == NULL)
		return;
	memset(err, 0, sizeof *err);
	err->sys = sys;
	show_cut(err->file, sizeof err->file,
		 snprintf(err->file, sizeof err->file, "%s", file));
	make_printable(err->file);
	/* What the system said is said, however long the rest is. */
	if (sys != 0)
		snprintf(why, sizeof why, ": %s", strerror(sys));
	room = sizeof err->text - strlen(why);
	show_cut(err->text, room, vsnprintf(err->text, room, fmt, args));
	memcpy(err->text + strlen(err->text), why, strlen(why) + 1);
	make_printable(err->text);
}

int error_set(struct error *err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fill(err, "", 0, fmt, args);
	va_end(args);
	return -1;
}

int error_sys(struct error *err, int sys, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fill(err, "", sys, fmt, args);
	va_end(args);
	return -1;
}

int error_code(struct error *err, int sys, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fill(err, "", 0, fmt, args);
	va_end(args);
	if (err != NULL)
		err->sys = sys;
	return -1;
}

int error_at(struct error *err, const char *file, unsigned line, unsigned column,
	     const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fill(err, file, 0, fmt, args);
	va_end(args);
	if (err != NULL) {
		err->line = line;
		err->column = column;
	}
	return -1;
}

int error_file(struct error *err, const char *file, int sys, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fill(err, file, sys, fmt, args);
	va_end(args);
	return -1;
}

const char *error_where(const struct error *err, char buf[ERROR_WHERE_MAX])
{
	buf[0] = '\0';
	if (err->line != 0 && err->column != 0)
		snprintf(buf, ERROR_WHERE_MAX, ":%u:%u", err->line, err->column);
	else if (err->line != 0)
		snprintf(buf, ERROR_WHERE_MAX, ":%u", err->line);
	return buf;
}

void error_print(const struct error *err, char *buf, size_t size)
{
	char where[ERROR_WHERE_MAX];

	snprintf(buf, size, "%s%s%s%s", err->file, error_where(err, where),
		 err->file[0] != '\0' ? ": " : "", err->text);
}

bool error_is_shortage(const struct error *err)
{
	static const int shortages[] = {EMFILE, ENFILE, ENOMEM, EAGAIN, ENOBUFS,
					ENOSPC, EDQUOT, EROFS,	EFBIG,	EIO};

	for (size_t i = 0; i < sizeof shortages / sizeof shortages[0]; i++)
		if (err->sys == shortages[i])
			return true;
	return false;
}

enum exit_code error_exit_code(const struct error *err)
{
	return error_is_shortage(err) ? EXIT_SYSTEM : EXIT_POLICY;
}
