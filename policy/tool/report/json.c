/* SPDX-License-Identifier: ISC */
#include "policy/tool/report/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/tool/base/cli.h"

enum { INDENT = 2, REPLACEMENT_LEN = 3, SEQUENCE_MAX = 4 };
/* U+FFFD, the replacement character. */
static const char replacement[] = "\xef\xbf\xbd";
/* No text in vpn-policy's documents has it. */
static const char list_here[] = "@LIST@";

json_t *json_envelope(const char *command)
{
	return json_pack("{s:s, s:s}", "sallyport", VERSION, "command", command);
}

/* The length of the first character of text, or 0 when it is not valid UTF-8, which jansson
 * decides. */
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

static void keep(json_t **whole, int result)
{
	if (result == 0)
		return;
	json_decref(*whole);
	*whole = NULL;
}

void json_put(json_t **object, const char *key, json_t *value)
{
	keep(object, json_object_set_new(*object, key, value));
}

void json_append(json_t **array, json_t *value)
{
	keep(array, json_array_append_new(*array, value));
}

static int out_of_memory(void)
{
	(void)cli_out_of_memory();
	return -1;
}

int json_print(json_t *document)
{
	/* main() reports a failed stream, for every command. */
	const int r =
	    document == NULL ? -1 : json_dumpf(document, stdout, JSON_INDENT(INDENT));

	json_decref(document);
	if (r < 0 && !ferror(stdout))
		return out_of_memory();
	putchar('\n');
	return 0;
}

json_t *json_list_here(void)
{
	return json_string(list_here);
}

/* JSON has no line feeds within values, so that indenting its lines is safe. */
static int print_item(json_t *value, int depth)
{
	char *text = value == NULL ? NULL : json_dumps(value, JSON_INDENT(INDENT));

	json_decref(value);
	if (text == NULL)
		return -1;
	for (const char *line = text; line != NULL;) {
		const int len = (int)strcspn(line, "\n");

		printf("\n%*s%.*s", depth, "", len, line);
		line = line[len] == '\n' ? line + len + 1 : NULL;
	}
	free(text);
	return 0;
}

/* The indentation of the line of text in which `at` is. */
static int indentation(const char *text, const char *at)
{
	while (at > text && at[-1] != '\n')
		at--;
	return (int)strspn(at, " ");
}

int json_print_list(json_t *document, size_t count,
		    json_t *(*item)(const void *context, size_t i), const void *context)
{
	char *text = document == NULL ? NULL : json_dumps(document, JSON_INDENT(INDENT));
	char *here = text == NULL ? NULL : strstr(text, list_here);
	int depth, r = -1;

	json_decref(document);
	if (here == NULL)
		goto out;
	depth = indentation(text, here);
	/* The quotes around the mark are left out. */
	printf("%.*s[", (int)(here - text) - 1, text);
	for (size_t i = 0; i < count; i++) {
		if (print_item(item(context, i), depth + INDENT) != 0)
			goto out;
		fputs(i + 1 < count ? "," : "", stdout);
	}
	if (count > 0)
		printf("\n%*s", depth, "");
	printf("]%s\n", here + strlen(list_here) + 1);
	r = 0;
out:
	free(text);
	return r < 0 ? out_of_memory() : 0;
}

json_t *json_words(const char *words)
{
	json_t *list = json_array();

	while (*words != '\0') {
		const size_t len = strcspn(words, " ");

		json_append(&list, json_stringn(words, len));
		words += len + (words[len] == ' ');
	}
	return list;
}
