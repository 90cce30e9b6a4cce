/* SPDX-License-Identifier: ISC */
#include "local/command.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "local/place.h"
#include "local/profile_names.h"
#include "policy/language/load.h"

enum exit_code command_fail(enum exit_code code, const char *fmt, ...)
{
	va_list args;

	/* What was printed so far comes first, even when both streams go to one file. */
	fflush(stdout);
	fputs("vpn-connect: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	return code;
}

int command_profile_names(struct dirent ***names, bool with_links)
{
	const int count =
	    with_links ? profile_names_with_links(names) : profile_names_read(names);

	if (count < 0)
		command_fail(EXIT_SYSTEM, "cannot read %s: %s", place()->profiles,
			     strerrordesc_np(errno));
	return count;
}

enum exit_code command_check_profile(const char *name)
{
	char path[POLICY_PATH_MAX];
	struct error err;

	if (policy_path(place()->profiles, name, path, &err) != 0)
		return command_fail(EXIT_POLICY, "%s", err.text);
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return command_fail(EXIT_POLICY, "there is no profile %s (%s)", name, path);
	return EXIT_DONE;
}
