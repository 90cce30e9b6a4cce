/* SPDX-License-Identifier: ISC */
/* What ssh's end means, in one plain sentence that says what to do. */
#ifndef SALLYPORT_LOCAL_SSH_ERROR_H
#define SALLYPORT_LOCAL_SSH_ERROR_H

#include <stdbool.h>

#include "local/failure.h"

struct ssh_end {
	/* The exit status, or -1: it was killed. */
	int status;
	/* Everything it wrote to standard error, terminated. */
	const char *output;
	/* Its last line, quoted; "" when it said nothing. */
	const char *last_line;
	/*
	 * The login had succeeded: from then on the remote's command writes to the same
	 * standard error, and its exit status may be ssh's own 255.
	 */
	bool session;
	/* As the profile has it, for the sentence. */
	const char *host;
};

/* Pure. An ssh that ends while the link is wanted is always a failure; returns -1. */
int ssh_error_explain(const struct ssh_end *end, struct failure *failure);
/* The same for the second request, sshroute. */
int ssh_error_explain_routes(const struct ssh_end *end, struct failure *failure);

#endif
