/* SPDX-License-Identifier: ISC */
/* Rules of sudo and doas that name the account, and what else runs as it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/tool/audit/host_names.h"
#include "policy/tool/survey/sudoers.h"

/* Minute, hour, day, month, weekday: crontab(5). */
enum { TIME_WORDS = 5 };

static const char blanks[] = " \t";
static const char doas_file[] = "/etc/doas.conf";

/* In doas.conf(5) a number is a uid, and a colon is in front of a group. */
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

/* The identity is the first word that is not an option; the words of setenv { … } are
 * skipped. */
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

	for (size_t i = 0; i < sizeof directories / sizeof directories[0]; i++) {
		if (path_join(directories[i], host->account.name, path) != 0)
			continue;
		if (host_is_there(host, path))
			host_find(host, RULE_ESCALATION_JOBS, path, 0,
				  "it lets programs run as %s without a login",
				  host->account.name);
		else if (errno != ENOENT)
			host_not_read(host, path, "");
	}
}

/* What follows count words and the blanks around them. */
static const char *skip_words(const char *text, unsigned count)
{
	text += strspn(text, blanks);
	while (count-- > 0) {
		text += strcspn(text, blanks);
		text += strspn(text, blanks);
	}
	return text;
}

/* The user in a line of the system's crontab, after five words of time or one that begins
 * with "@". "" for a variable, a comment or an empty line. */
static const char *user_of(const char *text, size_t *len)
{
	const char *first = skip_words(text, 0), *user;

	*len = 0;
	if (first[strcspn(first, " \t=")] == '=' || *skip_words(first, 1) == '=')
		return "";
	user = skip_words(first, *first == '@' ? 1 : TIME_WORDS);
	*len = *first == '#' ? 0 : strcspn(user, blanks);
	return user;
}

static void judge_crontab(struct host *host, const char *path)
{
	const char *name = host->account.name;
	char *text = host_read(host, path, NULL), *rest = text;
	unsigned number = 1;
	size_t len;

	if (text == NULL) {
		if (errno != ENOENT)
			host_not_read(host, path, "");
		return;
	}
	for (const char *line; (line = strsep(&rest, "\n")) != NULL; number++) {
		const char *user = user_of(line, &len);

		if (len == strlen(name) && memcmp(user, name, len) == 0)
			host_find(host, RULE_ESCALATION_JOBS, path, number, "cron: %s",
				  line);
	}
	free(text);
}

static void judge_crontabs(struct host *host)
{
	static const char directory[] = "/etc/cron.d";
	struct host_names paths = {0};

	judge_crontab(host, "/etc/crontab");
	if (host_names_list(host, directory, &paths) != 0 && errno != ENOENT)
		host_not_read(host, directory, "");
	for (size_t i = 0; i < paths.count; i++)
		judge_crontab(host, paths.list[i]);
	host_names_free(&paths);
}

void host_escalation(struct host *host)
{
	if (!host->has_account)
		return;
	host_sudo(host);
	judge_doas(host);
	judge_jobs(host);
	judge_crontabs(host);
}
