/* SPDX-License-Identifier: ISC */
#include "agent/base/text.h"

#include <stdarg.h>
#include <stdio.h>

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
