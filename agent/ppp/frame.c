/* SPDX-License-Identifier: ISC */
#include "agent/ppp/frame.h"

#include <string.h>

enum { ESCAPE_BIT = 0x20, FIRST_PRINTABLE = 0x20, PROTOCOL_LOW_BIT = 1, VECTOR = 16 };

typedef uint8_t vector __attribute__((vector_size(VECTOR)));
typedef uint64_t pair __attribute__((vector_size(VECTOR)));

/* The number of bytes before the first flag or escape, as far as whole vectors show it. */
static size_t skip_plain(const uint8_t *bytes, size_t len)
{
	size_t done = 0;

	for (; len - done >= VECTOR; done += VECTOR) {
		vector some;
		pair found;

		memcpy(&some, bytes + done, VECTOR);
		found = (pair)((some == FRAME_FLAG) | (some == FRAME_ESCAPE));
		if ((found[0] | found[1]) != 0)
			break;
	}
	return done;
}

/* The same to the very byte. */
static size_t find_special(const uint8_t *bytes, size_t len)
{
	size_t done = skip_plain(bytes, len);

	while (done < len && bytes[done] != FRAME_FLAG && bytes[done] != FRAME_ESCAPE)
		done++;
	return done;
}

uint8_t *frame_reader_room(struct frame_reader *reader, size_t *size)
{
	/* Nothing but the beginning of a frame is ever kept. */
	if (reader->start > 0) {
		memmove(reader->buffer, reader->buffer + reader->start,
			reader->end - reader->start);
		reader->end -= reader->start;
		reader->start = 0;
	}
	*size = FRAME_READ_SIZE;
	return reader->buffer + reader->end;
}

/* Cuts off address and control, which may have been left out, and takes the protocol. */
static bool open_frame(const uint8_t *bytes, size_t len, struct frame *out)
{
	if (len >= 2 && bytes[0] == FRAME_ADDRESS && bytes[1] == FRAME_CONTROL) {
		bytes += 2;
		len -= 2;
	}
	if (len == 0)
		return false;
	out->protocol = *bytes++;
	len--;
	/* An odd first byte is a compressed protocol; an even one has a second, odd one. */
	if ((out->protocol & PROTOCOL_LOW_BIT) == 0) {
		if (len == 0 || (*bytes & PROTOCOL_LOW_BIT) == 0)
			return false;
		out->protocol = (uint16_t)(out->protocol << 8 | *bytes++);
		len--;
	}
	out->information = bytes;
	out->len = len;
	return true;
}

/* A flag has come: what is between start and end is a frame, or nothing. */
static void end_frame(struct frame_reader *reader,
		      void (*take)(void *context, const struct frame *frame), void *context)
{
	const uint8_t *bytes = reader->buffer + reader->start;
	const size_t len = reader->end - reader->start;
	const size_t tail = reader->no_fcs ? 0 : FCS_SIZE;
	struct frame frame;

	/* An escape before the flag aborts the frame (RFC 1662 4.3). */
	if (reader->skip || reader->escaped || len == 0)
		return;
	if (len > reader->limit)
		reader->too_long++;
	else if (tail > 0 && len > tail && fcs_add(FCS_INITIAL, bytes, len) != FCS_GOOD)
		reader->bad_fcs++;
	else if (len <= tail || !open_frame(bytes, len - tail, &frame))
		reader->too_short++;
	else
		take(context, &frame);
}

/* Adds a run of plain bytes at from, which lies at or after the frame's end. */
static void add_run(struct frame_reader *reader, size_t from, size_t len)
{
	if (reader->skip || len == 0)
		return;
	if (reader->end - reader->start + len > reader->limit) {
		reader->too_long++;
		reader->skip = true;
		return;
	}
	if (from != reader->end)
		memmove(reader->buffer + reader->end, reader->buffer + from, len);
	reader->end += len;
}

void frame_reader_take(struct frame_reader *reader, size_t len,
		       void (*take)(void *context, const struct frame *frame),
		       void *context)
{
	size_t at = reader->end;
	const size_t stop = at + len;

	while (at < stop) {
		size_t run;

		if (reader->escaped && reader->buffer[at] != FRAME_FLAG) {
			reader->buffer[at] ^= ESCAPE_BIT;
			reader->escaped = false;
			add_run(reader, at++, 1);
			continue;
		}
		run = find_special(reader->buffer + at, stop - at);
		add_run(reader, at, run);
		at += run;
		if (at == stop)
			break;
		if (reader->buffer[at++] == FRAME_ESCAPE) {
			reader->escaped = true;
			continue;
		}
		end_frame(reader, take, context);
		reader->escaped = reader->skip = false;
		reader->start = reader->end = at;
	}
}

static bool must_escape(uint8_t byte, uint32_t accm)
{
	if (byte < FIRST_PRINTABLE)
		return (accm >> byte & 1) != 0;
	return byte == FRAME_FLAG || byte == FRAME_ESCAPE;
}

static size_t stuff_byte(uint8_t byte, uint32_t accm, uint8_t *out)
{
	if (!must_escape(byte, accm)) {
		out[0] = byte;
		return 1;
	}
	out[0] = FRAME_ESCAPE;
	out[1] = byte ^ ESCAPE_BIT;
	return 2;
}

static size_t stuff(const uint8_t *bytes, size_t len, uint32_t accm, uint8_t *out)
{
	size_t used = 0, at = 0;

	while (at < len) {
		const size_t run = accm == 0 ? skip_plain(bytes + at, len - at) : 0;

		memcpy(out + used, bytes + at, run);
		used += run;
		at += run;
		/* The vector that stopped the run, byte by byte, or what is shorter. */
		for (size_t i = 0; i < VECTOR && at < len; i++)
			used += stuff_byte(bytes[at++], accm, out + used);
	}
	return used;
}

size_t frame_write(const struct frame *frame, const struct frame_style *style, uint8_t *out)
{
	uint8_t head[4], tail[FCS_SIZE];
	size_t head_len = 0, used = 0;
	uint16_t fcs;

	if (!style->compress_address) {
		head[head_len++] = FRAME_ADDRESS;
		head[head_len++] = FRAME_CONTROL;
	}
	if (!style->compress_protocol || frame->protocol > 0xff)
		head[head_len++] = (uint8_t)(frame->protocol >> 8);
	head[head_len++] = (uint8_t)frame->protocol;
	fcs = fcs_add(FCS_INITIAL, head, head_len);
	fcs = (uint16_t)~fcs_add(fcs, frame->information, frame->len);
	tail[0] = (uint8_t)fcs;
	tail[1] = (uint8_t)(fcs >> 8);
	out[used++] = FRAME_FLAG;
	used += stuff(head, head_len, style->accm, out + used);
	used += stuff(frame->information, frame->len, style->accm, out + used);
	used += stuff(tail, sizeof tail, style->accm, out + used);
	out[used++] = FRAME_FLAG;
	return used;
}
