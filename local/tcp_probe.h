/* SPDX-License-Identifier: ISC */
/*
 * The way to a gateway's sshd without ssh: its name, a connection to each of its addresses,
 * what it calls itself, and whether packets of full size arrive there. A child does it as
 * the user whose ssh_config and resolver count.
 */
#ifndef SALLYPORT_LOCAL_TCP_PROBE_H
#define SALLYPORT_LOCAL_TCP_PROBE_H

#include "local/run_as.h"
#include "local/ssh_reach.h"
#include "policy/language/profile.h"

enum {
	TCP_PROBE_ADDRESSES_MAX = 8,
	TCP_PROBE_BANNER_MAX = 96,
	/* For ssh -G and the resolver; for all connections together; for the first line of
	 * each that stands, and for what is sent then to be taken. */
	TCP_PROBE_NAME_MS = 10000,
	TCP_PROBE_CONNECT_MS = 5000,
	TCP_PROBE_EXCHANGE_MS = 3000,
};

/* What became of the bytes that fill several packets. */
enum tcp_probe_bulk {
	/* Nothing was sent, or it is not known. */
	TCP_PROBE_BULK_UNKNOWN,
	TCP_PROBE_BULK_TAKEN,
	/* Nothing of it was taken, though it was sent again; small packets are. */
	TCP_PROBE_BULK_LOST,
};

struct tcp_probe_address {
	struct ip_addr address;
	/* errno; ETIMEDOUT: no answer. 0: connected. */
	int connect_error;
	int64_t connect_us;
	/* errno; ETIMEDOUT: it says nothing, EPROTO: it is no sshd, ECONNRESET: it hung up.
	 * 0: it is one, or it was not asked. */
	int exchange_error;
	int64_t exchange_us;
	/* The line, quoted; "": none. */
	char banner[TCP_PROBE_BANNER_MAX];
	enum tcp_probe_bulk bulk;
	/* The largest packet that this host sends there, in bytes, as the kernel knows by
	 * then; 0: unknown. */
	unsigned mtu;
};

struct tcp_probe {
	/* ssh -G has answered. */
	bool configured;
	/* By getaddrinfo(3): EAI_*, 0 when it is known. */
	int name_error;
	int64_t name_us;
	struct ssh_reach reach;
	struct tcp_probe_address addresses[TCP_PROBE_ADDRESSES_MAX];
	unsigned count;
};

/* 0, or -1 with *err when nothing could be tried. */
int tcp_probe(const struct profile *profile, const char *host, const struct run_as *account,
	      const struct words *env, struct tcp_probe *out, struct error *err);

/*
 * Pure. A version line and an SSH_MSG_KEXINIT (RFC 4253 7.1) of several packets' size, as
 * every sshd takes it: it is not answered differently from ssh's own. How many bytes.
 */
enum { TCP_PROBE_BULK_SIZE = 4096 };
size_t tcp_probe_bulk(unsigned char out[TCP_PROBE_BULK_SIZE]);

#endif
