/* SPDX-License-Identifier: ISC */
/* What ssh packs into keys and certificates: numbers and strings (RFC 4251 section 5). */
#ifndef SALLYPORT_POLICY_LANGUAGE_BLOB_H
#define SALLYPORT_POLICY_LANGUAGE_BLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A position in a blob; what is asked for beyond its end marks it bad, for good. */
struct blob {
	const uint8_t *at;
	size_t left;
	bool bad;
};

/* Four bytes of length, then that many. NULL, and *len 0, for what is not whole. */
const uint8_t *blob_string(struct blob *blob, size_t *len);
/* 0 for what is not whole. */
uint32_t blob_u32(struct blob *blob);
uint64_t blob_u64(struct blob *blob);

#endif
