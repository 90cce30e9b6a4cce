/* SPDX-License-Identifier: ISC */
/* The packets of one run of ppptun, in both directions. */
#include "agent/ppp/relay_packets.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "agent/ppp/fragment.h"
#include "agent/ppp/passage.h"
#include "agent/ppp/segment.h"

enum {
	/* packets from the network in one turn, so that the other end gets its turn too */
	TURN_PACKETS = 64,
};

struct ip_addr tunnel_link_local(const uint8_t id[INTERFACE_ID_SIZE])
{
	struct ip_addr addr = {.family = AF_INET6, .bytes = {0xfe, 0x80}};

	memcpy(addr.bytes + sizeof addr.bytes - INTERFACE_ID_SIZE, id, INTERFACE_ID_SIZE);
	return addr;
}

struct ip_addr tunnel_ipv4(uint32_t address)
{
	struct ip_addr addr = {.family = AF_INET};

	memcpy(addr.bytes, &address, sizeof address);
	return addr;
}

void tunnel_deliver(void *context, uint16_t protocol, const uint8_t *packet, size_t len)
{
	const struct frame frame = {protocol, packet, len};
	struct tunnel *tunnel = context;

	if (passage_in(tunnel->settings, protocol, packet, len))
		(void)tun_write(&tunnel->tun, packet, len);
	else
		passage_tell(&tunnel->ppp, &tunnel->told_in, "from the other end", &frame);
}

/* Two ends of ours, by what they take: nobody else's PPP asks for so much. */
static bool takes_segments(const struct tunnel *tunnel)
{
	return tunnel->settings->mru == MRU_LARGEST && ppp_mtu(&tunnel->ppp) == MRU_LARGEST;
}

/* Its sender has to send less at a time. */
static void refuse_packet(struct tunnel *tunnel, const struct frame *frame)
{
	const struct ip_addr from =
	    frame->protocol == PROTOCOL_IP
		? tunnel_ipv4(tunnel->ppp.ipcp_values.remote)
		: tunnel_link_local(tunnel->ppp.ipv6cp_values.remote);
	uint8_t answer[TOO_BIG_MAX];
	size_t len;

	if (!too_big_may(&tunnel->too_big, tunnel->ppp.now))
		return;
	len = too_big_write(frame->information, frame->len, &from, ppp_mtu(&tunnel->ppp),
			    answer);
	if (len > 0)
		(void)tun_write(&tunnel->tun, answer, len);
}

static void queue_fragments(struct tunnel *tunnel, const struct frame *frame)
{
	struct frame part = {.protocol = frame->protocol, .information = tunnel->part};
	size_t at = 0;

	while ((part.len = fragment_next(frame->information, frame->len,
					 ppp_mtu(&tunnel->ppp), &at, tunnel->part)) > 0)
		(void)line_queue(&tunnel->line, &part, &tunnel->ppp.lcp_values.style);
}

/*
 * The device's MTU follows what the other end takes, so that the kernel cuts or refuses;
 * what is too large all the same comes from a device that could not follow: one that is
 * there beforehand, one of a program that may have no child to set it, or one that carries
 * IPv6, which needs 1280 bytes.
 */
static void queue_packet(struct tunnel *tunnel, const struct frame *frame)
{
	if (frame->len <= ppp_mtu(&tunnel->ppp))
		(void)line_queue(&tunnel->line, frame, &tunnel->ppp.lcp_values.style);
	else if (frame->protocol == PROTOCOL_IP &&
		 fragment_may(frame->information, frame->len, ppp_mtu(&tunnel->ppp)))
		queue_fragments(tunnel, frame);
	else
		refuse_packet(tunnel, frame);
}

/*
 * TCP that is to be cut to packets that carry so much, or as much as the other end takes.
 * That does it itself when it takes segments, but to the size of its device: where there is
 * less in a packet, as the way goes on through something narrower, it would be cut to what
 * does not get through.
 */
static void queue_segment(struct tunnel *tunnel, const struct frame *frame, size_t size)
{
	const size_t most = ppp_mtu(&tunnel->ppp);
	struct frame part = {.protocol = frame->protocol, .information = tunnel->part};
	struct segment segment;

	/* No TCP, or none that can be cut as such. */
	if (segment_parse(frame->information, frame->len, &segment) != 0 ||
	    segment.headers >= most) {
		queue_packet(tunnel, frame);
		return;
	}
	if (size > most - segment.headers)
		size = most - segment.headers;
	if (takes_segments(tunnel) && segment.headers + size == tunnel->tun.mtu) {
		queue_packet(tunnel, frame);
		return;
	}
	for (size_t at = 0; at < frame->len - segment.headers; at += size) {
		part.len = segment_cut(frame->information, frame->len, &segment, size, at,
				       tunnel->part);
		queue_packet(tunnel, &part);
	}
}

void tunnel_read_device(struct tunnel *tunnel)
{
	struct frame frame = {.information = tunnel->packet};

	for (unsigned i = 0; i < TURN_PACKETS && line_waiting(&tunnel->line) < LINE_FULL;
	     i++) {
		size_t part = 0;
		const ssize_t len =
		    tun_read(&tunnel->tun, tunnel->packet, sizeof tunnel->packet, &part);

		/* Whoever took the device away does not want the link. */
		if (len < 0 && errno != EAGAIN && errno != EINTR) {
			tunnel_say(tunnel, false, "the device is gone");
			ppp_close(&tunnel->ppp, PPP_EXIT_FATAL, tunnel->ppp.now);
			tunnel->ppp.done = true;
		}
		if (len <= 0)
			return;
		frame.protocol = tunnel->packet[0] >> 4 == 4 ? PROTOCOL_IP : PROTOCOL_IPV6;
		frame.len = (size_t)len;
		if (!ppp_carries(&tunnel->ppp, frame.protocol))
			continue;
		if (!passage_out(tunnel->settings, frame.protocol, frame.information,
				 frame.len)) {
			passage_tell(&tunnel->ppp, &tunnel->told_out, "to the other end",
				     &frame);
			continue;
		}
		ppp_used(&tunnel->ppp, tunnel->ppp.now);
		/* The other end may take less than the device does. */
		if (part == 0 && frame.len > ppp_mtu(&tunnel->ppp))
			part = frame.len;
		if (part > 0)
			queue_segment(tunnel, &frame, part);
		else
			queue_packet(tunnel, &frame);
	}
}
