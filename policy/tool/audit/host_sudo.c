/* SPDX-License-Identifier: ISC */
/* Rules of sudo. All files are read first, as an alias may be defined in any of them. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/tool/audit/host_names.h"
#include "policy/tool/audit/sudo_users.h"
#include "policy/tool/survey/sudoers.h"
#include "policy/tool/base/grow.h"

/* sudo's own limit of nested includes; and limits on the number and size of all files. */
enum { DEPTH_MAX = 128, FILES_MAX = 1024, BYTES_MAX = 16 * 1024 * 1024 };

struct rule_line {
	char *file;
	struct sudoers_line line;
};

struct sudo {
	struct host *host;
	struct sudo_users users;
	struct rule_line *lines;
	size_t nlines, lines_size;
	/* the paths of all files that were read, and of those that are being read */
	struct host_names files;
	const char *reading[DEPTH_MAX];
	size_t depth, bytes;
	/* a loop was reported; a limit was reached, and nothing more is read */
	bool told, full;
	bool lost;
};

static void read_rules(struct sudo *sudo, const char *path);

/* Only once, as a hostile copy may have any number of them. */
static void tell_once(struct sudo *sudo, const char *path, const char *what)
{
	if (!sudo->told)
		host_find(sudo->host, RULE_UNREADABLE, path, 0, "%s", what);
	sudo->told = true;
}

/* sudo ignores names that have a dot in them or end in "~". */
static bool is_read(const char *name)
{
	return strchr(name, '.') == NULL && name[strlen(name) - 1] != '~';
}

static void read_directory(struct sudo *sudo, const char *dir)
{
	struct host_names paths = {0};

	if (host_names_list(sudo->host, dir, &paths) != 0 && errno != ENOENT)
		host_not_read(sudo->host, dir, "");
	for (size_t i = 0; i < paths.count && !sudo->full; i++)
		if (is_read(basename(paths.list[i])))
			read_rules(sudo, paths.list[i]);
	host_names_free(&paths);
}

/* A relative path is relative to /etc. */
static void include(struct sudo *sudo, const char *named, bool directory)
{
	char name[PATH_TEXT_MAX], path[PATH_TEXT_MAX];
	size_t len = strlen(named);

	if (len > 1 && named[0] == '"' && named[len - 1] == '"') {
		named++;
		len -= 2;
	}
	snprintf(name, sizeof name, "%.*s", (int)len, named);
	if (len >= sizeof name || path_join(name[0] == '/' ? "" : "/etc", name, path) != 0)
		tell_once(sudo, "/etc/sudoers",
			  "it includes a file whose path is too long");
	else if (directory)
		read_directory(sudo, path);
	else
		read_rules(sudo, path);
}

static void keep_line(struct sudo *sudo, const char *path, struct sudoers_line *line)
{
	const struct rule_line rule = {.file = strdup(path), .line = *line};

	if (rule.file == NULL ||
	    !APPEND(sudo->lines, sudo->nlines, sudo->lines_size, &rule)) {
		free(rule.file);
		free(line->text);
		sudo->lost = true;
	}
}

static bool is_being_read(const struct sudo *sudo, const char *path)
{
	for (size_t i = 0; i < sudo->depth; i++)
		if (strcmp(sudo->reading[i], path) == 0)
			return true;
	return false;
}

/* Whether the file is to be read: each is read only once. */
static bool is_new(struct sudo *sudo, const char *path)
{
	if (is_being_read(sudo, path))
		tell_once(sudo, path, "it includes itself");
	if (sudo->full || host_names_have(&sudo->files, path, strlen(path)))
		return false;
	sudo->full = sudo->depth == DEPTH_MAX || sudo->files.count == FILES_MAX ||
		     sudo->bytes > BYTES_MAX;
	if (sudo->full)
		host_find(sudo->host, RULE_UNREADABLE, path, 0,
			  "too many files for sudo, or too large ones");
	else if (host_names_add(&sudo->files, path, strlen(path)) != 0)
		sudo->lost = true;
	return !sudo->full && !sudo->lost;
}

static void read_rules(struct sudo *sudo, const char *path)
{
	struct sudoers_line line;
	const char *at;
	char *text;
	unsigned number = 1;
	bool directory;

	if (!is_new(sudo, path))
		return;
	text = host_read(sudo->host, path, NULL);
	at = text;
	if (text == NULL) {
		/* If the first one is missing, there is no sudo. */
		if (errno != ENOENT || sudo->depth > 0)
			host_not_read(sudo->host, path, "");
		return;
	}
	sudo->bytes += strlen(text);
	sudo->reading[sudo->depth++] = path;
	while (sudoers_next(&at, &number, &line, &sudo->lost)) {
		const char *named = sudoers_include(line.text, &directory);

		if (named == NULL) {
			keep_line(sudo, path, &line);
			continue;
		}
		include(sudo, named, directory);
		free(line.text);
	}
	sudo->depth--;
	free(text);
}

static const char user_alias[] = "User_Alias";

static bool begins_with(const char *text, const char *word)
{
	return strncmp(text, word, strlen(word)) == 0;
}

static void define_aliases(struct sudo *sudo)
{
	for (size_t i = 0; i < sudo->nlines; i++) {
		const char *text = sudo->lines[i].line.text;

		if (begins_with(text, user_alias))
			sudo_users_define(&sudo->users, text + sizeof user_alias - 1);
	}
	sudo_users_sort(&sudo->users);
}

static void judge_line(struct sudo *sudo, const struct rule_line *rule)
{
	const char *text = rule->line.text;
	const bool is_rule =
	    !begins_with(text, "Defaults") && !begins_with(text, user_alias) &&
	    !begins_with(text, "Runas_Alias") && !begins_with(text, "Host_Alias") &&
	    !begins_with(text, "Cmnd_Alias") && !begins_with(text, "Cmd_Alias");
	const unsigned match =
	    is_rule ? sudo_users_match(&sudo->users, text) : (unsigned)SUDO_SILENT;

	if (match == SUDO_IN)
		host_find(sudo->host, RULE_ESCALATION_RULE, rule->file, rule->line.line,
			  "sudo: %s", text);
	else if ((match & SUDO_IN) != 0)
		host_find(sudo->host, RULE_NOT_LOOKED_AT, rule->file, rule->line.line,
			  "whether %s is in a group that is not in this host's file: sudo: "
			  "%s",
			  sudo->host->account.name, text);
	else if (sudoers_mentions(text, sudo->host->account.name))
		host_find(sudo->host, RULE_ESCALATION_NAMED, rule->file, rule->line.line,
			  "sudo: %s", text);
}

static void free_all(struct sudo *sudo)
{
	for (size_t i = 0; i < sudo->nlines; i++) {
		free(sudo->lines[i].file);
		free(sudo->lines[i].line.text);
	}
	free(sudo->lines);
	sudo_users_free(&sudo->users);
	host_names_free(&sudo->files);
}

void host_sudo(struct host *host)
{
	struct sudo sudo = {.host = host};

	sudo_users_begin(&sudo.users, host);
	read_rules(&sudo, "/etc/sudoers");
	define_aliases(&sudo);
	for (size_t i = 0; i < sudo.nlines; i++)
		judge_line(&sudo, &sudo.lines[i]);
	if (sudo.lost || sudo.users.lost)
		host->findings->lost = true;
	free_all(&sudo);
}
