/* SPDX-License-Identifier: ISC */
#include "policy/tool/audit/roles.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "policy/language/paths.h"
#include "policy/tool/audit/host.h"
#include "policy/tool/audit/unit_files.h"
#include "policy/tool/report/json.h"

static const char *const names[ROLE_COUNT] = {"remote", "local"};

enum role role_find(const char *word)
{
	unsigned role = 0;

	while (role < ROLE_COUNT && strcmp(names[role], word) != 0)
		role++;
	return role;
}

static void add_sign(struct roles *roles, enum role role, const char *sign)
{
	struct role_signs *found = &roles->found[role];

	if (found->count < ROLE_SIGNS_MAX)
		found->signs[found->count++] = sign;
}

static bool is_there(const struct host *host, const char *path)
{
	struct stat st;

	/* What cannot be looked at is there. */
	return host_stat(host, path, &st) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

/* The installation makes the directory: it is what is in it that tells. */
static bool has_files(const struct host *host, const char *directory)
{
	DIR *stream = host_opendir(host, directory);
	const struct dirent *entry;
	bool any = false;

	if (stream == NULL)
		return false;
	while (!any && (entry = readdir(stream)) != NULL)
		any = path_conf_len(entry->d_name) > 0;
	(void)closedir(stream);
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
	(void)fclose(file);
	return any;
}

void roles_look(struct roles *roles, const struct host *host)
{
	if (is_there(host, PATH_AGENT))
		add_sign(roles, ROLE_REMOTE, PATH_AGENT);
	if (is_there(host, PATH_AGENT_CONF))
		add_sign(roles, ROLE_REMOTE, PATH_AGENT_CONF);
	if (has_files(host, PATH_PEERS_DIR))
		add_sign(roles, ROLE_REMOTE, PATH_PEERS_DIR);
	if (has_account(host))
		add_sign(roles, ROLE_REMOTE, "an account in /etc/passwd");
	if (is_there(host, PATH_VPN_CONNECT))
		add_sign(roles, ROLE_LOCAL, PATH_VPN_CONNECT);
	if (has_files(host, PATH_PROFILES_DIR))
		add_sign(roles, ROLE_LOCAL, PATH_PROFILES_DIR);
	if (unit_is_installed(host))
		add_sign(roles, ROLE_LOCAL, UNIT_NAME);
}

bool roles_has(const struct roles *roles, enum role role)
{
	if (roles->forced != 0)
		return (roles->forced & 1u << role) != 0;
	return roles->found[role].count > 0;
}

bool roles_none(const struct roles *roles)
{
	for (unsigned role = 0; role < ROLE_COUNT; role++)
		if (roles_has(roles, role))
			return false;
	return true;
}

void roles_print(const struct roles *roles)
{
	if (roles_none(roles))
		return;
	for (unsigned role = 0; role < ROLE_COUNT; role++) {
		const struct role_signs *found = &roles->found[role];

		if (!roles_has(roles, role))
			continue;
		(void)printf("role     %s (", names[role]);
		for (size_t i = 0; i < found->count; i++)
			(void)printf("%s%s", i > 0 ? ", " : "", found->signs[i]);
		(void)printf("%s)\n", found->count > 0 ? "" : "nothing of it is there");
	}
	(void)putchar('\n');
}

static json_t *role_json(const struct roles *roles, enum role role)
{
	const struct role_signs *found = &roles->found[role];
	json_t *signs = json_array();

	for (size_t i = 0; i < found->count; i++)
		if (json_array_append_new(signs, json_text(found->signs[i])) < 0) {
			json_decref(signs);
			return NULL;
		}
	return json_pack("{s:s, s:b, s:o}", "role", names[role], "forced",
			 (roles->forced & 1u << role) != 0, "signs", signs);
}

json_t *roles_json(const struct roles *roles)
{
	json_t *list = json_array();

	for (unsigned role = 0; role < ROLE_COUNT; role++)
		if (roles_has(roles, role) &&
		    json_array_append_new(list, role_json(roles, role)) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}
