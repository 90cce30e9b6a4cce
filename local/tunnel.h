/* SPDX-License-Identifier: ISC */
/* A link that comes up, is watched, and goes down: what the supervisor knows of it. */
#ifndef SALLYPORT_LOCAL_TUNNEL_H
#define SALLYPORT_LOCAL_TUNNEL_H

#include <stdint.h>

#include "agent/core/plan.h"
#include "agent/net/netlink.h"
#include "agent/net/tun_device.h"
#include "local/choose.h"
#include "local/choose_names.h"
#include "local/failover.h"
#include "local/hold.h"
#include "local/journal.h"
#include "local/process.h"
#include "local/pty.h"
#include "local/reader.h"
#include "local/ready.h"
#include "local/reporting.h"
#include "local/run_as.h"
#include "local/ssh.h"
#include "local/state.h"
#include "policy/language/profile.h"
#include "policy/language/request.h"

enum {
	/* ssh exits after the end of its output, a PPP program after a hangup. */
	TUNNEL_SETTLE_MS = 2000,
	TUNNEL_FOREVER = -1,
	/* An exit code is this and the signal's number. */
	EXIT_BY_SIGNAL = 128,
};

struct tunnel;

/* Who looks on while a link comes up: `diagnose`. */
struct onlooker {
	void *who;
	/* That step is done; of several that are one, the last. */
	void (*done)(void *who, struct tunnel *tunnel, enum link_step step);
	/* The attempt has failed, and nothing is undone yet. */
	void (*failed)(void *who, struct tunnel *tunnel);
	/* The link is up; when this returns, it is taken down. */
	void (*up)(void *who, struct tunnel *tunnel);
};

struct tunnel {
	const struct profile *profile;
	/* The gateway; a copy, as the profile may be read again meanwhile. */
	char host[HOST_MAX_LEN + 1];
	struct failover *failover;
	struct report *report;
	struct state *state;
	struct run_as account;
	struct words env;
	struct journal journal;
	char control[SSH_CONTROL_MAX];
	char nonce[READY_NONCE_LEN + 1];
	/* As tunnel_open_signals() has them; and which one came, or 0. */
	int signals, signal;
	/* SIGUSR1 ends a wait only when this says so; NULL: always. It was passed over. */
	bool (*heeds)(void *who);
	void *who;
	bool passed_over;
	/* While it comes up: readable when the packet filter has changed, which guards()
	 * reads and looks at; -1: nothing of it is the link's. */
	int filter;
	void (*guards)(void *who, struct tunnel *tunnel);
	/* Readable when any of signals, ssh and ppp is: what link_wait_up() watches. */
	int watch;
	/* The PPP program's side of the line, which this process holds as well. */
	int slave;
	struct pty pty;
	/* Something was read from it: there is a session. */
	bool answered;
	struct process ssh, ppp, request;
	struct reader reader;
	struct endpoints endpoints;
	struct ready ready;
	/* NULL: nobody. */
	const struct onlooker *onlooker;
	/* The step that is being taken. */
	enum link_step step;
	/* In seconds: for the connection; and how long a login may take, twice. */
	unsigned patience, login;
	/* How many of its offers could not be judged, and are ignored. */
	size_t lost_offers;
	/* The PPP program here: its path, and what messages call it. */
	const char *program, *engine;
	struct choice choice;
	struct link_names names;
	/* Why they are not in force, as was told when it came up; "": they are. */
	char names_why[NAMES_WHY_MAX];
	struct link link;
	/* The kernel checks the sources of packets, as nobody else does. */
	bool checks_sources;
	int64_t began;
	/* Why the last attempt failed and when, for status; text "": it did not. */
	const struct failure *last;
	time_t last_time;
	/* What is held back, the supervisor's. */
	struct hold *hold;
	struct failure failure;
	/* Down as the journal has it, and why Up has failed. */
	char down[POLICY_PATH_MAX];
	struct failure hook_failure;
};

/* What ended a wait; in this order when several are true. */
enum tunnel_event {
	TUNNEL_SIGNAL,
	TUNNEL_SSH_ENDED,
	TUNNEL_PPP_ENDED,
	/* What they print can no longer be read. */
	TUNNEL_READER_ENDED,
	TUNNEL_READABLE,
	TUNNEL_DEADLINE,
	TUNNEL_BROKEN,
	/* Not of a wait, but of watch_link(): what the link is made of is not there any
	 * more, and tunnel->failure says why. */
	TUNNEL_CHANGED,
};

/*
 * Blocks SIGTERM, SIGINT, SIGHUP, SIGUSR1 and SIGUSR2, but for those that are ignored, and
 * has them as a descriptor; -1 with errno.
 */
int tunnel_open_signals(void);
/* Takes one that is pending: its number, or 0. */
int tunnel_take_signal(int signals);
/* 0, or -1 with *failure; either way tunnel_close() is due. */
int tunnel_open(struct tunnel *tunnel, const struct profile *profile, struct report *report,
		struct state *state);
/*
 * Waits for fd (-1: nothing of its own) until deadline, CLOCK_MONOTONIC milliseconds or
 * TUNNEL_FOREVER; takes what the children say meanwhile.
 */
enum tunnel_event tunnel_wait(struct tunnel *tunnel, int fd, int64_t deadline);
/* What tunnel_wait() does as well: false when nothing of the packet filter has changed. */
bool tunnel_take_filter(struct tunnel *tunnel);
/* Turns an event other than TUNNEL_READABLE into the failure; doing is what it interrupted.
 * -1.
 */
