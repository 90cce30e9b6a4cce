/* SPDX-License-Identifier: ISC */
/*
 * What a new peer's side has to know of this host, as one line that a person can copy:
 *
 *     sallyport1.PAYLOAD.CHECK
 *
 * PAYLOAD is base64 (RFC 4648 section 5, without padding) of the peer's name on a line of
 * its own and of text in the language of policy files, with the keywords of
 * invitation_keywords. CHECK, 64 bits of a SHA-256 over all before it, tells a line that
 * was cut or mistyped; it does not tell who wrote it. Nothing in it is secret, unless it
 * has a HandIn: the one-time key with which the other side hands in its own.
 */
#ifndef SALLYPORT_POLICY_LANGUAGE_INVITATION_H
#define SALLYPORT_POLICY_LANGUAGE_INVITATION_H

#include <stdio.h>

#include "policy/language/policy.h"
#include "policy/language/profile.h"
#include "policy/language/value.h"

enum {
	INVITATION_VERSION = 1,
	INVITATION_HOST_KEYS_MAX = 4,
	/* of the payload: all offers, and four RSA keys of 4096 bits */
	INVITATION_TEXT_MAX = 8 * 1024,
	/* with its NUL: base64 of that, what is before it, and the check */
	INVITATION_LINE_MAX = INVITATION_TEXT_MAX * 4 / 3 + 64,
};
#define INVITATION_MARK "sallyport"

/* The side of the one who is invited: local is its own end of the link. */
struct invitation {
	char peer[NAME_MAX_LEN + 1];
	/* for messages: "the invitation" */
	char file[POLICY_PATH_MAX];
	struct host_line hosts[1];
	size_t nhosts;
	/* 0 when not given */
	unsigned port;
	char account[ACCOUNT_MAX_LEN + 1];
	struct address_pair address, address6;
	struct prefix_line offers[PEER_OFFERS_MAX];
	size_t noffers;
	/* whole keys, one at least */
	struct key_line host_keys[INVITATION_HOST_KEYS_MAX];
	size_t nhost_keys;
	/* 0: no limit */
	time_t expires;
	/* The private half of the peer's HandInKey, and its end; or "" and 0. */
	char hand_in[SECRET_TEXT_MAX];
	time_t hand_in_until;
};

/*
 * The payload, printed to out by the caller's choice of stream; and the line for one. 0, or
 * -1 with *err when it is too long, or would not be read back.
 */
void invitation_print(const struct invitation *invitation, FILE *out);
int invitation_seal(const char *text, size_t len, char line[INVITATION_LINE_MAX],
		    struct error *err);

/* Whether a word is meant as an invitation of any version, whole or not. */
bool invitation_is_meant(const char *word);

/*
 * The line as it was copied: blanks and line breaks anywhere in it do not count. 0, or -1
 * with *err, which says whether it was cut, altered or made by a newer version, and *out
 * all zero. Every byte of the line may be hostile.
 */
int invitation_open(const char *line, size_t len, struct invitation *out,
		    struct error *err);

#endif
