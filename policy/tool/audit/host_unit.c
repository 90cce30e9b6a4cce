/* SPDX-License-Identifier: ISC */
/* The launcher's unit: whether it is installed, what drop-ins change in it, and which
 * instances start at boot; and the units by which others reach what root does for them. */
#include <stdio.h>
#include <string.h>

#include "policy/language/paths.h"
#include "policy/tool/audit/host.h"
#include "policy/tool/audit/host_names.h"
#include "policy/tool/audit/unit_files.h"
#include "policy/tool/audit/word_list.h"

enum { UNIT_NAME_MAX = 2 * NAME_MAX_LEN + sizeof UNIT_NAME };

static bool says(const char *value, const char *words)
{
	return word_list_has_folded(words, " ", value);
}

#define TRUE_WORDS  "yes true on 1"
#define FALSE_WORDS "no false off 0"

/* Settings that harden the unit as it ships, and the values that keep it hardened; "~": any
 * value that only removes more. */
static const struct {
	const char *key, *good;
} hardening[] = {
    {"NoNewPrivileges", TRUE_WORDS},
    {"CapabilityBoundingSet", "~"},
    {"AmbientCapabilities", "~"},
    {"ProtectSystem", "strict"},
    {"ProtectHome", TRUE_WORDS " read-only tmpfs"},
    {"PrivateTmp", TRUE_WORDS " disconnected"},
    {"DevicePolicy", "closed strict"},
    {"DeviceAllow", ""},
    {"ProtectProc", "invisible noaccess"},
    {"ProtectKernelTunables", TRUE_WORDS},
    {"ReadWritePaths", ""},
    {"ProtectKernelModules", TRUE_WORDS},
    {"ProtectKernelLogs", TRUE_WORDS},
    {"ProtectControlGroups", TRUE_WORDS " private strict"},
    {"ProtectClock", TRUE_WORDS},
    {"ProtectHostname", TRUE_WORDS " private"},
    {"RestrictAddressFamilies", "~"},
    {"RestrictNamespaces", TRUE_WORDS},
    {"RestrictRealtime", TRUE_WORDS},
    {"RestrictSUIDSGID", TRUE_WORDS},
    {"LockPersonality", TRUE_WORDS},
    {"MemoryDenyWriteExecute", TRUE_WORDS},
    {"SystemCallArchitectures", "native"},
    {"SystemCallFilter", "~"},
};

/* Settings with which no link comes up, and their bad values; NULL: any user but root. */
static const struct {
	const char *key, *bad;
} spoiling[] = {
    {"User", NULL},
    {"DynamicUser", TRUE_WORDS},
    {"PrivateNetwork", TRUE_WORDS},
    {"PrivateUsers", TRUE_WORDS},
    {"PrivateDevices", TRUE_WORDS},
    {"ProtectHome", TRUE_WORDS " tmpfs"},
    {"ProcSubset", "pid"},
};

static bool spoils(const struct unit_line *line)
{
	static const char *const needed[] = {"CAP_NET_ADMIN", "CAP_SETUID", "CAP_SETGID",
					     "CAP_SETPCAP", "CAP_SYS_PTRACE"};

	for (size_t i = 0; i < sizeof spoiling / sizeof spoiling[0]; i++)
		if (strcmp(line->key, spoiling[i].key) == 0)
			return spoiling[i].bad != NULL
				   ? says(line->value, spoiling[i].bad)
				   : line->value[0] != '\0' && !says(line->value, "root 0");
	if (strcmp(line->key, "CapabilityBoundingSet") != 0)
		return false;
	for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
		if (line->value[0] == '~' && strstr(line->value, needed[i]) != NULL)
			return true;
	return false;
}

static bool loosens(const struct unit_line *line)
{
	for (size_t i = 0; i < sizeof hardening / sizeof hardening[0]; i++) {
		const char *good = hardening[i].good;

		if (strcmp(line->key, hardening[i].key) != 0)
			continue;
		if (good[0] == '~')
			return line->value[0] != '~';
		/* Of a setting that grants something, the empty value takes all back. */
		return good[0] == '\0' ? line->value[0] != '\0' : !says(line->value, good);
	}
	return false;
}

static void judge_line(struct host *host, const char *path, const struct unit_line *line)
{
	if (strcmp(line->section, "[Service]") != 0)
		return;
	if (spoils(line))
		host_find(host, RULE_UNIT_SPOILED, path, line->line, "%s=%s", line->key,
			  line->value);
	else if (loosens(line))
		host_find(host, RULE_UNIT_LOOSE, path, line->line, "%s=%s", line->key,
			  line->value);
}

/* A drop-in of another unit, which needs less: it may only harden further. */
static void judge_other_line(struct host *host, const char *path,
			     const struct unit_line *line)
{
	if (strcmp(line->section, "[Service]") == 0 && loosens(line))
		host_find(host, RULE_UNIT_LOOSE, path, line->line, "%s=%s", line->key,
			  line->value);
}

typedef void line_judge(struct host *host, const char *path, const struct unit_line *line);

static void judge_drop_ins_in(struct host *host, const char *directory, line_judge *judge)
{
	struct host_names paths = {0};

	(void)host_names_list(host, directory, &paths);
	for (size_t i = 0; i < paths.count; i++) {
		const char *path = paths.list[i];

		if (path_conf_len(basename(path)) == 0 || unit_is_masked(host, path))
			continue;
		(void)host_trust_file(host, RULE_UNIT_UNTRUSTED, path);
		unit_each_line(host, path, judge);
	}
	host_names_free(&paths);
}

