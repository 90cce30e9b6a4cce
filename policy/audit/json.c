/* SPDX-License-Identifier: ISC */
#include "policy/audit/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INDENT = 2, REPLACEMENT_LEN = 3, SEQUENCE_MAX = 4 };
/* U+FFFD, the replacement character. */
static const char replacement[] = "\xef\xbf\xbd";

json_t *json_envelope(const char *command)
{
	return json_pack("{s:s, s:s}", "sallyport", VERSION, "command", command);
}

/* The length of the character that text begins with, or 0 when that is none. jansson knows
 * what is valid. */
static size_t character(const char *text)
{
	for (size_t len = 1; len <= SEQUENCE_MAX && text[len - 1] != '\0'; len++) {
		json_t *one = json_stringn(text, len);

		json_decref(one);
		if (one != NULL)
			return len;
	}
	return 0;
}

json_t *json_text(const char *text)
{
	json_t *whole = json_string(text);
	char *out;
	size_t used = 0;

	if (whole != NULL)
		return whole;
	out = malloc(strlen(text) * REPLACEMENT_LEN + 1);
	if (out == NULL)
		return NULL;
	while (*text != '\0') {
		const size_t len = character(text);

		memcpy(out + used, len == 0 ? replacement : text,
		       len == 0 ? REPLACEMENT_LEN : len);
		used += len == 0 ? REPLACEMENT_LEN : len;
		text += len == 0 ? 1 : len;
	}
	out[used] = '\0';
	whole = json_string(out);
	free(out);
	return whole;
}

int json_put(json_t *object, const char *key, json_t *value)
{
	return json_object_set_new(object, key, value);
}

int json_print(json_t *document)
{
	/* A stream that fails is main's to tell: it looks at every command's output. */
	const int r =
	    document == NULL ? -1 : json_dumpf(document, stdout, JSON_INDENT(INDENT));

	json_decref(document);
	if (r < 0 && !ferror(stdout)) {
		(void)fputs("vpn-policy: out of memory\n", stderr);
		return -1;
	}
	(void)putchar('\n');
	return 0;
}
