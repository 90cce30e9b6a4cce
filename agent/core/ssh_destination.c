/* SPDX-License-Identifier: ISC */
#include "agent/core/ssh_destination.h"

int ssh_destination_add(struct words *command, const struct profile *profile)
{
	if (profile->ssh_config[0] != '\0' &&
	    (words_add(command, "-F") != 0 ||
	     words_add(command, "%s", profile->ssh_config) != 0))
		return -1;
	if (profile->port != 0 && words_add(command, "-oPort=%u", profile->port) != 0)
		return -1;
	if (profile->identity[0] != '\0' &&
	    (words_add(command, "-oIdentitiesOnly=yes") != 0 ||
	     words_add(command, "-i") != 0 ||
	     words_add(command, "%s", profile->identity) != 0))
		return -1;
	if (words_add(command, "-l") != 0 ||
	    words_add(command, "%s", profile->account) != 0 ||
	    words_add(command, "--") != 0)
		return -1;
	return words_add(command, "%s", profile->host);
}
