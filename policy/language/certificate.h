/* SPDX-License-Identifier: ISC */
/*
 * Certificates of users' keys (OpenSSH's PROTOCOL.certkeys), as sshd shows them: it has
 * verified the signature, the validity and the critical options by then, or, as it asks its
 * AuthorizedKeysCommand, nothing at all. Here they are taken apart, and no signature is
 * verified.
 */
#ifndef SALLYPORT_POLICY_LANGUAGE_CERTIFICATE_H
#define SALLYPORT_POLICY_LANGUAGE_CERTIFICATE_H

#include "policy/language/key.h"
#include "policy/language/policy.h"

enum {
	/* keys and signatures of RSA 8192 fit */
	CERTIFICATE_BASE64_MAX = 8 * 1024,
};

/* Whether it is the type of a certificate of a key that key_parse() knows. */
bool certificate_type_known(const char *type);

/*
 * The type and the base64 of a certificate. It must be whole, a user's, and have exactly
 * one principal, which could be a peer's name: with several it would depend on the order of
 * lines which peer comes in. 0, or -1 with *why (which may be NULL) a constant phrase, and
 * *out all zero. It has a buffer of its own: one thread only.
 */
int certificate_parse(const char *type, const char *base64, struct certificate *out,
		      const char **why);

#endif
