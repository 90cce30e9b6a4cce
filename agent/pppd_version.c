/* SPDX-License-Identifier: ISC */
#include "agent/pppd_version.h"

#include <stdio.h>
#include <string.h>

/* The first that checks for the capability instead of for uid 0. */
enum { MAJOR_NEEDED = 2, MINOR_NEEDED = 5, PATCH_NEEDED = 4 };

bool pppd_version_suffices(const char *text)
{
	static const char before[] = "version ";
	const char *at = strstr(text, before);
	unsigned major, minor, patch;

	if (at == NULL ||
	    sscanf(at + sizeof before - 1, "%4u.%4u.%4u", &major, &minor, &patch) != 3)
		return false;
	if (major != MAJOR_NEEDED)
		return major > MAJOR_NEEDED;
	if (minor != MINOR_NEEDED)
		return minor > MINOR_NEEDED;
	return patch >= PATCH_NEEDED;
}
