/* SPDX-License-Identifier: ISC */
/*
 * record [KEY…]: reads lines of a system log on standard input and passes over those of
 * other programs. Every other line has to be a record, or it says which is not and exits
 * with 65. For each it prints the values of the keys, bytes as they were, with tabs
 * between; a key that the record has not is "~".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/language/exitcode.h"
#include "tests/record/record.h"

static void print_values(const struct record *record, char **keys)
{
	for (char **key = keys; *key != NULL; key++) {
		const struct record_field *field = record_field(record, *key);

		if (key > keys)
			putchar('\t');
		if (field == NULL)
			putchar('~');
		else
			fwrite(field->value, 1, field->len, stdout);
	}
	if (*keys != NULL)
		putchar('\n');
}

int main(int argc, char **argv)
{
	static struct record record;
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	int code = EXIT_DONE;

	(void)argc;
	while (code == EXIT_DONE && (len = getline(&line, &size, stdin)) > 0) {
		const char *why, *text;

		if (line[len - 1] == '\n')
			line[--len] = '\0';
		text = record_of_line(line);
		if (text == NULL)
			continue;
		if (record_parse(text, (size_t)(line + len - text), &record, &why) == 0) {
			print_values(&record, argv + 1);
			continue;
		}
		fprintf(stderr, "record: %s: %s\n", why, line);
		code = EXIT_BAD_REQUEST;
	}
	free(line);
	return fflush(stdout) == 0 ? code : EXIT_SYSTEM;
}
