/* SPDX-License-Identifier: ISC */
/* Public keys as authorized_keys and ssh-keygen -l write them (sshd(8), RFC 4253 6.6, RFC
 * 4648). */
#ifndef SALLYPORT_POLICY_KEY_H
#define SALLYPORT_POLICY_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	KEY_DIGEST_SIZE = 32,
	KEY_TYPE_MAX = 64,
	KEY_BASE64_MAX = 4096,	       /* the blob of an RSA 16384 key, in base64 */
	KEY_FINGERPRINT_TEXT_MAX = 52, /* "SHA256:" + 43 + NUL */
};

struct public_key {
	uint8_t digest[KEY_DIGEST_SIZE]; /* SHA-256 of the blob */
	char type[KEY_TYPE_MAX]; /* "ssh-ed25519"; "" when only the fingerprint is known */
	char base64[KEY_BASE64_MAX]; /* "" when only the fingerprint is known */
};

/* "SHA256:…" or a key type and its base64. Certificates and unknown types are refused. 0,
 * or -1 with *why. */
int key_parse(const char *type_or_fingerprint, const char *base64, struct public_key *out,
	      const char **why);
bool key_same(const struct public_key *a, const struct public_key *b);
const char *key_fingerprint(const struct public_key *key,
			    char buf[KEY_FINGERPRINT_TEXT_MAX]);

#endif