static void judge_drop_ins(struct host *host, const char *name, line_judge *judge)
{
	char directory[PATH_TEXT_MAX];

	for (size_t i = 0; unit_directories[i] != NULL; i++)
		if (snprintf(directory, sizeof directory, "%s/%s.d", unit_directories[i],
			     name) < (int)sizeof directory)
			judge_drop_ins_in(host, directory, judge);
}

/* The name of a profile's instance, into name, which it returns. */
static const char *instance(const char *profile, char name[UNIT_NAME_MAX])
{
	snprintf(name, UNIT_NAME_MAX, UNIT_PREFIX "%s" UNIT_SUFFIX, profile);
	return name;
}

static void judge_instances(struct host *host)
{
	char name[UNIT_NAME_MAX], file[PATH_TEXT_MAX];

	for (size_t i = 0; i < host->nprofiles; i++) {
		const char *profile = host->profiles[i].name;

		(void)instance(profile, name);
		judge_drop_ins(host, name, judge_line);
		snprintf(file, sizeof file, PATH_PROFILES_DIR "/%s.conf", profile);
		if (!unit_is_enabled(host, name))
			host_find(host, RULE_UNIT_NOT_ENABLED, file, 0,
				  "%s is not enabled: nothing brings it up at boot", name);
	}
}

/* For a link in a *.wants directory: an instance of the unit needs a profile. */
static void judge_link(struct host *host, const char *link, const char *name)
{
	const size_t len = strlen(name), before = sizeof UNIT_PREFIX - 1,
		     behind = sizeof UNIT_SUFFIX - 1;
	char path[PATH_TEXT_MAX];

	if (len <= before + behind || strncmp(name, UNIT_PREFIX, before) != 0 ||
	    strcmp(name + len - behind, UNIT_SUFFIX) != 0)
		return;
	if (snprintf(path, sizeof path, PATH_PROFILES_DIR "/%.*s.conf",
		     (int)(len - before - behind), name + before) >= (int)sizeof path)
		return;
	if (!host_is_there(host, path))
		host_find(host, RULE_UNIT_NO_PROFILE, link, 0, "%s: %s", path, host_why());
}

/* Drop-ins can also be for all services, or for every unit whose name begins with "vpn-".
 */
static void judge_unit(struct host *host, const char *path)
{
	char shipped[PATH_TEXT_MAX];

	if (unit_find(host, unit_directories + 1, UNIT_NAME, shipped) &&
	    strcmp(path, shipped) != 0)
		host_find(host, RULE_UNIT_OTHER, path, 0, "it takes the place of %s",
			  shipped);
	(void)host_trust_file(host, RULE_UNIT_UNTRUSTED, path);
	judge_drop_ins(host, "service", judge_line);
	judge_drop_ins(host, "vpn-" UNIT_SUFFIX, judge_line);
	judge_drop_ins(host, UNIT_NAME, judge_line);
	judge_instances(host);
	unit_each_enabled(host, judge_link);
}

static bool has_systemd(const struct host *host)
{
	return host_is_there(host, "/usr/lib/systemd/systemd") ||
	       host_is_there(host, "/lib/systemd/systemd");
}

void host_unit(struct host *host)
{
	char path[PATH_TEXT_MAX];

	if (!unit_find(host, unit_directories, UNIT_NAME, path)) {
		/* Without systemd another program starts the links. */
		if (has_systemd(host))
			host_find(host, RULE_UNIT_MISSING, "", 0, "there is no " UNIT_NAME);
	} else if (unit_is_masked(host, path)) {
		host_find(host, RULE_UNIT_MISSING, path, 0, "it is masked");
	} else {
		judge_unit(host, path);
	}
}

/* Without systemd another program may listen there. */
static void judge_control(struct host *host, const struct profile *profile, bool there)
{
	char file[PATH_TEXT_MAX];

	if (profile->nusers == 0 || unit_is_enabled(host, CONTROL_SOCKET) ||
	    !(there || has_systemd(host)))
		return;
	snprintf(file, sizeof file, PATH_PROFILES_DIR "/%s.conf", profile->name);
	host_find(host, RULE_CONTROL_OFF, file, profile->users[0].line,
		  "%s, whom Users names, cannot ask: " CONTROL_SOCKET " is not enabled",
		  profile->users[0].name);
}

/* Units besides the launcher's. Whether it is there. */
static bool judge_other(struct host *host, const char *name)
{
	char path[PATH_TEXT_MAX];

	if (!unit_find(host, unit_directories, name, path) || unit_is_masked(host, path))
		return false;
	(void)host_trust_file(host, RULE_UNIT_UNTRUSTED, path);
	judge_drop_ins(host, name, judge_other_line);
	return true;
}

void host_control(struct host *host)
{
	const bool service = judge_other(host, CONTROL_SERVICE),
		   there = judge_other(host, CONTROL_SOCKET) || service;

	for (size_t i = 0; i < host->nprofiles; i++)
		judge_control(host, &host->profiles[i], there);
}

/* Without systemd another program may listen there. */
void host_hand_in(struct host *host)
{
	const struct survey *survey = host->survey;
	const bool service = judge_other(host, HAND_IN_SERVICE),
		   there = judge_other(host, HAND_IN_SOCKET) || service;
	char file[PATH_TEXT_MAX];

	if (survey->awaited[0] == '\0' || unit_is_enabled(host, HAND_IN_SOCKET) ||
	    !(there || has_systemd(host)))
		return;
	snprintf(file, sizeof file, PATH_PEERS_DIR "/%s.conf", survey->awaited);
	host_find(host, RULE_HAND_IN_OFF, file, survey->awaited_line,
		  "the key of %s cannot be handed in: " HAND_IN_SOCKET " is not enabled",
		  survey->awaited);
}
