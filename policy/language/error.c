/* SPDX-License-Identifier: ISC */
#include "policy/language/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Of what strerror(3) says; the longest has about fifty. */
enum { WHY_MAX = 100 };

/* Messages end up on terminals and in logs, so each is one plain line. */
static void make_printable(char *text)
{
	for (; *text != '\0'; text++)
		if (*text < 0x20 || *text > 0x7e)
			*text = '?';
}

void error_show_cut(char *text, size_t size, int len)
{
	static const char dots[] = "...";

	if (len >= (int)size)
		memcpy(text + size - sizeof dots, dots, sizeof dots);
}

int error_fill(struct error *err, struct error_cause cause, const char *fmt, ...)
{
	char why[WHY_MAX] = "";
	size_t room;
	va_list args;

	if (err == NULL)
		return -1;
	*err = (struct error){.line = cause.line, .column = cause.column, .sys = cause.sys};
	if (cause.file != NULL)
		error_show_cut(err->file, sizeof err->file,
			       snprintf(err->file, sizeof err->file, "%s", cause.file));
	make_printable(err->file);
	/* What the system said is said, however long the rest is. */
	if (cause.sys != 0 && !cause.told)
		snprintf(why, sizeof why, ": %s", strerror(cause.sys));
	room = sizeof err->text - strlen(why);
	va_start(args, fmt);
	error_show_cut(err->text, room, vsnprintf(err->text, room, fmt, args));
	va_end(args);
	memcpy(err->text + strlen(err->text), why, strlen(why) + 1);
	make_printable(err->text);
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
