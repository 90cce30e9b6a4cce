/* SPDX-License-Identifier: ISC */
#include "agent/ppp/relay.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <syslog.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "agent/confine/confine.h"
#include "agent/ppp/challenge.h"
#include "agent/ppp/daemon.h"
#include "policy/language/escape.h"

enum {
	/* for the last frames, when the link is over */
	LAST_FRAMES_MS = 1000,
	POLL_MS_MAX = 60 * 1000,
	MTU_MESSAGE_MAX = 80,
	/* of what came and is no frame: bytes, how often it is shown, and the sentence */
	STRANGE_BYTES_MAX = 100,
	STRANGE_TIMES_MAX = 8,
	STRANGE_MESSAGE_MAX = 4 * STRANGE_BYTES_MAX + 64,
};

/* What the loop waits for. */
enum { WAIT_LINE_IN, WAIT_LINE_OUT, WAIT_TUN, WAIT_SIGNAL, WAIT_COUNT };

void relay_say(void *context, bool debug, const char *message)
{
	struct relay *relay = context;

	daemon_say(relay->settings, debug ? LOG_DEBUG : LOG_NOTICE, message);
	if (!debug)
		snprintf(relay->last_message, sizeof relay->last_message, "%s", message);
}

static void send_frame(void *context, const struct frame *frame,
		       const struct frame_style *style)
{
	relay_queue(context, frame, style);
}

/* Addresses that came from the peer: the device gets those of the protocols that are up. */
static bool is_configured(const struct relay *relay, bool wanted, uint16_t protocol)
{
	return wanted && (!relay->addresses_pending || ppp_carries(&relay->ppp, protocol));
}

/*
 * The device's MTU: what the other end takes, so that the kernel cuts packets that may be
 * cut and tells whoever sends others (RFC 1812 4.2.2.7). Below what IPv6 needs it would
 * lose that.
 */
static unsigned device_mtu(const struct relay *relay)
{
	const unsigned asked = relay->settings->mtu;
	unsigned mtu = ppp_mtu(&relay->ppp);

	if (relay->settings->ipv6 && mtu < MRU_IPV6_MIN)
		mtu = MRU_IPV6_MIN;
	return mtu < asked ? mtu : asked;
}

static void log_mtu(struct relay *relay)
{
	char message[MTU_MESSAGE_MAX];

	if (device_mtu(relay) == relay->settings->mtu)
		return;
	snprintf(message, sizeof message,
		 "the other end takes %u bytes: the device's MTU is %u",
		 ppp_mtu(&relay->ppp), device_mtu(relay));
	relay_say(relay, false, message);
}

/*
 * The same where a child keeps the right to set it, before the network has the device. A
 * device that keeps its MTU works as well: packets that are too large for the other end
 * are cut or refused here.
 */
static void follow_mtu(struct relay *relay)
{
	const unsigned mtu = device_mtu(relay);
	struct error err = {0};

	if (relay->resizer.ask < 0)
		return;
	if (resizer_finish(&relay->resizer, mtu == relay->tun.mtu ? 0 : mtu, &err) != 0) {
		relay_say(relay, false, err.text);
		return;
	}
	relay->tun.mtu = mtu;
	log_mtu(relay);
}

/* Not a device that was there before, whose queue is its maker's. What it could not do is
 * no reason to have no link. */
static void order_packets(struct relay *relay)
{
	struct error err = {0};
	bool orders = false;

	if (relay->settings->persistent)
		return;
	if (tun_order(&relay->tun, &orders, &err) != 0)
		relay_say(relay, false, err.text);
	else if (!orders)
		ppp_say(&relay->ppp, true, "this kernel has no fq_codel for the device");
}

