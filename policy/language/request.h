/* SPDX-License-Identifier: ISC */
/*
 * What a client asks for:
 *     request = verb *( SP key "=" value )
 * in printable ASCII, at most REQUEST_TEXT_MAX bytes, parsed into typed fields. Nothing of
 * the text survives but a checked nonce, or a checked key. Of pppd the keys are
 * ready=NONCE, link=ppptun and keepalive=SECONDS; of hand-in key=BASE64, which it needs.
 */
#ifndef SALLYPORT_POLICY_LANGUAGE_REQUEST_H
#define SALLYPORT_POLICY_LANGUAGE_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "policy/language/error.h"
#include "policy/language/legacy.h"

enum {
	REQUEST_TEXT_MAX = 512,
	NONCE_MIN = 16,
	NONCE_MAX = 32,
	/* Seconds until a line that has fallen silent is noticed; also a profile's
	   Keepalive. */
	KEEPALIVE_MIN = 5,
	KEEPALIVE_MAX = 600,
	KEEPALIVE_DEFAULT = 15,
	/* base64 of an ssh-ed25519 key, the type that import makes */
	HAND_IN_KEY_LEN = 68,
};
#define HAND_IN_KEY_TYPE "ssh-ed25519"

enum verb {
	VERB_PPPD,
	VERB_SSHROUTE,
	VERB_STATUS,
	/* of those that Allow knows; and what is no verb */
	VERB_COUNT,
	/* never in Allow: HandInKey allows it, and nothing else */
	VERB_HAND_IN,
};

struct request {
	enum verb verb;
	/* one of the HOWTO's own command lines, and what its words ask of policy */
	bool legacy;
	struct legacy_asks asks;
	/* [A-Za-z0-9]{16,32}, or "" when not asked for (verb pppd only) */
	char ready[NONCE_MAX + 1];
	/* The client's own PPP is ppptun, or may be: link=ppptun (verb pppd only) */
	bool has_ppptun;
	/* KEEPALIVE_MIN…KEEPALIVE_MAX; 0 when not given (verb pppd only) */
	unsigned keepalive;
	/* Of HAND_IN_KEY_TYPE, as key_parse() takes it (verb hand-in only) */
	char key[HAND_IN_KEY_LEN + 1];
};

/*
 * text need not be terminated; len may be anything (over the limit is an error). Verbs and
 * keys are exact: no abbreviation, no other case, single spaces, none at the ends, a key
 * once. The HOWTO's command lines (see policy/language/legacy.h) are taken and marked
 * legacy; policy decides whether they are allowed, and about what their words ask for.
 * Returns 0, or -1 with err->column the first offending byte from 1.
 */
int request_parse(const char *text, size_t len, struct request *out, struct error *err);

/* Whether that verb is in a set of them, of which each is the bit 1u << verb. */
static inline bool verbs_have(unsigned verbs, enum verb verb)
{
	return (verbs & 1u << verb) != 0;
}

/* "pppd"; NULL for what is no verb. */
const char *verb_name(enum verb verb);
/* The verb of that name, or VERB_COUNT. */
enum verb verb_parse(const char *name, size_t len);

/*
 * Canonical text of the request: parses back to the same, unless legacy. Returns its
 * length, or -1 if it does not fit.
 */
int request_print(const struct request *request, char *buf, size_t size);

#endif
