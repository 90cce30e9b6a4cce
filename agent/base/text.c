/* SPDX-License-Identifier: ISC */
#include "agent/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void text_add(struct text *text, const char *fmt, ...)
{
	const size_t room = sizeof text->bytes - text->used;
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(text->bytes + text->used, room, fmt, args);
	va_end(args);
	if (len < 0 || (size_t)len >= room)
		text->overflow = true;
	else
		text->used += (size_t)len;
}

static void overflow(struct words *words)
{
	words->overflow = true;
	words->argc = 0;
	words->argv[0] = NULL;
}

void words_add(struct words *words, const char *fmt, ...)
{
	char *const word = words->text + words->used;
	const size_t room = sizeof words->text - words->used;
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(word, room, fmt, args);
	va_end(args);
	if (words->overflow || words->argc >= WORDS_MAX || len < 0 || (size_t)len >= room) {
		overflow(words);
		return;
	}
	words->argv[words->argc++] = word;
	words->argv[words->argc] = NULL;
	words->used += (size_t)len + 1;
}

void words_add_all(struct words *words, const char *const *list)
{
	for (; *list != NULL; list++)
		words_add(words, "%s", *list);
}

void words_add_pair(struct words *words, const char *option, const char *value)
{
	words_add(words, "%s", option);
	words_add(words, "%s", value);
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
