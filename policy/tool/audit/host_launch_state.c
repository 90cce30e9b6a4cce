/* SPDX-License-Identifier: ISC */
/* What vpn-connect keeps while its links are up: it acts on what is written there. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "policy/language/paths.h"
#include "policy/tool/audit/host.h"
#include "policy/tool/audit/host_names.h"

/* As vpn-connect asks it of each (local/state.c), which follows no link. */
static bool judge_directory(struct host *host, const char *path)
{
	const int fd = host->owners ? host_open(host, path, O_PATH | O_NOFOLLOW) : -1;
	struct stat st;
	int failed;

	if (fd < 0)
		return false;
	failed = fstat(fd, &st);
	close(fd);
	if (failed != 0)
		return false;
	if (S_ISDIR(st.st_mode) && st.st_uid == 0 &&
	    (st.st_mode & (S_IWGRP | S_IWOTH)) == 0)
		return true;
	host_find(host, RULE_LAUNCH_STATE, path, 0,
		  "expected a directory of root's with mode 0755: it has uid %u and mode "
		  "%04o",
		  (unsigned)st.st_uid, host_mode(&st));
	return false;
}

static void judge_link(struct host *host, const char *path)
{
	const char *name = basename(path);
	char profile[PATH_TEXT_MAX];

	if (!judge_directory(host, path))
		return;
	if (snprintf(profile, sizeof profile, PATH_PROFILES_DIR "/%s.conf", name) <
		(int)sizeof profile &&
	    !host_is_there(host, profile))
		host_find(host, RULE_LAUNCH_LEFT, path, 0, "there is no %s: %s", profile,
			  host_why());
}

void host_launch_state(struct host *host)
{
	struct host_names paths = {0};

	if (judge_directory(host, RUNDIR) && judge_directory(host, PATH_CONNECT_DIR)) {
		(void)host_names_list(host, PATH_CONNECT_DIR, &paths);
		for (size_t i = 0; i < paths.count; i++)
			judge_link(host, paths.list[i]);
	}
	host_names_free(&paths);
}
