/* SPDX-License-Identifier: ISC */
/*
 * Echo requests (RFC 792, RFC 4443) through a link: whether the other end answers, how
 * large a packet may be, and how far one gets whose time to live is short. A child without
 * any right sends them and looks at what comes.
 */
#ifndef SALLYPORT_LOCAL_PING_H
#define SALLYPORT_LOCAL_PING_H

#include <stdbool.h>
#include <stdint.h>

#include "local/run_as.h"
#include "policy/language/address.h"

enum {
	PING_TRIES = 3,
	PING_WAIT_MS = 1000,
	/*
	 * Linux sends one source an ICMP error a second, of unreachable destinations only
	 * after two seconds of silence once its first few are used up (icmp_ratelimit in
	 * icmp(7), error_cost): whoever asks every second hears none.
	 */
	PING_ERROR_TRIES = 2,
	PING_ERROR_WAIT_MS = 2200,
	/* Header and echo header alone. */
	PING_LEAST4 = 28,
	PING_LEAST6 = 48,
	/* A packet that is not about size. */
	PING_USUAL = 84,
	PING_LARGEST = 65535,
};

/* A socket for each family; -1: none. */
struct ping_sockets {
	int fds[2];
	/* Not of the kernel's ping sockets: they see the answers to everybody's pings. */
	bool raw[2];
};

/* With root's rights, as long as they are there; otherwise where the kernel gives ping
 * sockets to the group (net.ipv4.ping_group_range). */
void ping_open(struct ping_sockets *sockets);
void ping_close(struct ping_sockets *sockets);

struct ping_shot {
	/* Its own address, AF_UNSPEC: any; and where it goes. */
	struct ip_addr from, to;
	/* Of the whole packet; it is not cut on the way. */
	unsigned size;
	/* Time to live, or hop limit; 0: the usual. */
	unsigned ttl;
	unsigned tries;
	/* For the answer to each, milliseconds. */
	int wait;
};

enum ping_end {
	/* There is no socket for it. */
	PING_IMPOSSIBLE,
	PING_ANSWERED,
	/* Some router's or host's ICMP error. */
	PING_REFUSED,
	/* This host did not let it go: errno. */
	PING_UNSENT,
	PING_SILENT,
	PING_ENDS,
};

struct ping_result {
	enum ping_end end;
	int sys;
	/* ICMP's, of a refusal; who said it; and the size that it allows, 0: none. */
	uint8_t type, code;
	struct ip_addr by;
	unsigned mtu;
	int64_t took;
};

/* One packet at a time until one is answered. In this process. */
void ping_shoot(const struct ping_sockets *sockets, const struct ping_shot *shot,
		struct ping_result *out);
/* The largest packet from least to most that is answered; 0: not even that of least. */
unsigned ping_largest(const struct ping_sockets *sockets, const struct ping_shot *shot,
		      unsigned least, unsigned most);

/* The kind of a refusal, of both families. */
enum ping_reason {
	PING_TIME_EXCEEDED,
	PING_TOO_BIG,
	/* A packet filter, or a rule, says no. */
	PING_PROHIBITED,
	/* A router has no route, or the host is not there. */
	PING_NO_ROUTE,
	PING_NO_HOST,
	PING_OTHER,
};
enum ping_reason ping_reason(const struct ping_result *result);

#endif
