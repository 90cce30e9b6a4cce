/* SPDX-License-Identifier: ISC */
#include "agent/core/pppd_version.h"

#include <stdio.h>
#include <string.h>

struct version {
	unsigned major, minor, patch;
};

/* The first that checks for the capability instead of for uid 0. */
static const struct version without_root = {2, 5, 4};
/* The first that knows PPPD_WORD_ADAPTIVE. */
static const struct version adaptive = {2, 4, 9};

static bool read_version(const char *text, struct version *out)
{
	static const char before[] = "version ";
	const char *at = strstr(text, before);

	return at != NULL && sscanf(at + sizeof before - 1, "%4u.%4u.%4u", &out->major,
				    &out->minor, &out->patch) == 3;
}

static bool is_at_least(const struct version *version, const struct version *needed)
{
	if (version->major != needed->major)
		return version->major > needed->major;
	if (version->minor != needed->minor)
		return version->minor > needed->minor;
	return version->patch >= needed->patch;
}

bool pppd_version_told(const char *text)
{
	struct version version;

	return read_version(text, &version);
}

bool pppd_version_suffices(const char *text)
{
	struct version version;

	return read_version(text, &version) && is_at_least(&version, &without_root);
}

bool pppd_version_always_asks(const char *text)
{
	struct version version;

	return read_version(text, &version) && !is_at_least(&version, &adaptive);
}

int pppd_adapt(struct plan *plan, const struct pppd_nature *nature, struct error *err)
{
	if (nature->always_asks)
		words_drop(&plan->words, PPPD_WORD_ADAPTIVE);
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
