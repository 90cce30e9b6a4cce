/* SPDX-License-Identifier: ISC */
/*
 * Packets for the queue, of any headers and lengths, at any times and paces, against a
 * model that knows no more than which packets wait: each comes out once and whole, or is
 * counted as dropped.
 *
 * A step is a byte that says what is done, and what it needs: 'a', a packet's length in two
 * bytes, and eight bytes that change its headers; 't', so many packets to take; 'w', so
 * many times 256 microseconds to wait; 'p', a target and an interval in milliseconds.
 */
#include "tests/fuzz/fuzz.h"

#include "agent/ppp/bytes.h"
#include "agent/ppp/flow_queue.h"
#include "agent/ppp/ip_header.h"
#include "agent/ppp/ppp.h"

enum {
	PACKETS_MAX = 4096,
	/* a packet's number, behind the headers that matter; shorter ones have none */
	SERIAL = 80,
	NUMBERED = SERIAL + 4,
	HEADERS_SIZE = 8,
	WAIT = 256,
	MS = 1000,
};

struct input {
	const uint8_t *data;
	size_t left;
};

static struct flow_queue queue;
static uint8_t packet[FRAME_INFORMATION_MAX], taken[FRAME_INFORMATION_MAX];
/* The model: length of each packet that waits; 0: it came out or was never there. */
static size_t waits[PACKETS_MAX];
static uint32_t added, out;
static int64_t now;

static unsigned next(struct input *input)
{
	if (input->left == 0)
		return 0;
	input->left--;
	return *input->data++;
}

static void fill(uint32_t serial, size_t len)
{
	for (size_t i = NUMBERED; i < len; i++)
		packet[i] = (uint8_t)(serial * 31 + i);
	if (len >= NUMBERED)
		put32(packet + SERIAL, serial);
}

static void add(struct input *input)
{
	const size_t len = next(input) << 8 | next(input);
	struct frame frame = {.information = NULL, .len = len};
	uint8_t *exact;

	if (added == PACKETS_MAX)
		return;
	/* Each byte of headers lands somewhere. */
	for (unsigned i = 0; i < HEADERS_SIZE; i++) {
		const unsigned value = next(input);

		packet[(i * 7 + value) % SERIAL] ^= (uint8_t)value;
	}
	frame.protocol = packet[1] % 3 == 0 ? PROTOCOL_IP : PROTOCOL_IPV6;
	packet[0] =
	    (uint8_t)((frame.protocol == PROTOCOL_IP ? 0x40 : 0x60) | (packet[0] & 0x0f));
	fill(added, len);
	/* Of its own size, so that a byte too much is seen. */
	exact = malloc(len + 1);
	HOLDS(exact != NULL);
	memcpy(exact, packet, len);
	frame.information = exact;
	flow_queue_add(&queue, &frame, now);
	free(exact);
	waits[added++] = len;
}

static void take(void)
{
	const bool empty = flow_queue_is_empty(&queue);
	const uint64_t dropped = queue.dropped;
	const size_t few = out % 2 == 0 ? flow_queue_few(&queue) : 0;
	uint16_t protocol;
	size_t len = flow_queue_take(&queue, now, taken, &protocol);
	uint32_t serial;

	HOLDS((len == 0) == empty);
	HOLDS(few == 0 || few == len || queue.dropped > dropped);
	out += len > 0;
	if (len < NUMBERED)
		return;
	HOLDS(protocol == PROTOCOL_IP || protocol == PROTOCOL_IPV6);
	serial = get32(taken + SERIAL);
	HOLDS(serial < added && waits[serial] == len);
	waits[serial] = 0;
	fill(serial, len);
	HOLDS(same_bytes(taken + SERIAL, packet + SERIAL, len - SERIAL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = {data, size};

	flow_queue_init(&queue, size);
	memset(packet, 0, NUMBERED);
	memset(waits, 0, sizeof waits);
	added = out = 0;
	now = 0;
	while (input.left > 0) {
		const unsigned what = next(&input);

		if (what == 'a')
			add(&input);
		else if (what == 't')
			for (unsigned n = next(&input); n > 0; n--)
				take();
		else if (what == 'w')
			now += (int64_t)next(&input) * next(&input) * WAIT;
		else if (what == 'p')
			flow_queue_pace(&queue, (int64_t)next(&input) * MS,
					(int64_t)next(&input) * MS);
		HOLDS(out + queue.dropped + flow_queue_packets(&queue) == added);
	}
	while (!flow_queue_is_empty(&queue))
		take();
	HOLDS(out + queue.dropped == added && flow_queue_bytes(&queue) == 0);
	HOLDS(packet_store_room(&queue.store) == PACKET_BLOCKS - 1);
	return 0;
}
