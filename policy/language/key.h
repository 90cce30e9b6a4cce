/* SPDX-License-Identifier: ISC */
/* Public keys as authorized_keys and ssh-keygen -l write them (sshd(8), RFC 4253 6.6, RFC
 * 4648). */
#ifndef SALLYPORT_POLICY_LANGUAGE_KEY_H
#define SALLYPORT_POLICY_LANGUAGE_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	KEY_DIGEST_SIZE = 32,
	KEY_TYPE_MAX = 64,
	/* the blob of an RSA 16384 key, in base64 */
	KEY_BASE64_MAX = 4096,
	/* "SHA256:" + 43 + NUL */
	KEY_FINGERPRINT_TEXT_MAX = 52,
	/* fewer bits than this can be factored, or nearly so */
	KEY_RSA_BITS_MIN = 2048,
	/* 128 bits of strength: NIST SP 800-57 part 1, table 2 */
	KEY_RSA_BITS_GOOD = 3072,
};

struct public_key {
	/* SHA-256 of the blob */
	uint8_t digest[KEY_DIGEST_SIZE];
	/* "ssh-ed25519"; "" when only the fingerprint is known */
	char type[KEY_TYPE_MAX];
	/* "" when only the fingerprint is known */
	char base64[KEY_BASE64_MAX];
	/* of an RSA key's modulus; 0 for others and for fingerprints */
	unsigned rsa_bits;
};

/* Whether key_parse() knows the type: for messages that tell type from blob. */
bool key_type_known(const char *type);

/*
 * "SHA256:…" and NULL, or a key type and its base64. The blob must be whole, of exactly
 * that type, and hold nothing else. Certificates and unknown types are refused. 0, or -1
 * with *why (which may be NULL) a constant phrase.
 */
int key_parse(const char *type_or_fingerprint, const char *base64, struct public_key *out,
	      const char **why);
/* The same from the blob itself, of which the base64 stays "". NULL, or what is wrong, a
 * constant phrase, with *out of no meaning. */
const char *key_read_blob(const char *type, const uint8_t *blob, size_t len,
			  struct public_key *out);
bool key_is_fingerprint(const char *word);
bool key_same(const struct public_key *a, const struct public_key *b);
/* "SHA256:…" of a digest; returns buf. */
const char *key_fingerprint(const uint8_t digest[KEY_DIGEST_SIZE],
			    char buf[KEY_FINGERPRINT_TEXT_MAX]);

#endif
