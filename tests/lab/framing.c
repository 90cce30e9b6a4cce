/* SPDX-License-Identifier: ISC */
#include "tests/lab/framing.h"

#include <string.h>
#include <sys/socket.h>

uint16_t framing_fcs(const uint8_t *bytes, size_t len)
{
	uint16_t sum = 0xffff;

	for (size_t i = 0; i < len; i++) {
		sum ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			sum =
			    sum & 1 ? (uint16_t)(sum >> 1 ^ 0x8408) : (uint16_t)(sum >> 1);
	}
	return sum ^ 0xffff;
}

void put(const void *bytes, size_t len)
{
	for (const char *at = bytes; len > 0;) {
		const ssize_t n = send(line, at, len, MSG_NOSIGNAL);

		if (n <= 0)
			return;
		at += n;
		len -= (size_t)n;
	}
}

void put_frame(const uint8_t *frame, size_t len, uint16_t spoil)
{
	static uint8_t out[2 * (LONG + 16)];
	const uint16_t sum = framing_fcs(frame, len) ^ spoil;
	const uint8_t tail[2] = {(uint8_t)sum, (uint8_t)(sum >> 8)};
	size_t used = 0;

	out[used++] = FLAG;
	for (size_t i = 0; i < len + 2; i++) {
		const uint8_t byte = i < len ? frame[i] : tail[i - len];

		if (byte == FLAG || byte == ESCAPE || byte < 0x20) {
			out[used++] = ESCAPE;
			out[used++] = byte ^ 0x20;
		} else {
			out[used++] = byte;
		}
	}
	out[used++] = FLAG;
	put(out, used);
}

void put_packet(unsigned protocol, uint8_t code, uint8_t id, const void *body, size_t len,
		unsigned says)
{
	static uint8_t frame[FRAME_MAX + 8];
	const unsigned length = says != 0 ? says : (unsigned)len + 4;

	frame[0] = 0xff;
	frame[1] = 0x03;
	frame[2] = (uint8_t)(protocol >> 8);
	frame[3] = (uint8_t)protocol;
	frame[4] = code;
	frame[5] = id;
	frame[6] = (uint8_t)(length >> 8);
	frame[7] = (uint8_t)length;
	memcpy(frame + 8, body, len < FRAME_MAX ? len : FRAME_MAX);
	put_frame(frame, 8 + len, 0);
}
