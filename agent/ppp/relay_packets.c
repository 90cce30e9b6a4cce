/* SPDX-License-Identifier: ISC */
/* The packets of one run of ppptun, in both directions. */
#include "agent/ppp/relay.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "agent/base/deadline.h"
#include "agent/ppp/fragment.h"
#include "agent/ppp/passage.h"
#include "agent/ppp/segment.h"

enum {
	/* packets from the network in one turn, so that the other end gets its turn too */
	TURN_PACKETS = 64,
	/* so long a device may be down before the link ends */
	DEVICE_DOWN_MS = 5000,
};

struct ip_addr relay_link_local(const uint8_t id[INTERFACE_ID_SIZE])
{
	struct ip_addr addr = {.family = AF_INET6, .bytes = {0xfe, 0x80}};

	memcpy(addr.bytes + sizeof addr.bytes - INTERFACE_ID_SIZE, id, INTERFACE_ID_SIZE);
	return addr;
}

struct ip_addr relay_ipv4(const uint8_t address[NCP_VALUE_MAX])
{
	struct ip_addr addr = {.family = AF_INET};

	memcpy(addr.bytes, address, sizeof(struct in_addr));
	return addr;
}

/* A device that somebody has set down takes no packet (drivers/net/tun.c, EIO). This
 * process may not set it up, and a link that carries nothing has to end; but whoever may
 * has a moment for it. */
static void deliver(struct relay *relay, const uint8_t *packet, size_t len)
{
	if (tun_write(&relay->tun, packet, len) == 0 || errno != EIO) {
		relay->device_down = 0;
		return;
	}
	if (relay->device_down == 0)
		relay->device_down = relay->ppp.now;
	if (relay->ppp.now - relay->device_down < DEVICE_DOWN_MS)
		return;
	relay_say(relay, false, "the device was set down");
	ppp_close(&relay->ppp, PPP_EXIT_FATAL, relay->ppp.now);
	relay->device_down = relay->ppp.now;
}

void relay_deliver(void *context, uint16_t protocol, const uint8_t *packet, size_t len)
{
	const struct frame frame = {protocol, packet, len};
	struct relay *relay = context;

	if (passage_in(relay->settings, protocol, packet, len))
		deliver(relay, packet, len);
	else
		passage_log_drop(&relay->ppp, &relay->drop_in_logged, "from the other end",
				 &frame);
}

/* Both ends are ppptun, as their MRU shows: no other PPP asks for so much. */
static bool takes_segments(const struct relay *relay)
{
	return relay->settings->mru == MRU_LARGEST && ppp_mtu(&relay->ppp) == MRU_LARGEST;
}

/* Tells its sender to send smaller packets. */
static void refuse_packet(struct relay *relay, const struct frame *frame)
{
	const struct ip_addr from = frame->protocol == PROTOCOL_IP
					? relay_ipv4(relay->ppp.ipcp.remote)
					: relay_link_local(relay->ppp.ipv6cp.remote);
	uint8_t answer[TOO_BIG_MAX];
	size_t len;

	if (!too_big_may(&relay->too_big, relay->ppp.now))
		return;
	len = too_big_write(frame->information, frame->len, &from, ppp_mtu(&relay->ppp),
			    answer);
	if (len > 0)
		(void)tun_write(&relay->tun, answer, len);
}

/* What came before goes before, within its flow. */
static void send_packet(struct relay *relay, const struct frame *frame)
{
	if (!flow_queue_is_empty(&relay->queue) || !relay_may_send(relay)) {
		flow_queue_add(&relay->queue, frame, monotonic_us());
		return;
	}
	relay_queue(relay, frame, &relay->ppp.lcp_values.style);
	relay_mark(relay);
}

void relay_send_waiting(struct relay *relay)
{
	struct frame frame = {.information = relay->waited};

	while (relay_may_send(relay) || relay_may_spare(relay)) {
		frame.len = flow_queue_take(&relay->queue, monotonic_us(), relay->waited,
					    &frame.protocol);
		if (frame.len == 0)
			return;
		/* The link may have gone down meanwhile, or be another one. */
		if (!ppp_carries(&relay->ppp, frame.protocol) ||
		    frame.len > ppp_mtu(&relay->ppp))
			continue;
		relay_queue(relay, &frame, &relay->ppp.lcp_values.style);
		relay_mark(relay);
	}
}

