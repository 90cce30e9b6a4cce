/* SPDX-License-Identifier: ISC */
#include "policy/language/escape.h"

#include <stdbool.h>
#include <string.h>

enum { HEX_LEN = 4 }; /* \xHH */

static bool is_plain(unsigned char byte)
{
	return byte >= 0x20 && byte <= 0x7e && byte != '"' && byte != '\\';
}

static size_t put_byte(char *at, unsigned char byte)
{
	static const char digits[] = "0123456789abcdef";

	if (is_plain(byte)) {
		*at = (char)byte;
		return 1;
	}
	at[0] = '\\';
	at[1] = 'x';
	at[2] = digits[byte >> 4];
	at[3] = digits[byte & 15];
	return HEX_LEN;
}

/* How many of the bytes fit into room characters. */
static size_t count_fitting(const unsigned char *in, size_t len, size_t room)
{
	size_t used = 0, i;

	for (i = 0; i < len; i++) {
		size_t need = is_plain(in[i]) ? 1 : HEX_LEN;

		if (need > room - used)
			break;
		used += need;
	}
	return i;
}

const char *escape_quoted(const void *bytes, size_t len, char *buf, size_t size)
{
	static const char whole[] = "\"", cut[] = "\"...";
	const unsigned char *in = bytes;
	const char *tail = whole;
	size_t fitting, used = 0;

	if (size < ESCAPE_SIZE_MIN) {
		if (size > 0)
			buf[0] = '\0';
		return buf;
	}
	fitting = count_fitting(in, len, size - 1 - sizeof whole);
	if (fitting < len) {
		fitting = count_fitting(in, len, size - 1 - sizeof cut);
		tail = cut;
	}
	buf[used++] = '"';
	for (size_t i = 0; i < fitting; i++)
		used += put_byte(buf + used, in[i]);
	memcpy(buf + used, tail, strlen(tail) + 1);
	return buf;
}
