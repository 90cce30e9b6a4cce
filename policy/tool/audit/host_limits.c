/* SPDX-License-Identifier: ISC */
/* The limits that pam_limits sets for the account (limits.conf(5)): a line for the account
 * overrides one for its group, and that one for everybody; of equals the last wins. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/tool/audit/host.h"
#include "policy/tool/audit/host_names.h"
#include "policy/tool/audit/host_pam.h"
#include "policy/tool/audit/pam_text.h"

enum {
	/* sshd's own, the agent and what it launches, for both requests of a link */
	PROCESSES_NEEDED = 6,
};

enum rank { RANK_NONE, RANK_ALL, RANK_GROUP, RANK_ACCOUNT };

struct limit {
	const char *item;
	enum rank rank;
	/* -1: none */
	long value;
	char path[PATH_TEXT_MAX];
	unsigned line;
};

struct limits {
	struct limit processes, logins;
	/* "NAME -": the account has no limits */
	bool none;
};

/* "1000:2000", one of which may be left out; false for anything else. */
static bool in_range(const char *text, unsigned long id)
{
	const char *colon = strchr(text, ':');
	char *end;
	unsigned long first, last;

	if (colon == NULL || strspn(text, "0123456789:") != strlen(text))
		return false;
	first = strtoul(text, &end, 10);
	last = colon[1] == '\0' ? first : strtoul(colon + 1, NULL, 10);
	if (end == text)
		return id == last;
	return id >= first && (colon[1] == '\0' || id <= last);
}

static enum rank rank_of(struct host *host, const char *domain)
{
	if (strcmp(domain, host->account.name) == 0 || in_range(domain, host->account.uid))
		return RANK_ACCOUNT;
	if (domain[0] == '@' && (host_pam_in_group(host, domain + 1) ||
				 in_range(domain + 1, host->account.gid)))
		return RANK_GROUP;
	return strcmp(domain, "*") == 0 || strcmp(domain, "%") == 0 ? RANK_ALL : RANK_NONE;
}

static void take_limit(struct limit *limit, enum rank rank, const char *value,
		       const char *path, unsigned line)
{
	char *end;
	const long number = strtol(value, &end, 10);

	if (rank < limit->rank)
		return;
	limit->rank = rank;
	limit->value = *end != '\0' ? -1 : number;
	limit->line = line;
	snprintf(limit->path, sizeof limit->path, "%s", path);
}

/* DOMAIN TYPE ITEM VALUE */
static void take_line(struct host *host, struct limits *limits, const char *path,
		      unsigned number, char *line)
{
	char *at = line;
	const char *domain, *type, *item, *value;
	enum rank rank;

	line[strcspn(line, "#")] = '\0';
	domain = pam_word(&at);
	type = domain == NULL ? NULL : pam_word(&at);
	if (type == NULL)
		return;
	rank = rank_of(host, domain);
	item = pam_word(&at);
	value = item == NULL ? NULL : pam_word(&at);
	if (item == NULL && rank == RANK_ACCOUNT && strcmp(type, "-") == 0)
		limits->none = true;
	if (value == NULL || rank == RANK_NONE)
		return;
	if (strcmp(item, limits->processes.item) == 0)
		take_limit(&limits->processes, rank, value, path, number);
	else if (strcmp(item, limits->logins.item) == 0)
		take_limit(&limits->logins, rank, value, path, number);
}

static void take_file(struct host *host, struct limits *limits, const char *path)
{
	char *text = host_read(host, path, NULL), *rest = text;
	unsigned number = 1;

	for (char *line; rest != NULL && (line = strsep(&rest, "\n")) != NULL; number++)
		take_line(host, limits, path, number, line);
	free(text);
}

/* pam_limits reads them in the order of their names. */
static void take_directory(struct host *host, struct limits *limits, const char *dir)
{
	static const char suffix[] = ".conf";
	struct host_names paths = {0};

	(void)host_names_list(host, dir, &paths);
	for (size_t i = 0; i < paths.count; i++) {
		const char *dot = strrchr(paths.list[i], '.');

		if (dot != NULL && strcmp(dot, suffix) == 0)
			take_file(host, limits, paths.list[i]);
	}
	host_names_free(&paths);
}

void host_pam_limits(struct host *host, struct pam_answer *answer)
{
	struct limits limits;
	const char *path = NULL, *value;

	limits = (struct limits){.processes = {.item = "nproc", .value = -1},
				 .logins = {.item = "maxlogins", .value = -1}};
	for (const char *word; (word = pam_word(&answer->args)) != NULL;)
		if ((value = pam_value(word, "conf")) != NULL)
			path = value;
	take_file(host, &limits, path == NULL ? "/etc/security/limits.conf" : path);
	if (path == NULL)
		take_directory(host, &limits, "/etc/security/limits.d");
	if (limits.none)
		return;
	if (limits.processes.value >= 0 && limits.processes.value < PROCESSES_NEEDED)
		host_find(host, RULE_LOGIN_LIMITS, limits.processes.path,
			  limits.processes.line,
			  "nproc is %ld for %s: expected %d or more for each session",
			  limits.processes.value, host->account.name, PROCESSES_NEEDED);
	if (limits.logins.value == 0) {
		pam_refuse(answer, "perm_denied", "%s:%u: maxlogins is 0",
			   limits.logins.path, limits.logins.line);
		answer->rule = RULE_LOGIN_LIMITS;
	}
}
