/* SPDX-License-Identifier: ISC */
/* The decision: a pure function of policy, request, where from, which key, and now. */
#ifndef SALLYPORT_POLICY_DECIDE_H
#define SALLYPORT_POLICY_DECIDE_H

#include "policy/exitcode.h"
#include "policy/policy.h"

enum { VERDICT_REASON_MAX = 160 };

struct decision {
	const struct agent_conf *conf;
	const struct peer *peer;
	const struct request *request;
	const struct ip_addr *from; /* the client's address */
	const uint8_t (
	    *digest)[KEY_DIGEST_SIZE]; /* of the key that sshd accepted; NULL: not told */
	time_t now;
};

struct verdict {
	bool allow;
	enum exit_code code;	    /* EXIT_DONE when allowed */
	char file[POLICY_PATH_MAX]; /* the file and line that decided; line 0: what the file
				     */
	unsigned line;		    /* does not say, or its default */
	char reason[VERDICT_REASON_MAX]; /* a constant phrase with policy values, printable
					    ASCII */
};

/*
 * Total: every input gives a verdict, and whatever is not allowed is denied. Checked in
 * this order: key told and the peer's, beginning, expiry, From, Legacy, Allow, then for
 * sshroute that no Route covers the client's own address (the tunnel would carry itself).
 */
void decide(const struct decision *in, struct verdict *out);

#endif
