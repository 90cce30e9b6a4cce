/* SPDX-License-Identifier: ISC */
/* Rules of sudo and doas that name the account, and what else runs as it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/audit/host_names.h"
#include "policy/audit/host_sudo.h"
#include "policy/audit/sudoers.h"

static const char doas_file[] = "/etc/doas.conf";

/* doas.conf(5) writes the uid bare, and a group with a colon. */
static bool is_identity(const struct host_names *names, const char *word, size_t len)
{
	char text[PATH_TEXT_MAX];
	int n;

	if (len > 0 && word[0] == ':') {
		/* "%name", or "%#gid" for a number. */
		n = snprintf(text, sizeof text, "%%%s%.*s",
			     strspn(word + 1, "0123456789") == len - 1 ? "#" : "",
			     (int)len - 1, word + 1);
		return n < (int)sizeof text && host_names_have(names, text, (size_t)n);
	}
	if (host_names_have(names, word, len))
		return true;
	n = snprintf(text, sizeof text, "#%.*s", (int)len, word);
	return n < (int)sizeof text && host_names_have(names, text, (size_t)n);
}

/* The identity: the first word that is no option, those of setenv { … } left out. */
static const char *identity_of(const char *text, size_t *len)
{
	static const char *const options[] = {"nopass", "nolog", "persist", "keepenv",
					      "setenv"};
	bool braces = false;

	for (;; text += *len) {
		bool option = false;

		text += strspn(text, " \t");
		*len = strcspn(text, " \t");
		if (*len == 0)
			return text;
		for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
			option |= strlen(options[i]) == *len &&
				  memcmp(options[i], text, *len) == 0;
		if (*text == '{')
			braces = true;
		if (!option && !braces)
			return text;
		if (text[*len - 1] == '}')
			braces = false;
	}
}

static void judge_doas_line(struct host *host, const struct host_names *names,
			    const struct sudoers_line *line)
{
	static const char permit[] = "permit";
	size_t len;
	const char *who = identity_of(line->text + strcspn(line->text, " \t"), &len);

	if (strncmp(line->text, permit, sizeof permit - 1) == 0 &&
	    is_identity(names, who, len))
		host_find(host, RULE_ESCALATION_RULE, doas_file, line->line, "doas: %s",
			  line->text);
	else if (sudoers_mentions(line->text, host->account.name))
		host_find(host, RULE_ESCALATION_NAMED, doas_file, line->line, "doas: %s",
			  line->text);
}

static void judge_doas(struct host *host)
{
	char *text = host_read(host, doas_file, NULL);
	struct host_names names = {0};
	struct sudoers_line line;
	const char *at = text;
	unsigned number = 1;
	bool lost = false;

	if (text == NULL) {
		if (errno != ENOENT)
			host_not_read(host, doas_file, "");
		return;
	}
	lost = host_names_read(host, &names) < 0;
	while (sudoers_next(&at, &number, &line, &lost)) {
		judge_doas_line(host, &names, &line);
		free(line.text);
	}
	if (lost)
		host->findings->lost = true;
	host_names_free(&names);
	free(text);
}

static void judge_jobs(struct host *host)
{
	static const char *const directories[] = {
	    "/var/spool/cron/crontabs",
	    "/var/spool/cron",
	    "/var/lib/systemd/linger",
	};
	char path[PATH_TEXT_MAX];
	struct stat st;

	for (size_t i = 0; i < sizeof directories / sizeof directories[0]; i++) {
		if (path_join(directories[i], host->account.name, path) < 0)
			continue;
		if (host_stat(host, path, &st) == 0)
			host_find(host, RULE_ESCALATION_JOBS, path, 0,
				  "it lets programs run as %s without a login",
				  host->account.name);
		else if (errno != ENOENT)
			host_not_read(host, path, "");
	}
}

void host_escalation(struct host *host)
{
	if (!host->has_account)
		return;
	host_sudo(host);
	judge_doas(host);
	judge_jobs(host);
}
