/* SPDX-License-Identifier: ISC */
/* What ssh's end means, in one plain sentence that says what to do. */
#ifndef SALLYPORT_LOCAL_SSH_ERROR_H
#define SALLYPORT_LOCAL_SSH_ERROR_H

#include <stdbool.h>

#include "local/reporting.h"
#include "local/ssh_meaning.h"
#include "policy/language/policy.h"

/* ssh(1): "255 if an error occurred"; everything else is the remote command's. */
enum { SSH_OWN_ERROR = 255 };

struct ssh_end {
	/* The exit status, or -1: it was killed. */
	int status;
	/* Its process id, or 0: then what it says of itself is not told from what another
	 * ssh says, one that leads to a jump host. */
	long pid;
	/* Everything it wrote to standard error, terminated. */
	const char *output;
	/*
	 * The login had succeeded: from then on the remote's command writes to the same
	 * standard error, and its exit status may be ssh's own 255.
	 */
	bool session;
	/* It went over another ssh's connection, and says at its end that it had none. */
	bool shared;
	enum ssh_agent agent;
	/*
	 * What speaks PPP on the remote, PPP_AUTO before its ready line: from then on the
	 * exit status is that program's.
	 */
	enum ppp_engine launched;
	/* As the profile has it, for the sentence. */
	const char *host;
};

/* Pure. An ssh that ends while the link is wanted is always a failure; returns -1. */
int ssh_error_explain(const struct ssh_end *end, struct failure *failure);
/* The same for the second request, sshroute. */
int ssh_error_explain_routes(const struct ssh_end *end, struct failure *failure);

#endif
