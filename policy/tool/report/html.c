/* SPDX-License-Identifier: ISC */
#include "policy/tool/report/html.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "policy/tool/report/finding.h"

static void put(FILE *out, unsigned char byte)
{
	switch (byte) {
	case '<':
		fputs("&lt;", out);
		break;
	case '>':
		fputs("&gt;", out);
		break;
	case '&':
		fputs("&amp;", out);
		break;
	case '"':
		fputs("&quot;", out);
		break;
	case '\'':
		fputs("&#39;", out);
		break;
	default:
		fprintf(out, byte >= 0x20 && byte <= 0x7e ? "%c" : "\\x%02x", byte);
	}
}

void html_text(FILE *out, const char *text)
{
	for (; *text != '\0'; text++)
		put(out, (unsigned char)*text);
}

void html_printf(FILE *out, const char *fmt, ...)
{
	char text[FINDING_TEXT_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	html_text(out, text);
}

void html_cut(FILE *out, const char *text, size_t max)
{
	const size_t len = strlen(text), shown = len <= max ? len : max - 2;

	for (size_t i = 0; i < shown; i++)
		put(out, (unsigned char)text[i]);
	if (shown < len)
		fputs("..", out);
}
