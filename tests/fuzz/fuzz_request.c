/* SPDX-License-Identifier: ISC */
/* Any bytes are a request or an error; what is one prints as text that parses to the same.
 */
#include "tests/fuzz/fuzz.h"

#include "policy/language/request.h"

static const struct legacy_asks nothing;

static bool asks_for_nothing(const struct legacy_asks *asks)
{
	return ip_addr_equal(&asks->local, &nothing.local) &&
	       ip_addr_equal(&asks->remote, &nothing.remote) && asks->mru == 0 &&
	       asks->mtu == 0 && !asks->ipv6 && !asks->noipv6;
}

/* Only the HOWTO's commands have such words, and what they name is an address of IPv4. */
static void check_asks(const struct request *request)
{
	const struct legacy_asks *asks = &request->asks;

	HOLDS((request->legacy && request->verb == VERB_PPPD) || asks_for_nothing(asks));
	HOLDS(asks->local.family == AF_UNSPEC ||
	      (asks->local.family == AF_INET && ip_addr_sane(&asks->local)));
	HOLDS(asks->remote.family == AF_UNSPEC ||
	      (asks->remote.family == AF_INET && ip_addr_sane(&asks->remote)));
	HOLDS(!request->legacy || (request->ready[0] == '\0' && !request->has_ppptun &&
				   request->keepalive == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[REQUEST_TEXT_MAX + 1];
	struct request once, twice;
	struct error err;
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
	HOLDS(once.keepalive == 0 ||
	      (once.verb == VERB_PPPD && once.keepalive >= KEEPALIVE_MIN &&
	       once.keepalive <= KEEPALIVE_MAX));
	HOLDS(strlen(once.key) == (once.verb == VERB_HAND_IN ? HAND_IN_KEY_LEN : 0));
	check_asks(&once);
	len = request_print(&once, text, sizeof text);
	HOLDS(len > 0);
	HOLDS(once.legacy || ((size_t)len == size && memcmp(text, data, size) == 0));
	HOLDS(request_parse(text, (size_t)len, &twice, &err) == 0);
	HOLDS(twice.verb == once.verb && strcmp(twice.ready, once.ready) == 0 &&
	      strcmp(twice.key, once.key) == 0 && twice.has_ppptun == once.has_ppptun &&
	      twice.keepalive == once.keepalive && !twice.legacy);
	return 0;
}
