/* SPDX-License-Identifier: ISC */
/* Any bytes are a request or an error; what is one prints as text that parses to the same.
 */
#include "tests/fuzz/fuzz.h"

#include "policy/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[REQUEST_TEXT_MAX + 1];
	struct request once, twice;
	struct policy_error err;
	int len;

	if (request_parse((const char *)data, size, &once, &err) != 0) {
		check_error(&err, data, size);
		return 0;
	}
	HOLDS(size <= REQUEST_TEXT_MAX && verb_name(once.verb) != NULL);
	HOLDS(once.ready[0] == '\0' ||
	      (once.verb == VERB_PPPD && strlen(once.ready) >= NONCE_MIN &&
	       strspn(once.ready, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				  "0123456789") == strlen(once.ready)));
	len = request_print(&once, text, sizeof text);
	HOLDS(len > 0);
	HOLDS(once.legacy || ((size_t)len == size && memcmp(text, data, size) == 0));
	HOLDS(request_parse(text, (size_t)len, &twice, &err) == 0);
	HOLDS(twice.verb == once.verb && strcmp(twice.ready, once.ready) == 0 &&
	      !twice.legacy);
	return 0;
}
