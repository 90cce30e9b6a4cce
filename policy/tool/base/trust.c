/* SPDX-License-Identifier: ISC */
#include "policy/tool/base/trust.h"

#include <string.h>
#include <unistd.h>

int trust_parse(const char *word, enum trust *out)
{
	if (strcmp(word, "root") == 0)
		*out = TRUST_ROOT;
	else if (strcmp(word, "any") == 0)
		*out = TRUST_ANY;
	else
		return -1;
	return 0;
}

enum trust trust_default(const char *path)
{
	size_t len = strlen(SYSCONFDIR);

	if (geteuid() != 0 || strncmp(path, SYSCONFDIR, len) != 0)
		return TRUST_ANY;
	return path[len] == '/' || path[len] == '\0' ? TRUST_ROOT : TRUST_ANY;
}
