/* SPDX-License-Identifier: ISC */
#include "agent/core/pppd_version.h"

#include <stdio.h>
#include <string.h>

/* The first that checks for the capability instead of for uid 0. */
enum { MAJOR_NEEDED = 2, MINOR_NEEDED = 5, PATCH_NEEDED = 4 };

static bool read_version(const char *text, unsigned *major, unsigned *minor,
			 unsigned *patch)
{
	static const char before[] = "version ";
	const char *at = strstr(text, before);

	return at != NULL &&
	       sscanf(at + sizeof before - 1, "%4u.%4u.%4u", major, minor, patch) == 3;
}

bool pppd_version_told(const char *text)
{
	unsigned major, minor, patch;

	return read_version(text, &major, &minor, &patch);
}

bool pppd_version_suffices(const char *text)
{
	unsigned major, minor, patch;

	if (!read_version(text, &major, &minor, &patch))
		return false;
	if (major != MAJOR_NEEDED)
		return major > MAJOR_NEEDED;
	if (minor != MINOR_NEEDED)
		return minor > MINOR_NEEDED;
	return patch >= PATCH_NEEDED;
}

int pppd_adapt(struct plan *plan, const struct pppd_nature *nature, struct error *err)
{
	if (!nature->lacks_ipv6)
		return 0;
	/* No interface has such a name. */
	if (words_drop(&plan->words, "+ipv6"))
		return error_set(
		    err, "%s was built without IPv6, but this link has IPv6 addresses",
		    plan->target);
	words_drop(&plan->words, PPPD_WORD_IPV6);
	return 0;
}