/* The addresses as they stand: settled, or what is to be settled. */
static int configure(struct relay *relay, struct error *err)
{
	const struct ncp *ip = &relay->ppp.ipcp, *ipv6 = &relay->ppp.ipv6cp;
	struct link_pair pair = {0}, pair6 = {0};

	if (is_configured(relay, relay->settings->ip, PROTOCOL_IP)) {
		pair.local = relay_ipv4(ip->local);
		pair.remote = relay_ipv4(ip->remote);
	}
	if (is_configured(relay, relay->settings->ipv6, PROTOCOL_IPV6)) {
		pair6.local = relay_link_local(ipv6->local);
		pair6.remote = relay_link_local(ipv6->remote);
	}
	order_packets(relay);
	/* Of IPv6 the options have interface identifiers alone, and the device may lack
	 * those. */
	if (relay->settings->persistent)
		return tun_expect(&relay->tun, relay->settings->mtu, &pair, err);
	if (!relay->addresses_pending)
		return tun_configure(&relay->tun, relay->settings->mtu, &pair, &pair6, err);
	log_mtu(relay);
	return tun_configure(&relay->tun, device_mtu(relay), &pair, &pair6, err);
}

static void give_up(struct relay *relay, const struct error *err)
{
	relay_say(relay, false, err->text);
	relay->ppp.result = PPP_EXIT_FATAL;
	relay->ppp.done = true;
}

void relay_lose_device(struct relay *relay)
{
	struct error err = {0};

	error_set(&err, "the interface %s was removed", relay->tun.name);
	/* There is nothing to switch off any more. */
	relay->carrier = false;
	give_up(relay, &err);
}

static void network(void *context, uint16_t protocol, bool up)
{
	struct relay *relay = context;
	struct error err = {0};
	const bool any = ppp_carries(&relay->ppp, PROTOCOL_IP) ||
			 ppp_carries(&relay->ppp, PROTOCOL_IPV6);

	(void)protocol;
	(void)up;
	if (relay->addresses_pending) {
		/* confine_tunnel() gives up the right to set addresses: all have to be
		 * known. */
		if (!any || ppp_undecided(&relay->ppp))
			return;
		if (configure(relay, &err) != 0 || confine_tunnel(&err) != 0) {
			give_up(relay, &err);
			return;
		}
		relay->addresses_pending = false;
	}
	if (any == relay->carrier)
		return;
	follow_mtu(relay);
	relay->carrier = any;
	if (any) {
		window_restart(&relay->window, monotonic_us());
		/* Its answer says how long the way is before much is on it. */
		lcp_send_echo(&relay->ppp);
	}
	if (tun_carrier(&relay->tun, any) == 0)
		return;
	/* What the kernel says of a device that is gone. */
	if (errno == EBADFD) {
		relay_lose_device(relay);
	} else {
		error_sys(&err, errno, "cannot switch the device's carrier");
		give_up(relay, &err);
	}
}

static void take_frame(void *context, const struct frame *frame)
{
	struct relay *relay = context;

	ppp_frame(&relay->ppp, frame, relay->ppp.now);
}

/* As with pppd, also where the peer has ended the link before; then that was logged. */
static void hang_up(struct relay *relay)
{
	if (relay->ppp.result == PPP_EXIT_OK)
		relay->ppp.result = PPP_EXIT_HANGUP;
	relay->ppp.done = true;
}

static uint64_t count_bad(const struct frame_reader *reader)
{
	return reader->bad_fcs + reader->too_long + reader->too_short;
}

/* With "debug": text among frames says what is at the other end. */
static void say_strange(struct relay *relay, const uint8_t *bytes, size_t len)
{
	static const char begin[] = "rcvd no frame: ";
	char message[STRANGE_MESSAGE_MAX];

	if (relay->strange++ >= STRANGE_TIMES_MAX)
		return;
	memcpy(message, begin, sizeof begin);
	escape_quoted(bytes, len, message + sizeof begin - 1,
		      sizeof message - (sizeof begin - 1));
	relay_say(relay, true, message);
}

/* Before LCP is open, what has no flag in it is no frame either, and has no end that could
 * be counted. The bytes are copied first, as they are unstuffed where they lie. */
