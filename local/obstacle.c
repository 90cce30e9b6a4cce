/* SPDX-License-Identifier: ISC */
#include "local/obstacle.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static struct obstacle *next(struct obstacles *all, enum exit_code code, const char *file,
			     unsigned line)
{
	struct obstacle *one;

	if (all->count == OBSTACLES_MAX) {
		one = &all->list[OBSTACLES_MAX - 1];
		snprintf(one->text, sizeof one->text, "there is more that is not told");
		if (one->code == EXIT_DONE)
			one->code = code;
		return NULL;
	}
	one = &all->list[all->count++];
	*one = (struct obstacle){.code = code, .line = line};
	snprintf(one->file, sizeof one->file, "%s", file);
	return one;
}

void obstacle_add(struct obstacles *all, enum exit_code code, unsigned line,
		  const char *fmt, ...)
{
	struct obstacle *one = next(all, code, all->file, line);
	va_list args;
	int len;

	if (one == NULL)
		return;
	va_start(args, fmt);
	len = vsnprintf(one->text, sizeof one->text, fmt, args);
	va_end(args);
	error_show_cut(one->text, sizeof one->text, len);
	/* Of several gateways, each may say the same. */
	for (const struct obstacle *at = all->list; at < one; at++)
		if (at->line == line && strcmp(at->text, one->text) == 0) {
			all->count--;
			return;
		}
}

/* Some sentences of `up` begin with the place, which is told before them here. */
static const char *without_place(const char *text, const char *file, unsigned *line)
{
	const size_t len = strlen(file);
	unsigned found;
	int used = 0;

	if (len == 0 || strncmp(text, file, len) != 0 || text[len] != ':')
		return text;
	text += len + 1;
	if (sscanf(text, "%u:%n", &found, &used) == 1 && used > 0) {
		*line = found;
		text += used;
	}
	return text + strspn(text, " ");
}

void obstacle_failure(struct obstacles *all, unsigned line, const struct failure *failure)
{
	const char *text = without_place(failure->text, all->file, &line);

	obstacle_add(all, failure->code, line, "%s", text);
}

void obstacle_error(struct obstacles *all, enum exit_code code, unsigned line,
		    const struct error *err)
{
	struct obstacle *one;

	if (err->file[0] == '\0') {
		obstacle_add(all, code, line, "%s", err->text);
		return;
	}
	one = next(all, code, err->file, err->line);
	if (one == NULL)
		return;
	one->column = err->column;
	snprintf(one->text, sizeof one->text, "%s", err->text);
}

enum exit_code obstacle_code(const struct obstacles *all)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->list[i].code != EXIT_DONE)
			return all->list[i].code;
	return EXIT_DONE;
}

void obstacle_print(const struct obstacles *all, bool quiet, const char *fine)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct obstacle *one = &all->list[i];
		const struct error where = {.line = one->line, .column = one->column};
		char at[ERROR_WHERE_MAX];

		if (quiet && one->code == EXIT_DONE)
			continue;
		printf("%s%s: %s: %s\n", one->file, error_where(&where, at),
		       one->code == EXIT_DONE ? "warning" : "error", one->text);
	}
	if (!quiet && obstacle_code(all) == EXIT_DONE)
		printf("%s: ok: %s\n", all->name, fine);
}
