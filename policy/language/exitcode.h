/* SPDX-License-Identifier: ISC */
/* What every program of Sallyport exits with: sysexits(3) numbers, stable for scripts and
 * clients. */
#ifndef SALLYPORT_POLICY_LANGUAGE_EXITCODE_H
#define SALLYPORT_POLICY_LANGUAGE_EXITCODE_H

enum exit_code {
	EXIT_DONE = 0,
	/* vpn-policy audit: warnings, but no error */
	EXIT_WARNINGS = 1,
	/* vpn-policy diff: something changes in effect, as diff(1) says it; fmt --check: a
	 * file has another layout */
	EXIT_DIFFERS = 1,
	/* vpn-connect status: not up, as the LSB's init scripts say it */
	EXIT_NOT_UP = 3,
	/* vpn-connect status: up, but the kernel lacks part of what the link is made of */
	EXIT_IMPAIRED = 4,
	/* command line */
	EXIT_USAGE = 64,
	/* the request does not parse */
	EXIT_BAD_REQUEST = 65,
	/* vpn-policy audit: nothing of Sallyport is there to be looked at */
	EXIT_NOT_INSTALLED = 66,
	/* vpn-connect: the remote's name, address or sshd cannot be reached */
	EXIT_NO_HOST = 68,
	/* PPP is not available here */
	EXIT_NO_PPP = 69,
	/* a defect */
	EXIT_INTERNAL = 70,
	/* the system refused something */
	EXIT_SYSTEM = 71,
	/* vpn-connect: something of a link is left, as it could not be undone */
	EXIT_LEFT = 73,
	/* vpn-connect: the link did not come up in time, or ended by itself */
	EXIT_LINK = 74,
	/* no session free: try later */
	EXIT_BUSY = 75,
	/* vpn-connect: the remote answered what cannot be used */
	EXIT_PROTOCOL = 76,
	/* policy says no */
	EXIT_DENIED = 77,
	/* a policy or configuration file is wrong */
	EXIT_POLICY = 78,
};

#endif
