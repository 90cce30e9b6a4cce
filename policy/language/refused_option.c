/* SPDX-License-Identifier: ISC */
#include "policy/language/refused_option.h"

#include <getopt.h>
#include <stdbool.h>
#include <string.h>

#include "policy/language/escape.h"

/*
 * getopt_long(3) has passed over a long option that it refused, and sets optopt to what the
 * option would return, or to 0 when there is none or more than one. It has not passed over
 * a word with letters left in it: the word before that may be a long option as well.
 */
static bool is_long(const char *word, const struct option *options)
{
	const size_t len = strcspn(word, "=");

	if (strncmp(word, "--", 2) != 0)
		return false;
	while (options->name != NULL &&
	       (options->val != optopt || strncmp(options->name, word + 2, len - 2) != 0))
		options++;
	return optopt == 0 || options->name != NULL;
}

const char *refused_option(char *const *argv, const struct option *options, char *buf,
			   size_t size)
{
	const char *word = argv[optind - 1];
	const char letter[] = {'-', (char)optopt, '\0'};

	if (!is_long(word, options))
		word = letter;
	return escape_quoted(word, strlen(word), buf, size);
}
