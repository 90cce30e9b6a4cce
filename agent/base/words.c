/* SPDX-License-Identifier: ISC */
#include "agent/base/words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int words_add(struct words *words, const char *fmt, ...)
{
	char *const word = words->text + words->used;
	const size_t room = sizeof words->text - words->used;
	va_list args;
	int len;

	if (words->argc >= WORDS_MAX)
		return -1;
	va_start(args, fmt);
	len = vsnprintf(word, room, fmt, args);
	va_end(args);
	if (len < 0 || (size_t)len >= room)
		return -1;
	words->argv[words->argc++] = word;
	words->argv[words->argc] = NULL;
	words->used += (size_t)len + 1;
	return 0;
}

int words_add_all(struct words *words, const char *const *list)
{
	for (; *list != NULL; list++)
		if (words_add(words, "%s", *list) != 0)
			return -1;
	return 0;
}

bool words_drop(struct words *words, const char *word)
{
	for (size_t i = 0; i < words->argc; i++) {
		if (strcmp(words->argv[i], word) != 0)
			continue;
		/* With the NULL at the end. */
		memmove(&words->argv[i], &words->argv[i + 1],
			(words->argc - i) * sizeof words->argv[0]);
		words->argc--;
		return true;
	}
	return false;
}
