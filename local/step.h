/* SPDX-License-Identifier: ISC */
/* What `diagnose` looks at, each by itself and in this order; and where a failure was. */
#ifndef SALLYPORT_LOCAL_STEP_H
#define SALLYPORT_LOCAL_STEP_H

enum link_step {
	STEP_UNKNOWN,
	/* This host, as `check` looks at it. */
	STEP_PROFILE,
	STEP_STATE,
	STEP_USER,
	STEP_SSH,
	STEP_KEY,
	STEP_PROGRAM,
	STEP_HERE,
	/* The way to the remote. */
	STEP_NAME,
	STEP_TCP,
	STEP_EXCHANGE,
	STEP_JUMP,
	STEP_HOST_KEY,
	STEP_LOGIN,
	/* What answers there. */
	STEP_COMMAND,
	STEP_AGENT,
	STEP_READY,
	STEP_OFFERS,
	/* PPP, and what the link is made of. */
	STEP_PROGRAM_THERE,
	STEP_LCP,
	STEP_ADDRESSES,
	STEP_LINK,
	STEP_ROUTES_THERE,
	STEP_ROUTES_HERE,
	/* What passes through it. */
	STEP_PING,
	STEP_SIZE,
	STEP_FORWARDING,
	STEP_DNS,
	STEPS,
};

#endif
