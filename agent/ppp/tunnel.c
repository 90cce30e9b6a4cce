/* SPDX-License-Identifier: ISC */
#include "agent/ppp/tunnel.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <syslog.h>
#include <unistd.h>

#include "agent/confine.h"
#include "agent/deadline.h"
#include "agent/ppp/line.h"
#include "agent/ppp/passage.h"
#include "agent/ppp/process.h"
#include "agent/ppp/segment.h"
#include "agent/ppp/too_big.h"
#include "agent/ppp/tun.h"

enum {
	/* packets from the network in one turn, so that the other end gets its turn too */
	TURN_PACKETS = 64,
	/* for the last frames, when the link is over */
	FAREWELL_MS = 1000,
	POLL_MS_MAX = 60 * 1000,
};

/* What the loop waits for. */
enum { WAIT_LINE_IN, WAIT_LINE_OUT, WAIT_TUN, WAIT_SIGNAL, WAIT_COUNT };

struct tunnel {
	const struct settings *settings;
	struct ppp ppp;
	struct line line;
	struct tun tun;
	int signals;
	/* who waits for word that all is well; -1: nobody */
	int caller;
	/* The network may use the device: some protocol is up. */
	bool carrier;
	/* Addresses are known from the peer alone, so that the right to set them stays
	 * until then. */
	bool late;
	/* The log knows that packets are dropped: of the other end's, of the network's. */
	bool told_in, told_out;
	struct too_big too_big;
	struct frame_reader reader;
	uint8_t packet[FRAME_INFORMATION_MAX];
	/* what a packet is cut to */
	uint8_t part[FRAME_INFORMATION_MAX];
};

static void say(void *context, bool debug, const char *line)
{
	const struct tunnel *tunnel = context;

	process_say(tunnel->settings, debug ? LOG_DEBUG : LOG_NOTICE, line);
}

static void send_frame(void *context, const struct frame *frame,
		       const struct frame_style *style)
{
	struct tunnel *tunnel = context;

	/* What finds no room is lost, as on any line; PPP sends it again. */
	(void)line_queue(&tunnel->line, frame, style);
}

static void deliver(void *context, uint16_t protocol, const uint8_t *packet, size_t len)
{
	const struct frame frame = {protocol, packet, len};
	struct tunnel *tunnel = context;

	if (passage_in(tunnel->settings, protocol, packet, len))
		(void)tun_write(&tunnel->tun, packet, len);
	else
		passage_tell(&tunnel->ppp, &tunnel->told_in, "from the other end", &frame);
}

static struct ip_addr link_local(const uint8_t id[INTERFACE_ID_SIZE])
{
	struct ip_addr addr = {.family = AF_INET6, .bytes = {0xfe, 0x80}};

	memcpy(addr.bytes + sizeof addr.bytes - INTERFACE_ID_SIZE, id, INTERFACE_ID_SIZE);
	return addr;
}

static struct ip_addr ipv4(uint32_t address)
{
	struct ip_addr addr = {.family = AF_INET};

	memcpy(addr.bytes, &address, sizeof address);
	return addr;
}

/* Late, the device gets the addresses of what came up, and of that alone. */
static bool is_configured(const struct tunnel *tunnel, bool wanted, uint16_t protocol)
{
	return wanted && (!tunnel->late || ppp_carries(&tunnel->ppp, protocol));
}

/* The addresses as they stand: settled, or what is to be settled. */
static int configure(struct tunnel *tunnel, struct policy_error *err)
{
	const struct ipcp_values *ip = &tunnel->ppp.ipcp_values;
	const struct ipv6cp_values *ipv6 = &tunnel->ppp.ipv6cp_values;
	struct link_pair pair = {0}, pair6 = {0};

	if (is_configured(tunnel, tunnel->settings->ip, PROTOCOL_IP)) {
		pair.local = ipv4(ip->local);
		pair.remote = ipv4(ip->remote);
	}
	if (is_configured(tunnel, tunnel->settings->ipv6, PROTOCOL_IPV6)) {
		pair6.local = link_local(ipv6->local);
		pair6.remote = link_local(ipv6->remote);
	}
	/* Of IPv6 it is told the interface identifiers alone, which need be on no device.
	 */
	if (tunnel->settings->persistent)
		return tun_expect(&tunnel->tun, tunnel->settings->mtu, &pair, err);
	return tun_configure(&tunnel->tun, tunnel->settings->mtu, &pair, &pair6, err);
}

static void give_up(struct tunnel *tunnel, const struct policy_error *err)
{
	say(tunnel, false, err->text);
	tunnel->ppp.result = PPP_EXIT_FATAL;
	tunnel->ppp.done = true;
}

/* Two ends of ours, by what they take: nobody else's PPP asks for so much. */
static bool takes_segments(const struct tunnel *tunnel)
{
	return tunnel->settings->mru == MRU_LARGEST && ppp_mtu(&tunnel->ppp) == MRU_LARGEST;
}

