/* SPDX-License-Identifier: ISC */
#include "local/blame.h"

#include <string.h>

static const char *const words[BLAME_KINDS] = {
    [BLAME_PROFILE] = "profile",
    [BLAME_HOST] = "host",
    [BLAME_REMOTE] = "remote",
    [BLAME_LINE] = "line",
};

enum blame blame_of_code(enum exit_code code)
{
	switch (code) {
	case EXIT_USAGE:
	case EXIT_NO_PPP:
	case EXIT_POLICY:
		return BLAME_PROFILE;
	case EXIT_BUSY:
	case EXIT_DENIED:
	case EXIT_PROTOCOL:
	case EXIT_BAD_REQUEST:
		return BLAME_REMOTE;
	case EXIT_LINK:
	case EXIT_NO_HOST:
		return BLAME_LINE;
	default:
		return BLAME_HOST;
	}
}

const char *blame_word(enum blame blame)
{
	return words[blame];
}

bool blame_parse(const char *word, enum blame *out)
{
	for (size_t i = 0; i < BLAME_KINDS; i++) {
		if (strcmp(words[i], word) != 0)
			continue;
		*out = (enum blame)i;
		return true;
	}
	return false;
}
