/* SPDX-License-Identifier: ISC */
/* The files of sshd's configuration: who could change them, and which Match blocks depend
 * on where a login comes from or arrives. Which settings are in force, sshd itself is
 * asked. */
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy/tool/audit/host.h"
#include "policy/tool/audit/host_sshd.h"
#include "policy/tool/audit/sshd_text.h"

/* sshd's own limit: deeper is a loop. And a limit on all files, as each may include
 * several. */
enum { DEPTH_MAX = 16, FILES_MAX = 1024 };

struct sshd_files {
	struct host *host;
	unsigned depth, files;
	/* one of the above was reached: no more is read */
	bool full;
};

static void read_settings(struct sshd_files *files, const char *path);

bool host_is_later(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec > b->tv_sec : a->tv_nsec > b->tv_nsec;
}

/* path is a file, or a directory in which files appear and disappear. */
static void keep_change(struct host *host, const char *path)
{
	struct stat st;

	if (host_stat(host, path, &st) < 0 ||
	    !host_is_later(&st.st_mtim, &host->sshd_changed_at))
		return;
	host->sshd_changed_at = st.st_mtim;
	snprintf(host->sshd_changed, sizeof host->sshd_changed, "%s", path);
}

/* The next word of a line, without quotes; false at the end, and when it is too long. */
static bool take_word(const char **at, char *word, size_t size)
{
	static const char between[] = " \t\r=";
	const char *start = *at + strspn(*at, between);
	const bool quoted = *start == '"';
	size_t len;

	start += quoted ? 1 : 0;
	len = strcspn(start, quoted ? "\"" : between);
	*at = start + len + (quoted && start[len] == '"' ? 1 : 0);
	if ((len == 0 && !quoted) || len >= size)
		return false;
	memcpy(word, start, len);
	word[len] = '\0';
	return true;
}

/* Keeps each network of the list, to ask sshd about it; false when one is not a network. */
static bool ask_for(struct host *host, char *list)
{
	char *rest = NULL;
	bool all = true;

	for (char *one = strtok_r(list, ",", &rest); one != NULL;
	     one = strtok_r(NULL, ",", &rest)) {
		char *slash = strchr(one, '/');
		struct ip_addr address;

		if (*one == '!')
			continue;
		if (slash != NULL)
			*slash = '\0';
		all &= ip_addr_parse(one, &address, NULL) == 0 &&
		       host_keep_source(host, &address, HOST_SOURCES_ALL_MAX);
	}
	return all;
}

/* False when the criterion excludes the account. */
static bool take_criterion(struct host *host, const char *criterion, char *list,
			   bool *known)
{
	if (strcasecmp(criterion, "user") == 0)
		return sshd_list_has(list, host->conf.account);
	if (strcasecmp(criterion, "address") == 0)
		*known &= ask_for(host, list);
	else if (strcasecmp(criterion, "group") != 0)
		*known = false;
	return true;
}

/* The text after Match: "all", or pairs of a criterion and a list. */
static void judge_match(struct host *host, const char *path, unsigned line,
			const char *text)
{
	char criterion[PATH_TEXT_MAX], list[PATH_TEXT_MAX];
	const char *at = text;
	bool known = true;

	while (take_word(&at, criterion, sizeof criterion) && criterion[0] != '#' &&
	       strcasecmp(criterion, "all") != 0) {
		if (!take_word(&at, list, sizeof list))
			known = false;
		else if (!take_criterion(host, criterion, list, &known))
			return;
	}
	if (!known)
		host_find(host, RULE_NOT_LOOKED_AT, path, line,
			  "what is in force for %s where this holds: Match %s",
			  host->conf.account, text + strspn(text, " \t="));
}

static void include_pattern(struct sshd_files *files, const char *dir, const char *pattern)
{
	DIR *stream = host_opendir(files->host, dir);
	const struct dirent *entry;
	char path[PATH_TEXT_MAX];

	if (stream == NULL) {
		if (errno != ENOENT)
			host_not_read(files->host, dir, "");
		return;
	}
	(void)host_trust_directory(files->host, RULE_UNTRUSTED, dir);
	keep_change(files->host, dir);
	while (!files->full && (entry = readdir(stream)) != NULL)
		if (fnmatch(pattern, entry->d_name, FNM_PERIOD) == 0 &&
		    path_join(dir, entry->d_name, path) == 0)
			read_settings(files, path);
	closedir(stream);
}

/* A relative path is relative to /etc/ssh. */
static void include(struct sshd_files *files, const char *from, unsigned line,
		    const char *named)
{
	static const char wild[] = "*?[";
	char path[PATH_TEXT_MAX], *name;

	if (path_join(named[0] == '/' ? "" : "/etc/ssh", named, path) != 0)
		path[0] = '\0';
	name = strrchr(path, '/');
	if (name != NULL)
		*name++ = '\0';
	if (name == NULL || strpbrk(path, wild) != NULL) {
		host_find(files->host, RULE_NOT_LOOKED_AT, from, line, "Include %s", named);
	} else if (strpbrk(name, wild) != NULL) {
		include_pattern(files, path, name);
	} else {
		name[-1] = '/';
		read_settings(files, path);
	}
}

static void include_all(struct sshd_files *files, const char *from, unsigned line,
			const char *text)
{
	char word[PATH_TEXT_MAX];
	const char *at = text;

	if (files->full)
		return;
	while (!files->full && take_word(&at, word, sizeof word))
		include(files, from, line, word);
	if (files->full)
		host_find(files->host, RULE_UNREADABLE, from, line,
			  "too many files, or a loop: Include %s",
			  text + strspn(text, " \t="));
}

static void judge_line(struct sshd_files *files, const char *path, unsigned line,
		       const char *text)
{
	char word[PATH_TEXT_MAX];
	const char *at = text;

	if (!take_word(&at, word, sizeof word))
		return;
	if (strcasecmp(word, "match") == 0)
		judge_match(files->host, path, line, at);
	else if (strcasecmp(word, "include") == 0)
		include_all(files, path, line, at);
}

static void read_settings(struct sshd_files *files, const char *path)
{
	char *text, *rest;
	unsigned line = 1;

	if (files->depth == DEPTH_MAX || files->files++ == FILES_MAX) {
		files->full = true;
		return;
	}
	text = host_read(files->host, path, NULL);
	if (text == NULL) {
		/* sshd ignores a missing file, except for the first. */
		if (errno != ENOENT || files->depth == 0)
			host_not_read(files->host, path, "");
		return;
	}
	keep_change(files->host, path);
	/* Links are followed, as sshd does. */
	(void)host_trust_program(files->host, RULE_UNTRUSTED, path);
	files->depth++;
	rest = text;
	for (char *one; (one = strsep(&rest, "\n")) != NULL; line++)
		judge_line(files, path, line, one);
	files->depth--;
	free(text);
}

void host_sshd_files(struct host *host)
{
	struct sshd_files files = {.host = host};

	read_settings(&files, PATH_SSHD_CONFIG);
}
