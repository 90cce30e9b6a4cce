/* SPDX-License-Identifier: ISC */
#include "agent/base/refusal.h"

#include <stdio.h>
#include <unistd.h>

enum { REFUSAL_MAX = 128 };

/* The reason is for the log alone. */
static const char *code_words(enum exit_code code)
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

static void tell(const char *words, const char *id, bool raw)
{
	char line[REFUSAL_MAX];
	const int len = snprintf(line, sizeof line, "sallyport: %s (id %s)%s\n", words, id,
				 raw ? "\r" : "");

	if (len > 0 && write(STDERR_FILENO, line, (size_t)len) < 0)
		return;
}

void refusal_tell(enum exit_code code, const char *id, bool raw)
{
	tell(code_words(code), id, raw);
}

void refusal_tell_no_peer(const char *id, bool raw)
{
	tell(REFUSAL_NO_PEER, id, raw);
}

void refusal_tell_answered(const char *id, bool raw)
{
	tell(REFUSAL_ANSWERED, id, raw);
}
