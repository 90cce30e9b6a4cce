/* SPDX-License-Identifier: ISC */
/* The exit statuses of pppd (pppd(8), EXIT STATUS) and ppptun, in words. */
#ifndef SALLYPORT_LOCAL_PPP_STATUS_H
#define SALLYPORT_LOCAL_PPP_STATUS_H

#include <stdbool.h>
#include <stddef.h>

#include "policy/language/exitcode.h"
#include "policy/language/policy.h"

struct ppp_status {
	int status;
	enum ppp_engine engine;
	/* What it means for the link: from this side's program, and from the remote's. */
	enum exit_code here_code, there_code;
	/* Whole sentences; the program is named for %s where it stands. */
	const char *here;
	/* Follows "ppptun on HOST ". */
	const char *there;
};

/* NULL: the status has no known meaning. */
const struct ppp_status *ppp_status_find(enum ppp_engine engine, int status);

/* The line under it was hung up. */
enum { PPP_STATUS_HANGUP = 16 };

/* Whether pppd tells by the line why it ends a link (for output_last_line()). */
bool ppp_status_tells(const char *line, size_t len);
/* pppd exits as after a hangup when its line ends while it is ending the link itself: the
 * status of its own reason, if the line tells one, otherwise the status that is given. */
int ppp_status_meant(enum ppp_engine engine, int status, const char *line);

#endif
