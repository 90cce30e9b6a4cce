/* SPDX-License-Identifier: ISC */
#include "policy/language/base64.h"

#include <string.h>

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int digit_value(char c)
{
	const char *at = c == '\0' ? NULL : strchr(alphabet, c);

	return at == NULL ? -1 : (int)(at - alphabet);
}

/* The length of text without the padding that form asks for, or -1 if that is wrong. */
static int strip_padding(const char *text, enum base64_form form, size_t *len)
{
	size_t all = strlen(text), pad = 0;

	*len = all;
	if (form == BASE64_BARE)
		return all % 4 == 1 ? -1 : 0;
	if (all % 4 != 0)
		return -1;
	while (pad < 2 && pad < all && text[all - 1 - pad] == '=')
		pad++;
	*len = all - pad;
	return 0;
}

int base64_decode(const char *text, enum base64_form form, uint8_t *out, size_t size,
		  size_t *used)
{
	uint32_t bits = 0;
	unsigned held = 0;
	size_t len;

	*used = 0;
	if (strip_padding(text, form, &len) != 0)
		return -1;
	for (size_t i = 0; i < len; i++) {
		int value = digit_value(text[i]);

		if (value < 0)
			return -1;
		bits = (bits << 6 | (uint32_t)value) & 0xffff;
		held += 6;
		if (held < 8)
			continue;
		held -= 8;
		if (*used == size)
			return -1;
		out[(*used)++] = (uint8_t)(bits >> held);
	}
	return (bits & ((1u << held) - 1)) != 0 ? -1 : 0;
}

void base64_encode_bare(const uint8_t *bytes, size_t len, char *out)
{
	uint32_t bits = 0;
	unsigned held = 0;

	for (size_t i = 0; i < len; i++) {
		bits = (bits << 8 | bytes[i]) & 0xffff;
		for (held += 8; held >= 6; held -= 6)
			*out++ = alphabet[bits >> (held - 6) & 63];
	}
	if (held > 0)
		*out++ = alphabet[bits << (6 - held) & 63];
	*out = '\0';
}
