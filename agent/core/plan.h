/* SPDX-License-Identifier: ISC */
/*
 * A plan: what an allowed request launches. It is built from typed values only, prints them
 * itself, and owns every byte that the target will see: argv, environment, and the target's
 * descriptor.
 */
#ifndef SALLYPORT_AGENT_CORE_PLAN_H
#define SALLYPORT_AGENT_CORE_PLAN_H

#include "agent/base/text.h"
#include "policy/language/address.h"
#include "policy/language/error.h"
#include "policy/language/policy.h"

/* Echoes in a row that may stay without an answer: at least so many, of an interval that
 * divides Keepalive into so many parts. */
enum { ECHO_FAILURES = 3, ECHO_PARTS = ECHO_FAILURES + 2 };

struct plan {
	/* What is executed, for messages; the descriptor is what counts. */
	char target[POLICY_PATH_MAX];
	/* Of the target, close-on-exec: CONFINE_EXEC_FD, or -1 before plan_open(). */
	int fd;
	struct words words;
	/*
	 * PATH=… and NULL: an ambient capability does not set AT_SECURE, so nothing of the
	 * caller's environment may pass.
	 */
	char *envp[2];
};

/* One end of a PPP link, in the words of pppd(8). */
struct ppp_end {
	const char *interface;
	/* AF_UNSPEC: no IPv4. */
	struct ip_addr local, remote;
	/* AF_UNSPEC: no IPv6. The low 64 bits become the interface identifiers (RFC
	 * 5072 4.1). */
	struct ip_addr local6, remote6;
	unsigned mru;
	/* Seconds within which a line that has fallen silent is given up. */
	unsigned keepalive;
	/* "/dev/pts/N" that root owns, or NULL: standard input and output (notty). */
	const char *tty;
	/* Standard input is a terminal, of an ssh -t: the other end has to escape CR and
	 * LF (agent/ppp/line.h says why). vpn-connect's own terminal has no such ssh. */
	bool ssh_tty;
	/*
	 * Wait for the other end's first frame. The other end's terminal is flushed when
	 * its pppd takes it over, and what was sent before is sent again only after three
	 * seconds.
	 */
	bool silent;
	/* Print each packet of LCP and its like to standard error. A remote has no such
	 * end. */
	bool trace;
	/* For ppptun: the device is there already. */
	bool persistent;
	/* For ppptun: the descriptor for its echo times (agent/base/echo_file.h); 0: none.
	 * A remote has none. */
	int rtt_fd;
	/* For ppptun: the sources that the other end's packets may have, beside its
	 * addresses. NULL: any. */
	const struct prefix_line *sources;
	size_t nsources;
	/* For ppptun: where the other end's packets may go, this end's addresses among
	 * them. None: anywhere. */
	const struct ip_prefix *reach;
	size_t nreach;
};

/* One peer's interface and what sshroute is to put on it. */
struct route_set {
	/* The login's id, and the descriptor of the log, for what goes wrong. */
	const char *id;
	int log_fd;
	const char *interface;
	const struct address_pair *address, *address6;
	const struct prefix_line *routes;
	size_t nroutes;
};

/* The words alone: nothing is opened or looked at. program is a pppd, or ppptun
 * (agent/core/engine.h). Return 0, or -1 with *err. */
int plan_ppp(struct plan *plan, const char *program, const struct ppp_end *end,
	     struct error *err);
int plan_sshroute(struct plan *plan, const struct route_set *set, struct error *err);
/*
 * Seconds between two looks whether something came, and how many echoes may stay without an
 * answer. With lcp-echo-adaptive pppd sends the first of these up to two intervals after
 * the last sign of life, and gives the line up one after the last of them; ppptun does so
 * as late (agent/ppp/alive.h). So a line is silent for interval * (failures + 2) seconds at
 * most: the most that keepalive has room for if it is at least ECHO_PARTS (KEEPALIVE_MIN
 * is).
 */
unsigned plan_echo_interval(unsigned keepalive);
unsigned plan_echo_failures(unsigned keepalive);
/* Opens the target by trusted_open_program. 0, or -1 with *err and nothing to close. */
int plan_open(struct plan *plan, struct error *err);

/* Executes the plan's descriptor; returns only on failure, with errno. */
void plan_execute(const struct plan *plan);

#endif
