/* SPDX-License-Identifier: ISC */
#include "agent/core/ssh_destination.h"

void ssh_destination_add(struct words *command, const struct profile *profile,
			 const char *host)
{
	if (profile->ssh_config[0] != '\0')
		words_add_pair(command, "-F", profile->ssh_config);
	if (profile->port != 0)
		words_add(command, "-oPort=%u", profile->port);
	if (profile->identity[0] != '\0') {
		words_add(command, "-oIdentitiesOnly=yes");
		words_add_pair(command, "-i", profile->identity);
	}
	words_add_pair(command, "-l", profile->account);
	words_add_pair(command, "--", host);
}
