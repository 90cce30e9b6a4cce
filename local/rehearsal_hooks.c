/* SPDX-License-Identifier: ISC */
/* What Up and Down would be run with. */
#include <stdio.h>

#include "local/rehearsal.h"

static void tell_who(const struct rehearsal *show)
{
	const struct run_as *const account = &show->account;
	const bool root = show->profile->hook_as == HOOK_AS_ROOT || account->uid == 0;

	printf("           as %s (uid %u), %s, no_new_privs; what the link is in an "
	       "environment of its own (vpn-connect(8), HOOKS)\n",
	       root ? "root" : account->name, root ? 0 : (unsigned)account->uid,
	       root ? "with CAP_NET_ADMIN alone" : "without capabilities");
}

int rehearse_hooks(struct rehearsal *show)
{
	const struct profile *const profile = show->profile;

	if (profile->down[0] != '\0') {
		rehearsal_note(show, JOURNAL_HOOK_DOWN, "Down %s", profile->down);
		rehearsal_tell("note", "Down %s: it is due from now on", profile->down);
		tell_who(show);
	}
	if (profile->up[0] != '\0') {
		rehearsal_tell("run", "Up %s", profile->up);
		tell_who(show);
	}
	return 0;
}
