/* SPDX-License-Identifier: ISC */
/* How a link comes up: a list of steps, each of which waits for an event with a deadline.
 */
#include "local/tunnel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "agent/core/engine.h"
#include "local/interface_settings.h"
#include "local/ppp_program.h"
#include "local/rehearsal.h"

static int open_journal(struct tunnel *tunnel)
{
	const struct tunnel_past past = {tunnel->last, tunnel->last_time, tunnel->hold};
	struct error err;

	return tunnel_begin_journal(tunnel->state, &past, &tunnel->journal, &err) == 0
		   ? 0
		   : tunnel_fail(tunnel, &err);
}

static int make_control(struct tunnel *tunnel)
{
	struct error err;

	if (tunnel_note(tunnel, &(struct journal_entry){.kind = JOURNAL_CONTROL}) != 0)
		return -1;
	if (state_make_control(tunnel->state, &tunnel->account, tunnel->report, &err) != 0)
		return tunnel_fail(tunnel, &err);
	return 0;
}

/* Before there is anybody who prints. */
static int start_reader(struct tunnel *tunnel)
{
	struct error err;

	if (reader_open(&tunnel->reader, &tunnel->account, tunnel->report->verbose, &err) !=
	    0)
		return tunnel_fail(tunnel, &err);
	/* An onlooker wants to hear what is printed while it is printed. */
	if (tunnel->onlooker != NULL && tunnel_watch(tunnel, tunnel->reader.fd) != 0)
		return -1;
	return tunnel_watch(tunnel, tunnel->reader.process.pidfd);
}

/* Used where ppptun may be used: a terminal would halve its speed, and pppd can do without
 * one (notty). */
static int open_pair(struct tunnel *tunnel)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
		return failure_set(&tunnel->failure, EXIT_SYSTEM, "cannot make a line: %s",
				   strerrordesc_np(errno));
	tunnel->pty.master = ends[0];
	tunnel->pty.name[0] = '\0';
	tunnel->slave = ends[1];
	return 0;
}

bool tunnel_needs_terminal(const struct profile *profile)
{
	return ppp_settled(profile, false) == PPP_PPPD;
}

/*
 * This process holds the slave as well, from the ready line to the end: ssh's master reads
 * EIO when nobody has the slave open, and must not depend on when a PPP program opens its
 * terminal.
 */
