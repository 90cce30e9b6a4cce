/* SPDX-License-Identifier: ISC */
#include "agent/ppp/fcs.h"

enum { POLYNOMIAL = 0x8408 /* x**0 + x**5 + x**12 + x**16, low bit first */, SLICES = 8 };

/* table[k][b]: what the byte b does to the sequence when k more bytes follow it. */
static uint16_t table[SLICES][256];

void fcs_prepare(void)
{
	for (unsigned byte = 0; byte < 256; byte++) {
		unsigned value = byte;

		for (unsigned bit = 0; bit < 8; bit++)
			value = (value & 1) != 0 ? value >> 1 ^ POLYNOMIAL : value >> 1;
		table[0][byte] = (uint16_t)value;
	}
	for (unsigned k = 1; k < SLICES; k++)
		for (unsigned byte = 0; byte < 256; byte++)
			table[k][byte] = (uint16_t)(table[k - 1][byte] >> 8 ^
						    table[0][table[k - 1][byte] & 0xff]);
}

uint16_t fcs_add(uint16_t fcs, const uint8_t *bytes, size_t len)
{
	/* Eight at a time, whose look-ups do not wait for each other. */
	for (; len >= SLICES; len -= SLICES, bytes += SLICES)
		fcs = table[7][(bytes[0] ^ fcs) & 0xff] ^ table[6][bytes[1] ^ fcs >> 8] ^
		      table[5][bytes[2]] ^ table[4][bytes[3]] ^ table[3][bytes[4]] ^
		      table[2][bytes[5]] ^ table[1][bytes[6]] ^ table[0][bytes[7]];
	for (; len > 0; len--)
		fcs = (uint16_t)(fcs >> 8 ^ table[0][(fcs ^ *bytes++) & 0xff]);
	return fcs;
}
