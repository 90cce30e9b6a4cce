/* SPDX-License-Identifier: ISC */
/*
 * frame [ROUNDS]
 *
 * Measures framing alone (agent/ppp/frame.h): how fast packets are summed and stuffed, and
 * how fast they are found again in what is read, beside the same done byte by byte as RFC
 * 1662 writes it down. Packets of the largest size and of a plain network's, of random
 * bytes and of zeros. Each is done once in each round; prints medians, of the information
 * that is carried.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/ppp/frame.h"

enum {
	ROUNDS_DEFAULT = 11,
	ROUNDS_MAX = 1000,
	LARGE = FRAME_INFORMATION_MAX,
	SMALL = 1400,
	/* of information, in one measurement */
	AMOUNT = 64 * 1024 * 1024,
	PROTOCOL = 0x21,
	MEGA = 1000 * 1000,
};

static const struct frame_style style = {.accm = 0};
static uint8_t information[LARGE], stuffed[FRAME_STUFFED_MAX], unstuffed[FRAME_STUFFED_MAX];
static struct frame_reader reader;
static size_t stuffed_len, frames;
static uint16_t table[256];

static void fail(const char *what)
{
	fprintf(stderr, "frame: %s\n", what);
	exit(EXIT_FAILURE);
}

/* RFC 1662 C.2. */
static void make_table(void)
{
	for (unsigned byte = 0; byte < 256; byte++) {
		unsigned value = byte;

		for (unsigned bit = 0; bit < 8; bit++)
			value = (value & 1) != 0 ? value >> 1 ^ 0x8408 : value >> 1;
		table[byte] = (uint16_t)value;
	}
}

static uint16_t plain_fcs(uint16_t fcs, uint8_t byte)
{
	return (uint16_t)(fcs >> 8 ^ table[(fcs ^ byte) & 0xff]);
}

static size_t plain_byte(uint8_t byte, uint8_t *out)
{
	if (byte != FRAME_FLAG && byte != FRAME_ESCAPE) {
		*out = byte;
		return 1;
	}
	out[0] = FRAME_ESCAPE;
	out[1] = byte ^ 0x20;
	return 2;
}

static void plain_write(size_t len)
{
	const uint8_t head[] = {FRAME_ADDRESS, FRAME_CONTROL, 0, PROTOCOL};
	uint16_t fcs = FCS_INITIAL;
	size_t used = 0;

	stuffed[used++] = FRAME_FLAG;
	for (size_t i = 0; i < sizeof head; i++) {
		fcs = plain_fcs(fcs, head[i]);
		used += plain_byte(head[i], stuffed + used);
	}
	for (size_t i = 0; i < len; i++) {
		fcs = plain_fcs(fcs, information[i]);
		used += plain_byte(information[i], stuffed + used);
	}
	used += plain_byte((uint8_t)~fcs, stuffed + used);
	used += plain_byte((uint8_t)(~fcs >> 8), stuffed + used);
	stuffed[used++] = FRAME_FLAG;
	stuffed_len = used;
}

static void our_write(size_t len)
{
	const struct frame frame = {PROTOCOL, information, len};

	stuffed_len = frame_write(&frame, &style, stuffed);
}

static void plain_read(size_t len)
{
	uint16_t fcs = FCS_INITIAL;
	size_t used = 0;
	bool escaped = false;

	for (size_t i = 0; i < stuffed_len; i++) {
		uint8_t byte = stuffed[i];

		if (byte == FRAME_FLAG) {
			if (used == len + FRAME_OVERHEAD && fcs == FCS_GOOD)
				frames++;
			fcs = FCS_INITIAL;
			used = 0;
		} else if (byte == FRAME_ESCAPE) {
			escaped = true;
		} else {
			byte ^= escaped ? 0x20 : 0;
			escaped = false;
			fcs = plain_fcs(fcs, byte);
			unstuffed[used++] = byte;
		}
	}
}

static void take(void *context, const struct frame *frame)
{
	const size_t *len = context;

	if (frame->len == *len)
		frames++;
}

/* In the link the bytes come from read(2); here they are copied there, which is a small
 * part of what is measured. */
static void our_read(size_t len)
{
	for (size_t at = 0; at < stuffed_len;) {
		size_t room, some = stuffed_len - at;
		uint8_t *where = frame_reader_room(&reader, &room);

		if (some > room)
			some = room;
		memcpy(where, stuffed + at, some);
		frame_reader_take(&reader, some, take, &len);
		at += some;
	}
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static const struct way {
	const char *name;
	void (*run)(size_t len);
	bool reads;
} ways[] = {
    {"write, byte by byte", plain_write, false},
    {"write", our_write, false},
    {"read, byte by byte", plain_read, true},
    {"read", our_read, true},
};

static const struct load {
	const char *name;
	size_t len;
	bool random;
} loads[] = {
    {"64 KiB random", LARGE, true},
    {"64 KiB zeros", LARGE, false},
    {"1400 random", SMALL, true},
};

enum { WAYS = sizeof ways / sizeof ways[0], LOADS = sizeof loads / sizeof loads[0] };

static double results[WAYS][LOADS][ROUNDS_MAX];

/* Megabytes a second. */
static double measure(const struct way *way, const struct load *load)
{
	const size_t count = AMOUNT / load->len;
	double begin;

	for (size_t i = 0; i < load->len; i++)
		information[i] = load->random ? (uint8_t)rand() : 0;
	our_write(load->len);
	frames = 0;
	begin = now();
	for (size_t i = 0; i < count; i++)
		way->run(load->len);
	begin = now() - begin;
	if (way->reads && frames != count)
		fail("not every frame was found again");
	return (double)(count * load->len) / MEGA / begin;
}

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void print(size_t rounds)
{
	printf("%-20s", "MB/s");
	for (size_t l = 0; l < LOADS; l++)
		printf(" %14s", loads[l].name);
	printf("\n");
	for (size_t w = 0; w < WAYS; w++) {
		printf("%-20s", ways[w].name);
		for (size_t l = 0; l < LOADS; l++) {
			qsort(results[w][l], rounds, sizeof(double), compare);
			printf(" %14.0f", results[w][l][rounds / 2]);
		}
		printf("\n");
	}
}

int main(int argc, char **argv)
{
	size_t rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : ROUNDS_DEFAULT;

	if (rounds == 0 || rounds > ROUNDS_MAX)
		fail("1 to 1000 rounds");
	fcs_prepare();
	make_table();
	reader.limit = FRAME_SIZE_MAX;
	for (size_t r = 0; r < rounds; r++)
		for (size_t l = 0; l < LOADS; l++)
			for (size_t w = 0; w < WAYS; w++)
				results[w][l][r] = measure(&ways[w], &loads[l]);
	print(rounds);
	return EXIT_SUCCESS;
}
