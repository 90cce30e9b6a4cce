/* SPDX-License-Identifier: ISC */
/* The signs by which a host's roles are known. */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "policy/language/paths.h"
#include "policy/tool/audit/host.h"
#include "policy/tool/audit/host_names.h"
#include "policy/tool/audit/unit_files.h"
#include "policy/tool/report/roles.h"

static void add_sign(struct roles *roles, enum role role, const char *sign)
{
	struct role_signs *found = &roles->found[role];

	if (found->count < ROLE_SIGNS_MAX)
		found->signs[found->count++] = sign;
}

static bool may_be_there(const struct host *host, const char *path)
{
	/* If it cannot be looked at, it is assumed to be there. */
	return host_is_there(host, path) || (errno != ENOENT && errno != ENOTDIR);
}

/* The installation makes the directory, so only a file in it is a sign. */
static bool has_files(const struct host *host, const char *directory)
{
	struct host_names paths = {0};
	bool any = false;

	(void)host_names_list(host, directory, &paths);
	for (size_t i = 0; i < paths.count; i++)
		any |= path_conf_len(basename(paths.list[i])) > 0;
	host_names_free(&paths);
	return any;
}

/* An account whose login shell is the agent. */
static bool has_account(const struct host *host)
{
	FILE *file = host_fopen(host, "/etc/passwd");
	const struct passwd *entry;
	bool any = false;

	if (file == NULL)
		return false;
	while (!any && (entry = fgetpwent(file)) != NULL)
		any = strcmp(entry->pw_shell, PATH_AGENT) == 0;
	fclose(file);
	return any;
}

void host_find_roles(const struct host *host, struct roles *roles)
{
	if (may_be_there(host, PATH_AGENT))
		add_sign(roles, ROLE_REMOTE, PATH_AGENT);
	if (may_be_there(host, PATH_AGENT_CONF))
		add_sign(roles, ROLE_REMOTE, PATH_AGENT_CONF);
	if (has_files(host, PATH_PEERS_DIR))
		add_sign(roles, ROLE_REMOTE, PATH_PEERS_DIR);
	if (has_account(host))
		add_sign(roles, ROLE_REMOTE, "an account in /etc/passwd");
	if (may_be_there(host, PATH_VPN_CONNECT))
		add_sign(roles, ROLE_LOCAL, PATH_VPN_CONNECT);
	if (has_files(host, PATH_PROFILES_DIR))
		add_sign(roles, ROLE_LOCAL, PATH_PROFILES_DIR);
	if (unit_is_installed(host))
		add_sign(roles, ROLE_LOCAL, UNIT_NAME);
}
