/* SPDX-License-Identifier: ISC */
/* Base64 (RFC 4648 section 4), with one text for each value. */
#ifndef SALLYPORT_POLICY_LANGUAGE_BASE64_H
#define SALLYPORT_POLICY_LANGUAGE_BASE64_H

#include <stddef.h>
#include <stdint.h>

enum base64_form {
	/* authorized_keys: '=' fills up the last group of four */
	BASE64_PADDED,
	/* ssh-keygen -l: no '=' at all */
	BASE64_BARE,
};

/*
 * Decodes text strictly: the standard alphabet, no blanks or line breaks, the padding that
 * form says, and unused bits zero (RFC 4648 section 3.5), so that no two texts mean the
 * same bytes. Returns 0 with *used bytes in out, or -1.
 */
int base64_decode(const char *text, enum base64_form form, uint8_t *out, size_t size,
		  size_t *used);

/* Encodes without padding; out needs (len * 4 + 2) / 3 + 1 bytes. */
void base64_encode_bare(const uint8_t *bytes, size_t len, char *out);

#endif
