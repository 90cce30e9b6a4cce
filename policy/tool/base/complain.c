/* SPDX-License-Identifier: ISC */
#include "policy/tool/base/complain.h"

#include <stdio.h>

enum { ERROR_LINE_MAX = ERROR_FILE_MAX + ERROR_WHERE_MAX + ERROR_TEXT_MAX };

enum exit_code out_of_memory(void)
{
	fputs("vpn-policy: out of memory\n", stderr);
	return EXIT_SYSTEM;
}

void complain(const struct error *err)
{
	char line[ERROR_LINE_MAX];

	error_print(err, line, sizeof line);
	fprintf(stderr, "%s\n", line);
}
