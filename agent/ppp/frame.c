/* SPDX-License-Identifier: ISC */
#include "agent/ppp/frame.h"

#include <string.h>
#if defined __SSE2__
#include <emmintrin.h>
#endif

enum { ESCAPE_BIT = 0x20, FIRST_PRINTABLE = 0x20, PROTOCOL_LOW_BIT = 1 };

typedef uint8_t vector __attribute__((vector_size(FRAME_VECTOR)));
typedef uint64_t pair __attribute__((vector_size(FRAME_VECTOR)));

/* The place of the first flag or escape; FRAME_VECTOR: there is none. */
static unsigned find_special(vector bytes)
{
	const vector found = (vector)((bytes == FRAME_FLAG) | (bytes == FRAME_ESCAPE));
#if defined __SSE2__
	const unsigned marks = (unsigned)_mm_movemask_epi8((__m128i)found);

	return marks == 0 ? FRAME_VECTOR : (unsigned)__builtin_ctz(marks);
#else
	const pair halves = (pair)found;
	unsigned place = 0;

	if ((halves[0] | halves[1]) == 0)
		return FRAME_VECTOR;
	while (found[place] == 0)
		place++;
	return place;
#endif
}

static bool is_special(uint8_t byte)
{
	return byte == FRAME_FLAG || byte == FRAME_ESCAPE;
}

/*
 * Moves the bytes before the first flag or escape, at most len, from from to to, which is
 * the same place or before it, and returns how many they are. What is between the two
 * places is undefined then, and what is plain behind len stays plain. FRAME_VECTOR bytes
 * more may be read.
 */
static size_t move_plain(uint8_t *to, const uint8_t *from, size_t len)
{
	const size_t distance = (size_t)(from - to);
	size_t done = 0;

	while (done < len) {
		vector some;
		unsigned run;

		memcpy(&some, from + done, FRAME_VECTOR);
		run = find_special(some);
		/* A whole vector must not reach what is still to be read. */
		if (distance >= FRAME_VECTOR || (distance > 0 && run == FRAME_VECTOR))
			memcpy(to + done, &some, FRAME_VECTOR);
		else if (distance > 0)
			memmove(to + done, from + done, run);
		if (run < FRAME_VECTOR)
			return run < len - done ? done + run : len;
		done += FRAME_VECTOR;
	}
	return len;
}

uint8_t *frame_reader_room(struct frame_reader *reader, size_t *size)
{
	/* Nothing but the beginning of a frame is ever kept, and it stays where it is as
	 * long as enough can be read behind it. */
	if (reader->start == reader->end) {
		reader->start = reader->end = 0;
	} else if (reader->end > 2 * FRAME_SIZE_MAX) {
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

/*
 * Adds the plain bytes that begin at from, which lies at or after the frame's end: at most
 * len of them. Returns how many there were.
 */
static size_t add_run(struct frame_reader *reader, size_t from, size_t len)
{
	const size_t room = reader->limit - (reader->end - reader->start);
	uint8_t *bytes = reader->buffer + from;
	size_t run;

	if (reader->skip)
		return move_plain(bytes, bytes, len);
	/* One too many shows that the frame is too long. */
	run = move_plain(reader->buffer + reader->end, bytes, len > room ? room + 1 : len);
	if (run > room) {
		reader->too_long++;
		reader->skip = true;
	} else {
		reader->end += run;
	}
	return run;
}

/* Adds the byte that an escape stood before. */
static void add_escaped(struct frame_reader *reader, uint8_t byte)
{
	reader->escaped = false;
	if (reader->skip)
		return;
	if (reader->end - reader->start == reader->limit) {
		reader->too_long++;
		reader->skip = true;
		return;
	}
	reader->buffer[reader->end++] = byte ^ ESCAPE_BIT;
}

void frame_reader_take(struct frame_reader *reader, size_t len,
		       void (*take)(void *context, const struct frame *frame),
		       void *context)
{
	size_t at = reader->end;
	const size_t stop = at + len;

	while (at < stop) {
		if (reader->escaped && reader->buffer[at] != FRAME_FLAG)
			add_escaped(reader, reader->buffer[at++]);
		at += add_run(reader, at, stop - at);
		if (at == stop)
			break;
		/* The run may have ended where the frame became too long. */
		if (!is_special(reader->buffer[at]))
			continue;
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
	return is_special(byte);
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

	while (accm == 0 && len - at >= FRAME_VECTOR) {
		vector some;
		unsigned place;

		/* All of it: there is room for twice as much, and what follows a flag or an
		 * escape is written again. */
		memcpy(&some, bytes + at, FRAME_VECTOR);
		memcpy(out + used, &some, FRAME_VECTOR);
		place = find_special(some);
		at += place;
		used += place;
		if (place < FRAME_VECTOR)
			used += stuff_byte(bytes[at++], accm, out + used);
	}
	while (at < len)
		used += stuff_byte(bytes[at++], accm, out + used);
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