static void network(void *context, uint16_t protocol, bool up)
{
	struct tunnel *tunnel = context;
	struct policy_error err = {0};
	const bool any = ppp_carries(&tunnel->ppp, PROTOCOL_IP) ||
			 ppp_carries(&tunnel->ppp, PROTOCOL_IPV6);

	(void)protocol;
	(void)up;
	if (tunnel->late) {
		/* The right to set addresses ends with this: both have to be known. */
		if (!any || ppp_undecided(&tunnel->ppp))
			return;
		if (configure(tunnel, &err) != 0 || confine_tunnel(&err) != 0) {
			give_up(tunnel, &err);
			return;
		}
		tunnel->late = false;
	}
	if (any == tunnel->carrier)
		return;
	tunnel->carrier = any;
	if (tun_carrier(&tunnel->tun, any) != 0) {
		error_sys(&err, errno, "cannot switch the device's carrier");
		give_up(tunnel, &err);
	}
}

static void take_frame(void *context, const struct frame *frame)
{
	struct tunnel *tunnel = context;

	ppp_frame(&tunnel->ppp, frame, tunnel->ppp.now);
}

/* After the peer's own word the end of the line is no surprise. */
static void hang_up(struct tunnel *tunnel)
{
	if (tunnel->ppp.result == PPP_EXIT_OK && !tunnel->ppp.lcp.peer_ended)
		tunnel->ppp.result = PPP_EXIT_HANGUP;
	tunnel->ppp.done = true;
}

static void read_line(struct tunnel *tunnel)
{
	size_t size;
	uint8_t *room = frame_reader_room(&tunnel->reader, &size);
	const ssize_t len = read(tunnel->line.in, room, size);

	if (len > 0)
		frame_reader_take(&tunnel->reader, (size_t)len, take_frame, tunnel);
	else if (len == 0 || (errno != EAGAIN && errno != EINTR)) {
		if (!tunnel->ppp.lcp.peer_ended)
			say(tunnel, false, "the line was hung up");
		hang_up(tunnel);
	}
}

/* The device's MTU is what was asked for; the other end may take less. */
static void refuse_packet(struct tunnel *tunnel, const struct frame *frame)
{
	const struct ip_addr from = frame->protocol == PROTOCOL_IP
					? ipv4(tunnel->ppp.ipcp_values.remote)
					: link_local(tunnel->ppp.ipv6cp_values.remote);
	uint8_t answer[TOO_BIG_MAX];
	size_t len;

	if (!too_big_may(&tunnel->too_big, tunnel->ppp.now))
		return;
	len = too_big_write(frame->information, frame->len, &from, ppp_mtu(&tunnel->ppp),
			    answer);
	if (len > 0)
		(void)tun_write(&tunnel->tun, answer, len);
}