static void queue_fragments(struct relay *relay, const struct frame *frame)
{
	struct frame piece = {.protocol = frame->protocol, .information = relay->piece};
	size_t at = 0;

	while ((piece.len = fragment_next(frame->information, frame->len,
					  ppp_mtu(&relay->ppp), &at, relay->piece)) > 0)
		send_packet(relay, &piece);
}

/*
 * The device's MTU follows what the other end takes, so that the kernel cuts or refuses;
 * what is too large all the same comes from a device that could not follow: one that is
 * there beforehand, one of a program that may have no child to set it, or one that carries
 * IPv6, which needs 1280 bytes.
 */
static void queue_packet(struct relay *relay, const struct frame *frame)
{
	if (frame->len <= ppp_mtu(&relay->ppp))
		send_packet(relay, frame);
	else if (frame->protocol == PROTOCOL_IP &&
		 fragment_may(frame->information, frame->len, ppp_mtu(&relay->ppp)))
		queue_fragments(relay, frame);
	else
		refuse_packet(relay, frame);
}

/*
 * TCP that is to be cut to packets that carry so much, or as much as the other end takes.
 * That does it itself when it takes segments, but to the size of its device: where there is
 * less in a packet, as the way goes on through something narrower, it would be cut to what
 * does not get through.
 */
static void queue_segment(struct relay *relay, const struct frame *frame, size_t size)
{
	const size_t most = ppp_mtu(&relay->ppp);
	struct frame piece = {.protocol = frame->protocol, .information = relay->piece};
	struct segment segment;

	/* Not TCP, or it cannot be cut as TCP. */
	if (segment_parse(frame->information, frame->len, &segment) != 0 ||
	    segment.headers >= most) {
		queue_packet(relay, frame);
		return;
	}
	if (size > most - segment.headers)
		size = most - segment.headers;
	if (takes_segments(relay) && !relay_is_slow(relay) &&
	    segment.headers + size == relay->tun.mtu) {
		queue_packet(relay, frame);
		return;
	}
	for (size_t at = 0; at < frame->len - segment.headers; at += size) {
		piece.len = segment_cut(frame->information, frame->len, &segment, size, at,
					relay->piece);
		queue_packet(relay, &piece);
	}
}

void relay_read_device(struct relay *relay)
{
	struct frame frame = {.information = relay->packet};

	for (unsigned i = 0; i < TURN_PACKETS && relay_may_read(relay); i++) {
		size_t segment = 0;
		const ssize_t len =
		    tun_read(&relay->tun, relay->packet, sizeof relay->packet, &segment);

		/* Somebody removed the device: the link has no use any more. */
		if (len < 0 && errno != EAGAIN && errno != EINTR) {
			relay->carrier = false;
			ppp_close(&relay->ppp, PPP_EXIT_FATAL, relay->ppp.now);
			relay_lose_device(relay);
		}
		if (len <= 0)
			return;
		frame.protocol = relay->packet[0] >> 4 == 4 ? PROTOCOL_IP : PROTOCOL_IPV6;
		frame.len = (size_t)len;
		if (!ppp_carries(&relay->ppp, frame.protocol))
			continue;
		if (!passage_out(relay->settings, frame.protocol, frame.information,
				 frame.len)) {
			passage_log_drop(&relay->ppp, &relay->drop_out_logged,
					 "to the other end", &frame);
			continue;
		}
		ppp_used(&relay->ppp, relay->ppp.now);
		/* The other end may take less than the device does. */
		if (segment == 0 && frame.len > ppp_mtu(&relay->ppp))
			segment = frame.len;
		if (segment > 0)
			queue_segment(relay, &frame, segment);
		else
			queue_packet(relay, &frame);
	}
}
