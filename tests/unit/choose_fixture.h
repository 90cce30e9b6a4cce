/* SPDX-License-Identifier: ISC */
/* A host with networks, routes and routers of its own, a profile, and a remote's ready
 * line. */
#ifndef SALLYPORT_TESTS_UNIT_CHOOSE_FIXTURE_H
#define SALLYPORT_TESTS_UNIT_CHOOSE_FIXTURE_H

#include "local/choose.h"
#include "unit.h"

#define PAIR  "address=10.9.0.2 peer-address=10.9.0.1"
#define PAIR6 " address6=fd00:9::2 peer-address6=fd00:9::1"

/* The remote's mru is too small for IPv6. */
extern bool choose_small_remote;

/* 0 with *choice, or -1 with *failure, for those lines of the profile and fields of the
 * ready line. */
int chosen(const char *lines, const char *fields, struct choice *choice,
	   struct failure *failure);
void assert_not_chosen(const char *lines, const char *fields, enum exit_code code,
		       const char *part);
/* The routes, in text, with spaces between. */
const char *chosen_routes(const char *lines, const char *fields);

#endif
