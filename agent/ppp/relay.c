/* SPDX-License-Identifier: ISC */
#include "agent/ppp/relay.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <syslog.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "agent/confine/confine.h"
#include "agent/ppp/caller.h"
#include "agent/ppp/relay_packets.h"

enum {
	/* for the last frames, when the link is over */
	FAREWELL_MS = 1000,
	POLL_MS_MAX = 60 * 1000,
	MTU_LINE_MAX = 80,
};

/* What the loop waits for. */
enum { WAIT_LINE_IN, WAIT_LINE_OUT, WAIT_TUN, WAIT_SIGNAL, WAIT_COUNT };

void tunnel_say(void *context, bool debug, const char *line)
{
	struct tunnel *tunnel = context;

	process_say(tunnel->settings, debug ? LOG_DEBUG : LOG_NOTICE, line);
	if (!debug)
		(void)snprintf(tunnel->last, sizeof tunnel->last, "%s", line);
}

static void send_frame(void *context, const struct frame *frame,
		       const struct frame_style *style)
{
	struct tunnel *tunnel = context;

	/* What finds no room is lost, as on any line; PPP sends it again. */
	(void)line_queue(&tunnel->line, frame, style);
}

/* Late, the device gets the addresses of what came up, and of that alone. */
static bool is_configured(const struct tunnel *tunnel, bool wanted, uint16_t protocol)
{
	return wanted && (!tunnel->late || ppp_carries(&tunnel->ppp, protocol));
}

/*
 * The device's MTU: what the other end takes, so that the kernel cuts packets that may be
 * cut and tells whoever sends others (RFC 1812 4.2.2.7). Below what IPv6 needs it would
 * lose that.
 */
static unsigned device_mtu(const struct tunnel *tunnel)
{
	const unsigned asked = tunnel->settings->mtu;
	unsigned mtu = ppp_mtu(&tunnel->ppp);

	if (tunnel->settings->ipv6 && mtu < MRU_IPV6_MIN)
		mtu = MRU_IPV6_MIN;
	return mtu < asked ? mtu : asked;
}

static void tell_mtu(struct tunnel *tunnel)
{
	char line[MTU_LINE_MAX];

	if (device_mtu(tunnel) == tunnel->settings->mtu)
		return;
	(void)snprintf(line, sizeof line,
		       "the other end takes %u bytes: the device's MTU is %u",
		       ppp_mtu(&tunnel->ppp), device_mtu(tunnel));
	tunnel_say(tunnel, false, line);
}

/*
 * The same where the right to set it is with a child, before the network has the device.
 * What keeps its MTU works as well: what is too large for the other end is seen to here.
 */
static void follow_mtu(struct tunnel *tunnel)
{
	const unsigned mtu = device_mtu(tunnel);
	struct policy_error err = {0};

	if (tunnel->resizer.ask < 0)
		return;
	if (resizer_finish(&tunnel->resizer, mtu == tunnel->tun.mtu ? 0 : mtu, &err) != 0) {
		tunnel_say(tunnel, false, err.text);
		return;
	}
	tunnel->tun.mtu = mtu;
	tell_mtu(tunnel);
}

/* The addresses as they stand: settled, or what is to be settled. */
static int configure(struct tunnel *tunnel, struct policy_error *err)
{
	const struct ipcp_values *ip = &tunnel->ppp.ipcp_values;
	const struct ipv6cp_values *ipv6 = &tunnel->ppp.ipv6cp_values;
	struct link_pair pair = {0}, pair6 = {0};

	if (is_configured(tunnel, tunnel->settings->ip, PROTOCOL_IP)) {
		pair.local = tunnel_ipv4(ip->local);
		pair.remote = tunnel_ipv4(ip->remote);
	}
	if (is_configured(tunnel, tunnel->settings->ipv6, PROTOCOL_IPV6)) {
		pair6.local = tunnel_link_local(ipv6->local);
		pair6.remote = tunnel_link_local(ipv6->remote);
	}
	/* Of IPv6 it is told the interface identifiers alone, which need be on no device.
	 */
	if (tunnel->settings->persistent)
		return tun_expect(&tunnel->tun, tunnel->settings->mtu, &pair, err);
	if (!tunnel->late)
		return tun_configure(&tunnel->tun, tunnel->settings->mtu, &pair, &pair6,
				     err);
	tell_mtu(tunnel);
	return tun_configure(&tunnel->tun, device_mtu(tunnel), &pair, &pair6, err);
}

static void give_up(struct tunnel *tunnel, const struct policy_error *err)
{
	tunnel_say(tunnel, false, err->text);
	tunnel->ppp.result = PPP_EXIT_FATAL;
	tunnel->ppp.done = true;
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
	follow_mtu(tunnel);
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

/* As with pppd, also where the peer has ended the link before, which is told then. */
static void hang_up(struct tunnel *tunnel)
{
	if (tunnel->ppp.result == PPP_EXIT_OK)
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
			tunnel_say(tunnel, false, "the line was hung up");
		hang_up(tunnel);
	}
}

static void read_signal(struct tunnel *tunnel)
{
	struct signalfd_siginfo info;

	if (read(tunnel->signals, &info, sizeof info) != sizeof info)
		return;
	tunnel_say(tunnel, false, "terminating on a signal");
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
			tunnel_read_device(tunnel);
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
	static const struct ppp_hooks hooks = {send_frame, tunnel_deliver, network,
					       tunnel_say};
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
	    process_detach(tunnel->settings, &tunnel->caller, err) != 0)
		return -1;
	if (tunnel->late)
		return 0;
	if (!tunnel->settings->persistent && resizer_may() &&
	    resizer_start(&tunnel->resizer, tunnel->tun.name, tunnel->settings->mtu, err) !=
		0)
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
	tunnel.caller = tunnel.resizer.ask = -1;
	tunnel.late = !settings_addresses_known(settings);
	tunnel.reader.limit = settings->mru + FRAME_OVERHEAD;
	/* The standard's own size is taken whatever was said (RFC 1661 6.1). */
	if (settings->mru < MRU_DEFAULT)
		tunnel.reader.limit = MRU_DEFAULT + FRAME_OVERHEAD;
	if (tun_open(&tunnel.tun, settings->ifname, &err) != 0)
		return refuse(&tunnel, &err, exit_without_device(err.sys));
	if (line_open(&tunnel.line, settings->tty, &err) != 0)
		return refuse(&tunnel, &err, PPP_EXIT_OPEN);
	tunnel.tun.segments = settings->mru == MRU_LARGEST;
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
	if (tunnel.ppp.result != PPP_EXIT_OK && tunnel.ppp.result != PPP_EXIT_SIGNAL)
		process_say_end(settings, tunnel.last);
	tunnel_say(&tunnel, false, "Connection terminated.");
	return tunnel.ppp.result;
}
