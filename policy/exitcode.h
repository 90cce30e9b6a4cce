/* SPDX-License-Identifier: ISC */
/* What every program of Sallyport exits with: sysexits(3) numbers, stable for scripts and
 * clients. */
#ifndef SALLYPORT_POLICY_EXITCODE_H
#define SALLYPORT_POLICY_EXITCODE_H

enum exit_code {
	EXIT_DONE = 0,
	EXIT_USAGE = 64,       /* command line */
	EXIT_BAD_REQUEST = 65, /* the request does not parse */
	EXIT_NO_PPP = 69,      /* PPP is not available here */
	EXIT_INTERNAL = 70,    /* a defect */
	EXIT_SYSTEM = 71,      /* the system refused something */
	EXIT_BUSY = 75,	       /* no session free: try later */
	EXIT_DENIED = 77,      /* policy says no */
	EXIT_POLICY = 78,      /* a policy or configuration file is wrong */
};

#endif
