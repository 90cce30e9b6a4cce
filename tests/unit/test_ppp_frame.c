/* SPDX-License-Identifier: ISC */
/* Protects: what is framed comes out as it went in, and what is not a good frame does not
 * come out (RFC 1662). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "agent/ppp/frame.h"
#include "agent/ppp/line.h"

enum {
	ROUNDS = 4000,
	CHUNK_MAX = 300,
	SMALL_LIMIT = 1500 + FRAME_OVERHEAD,
	/* of the stream that is read in large pieces */
	STREAM_LIMIT = 20000,
	STREAM_FRAMES = 100,
	STREAM_ROUNDS = 20
};

static struct frame_reader reader;
static uint8_t stuffed[FRAME_STUFFED_MAX + FRAME_READ_SIZE];
static uint8_t information[FRAME_INFORMATION_MAX];

/* The last frame that came out, and how many did. */
static struct {
	struct frame frame;
	uint8_t bytes[FRAME_INFORMATION_MAX];
	unsigned count;
} out;

static void take(void *context, const struct frame *frame)
{
	(void)context;
	out.frame = *frame;
	memcpy(out.bytes, frame->information, frame->len);
	out.count++;
}

static void begin(size_t limit)
{
	memset(&reader, 0, sizeof reader);
	reader.limit = limit;
	out.count = 0;
}

static void feed(const uint8_t *bytes, size_t len)
{
	size_t room;
	uint8_t *where = frame_reader_room(&reader, &room);

	assert_true(len <= room);
	memcpy(where, bytes, len);
	frame_reader_take(&reader, len, take, NULL);
}

static void feed_in_pieces(const uint8_t *bytes, size_t len)
{
	while (len > 0) {
		size_t piece = (size_t)rand() % CHUNK_MAX + 1;

		if (piece > len)
			piece = len;
		feed(bytes, piece);
		bytes += piece;
		len -= piece;
	}
}

static uint16_t slow_fcs(const uint8_t *bytes, size_t len)
{
	unsigned fcs = FCS_INITIAL;

	for (size_t i = 0; i < len; i++)
		for (unsigned bit = 0; bit < 8; bit++)
			fcs = ((fcs ^ bytes[i] >> bit) & 1) != 0 ? fcs >> 1 ^ 0x8408
								 : fcs >> 1;
	return (uint16_t)fcs;
}

static void sequence_is_that_of_the_standard(void **state)
{
	/* "123456789": 0x906e once complemented (CRC-16/X-25). */
	const uint8_t digits[] = "123456789";

	(void)state;
	assert_int_equal((uint16_t)~fcs_add(FCS_INITIAL, digits, 9), 0x906e);
	for (size_t i = 0; i < sizeof information; i++)
		information[i] = (uint8_t)rand();
	for (size_t len = 0; len < 1000; len++) {
		const uint8_t *bytes = information + len;

		assert_int_equal(fcs_add(FCS_INITIAL, bytes, len), slow_fcs(bytes, len));
		/* in two parts, of which the second goes on */
		assert_int_equal(fcs_add(fcs_add(FCS_INITIAL, bytes, len / 3),
					 bytes + len / 3, len - len / 3),
				 slow_fcs(bytes, len));
	}
	assert_int_equal(fcs_add(FCS_INITIAL, information, sizeof information),
			 slow_fcs(information, sizeof information));
}

static void fill_randomly(size_t len)
{
	/* Flags and escapes far more often than in real life. */
	for (size_t i = 0; i < len; i++)
		information[i] =
		    rand() % 8 == 0 ? (uint8_t)(0x7d + rand() % 2) : (uint8_t)rand();
}

