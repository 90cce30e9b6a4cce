/* SPDX-License-Identifier: ISC */
/*
 * PPP in HDLC-like framing (RFC 1662), octet-stuffed, on a stream of bytes. Nothing here
 * allocates; a frame is never longer than its receiver's limit.
 */
#ifndef SALLYPORT_AGENT_PPP_FRAME_H
#define SALLYPORT_AGENT_PPP_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/ppp/fcs.h"

enum {
	FRAME_FLAG = 0x7e,
	FRAME_ESCAPE = 0x7d,
	FRAME_ADDRESS = 0xff, /* all stations */
	FRAME_CONTROL = 0x03, /* unnumbered information */
	/* address, control, protocol, and the FCS behind the information */
	FRAME_OVERHEAD = 4 + FCS_SIZE,
	/* the largest information field: what an MRU can say (RFC 1661 6.1) */
	FRAME_INFORMATION_MAX = 65535,
	FRAME_SIZE_MAX = FRAME_INFORMATION_MAX + FRAME_OVERHEAD,
	/* both flags, and every byte escaped */
	FRAME_STUFFED_MAX = 2 * FRAME_SIZE_MAX + 2,
	/* what is read at once: all that a pipe holds (pipe(7)) */
	FRAME_READ_SIZE = 64 * 1024,
	/* what is looked at in one step, also behind what was read */
	FRAME_VECTOR = 16,
	/* the beginning of a frame in the middle of it need not be moved before each read
	 */
	FRAME_BUFFER_SIZE = 2 * FRAME_SIZE_MAX + FRAME_READ_SIZE + FRAME_VECTOR,
};

/* A good frame: protocol and information, which is valid until the next read. */
struct frame {
	uint16_t protocol;
	const uint8_t *information;
	size_t len;
};

/* The receiver. Zero, with limit set, is its beginning. */
struct frame_reader {
	/* the longest frame that is taken, FCS and all: at most FRAME_SIZE_MAX */
	size_t limit;
	/* What is at the end of a frame need not be its FCS: for fuzzing alone. To agree on
	 * frames without one (RFC 1570 2.1) would save 2 % of a tunnel's processor time. */
	bool no_fcs;
	/* of the frame that is coming: bytes start…end of buffer, unstuffed */
	size_t start, end;
	bool escaped;
	/* until the next flag, nothing is taken: the frame is too long */
	bool skip;
	/* what was not good, by why */
	uint64_t bad_fcs, too_long, too_short;
	uint8_t buffer[FRAME_BUFFER_SIZE];
};

/* Where to read the next bytes to, and how many there is room for. */
uint8_t *frame_reader_room(struct frame_reader *reader, size_t *size);

/* Takes len bytes that were read there, and gives each good frame to take(). */
void frame_reader_take(struct frame_reader *reader, size_t len,
		       void (*take)(void *context, const struct frame *frame),
		       void *context);

/* How the other end wants frames. */
struct frame_style {
	/* bytes below 0x20 that are escaped, a bit each (RFC 1662 7.1) */
	uint32_t accm;
	/* address and control, and the protocol's zero byte, may be left out (RFC 1661 6.5,
	 * 6.6) */
	bool compress_address, compress_protocol;
};

/*
 * Writes frame, stuffed, between its flags, to out, which has room for FRAME_STUFFED_MAX
 * bytes (or twice the frame's size and its flags). frame->len is at most
 * FRAME_INFORMATION_MAX. Returns the number of bytes.
 */
size_t frame_write(const struct frame *frame, const struct frame_style *style,
		   uint8_t *out);

#endif
