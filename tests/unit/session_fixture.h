/* SPDX-License-Identifier: ISC */
/* What the tests of sessions share: a peer, and where it comes from. */
#ifndef SALLYPORT_TESTS_UNIT_SESSION_FIXTURE_H
#define SALLYPORT_TESTS_UNIT_SESSION_FIXTURE_H

#include <stdio.h>

#include "agent/core/session.h"

static const struct session_origin here = {.from = {AF_INET, {198, 51, 100, 7}},
					   .port = 4000};

static inline struct peer peer_with(const char *name, unsigned sessions)
{
	struct peer peer = {.sessions = sessions};

	snprintf(peer.name, sizeof peer.name, "%s", name);
	snprintf(peer.interface, sizeof peer.interface, "sp-%.8s", name);
	return peer;
}

#endif
