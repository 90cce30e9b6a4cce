/* SPDX-License-Identifier: ISC */
/* The user manager that pam_systemd has started for whoever logs in: the account has no use
 * for one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/tool/audit/host.h"
#include "policy/tool/audit/unit_files.h"

enum { UNIT_NAME_MAX = 48 };

/* Whether a line of the file makes pam_systemd ask for a session that has a manager. */
static bool asks(const struct host *host, const char *path)
{
	char *text = host_read(host, path, NULL), *rest = text;
	bool found = false;

	for (const char *line; text != NULL && (line = strsep(&rest, "\n")) != NULL;)
		if (line[strspn(line, " \t")] != '#' &&
		    strstr(line, "pam_systemd.so") != NULL &&
		    strstr(line, "class=none") == NULL && strstr(line, "-light") == NULL)
			found = true;
	free(text);
	return found;
}

static bool is_asked_for(const struct host *host)
{
	/* Debian's, and those of others. */
	static const char *const files[] = {"/etc/pam.d/sshd", "/etc/pam.d/common-session",
					    "/etc/pam.d/password-auth",
					    "/etc/pam.d/system-login"};
	char path[PATH_TEXT_MAX];
	bool asked = false;

	for (size_t i = 0; !asked && i < sizeof files / sizeof files[0]; i++)
		asked = asks(host, files[i]);
	return asked && unit_find(host, unit_directories, "user@.service", path);
}

/* Tells it by the control group that systemd puts it in. */
static bool runs(const struct host *host, const char *unit)
{
	static const char *const mounts[] = {"", "systemd/", "unified/"};
	const unsigned uid = (unsigned)host->account.uid;
	char path[PATH_TEXT_MAX];

	for (size_t i = 0; host->living && i < sizeof mounts / sizeof mounts[0]; i++) {
		snprintf(path, sizeof path, "/sys/fs/cgroup/%suser.slice/user-%u.slice/%s",
			 mounts[i], uid, unit);
		if (host_is_there(host, path))
			return true;
	}
	return false;
}

void host_manager(struct host *host)
{
	const struct host_account *account = &host->account;
	char unit[UNIT_NAME_MAX], path[PATH_TEXT_MAX];

	if (!host->has_account || account->uid == 0)
		return;
	snprintf(unit, sizeof unit, "user@%u.service", (unsigned)account->uid);
	if (runs(host, unit))
		host_find(host, RULE_ACCOUNT_MANAGER, "", 0, "%s runs, as %s", unit,
			  account->name);
	else if (is_asked_for(host) && !(unit_find(host, unit_directories, unit, path) &&
					 unit_is_masked(host, path)))
		host_find(host, RULE_ACCOUNT_MANAGER, "", 0,
			  "%s is not masked: each login starts it, as %s", unit,
			  account->name);
}
