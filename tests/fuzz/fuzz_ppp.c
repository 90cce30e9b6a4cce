/* SPDX-License-Identifier: ISC */
/*
 * Any bytes on the line: the receiver and the link take them, with time passing and new
 * logins asking between, and nothing goes to the network before IP has been agreed on, nor
 * ever more than came; what goes there is looked at, cut, and answered as if it was too
 * large.
 */
#include "tests/fuzz/fuzz.h"

#include <sys/socket.h>

#include "agent/ppp/bytes.h"
#include "agent/ppp/challenge.h"
#include "agent/ppp/passage.h"
#include "agent/ppp/ppp.h"
#include "agent/ppp/segment.h"
#include "agent/ppp/too_big.h"
#include "agent/ppp/window.h"

enum {
	PIECE_MAX = 64,
	CHALLENGED = 128,
	ASKED = 64,
	FRAMES_MAX = 20,
	PART_SIZE = 7,
	PRESSED = 256,
	US_PER_MS = 1000,
	ECHO_SIZE = 16,
	TURN_MS = 500,
	/* of the last byte */
	NO_FCS = 1,
	AGREES = 2
};

struct run {
	struct ppp ppp;
	struct window window;
	size_t fed, delivered, sent, frames;
	bool up[2];
	/* the last packet of a control protocol's that was sent */
	struct frame last;
	uint8_t asked[PACKET_SIZE_MAX];
};

static struct frame_reader reader;
static uint8_t out[FRAME_STUFFED_MAX];

static void send_frame(void *context, const struct frame *frame,
		       const struct frame_style *style)
{
	struct run *run = context;

	HOLDS(frame->len <= PACKET_SIZE_MAX);
	HOLDS(frame_write(frame, style, out) <= 2 * (frame->len + FRAME_OVERHEAD) + 2);
	run->sent++;
	memcpy(run->asked, frame->information, frame->len);
	run->last = (struct frame){frame->protocol, run->asked, frame->len};
}

/* What passes is between addresses that may have it, and a limit only takes away. */
static void check_passage(const struct settings *settings, uint16_t protocol,
			  const uint8_t *packet, size_t len)
{
	static struct settings limited;
	char text[PASSAGE_TEXT_MAX];

	if (limited.nreach == 0)
		limited.reach[limited.nreach++] = (struct ip_prefix){{AF_INET, {10}}, 8};
	if (passage_in(&limited, protocol, packet, len))
		HOLDS(passage_in(settings, protocol, packet, len) &&
		      (protocol == PROTOCOL_IPV6 || packet[16] == 10));
	if (passage_out(&limited, protocol, packet, len))
		HOLDS(passage_out(settings, protocol, packet, len));
	if (passage_print(protocol, packet, len, text) == 0)
		HOLDS(is_printable(text));
}

static void deliver(void *context, uint16_t protocol, const uint8_t *packet, size_t len)
{
	const struct ip_addr from = {.family =
					 protocol == PROTOCOL_IP ? AF_INET : AF_INET6};
	struct run *run = context;
	struct segment segment;

	HOLDS(run->up[protocol == PROTOCOL_IPV6]);
	run->delivered += len;
	HOLDS(run->delivered <= run->fed);
	check_passage(run->ppp.settings, protocol, packet, len);
	HOLDS(too_big_write(packet, len, &from, PART_SIZE, out) <= TOO_BIG_MAX);
	if (!passage_in(run->ppp.settings, protocol, packet, len) ||
	    segment_parse(packet, len, &segment) != 0)
		return;
	for (size_t at = 0; at < len - segment.headers; at += PART_SIZE)
		HOLDS(segment_cut(packet, len, &segment, PART_SIZE, at, out) <=
		      segment.headers + PART_SIZE);
}

static void network(void *context, uint16_t protocol, bool up)
{
	struct run *run = context;

	run->up[protocol == PROTOCOL_IPV6] = up;
	if (up)
		window_restart(&run->window, run->ppp.now * US_PER_MS);
}

static void say(void *context, bool debug, const char *line)
{
	(void)context;
	(void)debug;
	HOLDS(is_printable(line));
}

static void asked(void *context, uint32_t number)
{
	struct run *run = context;

	window_marked(&run->window, number, (number & PRESSED) != 0,
		      run->ppp.now * US_PER_MS);
}

static uint32_t clock_of(void *context)
{
	return (uint32_t)((struct run *)context)->ppp.now * US_PER_MS;
}