static void queue_packet(struct tunnel *tunnel, const struct frame *frame)
{
	if (frame->len <= ppp_mtu(&tunnel->ppp))
		(void)line_queue(&tunnel->line, frame, &tunnel->ppp.lcp_values.style);
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

	/* What cannot be cut here its sender has to. */
	if (segment_parse(frame->information, frame->len, &segment) != 0 ||
	    segment.headers >= most) {
		refuse_packet(tunnel, frame);
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

/* The network's packets, as long as the line takes them. */
static void read_tun(struct tunnel *tunnel)
{
	struct frame frame = {.information = tunnel->packet};

	for (unsigned i = 0; i < TURN_PACKETS && line_waiting(&tunnel->line) < LINE_FULL;
	     i++) {
		size_t part = 0;
		const ssize_t len =
		    tun_read(&tunnel->tun, tunnel->packet, sizeof tunnel->packet, &part);

		/* Whoever took the device away does not want the link. */
		if (len < 0 && errno != EAGAIN && errno != EINTR) {
			say(tunnel, false, "the device is gone");
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

static void read_signal(struct tunnel *tunnel)
{
	struct signalfd_siginfo info;

	if (read(tunnel->signals, &info, sizeof info) != sizeof info)
		return;
	say(tunnel, false, "terminating on a signal");
	/* Who asks twice does not want to wait for the peer. */
	if (tunnel->ppp.result == PPP_EXIT_SIGNAL)
		tunnel->ppp.done = true;
	ppp_close(&tunnel->ppp, PPP_EXIT_SIGNAL, tunnel->ppp.now);
}

static int poll_time(const struct tunnel *tunnel, int64_t now)
{
	const int64_t left = ppp_deadline(&tunnel->ppp) - now;

	return left < 0 ? 0 : left > POLL_MS_MAX ? POLL_MS_MAX : (int)left;
}

static void turn(struct tunnel *tunnel)
{
	struct line *line = &tunnel->line;
	const bool full = line_waiting(line) >= LINE_FULL;
	struct pollfd waits[WAIT_COUNT] = {
	    /* Always: two ends that wait for each other to read would do so for ever. */
	    [WAIT_LINE_IN] = {line->in, POLLIN, 0},
	    [WAIT_LINE_OUT] = {line_waiting(line) > 0 ? line->out : -1, POLLOUT, 0},
	    [WAIT_TUN] = {full || !tunnel->carrier ? -1 : tunnel->tun.fd, POLLIN, 0},
	    [WAIT_SIGNAL] = {tunnel->signals, POLLIN, 0},
	};
	const int ready = poll(waits, WAIT_COUNT, poll_time(tunnel, monotonic_ms()));
	const int64_t now = monotonic_ms();

	tunnel->ppp.now = now;
	if (ready > 0) {
		if (waits[WAIT_SIGNAL].revents != 0)
			read_signal(tunnel);
		if (waits[WAIT_LINE_IN].revents != 0)
			read_line(tunnel);
		if (waits[WAIT_TUN].revents != 0)
			read_tun(tunnel);
	}
	ppp_tick(&tunnel->ppp, now);
	if (line_flush(line) != 0)
		hang_up(tunnel);
}

/* The last words, as far as the line takes them in time. */
static void farewell(struct tunnel *tunnel)
{
	const int64_t deadline = monotonic_ms() + FAREWELL_MS;
	struct pollfd wait = {tunnel->line.out, POLLOUT, 0};

	while (line_waiting(&tunnel->line) > 0) {
		const int64_t left = deadline - monotonic_ms();

		if (left <= 0 || poll(&wait, 1, (int)left) <= 0 ||
		    line_flush(&tunnel->line) != 0)
			return;
	}
}

/* All that needs a privilege, before the first byte of the peer's is looked at. */
static int prepare(struct tunnel *tunnel, struct policy_error *err)
{
	static const struct ppp_hooks hooks = {send_frame, deliver, network, say};
	uint64_t random;

	if (getrandom(&random, sizeof random, 0) != sizeof random)
		return error_set(err, "there are no random numbers");
	tunnel->signals = process_signals(err);
	if (tunnel->signals < 0)
		return -1;
	ppp_start(&tunnel->ppp, tunnel->settings, &hooks, tunnel, random, monotonic_ms());
	if (!tunnel->late && configure(tunnel, err) != 0)
		return -1;
	if (tunnel->settings->tty[0] != '\0' && !tunnel->settings->no_detach &&
	    process_detach(&tunnel->caller, err) != 0)
		return -1;
	return tunnel->late ? 0 : confine_tunnel(err);
}

static enum ppp_exit exit_without_device(int sys)
{
	switch (sys) {
	case EPERM:
	case EACCES:
		return PPP_EXIT_NOT_PRIVILEGED;
	case ENODEV:
		return PPP_EXIT_NO_KERNEL;
	default:
		return PPP_EXIT_FATAL;
	}
}

/* Says why there is no link. */
static enum ppp_exit refuse(const struct tunnel *tunnel, const struct policy_error *err,
			    enum ppp_exit code)
{
	process_refuse(tunnel->settings, tunnel->caller, err->text);
	return code;
}

enum ppp_exit tunnel_run(struct settings *settings)
{
	static struct tunnel tunnel;
	struct policy_error err = {0};

	fcs_prepare();
	tunnel.settings = settings;
	tunnel.caller = -1;
	tunnel.late = !settings_addresses_known(settings);
	tunnel.reader.limit = settings->mru + FRAME_OVERHEAD;
	/* The standard's own size is taken whatever was said (RFC 1661 6.1). */
	if (settings->mru < MRU_DEFAULT)
		tunnel.reader.limit = MRU_DEFAULT + FRAME_OVERHEAD;
	if (tun_open(&tunnel.tun, settings->ifname, &err) != 0)
		return refuse(&tunnel, &err, exit_without_device(err.sys));
	if (line_open(&tunnel.line, settings->tty, &err) != 0)
		return refuse(&tunnel, &err, PPP_EXIT_OPEN);
	/* In both directions: either end may be the one that an ssh -t sends for. */
	if (tunnel.line.is_tty) {
		settings->accm |= LINE_TTY_ESCAPES;
		settings->escape |= LINE_TTY_ESCAPES;
	}
	process_say_connect(settings, tunnel.tun.name);
	if (prepare(&tunnel, &err) != 0)
		return refuse(&tunnel, &err, PPP_EXIT_FATAL);
	process_release(tunnel.caller);
	while (!tunnel.ppp.done)
		turn(&tunnel);
	farewell(&tunnel);
	line_restore(&tunnel.line);
	say(&tunnel, false, "Connection terminated.");
	return tunnel.ppp.result;
}
