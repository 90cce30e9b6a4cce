/* SPDX-License-Identifier: ISC */
/* The whole life of one link. */
#include "local/tunnel.h"

#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <syslog.h>

/* What follows the routes: " and N more", the offers that are not taken, and the time. */
enum { ROUTES_TAIL_MAX = 160 };

static void add_pair(struct text *text, const struct link_pair *pair)
{
	char local[ADDRESS_TEXT_MAX], remote[ADDRESS_TEXT_MAX];

	if (pair->local.family != AF_UNSPEC)
		text_add(text, " %s <-> %s", ip_addr_print(&pair->local, local),
			 ip_addr_print(&pair->remote, remote));
}

/* As many as fit, with room for what follows; then how many more there are. */
static void add_routes(struct text *text, const struct choice *choice)
{
	char prefix[PREFIX_TEXT_MAX];

	for (size_t i = 0; i < choice->nroutes; i++) {
		if (REPORT_TEXT_MAX - text->used < PREFIX_TEXT_MAX + ROUTES_TAIL_MAX) {
			text_add(text, " and %zu more", choice->nroutes - i);
			return;
		}
		text_add(text, "%s%s", i == 0 ? ", routes " : " ",
			 ip_prefix_print(&choice->routes[i].prefix, prefix));
	}
}

/* "office is up: …" */
static void describe(const struct tunnel *tunnel, struct text *text)
{
	const int64_t taken = monotonic_ms() - tunnel->began;

	text_add(text, "%s is up: %s", tunnel->profile->name, tunnel->profile->interface);
	add_pair(text, &tunnel->choice.pair);
	add_pair(text, &tunnel->choice.pair6);
	add_routes(text, &tunnel->choice);
	if (tunnel->lost_offers > 0)
		text_add(text,
			 ", without the %zu routes that the remote offers (see the log)",
			 tunnel->lost_offers);
	text_add(text, ", %" PRId64 ".%" PRId64 " s", taken / 1000, taken % 1000 / 100);
}

static void tell_up(struct tunnel *tunnel)
{
	struct text text = {0}, state = {0};

	describe(tunnel, &text);
	report_result(tunnel->report, EXIT_DONE, "%s", text.bytes);
	text_add(&state, "READY=1\nSTATUS=%s", text.bytes);
	report_notify(tunnel->report, state.bytes);
}

/* Waits until something ends the link. A signal is somebody's wish and not a failure. */
static enum exit_code watch(struct tunnel *tunnel)
{
	const enum tunnel_event event = tunnel_wait(tunnel, -1, TUNNEL_FOREVER);

	if (event == TUNNEL_SIGNAL) {
		report_log(tunnel->report, LOG_INFO, "going down: SIG%s",
			   sigabbrev_np(tunnel->signal));
		return EXIT_DONE;
	}
	tunnel_explain(tunnel, event, "the link was up");
	report_log(tunnel->report, LOG_ERR, "the link is down: %s", tunnel->failure.text);
	return tunnel->failure.code;
}

/* If something is left it says so, and keeps the journal for the next run. */
static int undo(struct tunnel *tunnel)
{
	report_notify(tunnel->report, "STOPPING=1");
	if (tunnel_undo(tunnel) == 0) {
		state_remove(tunnel->state);
		return 0;
	}
	report_log(tunnel->report, LOG_ERR,
		   "not everything could be undone: `vpn-connect down %s` tries again",
		   tunnel->profile->name);
	return -1;
}

/* Up until something ends it. */
static enum exit_code run(struct tunnel *tunnel)
{
	enum exit_code code;

	tell_up(tunnel);
	code = watch(tunnel);
	if (undo(tunnel) != 0)
		return EXIT_SYSTEM;
	report_log(tunnel->report, LOG_INFO, "is down");
	return code;
}

/* Undoes first, then reports: by the time the result is read, nothing is left. */
static enum exit_code give_up(struct tunnel *tunnel)
{
	const bool undone = undo(tunnel) == 0;

	report_result(tunnel->report, tunnel->failure.code, "%s is not up: %s%s",
		      tunnel->profile->name, tunnel->failure.text,
		      undone ? "" : "; and part of it could not be undone");
	return tunnel->failure.code;
}

enum exit_code supervise(const struct profile *profile, struct report *report,
			 struct state *state)
{
	static struct tunnel tunnel;
	const bool up = tunnel_open(&tunnel, profile, report, state) == 0 &&
			tunnel_bring_up(&tunnel) == 0;
	const enum exit_code code = up ? run(&tunnel) : give_up(&tunnel);

	tunnel_close(&tunnel);
	return code;
}
