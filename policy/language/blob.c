/* SPDX-License-Identifier: ISC */
#include "policy/language/blob.h"

/* The next bytes, which are stepped over; NULL when there are fewer. */
static const uint8_t *take(struct blob *blob, size_t count)
{
	const uint8_t *start = blob->at;

	if (blob->bad || count > blob->left) {
		blob->bad = true;
		return NULL;
	}
	blob->at += count;
	blob->left -= count;
	return start;
}

static uint64_t take_number(struct blob *blob, size_t bytes)
{
	const uint8_t *s = take(blob, bytes);
	uint64_t number = 0;

	for (size_t i = 0; s != NULL && i < bytes; i++)
		number = number << 8 | s[i];
	return number;
}

uint32_t blob_u32(struct blob *blob)
{
	return (uint32_t)take_number(blob, sizeof(uint32_t));
}

uint64_t blob_u64(struct blob *blob)
{
	return take_number(blob, sizeof(uint64_t));
}

const uint8_t *blob_string(struct blob *blob, size_t *len)
{
	const uint8_t *start;

	*len = blob_u32(blob);
	start = take(blob, *len);
	if (start == NULL)
		*len = 0;
	return start;
}
