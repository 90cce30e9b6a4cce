/* SPDX-License-Identifier: ISC */
#include "agent/base/refusal.h"

#include <stdio.h>
#include <unistd.h>

enum { REFUSAL_MAX = 128 };

const char *refusal_words(enum exit_code code)
{
	switch (code) {
	case EXIT_BAD_REQUEST:
		return "bad request";
	case EXIT_NO_PPP:
		return "PPP is not available on this host";
	case EXIT_BUSY:
		return "busy";
	case EXIT_DENIED:
		return "denied";
	case EXIT_POLICY:
		return "policy error on this host";
	case EXIT_INTERNAL:
		return "internal error";
	default:
		return "system error on this host";
	}
}

void refusal_tell(const char *words, const char *id, bool raw)
{
	char line[REFUSAL_MAX];
	const int len = snprintf(line, sizeof line, "sallyport: %s (id %s)%s\n", words, id,
				 raw ? "\r" : "");

	if (len > 0 && write(STDERR_FILENO, line,
			     (size_t)len < sizeof line ? (size_t)len : sizeof line - 1) < 0)
		return;
}