static void take_and_look(struct relay *relay, const uint8_t *bytes, size_t len)
{
	const uint64_t bad = count_bad(&relay->reader);
	const size_t copied = len < STRANGE_BYTES_MAX ? len : STRANGE_BYTES_MAX;
	const bool no_frame =
	    relay->ppp.lcp.state != STATE_OPENED && memchr(bytes, FRAME_FLAG, len) == NULL;
	uint8_t copy[STRANGE_BYTES_MAX];

	memcpy(copy, bytes, copied);
	frame_reader_take(&relay->reader, len, take_frame, relay);
	if (no_frame || count_bad(&relay->reader) > bad)
		say_strange(relay, copy, copied);
}

static void read_line(struct relay *relay)
{
	size_t size;
	uint8_t *room = frame_reader_room(&relay->reader, &size);
	const ssize_t len = read(relay->line.in, room, size);

	if (len > 0) {
		/* Also of a frame that is on its way: on a slow line that takes a while. */
		ppp_heard(&relay->ppp, relay->ppp.now);
		if (relay->settings->debug)
			take_and_look(relay, room, (size_t)len);
		else
			frame_reader_take(&relay->reader, (size_t)len, take_frame, relay);
	} else if (len == 0 || (errno != EAGAIN && errno != EINTR)) {
		if (!relay->ppp.lcp.peer_ended)
			relay_say(relay, false, "the line was hung up");
		hang_up(relay);
	}
}

static void read_signal(struct relay *relay)
{
	struct signalfd_siginfo info;

	if (read(relay->signals, &info, sizeof info) != sizeof info)
		return;
	if (info.ssi_signo == CHALLENGE_SIGNAL) {
		if (info.ssi_code == SI_QUEUE)
			ppp_ask(&relay->ppp, info.ssi_int, relay->ppp.now);
		else
			ppp_challenge(&relay->ppp, relay->ppp.now);
		return;
	}
	relay_say(relay, false, "terminating on a signal");
	/* A second signal exits at once. */
	if (relay->ppp.result == PPP_EXIT_SIGNAL)
		relay->ppp.done = true;
	ppp_close(&relay->ppp, PPP_EXIT_SIGNAL, relay->ppp.now);
}

static int poll_time(const struct relay *relay, int64_t now)
{
	const int64_t line = relay_due(relay), link = ppp_deadline(&relay->ppp);
	const int64_t first = line < link ? line : link;
	const int64_t left = first - now;

	return left < 0 ? 0 : left > POLL_MS_MAX ? POLL_MS_MAX : (int)left;
}

static void run_once(struct relay *relay)
{
	struct line *line = &relay->line;
	struct pollfd waits[WAIT_COUNT] = {
	    /* Always: two ends that wait for each other to read would do so for ever. */
	    [WAIT_LINE_IN] = {line->in, POLLIN, 0},
	    [WAIT_LINE_OUT] = {relay_is_blocked(relay) ? line->out : -1, POLLOUT, 0},
	    [WAIT_TUN] = {relay->carrier && relay_may_read(relay) ? relay->tun.fd : -1,
			  POLLIN, 0},
	    [WAIT_SIGNAL] = {relay->signals, POLLIN, 0},
	};
	const int ready = poll(waits, WAIT_COUNT, poll_time(relay, monotonic_ms()));
	const int64_t now = monotonic_ms();

	relay->ppp.now = now;
	if (ready > 0) {
		if (waits[WAIT_SIGNAL].revents != 0)
			read_signal(relay);
		if (waits[WAIT_LINE_IN].revents != 0)
			read_line(relay);
		if (waits[WAIT_TUN].revents != 0)
			relay_read_device(relay);
	}
	ppp_tick(&relay->ppp, now);
	relay_tick_window(relay, ready > 0 && waits[WAIT_LINE_IN].revents != 0);
	relay_send_waiting(relay);
	relay_mark(relay);
	if (relay_flush(relay) != 0)
		hang_up(relay);
}

