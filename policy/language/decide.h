/* SPDX-License-Identifier: ISC */
/* The decision: a pure function of policy, request, where from, which key, and now. */
#ifndef SALLYPORT_POLICY_LANGUAGE_DECIDE_H
#define SALLYPORT_POLICY_LANGUAGE_DECIDE_H

#include "policy/language/exitcode.h"
#include "policy/language/policy.h"

enum { VERDICT_REASON_MAX = 160 };

struct question {
	const struct agent_conf *conf;
	const struct peer *peer;
	const struct request *request;
	/* the client's address; NULL or AF_UNSPEC: not known */
	const struct ip_addr *from;
	/* this host's address that the client reached; NULL: not told */
	const struct ip_addr *server;
	/* of the key that sshd accepted; NULL: not told */
	const uint8_t (*digest)[KEY_DIGEST_SIZE];
	/* by which sshd accepted that key; NULL: by none */
	const struct certificate *certificate;
	time_t now;
};

struct verdict {
	bool allow;
	/* EXIT_DONE when allowed */
	enum exit_code code;
	/* the file and line that decided; line 0: what the file does not say, or its
	 * default */
	char file[POLICY_PATH_MAX];
	unsigned line;
	/* a constant phrase with policy values, printable ASCII */
	char reason[VERDICT_REASON_MAX];
};

/*
 * Total: every input gives a verdict, and whatever is not allowed is denied. Checked in
 * this order: that the peer has a key, key told and the peer's, or certified by an
 * authority for the peer at this time, beginning, expiry, From, Legacy, Allow, that the
 * HOWTO's words ask for no more than policy has, then for sshroute that no Route covers the
 * client's own address (the tunnel would carry itself) or the server's.
 */
void decide(const struct question *in, struct verdict *out);

#endif
