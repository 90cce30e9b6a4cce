/* SPDX-License-Identifier: ISC */
/* The exit statuses of pppd (pppd(8), EXIT STATUS) and ppptun, in words. */
#ifndef SALLYPORT_LOCAL_PPP_STATUS_H
#define SALLYPORT_LOCAL_PPP_STATUS_H

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

#endif
