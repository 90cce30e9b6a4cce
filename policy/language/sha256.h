/* SPDX-License-Identifier: ISC */
/* SHA-256 (FIPS 180-4) of a buffer. */
#ifndef SALLYPORT_POLICY_LANGUAGE_SHA256_H
#define SALLYPORT_POLICY_LANGUAGE_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_SIZE = 32 };

void sha256_digest(const void *bytes, size_t len, uint8_t out[SHA256_SIZE]);

#endif