static void answered(void *context, uint32_t number, const uint32_t *clock)
{
	struct run *run = context;
	const struct window_times *trip = &run->window.times;

	if (window_answered(&run->window, number, clock, run->ppp.now * US_PER_MS))
		HOLDS(trip->samples > 0 && trip->least <= trip->last &&
		      trip->least <= trip->smoothed);
	HOLDS(run->window.back_us >= 0 && run->window.back_us <= WAY_BACK_US_MAX);
}

/* Whatever the other end answers, and when. */
static void check_window(struct run *run)
{
	const int64_t now = run->ppp.now * US_PER_MS;

	window_sent(&run->window, run->sent * PIECE_MAX, now);
	if (window_wants_mark(&run->window, now) && run->ppp.lcp.state == STATE_OPENED)
		lcp_send_echo(&run->ppp);
	if (run->ppp.no_echoes && run->window.active)
		window_restart(&run->window, now);
	(void)window_tick(&run->window, true, now);
	HOLDS(run->window.size > 0 && window_on_way(&run->window) <= run->window.sent);
	HOLDS(window_deadline(&run->window) > now || !run->window.active ||
	      run->ppp.lcp.state != STATE_OPENED);
}

static void take(void *context, const struct frame *frame)
{
	struct run *run = context;

	run->frames++;
	ppp_frame(&run->ppp, frame, run->ppp.now);
}

/* What it was asked for last the other end agrees to, or answers: with any clock, before
 * the next turn. */
static void agree(struct run *run, const uint8_t *piece, size_t len)
{
	const struct frame frame = run->last;
	const uint32_t clock = len < sizeof clock ? (uint32_t)len : get32(piece);

	run->last.len = 0;
	if (frame.len < PACKET_HEADER)
		return;
	run->ppp.now += clock % TURN_MS;
	if (run->asked[0] == ECHO_REQUEST && frame.len >= ECHO_SIZE) {
		run->asked[0] = ECHO_REPLY;
		put32(run->asked + PACKET_HEADER, run->ppp.lcp_values.peer_magic);
		put32(run->asked + frame.len - sizeof clock, clock);
	} else if (run->asked[0] == CONFIGURE_REQUEST) {
		run->asked[0] = CONFIGURE_ACK;
	} else {
		return;
	}
	take(run, &frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ppp_hooks hooks = {send_frame, deliver,  network, say,
					       asked,	   answered, clock_of};
	static struct settings settings;
	static char *argv[] = {"ppptun",
			       "10.9.0.1:10.9.0.2",
			       "+ipv6",
			       "debug",
			       "idle",
			       "60",
			       "lcp-echo-interval",
			       "1",
			       "lcp-echo-adaptive"};
	struct run run = {0};
	struct error err;
	int64_t now = 1;
	size_t room;
	bool agrees;

	fcs_prepare();
	HOLDS(settings_parse(&settings, sizeof argv / sizeof argv[0], argv, &err) == 0);
	memset(&reader, 0, sizeof reader);
	reader.limit = settings.mru + FRAME_OVERHEAD;
	/* The last byte of input says whether frames have a check sequence, and whether the
	 * other end agrees to what it is asked: both a fuzzer does not guess. */
	reader.no_fcs = size > 0 && (data[size - 1] & NO_FCS) != 0;
	agrees = size > 0 && (data[size - 1] & AGREES) != 0;
	window_init(&run.window, now * US_PER_MS);
	ppp_start(&run.ppp, &settings, &hooks, &run, 1, now);
	while (size > 0) {
		const size_t len =
		    data[0] % PIECE_MAX < size ? data[0] % PIECE_MAX : size - 1;
		uint8_t *where = frame_reader_room(&reader, &room);

		run.fed += len;
		memcpy(where, data + 1, len);
		frame_reader_take(&reader, len, take, &run);
		HOLDS(reader.end - reader.start <= reader.limit);
		now += TURN_MS;
		if ((data[0] & CHALLENGED) != 0)
			ppp_challenge(&run.ppp, now);
		if ((data[0] & ASKED) != 0)
			ppp_ask(&run.ppp, ASK_MS_MIN, now);
		if (agrees)
			agree(&run, data + 1, len);
		data += 1 + len;
		size -= 1 + len;
		ppp_tick(&run.ppp, now);
		HOLDS(ppp_deadline(&run.ppp) > now || run.ppp.done);
		check_window(&run);
	}
	/* An answer to each frame, and what time brings. */
	HOLDS(run.sent <= FRAMES_MAX + 4 * run.frames + (size_t)(now / TURN_MS) * 5);
	return 0;
}