/* Writes the last frames, as far as the line takes them in time. */
static void send_last_frames(struct relay *relay)
{
	const int64_t deadline = monotonic_ms() + LAST_FRAMES_MS;
	struct pollfd wait = {relay->line.out, POLLOUT, 0};

	while (line_waiting(&relay->line) > 0) {
		const int64_t left = deadline - monotonic_ms();

		if (left <= 0 || poll(&wait, 1, (int)left) <= 0 ||
		    line_flush(&relay->line) != 0)
			return;
	}
}

/* All that needs a privilege, before the first byte from the peer is read. */
static int prepare(struct relay *relay, struct error *err)
{
	static const struct ppp_hooks hooks = {.send = send_frame,
					       .deliver = relay_deliver,
					       .network = network,
					       .say = relay_say,
					       .asked = relay_asked,
					       .answered = relay_answered,
					       .clock = relay_clock};
	/* the other end can learn the first one from numbers that it is sent, and the
	 * last one from clocks */
	uint64_t random[3];

	if (getrandom(random, sizeof random, 0) != sizeof random)
		return error_set(err, "cannot get random numbers");
	relay->signals = daemon_signals(err);
	if (relay->signals < 0)
		return -1;
	window_init(&relay->window, monotonic_us());
	flow_queue_init(&relay->queue, random[1]);
	relay->clock_ahead = (uint32_t)random[2];
	ppp_start(&relay->ppp, relay->settings, &hooks, relay, random[0], monotonic_ms());
	if (!relay->addresses_pending && configure(relay, err) != 0)
		return -1;
	if (relay->settings->tty[0] != '\0' && !relay->settings->no_detach &&
	    daemon_detach(relay->settings, &relay->caller, err) != 0)
		return -1;
	if (relay->addresses_pending)
		return 0;
	if (!relay->settings->persistent && resizer_may() &&
	    resizer_start(&relay->resizer, relay->tun.name, relay->settings->mtu, err) != 0)
		return -1;
	return confine_tunnel(err);
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
static enum ppp_exit refuse(const struct relay *relay, const struct error *err,
			    enum ppp_exit code)
{
	daemon_refuse(relay->settings, relay->caller, err->text);
	return code;
}

enum ppp_exit relay_run(struct settings *settings)
{
	static struct relay relay;
	struct error err = {0};

	fcs_prepare();
	relay.settings = settings;
	relay.caller = relay.resizer.ask = -1;
	relay.addresses_pending = !settings_addresses_known(settings);
	relay.reader.limit = settings->mru + FRAME_OVERHEAD;
	/* Frames of the default size are taken whatever was negotiated (RFC 1661 6.1). */
	if (settings->mru < MRU_DEFAULT)
		relay.reader.limit = MRU_DEFAULT + FRAME_OVERHEAD;
	if (relay_map_echoes(&relay, &err) != 0)
		return refuse(&relay, &err, PPP_EXIT_OPTIONS);
	if (tun_open(&relay.tun, settings->ifname, &err) != 0)
		return refuse(&relay, &err, exit_without_device(err.sys));
	if (line_open(&relay.line, settings->tty, &err) != 0)
		return refuse(&relay, &err, PPP_EXIT_OPEN);
	relay.tun.segments = settings->mru == MRU_LARGEST;
	/* In both directions: ssh -t may be at either end. */
	if (relay.line.is_tty) {
		settings->accm |= LINE_TTY_ESCAPES;
		settings->escape |= LINE_TTY_ESCAPES;
	}
	daemon_say_connect(settings, relay.tun.name);
	if (prepare(&relay, &err) != 0)
		return refuse(&relay, &err, PPP_EXIT_FATAL);
	daemon_release(relay.caller);
	while (!relay.ppp.done)
		run_once(&relay);
	/* A peer that does not answer reads nothing either. */
	if (relay.ppp.result != PPP_EXIT_PEER_DEAD)
		send_last_frames(&relay);
	line_restore(&relay.line);
	if (relay.ppp.result != PPP_EXIT_OK && relay.ppp.result != PPP_EXIT_SIGNAL)
		daemon_say_end(settings, relay.last_message);
	relay_say(&relay, false, "Connection terminated.");
	return relay.ppp.result;
}
