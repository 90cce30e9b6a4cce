/* SPDX-License-Identifier: ISC */
/* Another one-time key in a peer's file, so that an invitation made before is void. */
#ifndef SALLYPORT_POLICY_TOOL_PEERS_RENEW_H
#define SALLYPORT_POLICY_TOOL_PEERS_RENEW_H

#include "policy/tool/peers/change.h"
#include "policy/tool/peers/invite.h"

struct renewal {
	const char *root, *name;
	/* as --until says, or 0 */
	time_t until;
	struct invite *invite;
	/* the invitation with the new key */
	char line[INVITATION_LINE_MAX];
};

/*
 * Makes the key and puts it into the file of a peer that has none of its own yet, as it is
 * then told to sshd. EXIT_DONE with the line; or what to exit with once it is said, and the
 * file as it was.
 */
enum exit_code renew(struct renewal *renewal);

#endif