static void every_frame_comes_out_as_it_went_in(void **state)
{
	(void)state;
	begin(FRAME_SIZE_MAX);
	for (unsigned i = 0; i < ROUNDS; i++) {
		const bool small = rand() % 4 == 0;
		const struct frame_style style = {
		    .accm = rand() % 2 == 0 ? 0 : (uint32_t)rand(),
		    .compress_address = rand() % 2 == 0,
		    .compress_protocol = rand() % 2 == 0,
		};
		const struct frame frame = {
		    .protocol = small ? 0x21 : 0x8021,
		    .information = information,
		    .len = (size_t)rand() % (i % 100 == 0 ? FRAME_INFORMATION_MAX : 2000),
		};
		size_t len;

		fill_randomly(frame.len);
		len = frame_write(&frame, &style, stuffed);
		assert_true(len <= 2 * (frame.len + FRAME_OVERHEAD) + 2);
		feed_in_pieces(stuffed, len);
		assert_int_equal(out.count, i + 1);
		assert_int_equal(out.frame.protocol, frame.protocol);
		assert_int_equal(out.frame.len, frame.len);
		assert_memory_equal(out.bytes, information, frame.len);
	}
	assert_int_equal(reader.bad_fcs + reader.too_long + reader.too_short, 0);
}

static void no_byte_that_the_map_names_goes_out_plain(void **state)
{
	const struct frame_style style = {.accm = 0xffffffff};
	const struct frame frame = {0xc021, information, 256};
	size_t len;

	(void)state;
	for (unsigned i = 0; i < 256; i++)
		information[i] = (uint8_t)i;
	len = frame_write(&frame, &style, stuffed);
	for (size_t i = 1; i + 1 < len; i++) {
		assert_true(stuffed[i] >= 0x20);
		assert_int_not_equal(stuffed[i], FRAME_FLAG);
	}
}

static void a_changed_bit_is_noticed(void **state)
{
	const struct frame_style style = {.accm = 0};
	const struct frame frame = {0x21, information, 100};
	size_t len;

	(void)state;
	memset(information, 'x', sizeof information);
	len = frame_write(&frame, &style, stuffed);
	for (size_t i = 1; i + 1 < len; i++) {
		begin(SMALL_LIMIT);
		stuffed[i] ^= 1;
		feed(stuffed, len);
		stuffed[i] ^= 1;
		assert_int_equal(out.count, 0);
	}
}

static void runs_of_flags_and_escapes_are_no_frames(void **state)
{
	(void)state;
	begin(SMALL_LIMIT);
	memset(stuffed, FRAME_FLAG, 10000);
	feed(stuffed, 10000);
	memset(stuffed, FRAME_ESCAPE, 10000);
	feed(stuffed, 10000);
	feed((const uint8_t *)"\x7e\x7d\x7e\x01\x7e\xff\x03\x7e", 8);
	assert_int_equal(out.count, 0);
}

static void what_is_too_long_is_dropped_and_the_next_is_not(void **state)
{
	const struct frame_style style = {.accm = 0};
	struct frame frame = {0x21, information, SMALL_LIMIT};
	size_t len;

	(void)state;
	begin(SMALL_LIMIT);
	memset(information, 0x7e, sizeof information);
	len = frame_write(&frame, &style, stuffed);
	feed_in_pieces(stuffed, len);
	assert_int_equal(out.count, 0);
	assert_int_equal(reader.too_long, 1);
	frame.len = SMALL_LIMIT - FRAME_OVERHEAD;
	len = frame_write(&frame, &style, stuffed);
	feed_in_pieces(stuffed, len);
	assert_int_equal(out.count, 1);
}

static void a_frame_without_end_takes_no_more_than_its_limit(void **state)
{
	(void)state;
	begin(SMALL_LIMIT);
	memset(stuffed, 'x', FRAME_READ_SIZE);
	feed((const uint8_t *)"\x7e", 1);
	for (unsigned i = 0; i < 100; i++) {
		feed(stuffed, FRAME_READ_SIZE);
		assert_true(reader.end - reader.start <= SMALL_LIMIT);
	}
	assert_int_equal(reader.too_long, 1);
}

/* The nth frame of a stream: its number, and the rest made from it. Too long now and then.
 */
static struct frame nth_frame(unsigned n)
{
	const size_t largest = n % 7 == 0 ? STREAM_LIMIT - FRAME_OVERHEAD : 2000;
	struct frame frame = {0x21, information, 0};