static int open_terminal(struct tunnel *tunnel)
{
	struct error err;

	if (!tunnel_needs_terminal(tunnel->profile))
		return open_pair(tunnel);
	if (pty_open(&tunnel->pty, &err) != 0)
		return tunnel_fail(tunnel, &err);
	tunnel->slave = open(tunnel->pty.name, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (tunnel->slave < 0)
		return failure_set(&tunnel->failure, EXIT_SYSTEM, "cannot open %s: %s",
				   tunnel->pty.name, strerrordesc_np(errno));
	return 0;
}

int tunnel_request(const struct profile *profile, const char *nonce,
		   char text[REQUEST_TEXT_MAX])
{
	struct request request = {.verb = VERB_PPPD,
				  .has_ppptun = ppp_settled(profile, true) == PPP_PPPTUN,
				  .keepalive = profile->keepalive};

	snprintf(request.ready, sizeof request.ready, "%s", nonce);
	return request_print(&request, text, REQUEST_TEXT_MAX) < 0 ? -1 : 0;
}

static int start_ssh(struct tunnel *tunnel)
{
	char text[REQUEST_TEXT_MAX];

	if (tunnel_request(tunnel->profile, tunnel->nonce, text) != 0)
		return failure_set(&tunnel->failure, EXIT_INTERNAL, "no request");
	if (tunnel_spawn_ssh(tunnel, SSH_MASTER, text) != 0)
		return -1;
	/* Only ssh holds it now: when ssh ends, the PPP program sees a hangup. */
	close(tunnel->pty.master);
	tunnel->pty.master = -1;
	report_progress(tunnel->report, "ssh to %s as %s", tunnel->host,
			tunnel->account.name);
	return tunnel_run(tunnel, JOURNAL_SSH, &tunnel->ssh);
}

/* It is not up. 0: wait again, as only a signal came that is passed over. */
static int explain_link(struct tunnel *tunnel, const struct error *err)
{
	const char *doing = "waiting for the link to come up";
	enum tunnel_event event;

	if (err->sys == ETIMEDOUT) {
		tunnel_wait(tunnel, -1, monotonic_ms());
		return failure_set(&tunnel->failure, EXIT_LINK,
				   "nothing happened in %u seconds while %s: %s",
				   tunnel->profile->timeout, doing, err->text);
	}
	if (err->sys != ECANCELED)
		return tunnel_fail(tunnel, err);
	tunnel->passed_over = false;
	event = tunnel_wait(tunnel, -1, monotonic_ms() + TUNNEL_SETTLE_MS);
	if (event == TUNNEL_DEADLINE && tunnel->passed_over)
		return 0;
	return tunnel_explain(tunnel, event, doing);
}

/* Whether that is what ended the waiting. */
static bool has_heard(struct tunnel *tunnel)
{
	if (tunnel->onlooker == NULL || deadline_wait(tunnel->reader.fd, 0) != 1)
		return false;
	reader_take(&tunnel->reader, tunnel->report);
	return !tunnel->reader.broken;
}

static int await_link(struct tunnel *tunnel)
{
	const int64_t deadline = tunnel_deadline(tunnel);
	struct error err;

	while (link_wait_up(tunnel->profile->interface, &tunnel->choice.pair, deadline,
			    tunnel->watch, &tunnel->link, &err) != 0)
		if (!(err.sys == ECANCELED &&
		      (tunnel_take_filter(tunnel) || has_heard(tunnel))) &&
		    explain_link(tunnel, &err) != 0)
			return -1;
	report_progress(tunnel->report, "%s is up", tunnel->profile->interface);
	return 0;
}

/* The PPP program sets the MTU to what both ends agreed on, which may be less. */
static int check_size(struct tunnel *tunnel)
{
	if (tunnel->link.mtu <= tunnel->choice.mru)
		return 0;
	return failure_set(&tunnel->failure, EXIT_SYSTEM,
			   "%s has an MTU of %u: expected %u at most", tunnel->link.name,
			   tunnel->link.mtu, tunnel->choice.mru);
}

/* Only policy and the profile make routes; nothing that comes through the link may. */
static int refuse_routers(struct tunnel *tunnel)
{
	struct error err;

	return interface_refuse_routers(&tunnel->link, &err) == 0
		   ? 0
		   : tunnel_fail(tunnel, &err);
}

/*
 * The remote takes part in choosing the PPP program of this side, and only ppptun checks
 * the source of packets. For pppd the kernel checks it (rp_filter), but only for IPv4: it
 * has no such setting for IPv6.
 */
bool tunnel_keeps_sources(const struct profile *profile, const char *program,
			  const struct choice *choice)
{
	return profile->strict && (!engine_is_ppptun(program) || profile->route_default) &&
	       choice->pair.local.family != AF_UNSPEC;
}

static int keep_sources(struct tunnel *tunnel)
{
	struct error err;

	if (!tunnel_keeps_sources(tunnel->profile, tunnel->program, &tunnel->choice))
		return 0;
	tunnel->checks_sources = true;
	return interface_check_sources(tunnel->link.name, &err) == 0
		   ? 0
		   : tunnel_fail(tunnel, &err);
}

static int add_pair6(struct tunnel *tunnel)
{
	struct error err;
	struct netlink *netlink;
	int result;

	if (tunnel->choice.pair6.local.family == AF_UNSPEC)
		return 0;
	netlink = netlink_open(&err);
	if (netlink == NULL)
		return tunnel_fail(tunnel, &err);
	result = link_add_pair(netlink, tunnel->link.index, &tunnel->choice.pair6, &err);
	netlink_close(netlink);
	return result == 0 ? 0 : tunnel_fail(tunnel, &err);
}

/* `status` compares the interface with this entry: all settings are made by now. */
static int note_device(struct tunnel *tunnel)
{
	struct error err;
	struct netlink *netlink = netlink_open(&err);
	struct link link;
	int result = -1;

	if (netlink != NULL) {
		result = link_get_at(netlink, tunnel->link.index, &link, &err);
		netlink_close(netlink);
	}
	if (result != 0)
		return tunnel_fail(tunnel, &err);
	return tunnel_note(tunnel, &(struct journal_entry){.kind = JOURNAL_DEVICE,
							   .index = link.index,
							   .mtu = link.mtu});
}

/* Now it is known what the link carries: when it is lost, none of that may leave by another
 * way. */
static int hold_routes(struct tunnel *tunnel)
{
	struct error err;

	hold_plan_up(tunnel->hold, tunnel->profile, tunnel->choice.routes,
		     tunnel->choice.nroutes);
	guard_plan_up(&tunnel->hold->guard, tunnel->link.index,
		      tunnel->choice.pair.local.family != AF_UNSPEC,
		      tunnel->choice.pair6.local.family != AF_UNSPEC);
	return hold_settle(tunnel->hold, &tunnel->journal, tunnel->report, &err) == 0
		   ? 0
		   : tunnel_fail(tunnel, &err);
}

static int note_up(struct tunnel *tunnel)
{
	return tunnel_note(tunnel,
			   &(struct journal_entry){.kind = JOURNAL_UP, .time = time(NULL)});
}

/* Each step, what --dry-run says of it (NULL: it waits or checks, and changes nothing), and
 * which step of `diagnose` it is. */
static const struct {
	int (*take)(struct tunnel *tunnel);
	int (*tell)(struct rehearsal *show);
	enum link_step step;
} steps[] = {
    {open_journal, rehearse_journal, STEP_STATE},
    {tunnel_look_at_hooks, NULL, STEP_HERE},
    {tunnel_choose_gateway, rehearse_gateways, STEP_STATE},
    {make_control, rehearse_control, STEP_STATE},
    {start_reader, rehearse_reader, STEP_STATE},
    {open_terminal, rehearse_line, STEP_STATE},
    {start_ssh, rehearse_ssh, STEP_SSH},
    {tunnel_await_ready, rehearse_choice, STEP_READY},
    {tunnel_choose, NULL, STEP_OFFERS},
    {tunnel_start_ppp, rehearse_ppp, STEP_PROGRAM},
    {tunnel_ask_routes, rehearse_request, STEP_LCP},
    {await_link, NULL, STEP_LCP},
    {check_size, NULL, STEP_LINK},
    {refuse_routers, rehearse_routers, STEP_LINK},
    {keep_sources, rehearse_sources, STEP_LINK},
    {add_pair6, rehearse_pair6, STEP_LINK},
    {tunnel_await_routes, NULL, STEP_ROUTES_THERE},
    {tunnel_add_routes, rehearse_routes, STEP_ROUTES_HERE},
    {hold_routes, rehearse_hold, STEP_ROUTES_HERE},
    {tunnel_set_names, rehearse_names, STEP_DNS},
    {note_device, NULL, STEP_ROUTES_HERE},
    {note_up, NULL, STEP_ROUTES_HERE},
    {tunnel_run_up, rehearse_hooks, STEP_HERE},
};
enum { STEP_COUNT = sizeof steps / sizeof *steps };

/* Once for each step of `diagnose`: after the last of those that are it. */
static void tell_onlooker(struct tunnel *tunnel, size_t at)
{
	const struct onlooker *const onlooker = tunnel->onlooker;

	for (size_t later = at + 1; later < STEP_COUNT; later++)
		if (steps[later].step == steps[at].step)
			return;
	if (onlooker != NULL)
		onlooker->done(onlooker->who, tunnel, steps[at].step);
}

int tunnel_bring_up(struct tunnel *tunnel)
{
	for (size_t i = 0; i < STEP_COUNT; i++) {
		tunnel->step = steps[i].step;
		if (steps[i].take(tunnel) != 0)
			return -1;
		tell_onlooker(tunnel, i);
	}
	return 0;
}

int tunnel_rehearse(struct rehearsal *show)
{
	rehearse_hold_back(show);
	for (size_t i = 0; i < STEP_COUNT; i++)
		if (steps[i].tell != NULL && steps[i].tell(show) != 0)
			return -1;
	return 0;
}
