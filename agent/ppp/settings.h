/* SPDX-License-Identifier: ISC */
/* What ppptun was called with: pppd's options (pppd(8)), as far as they are taken. */
#ifndef SALLYPORT_AGENT_PPP_SETTINGS_H
#define SALLYPORT_AGENT_PPP_SETTINGS_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "policy/language/policy.h"

enum {
	/* of a frame's information, when nothing is said (RFC 1661 6.1) */
	MRU_DEFAULT = 1500,
	/* IPv6's smallest is more (RFC 8200 5), IPv4's less (RFC 791 3.2) */
	MRU_SMALLEST = 128,
	MRU_LARGEST = 65535,
	/* RFC 1661 4.6: Max-Configure, Max-Failure, and the restart timer in seconds */
	MAX_CONFIGURE = 10,
	MAX_FAILURE = 5,
	RESTART_S = 3,
	TTY_MAX = 64,
	/* of "unit": pppN has to be a name */
	UNIT_MAX = 999999,
	UNIT_NONE = UNIT_MAX + 1,
	/* the other end's addresses, and the routes to it: of a peer, or of a profile and
	 * what its remote offers */
	SOURCES_MAX = 2 + PEER_ROUTES_MAX + PEER_OFFERS_MAX,
	REACH_MAX = PEER_REACH_ALL_MAX,
};

#define ACCM_ALL UINT32_C(0xffffffff)

struct settings {
	/* "" for standard input and output */
	char tty[TTY_MAX];
	/* Stay in the foreground; otherwise it goes to the background when a terminal is
	 * named. */
	bool no_detach;
	/* In network order; 0: the peer tells. */
	uint32_t local, remote;
	bool ip;
	bool accept_local, accept_remote;
	/* RFC 5072 4.1, in network order; 0: made up, and the peer's as it comes. */
	bool ipv6;
	uint8_t local_id[8], remote_id[8];
	unsigned mru, mtu;
	/* "": the kernel's choice */
	char ifname[IF_NAMESIZE];
	/* or pppN, when a unit is given */
	unsigned unit;
	/* what the other end has to escape; default_accm: all, and not negotiated (RFC 1662
	 * 7.1) */
	uint32_t accm;
	bool default_accm;
	/* what this end always escapes: not an option, but what the line needs */
	uint32_t escape;
	bool field_compression[2];	      /* of address and control, of the protocol */
	unsigned echo_interval, echo_failure; /* seconds, and how many; 0: none */
	bool echo_adaptive;		      /* no more of them than it takes */
	unsigned max_configure, restart;      /* LCP's; restart in seconds */
	bool passive, silent;
	unsigned idle, max_connect; /* seconds; 0: for ever */
	bool debug, dry_run, help, version;
	/* "tun-persistent", the same: the device is there, with its addresses. */
	bool persistent;
	/* "lcp-rtt-fd", the same: takes the echo times (agent/base/echo_file.h); 0: none.
	 */
	unsigned rtt_fd;
	/* "source PREFIX", an option of ppptun's own: what the peer may send from. None:
	 * all. */
	struct ip_prefix sources[SOURCES_MAX];
	size_t nsources;
	/* "reach PREFIX", another: where its packets may go, and where those to it may come
	 * from. None: anywhere. */
	struct ip_prefix reach[REACH_MAX];
	size_t nreach;
	/* What is told goes to the system log, and to one of these: -1, or what
	 * daemon_open_log() gave; NULL, or of argv. */
	int log_fd;
	const char *log_file;
};

/*
 * argv from 1 on. 0, or -1 with *err. An option that pppd has and ppptun has not is refused
 * like an unknown one: to ignore it would promise something that does not happen.
 */
int settings_parse(struct settings *settings, int argc, char **argv, struct error *err);

/* Whether all addresses come from the options, so that the peer tells or chooses none. */
bool settings_addresses_known(const struct settings *settings);

#endif