	srand(n);
	frame.len = sizeof n + (size_t)rand() % (largest - sizeof n);
	fill_randomly(frame.len);
	memcpy(information, &n, sizeof n);
	if (n % 10 == 9)
		frame.len = STREAM_LIMIT - FRAME_OVERHEAD + 1 + (size_t)rand() % 100;
	return frame;
}

/* Which frame it is, and whether it is all there. */
static void take_nth(void *context, const struct frame *frame)
{
	unsigned n;

	(void)context;
	assert_true(frame->len >= sizeof n);
	memcpy(&n, frame->information, sizeof n);
	out.count += out.count % 10 == 9;
	assert_int_equal(n, out.count);
	out.count++;
	out.frame = nth_frame(n);
	assert_int_equal(frame->len, out.frame.len);
	assert_memory_equal(frame->information, information, frame->len);
}

/* As many as a read may have, and pieces at both ends of it. */
static void frames_come_out_of_large_reads(void **state)
{
	static uint8_t stream[STREAM_FRAMES * 2 * STREAM_LIMIT];
	const struct frame_style style = {.accm = 0};
	size_t len = 0, at = 0;

	(void)state;
	for (unsigned n = 0; n < STREAM_FRAMES; n++) {
		const struct frame frame = nth_frame(n);

		len += frame_write(&frame, &style, stream + len);
	}
	for (unsigned round = 0; round < STREAM_ROUNDS; round++, at = 0) {
		begin(STREAM_LIMIT);
		while (at < len) {
			size_t room, some;
			uint8_t *where = frame_reader_room(&reader, &room);

			srand((unsigned)at + round);
			some = (size_t)rand() % (round % 2 == 0 ? room : 2000) + 1;
			if (some > len - at)
				some = len - at;
			memcpy(where, stream + at, some);
			frame_reader_take(&reader, some, take_nth, NULL);
			at += some;
		}
		assert_int_equal(out.count, STREAM_FRAMES - 1);
		assert_int_equal(reader.too_long, STREAM_FRAMES / 10);
		assert_int_equal(reader.bad_fcs + reader.too_short, 0);
	}
}

/* As ssh -t would hold its last flag: whatever the frame's checksum is. */
static void no_frame_on_a_terminal_has_cr_or_lf_in_it(void **state)
{
	static const struct frame_style style = {LINE_TTY_ESCAPES, true, true};
	unsigned ends = 0;

	(void)state;
	for (unsigned i = 0; i <= UINT16_MAX; i++) {
		const struct frame frame = {0x21, information, 2};
		size_t len;

		information[0] = (uint8_t)(i >> 8);
		information[1] = (uint8_t)i;
		len = frame_write(&frame, &style, stuffed);
		assert_null(memchr(stuffed, '\r', len));
		assert_null(memchr(stuffed, '\n', len));
		ends += stuffed[len - 3] == FRAME_ESCAPE &&
			(stuffed[len - 2] == ('\r' ^ 0x20) ||
			 stuffed[len - 2] == ('\n' ^ 0x20));
		begin(SMALL_LIMIT);
		feed(stuffed, len);
		assert_int_equal(out.count, 1);
		assert_memory_equal(out.bytes, information, 2);
	}
	/* There were such. */
	assert_true(ends > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sequence_is_that_of_the_standard),
	    cmocka_unit_test(every_frame_comes_out_as_it_went_in),
	    cmocka_unit_test(no_byte_that_the_map_names_goes_out_plain),
	    cmocka_unit_test(a_changed_bit_is_noticed),
	    cmocka_unit_test(runs_of_flags_and_escapes_are_no_frames),
	    cmocka_unit_test(what_is_too_long_is_dropped_and_the_next_is_not),
	    cmocka_unit_test(a_frame_without_end_takes_no_more_than_its_limit),
	    cmocka_unit_test(frames_come_out_of_large_reads),
	    cmocka_unit_test(no_frame_on_a_terminal_has_cr_or_lf_in_it),
	};

	fcs_prepare();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