int tunnel_explain(struct tunnel *tunnel, enum tunnel_event event, const char *doing);
/* A deadline that was another than the profile's Timeout. -1. */
int tunnel_fail_silent(struct tunnel *tunnel, unsigned seconds, const char *doing);
/* Undoes everything that the journal tells but what is held back. 0, or -1 with *err when
 * something is left. */
int tunnel_undo(struct tunnel *tunnel, struct error *err);
void tunnel_close(struct tunnel *tunnel);

/* "office is up: …" */
void tunnel_describe(const struct tunnel *tunnel, struct text *text);

/* The deadline of a step that begins now. */
int64_t tunnel_deadline(const struct tunnel *tunnel);

/* What a journal begins with: this process. */
int tunnel_supervisor_entry(struct journal_entry *out, struct error *err);
/* What a new journal tells of the time before it. */
struct tunnel_past {
	/* Why the last attempt failed, and when; text "": it did not. */
	const struct failure *last;
	time_t time;
	const struct hold *hold;
};

/*
 * A journal that tells of this process and its past, in place of one of which nothing is
 * left but what is held back. 0, or -1 with *err.
 */
int tunnel_begin_journal(const struct state *state, const struct tunnel_past *past,
			 struct journal *out, struct error *err);

/*
 * For the steps of tunnel_bring_up(). What is about to change is written down first; a
 * process is written down, then let go, and by tunnel_run() watched as well. 0, or -1 with
 * tunnel->failure.
 */
int tunnel_note(struct tunnel *tunnel, const struct journal_entry *entry);
int tunnel_release(struct tunnel *tunnel, const char *name, struct process *process);
int tunnel_run(struct tunnel *tunnel, const char *name, struct process *process);
int tunnel_fail(struct tunnel *tunnel, const struct error *err);
/* Adds to what link_wait_up() watches. 0, or -1 with tunnel->failure. */
int tunnel_watch(struct tunnel *tunnel, int fd);
/* Adds what can be said of this side's certificate to the failure of a login. */
void tunnel_add_certificate(struct tunnel *tunnel);
/* Has the reader say why an ssh ended; end lacks output and host. -1. */
int tunnel_explain_ssh(struct tunnel *tunnel, enum reader_about about,
		       const struct ssh_end *end);
/* The ssh of that role, with its request, not let go yet. 0, or -1 with tunnel->failure. */
int tunnel_spawn_ssh(struct tunnel *tunnel, enum ssh_role role, const char *request);
/* bringup.c: every step in order; 0 when the link is up. -1 with tunnel->failure. */
int tunnel_bring_up(struct tunnel *tunnel);
/* tunnel_gateway.c: tunnel->host is what failover says. 0, or -1 with tunnel->failure. */
int tunnel_choose_gateway(struct tunnel *tunnel);
/* The request for a session, whose ready line is to have that nonce. 0, or -1. */
int tunnel_request(const struct profile *profile, const char *nonce,
		   char text[REQUEST_TEXT_MAX]);
/* Whether the PPP program gets a terminal, which costs half of the speed; otherwise it has
 * one end of a pair of sockets. */
bool tunnel_needs_terminal(const struct profile *profile);
/* Whether the kernel has to check where the link's packets come from (rp_filter). */
bool tunnel_keeps_sources(const struct profile *profile, const char *program,
			  const struct choice *choice);
/* Whether no interface has that name: otherwise pppd would choose another one, and this
 * process would wait for an interface that is not its own. 0, or -1 with *failure. */
int tunnel_interface_free(const char *interface, struct failure *failure);
/* Without root: whether there is a device for the link, as ppptun needs it, that this user
 * may open. 0, or -1 with *failure. */
int tunnel_device_ready(const struct tun_wanted *wanted, struct failure *failure);
/* This end of the link, for its PPP program; it points into the profile and the choice.
 * tty as in struct ppp_end. */
void tunnel_ppp_end(const struct profile *profile, const struct choice *choice,
		    const char *tty, struct ppp_end *out);
/* tunnel_ready.c: waits for the ready line, into tunnel->ready. 0, or -1 with
 * tunnel->failure. */
int tunnel_await_ready(struct tunnel *tunnel);
/* tunnel_choose.c: what of the ready line is taken. 0, or -1 with tunnel->failure. */
int tunnel_choose(struct tunnel *tunnel);
/* tunnel_ppp.c: this side's PPP program runs. 0, or -1 with tunnel->failure. */
int tunnel_start_ppp(struct tunnel *tunnel);
/*
 * remote_routes.c: the second request over the same connection, and its answer. It is sent
 * while the link comes up, as sshroute waits for that on its side: on a slow line each
 * round trip counts. 0, or -1 with tunnel->failure.
 */
#define TUNNEL_ROUTES_REQUEST "sshroute"
int tunnel_ask_routes(struct tunnel *tunnel);
int tunnel_await_routes(struct tunnel *tunnel);
/* tunnel_routes.c: this side's routes, which the kernel has then. 0, or -1 with
 * tunnel->failure. */
int tunnel_add_routes(struct tunnel *tunnel);
/* tunnel_hooks.c: whether Up and Down could be run; and Up is run, from when on Down is
 * due. That Up fails is no failure of the link. 0, or -1 with tunnel->failure. */
int tunnel_look_at_hooks(struct tunnel *tunnel);
int tunnel_run_up(struct tunnel *tunnel);

/* names.c: whoever is in charge of this host's names is told of the link's. 0, also when
 * that cannot be done now; -1 with tunnel->failure. */
int tunnel_set_names(struct tunnel *tunnel);

#endif
