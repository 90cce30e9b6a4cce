/* SPDX-License-Identifier: ISC */
/* The running sshd: for one with its own configuration file or options sshd -T does not
 * speak. A listener shows its command line as its title. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "policy/tool/audit/host.h"
#include "policy/tool/audit/host_sshd.h"

enum { TITLE_MAX = 4096, PROC_PATH_MAX = 64 };

/* The path below /proc of a process, by the name of its directory. */
static const char *path_of(const char *process, const char *name, char path[PROC_PATH_MAX])
{
	snprintf(path, PROC_PATH_MAX, "/proc/%s/%s", process, name);
	return path;
}

/* False for one in a container, which has its own files. */
static bool is_here(const char *process)
{
	char path[PROC_PATH_MAX];
	struct stat here, there;

	return stat("/", &here) == 0 && stat(path_of(process, "root", path), &there) == 0 &&
	       here.st_dev == there.st_dev && here.st_ino == there.st_ino;
}

/* By its program's name, which is "sshd (deleted)" after an update. */
static bool is_sshd(const char *process)
{
	char path[PROC_PATH_MAX], program[PATH_TEXT_MAX];
	const ssize_t len =
	    readlink(path_of(process, "exe", path), program, sizeof program - 1);
	const char *name;

	if (len <= 0)
		return false;
	program[len] = '\0';
	name = strrchr(program, '/');
	return name != NULL &&
	       (strcmp(name, "/sshd") == 0 || strcmp(name, "/sshd (deleted)") == 0);
}

/* The command line of a listener; false for another process. */
static bool read_title(const char *process, char title[TITLE_MAX])
{
	char path[PROC_PATH_MAX], *end;
	FILE *file = fopen(path_of(process, "cmdline", path), "re");
	size_t len;

	if (file == NULL)
		return false;
	len = fread(title, 1, TITLE_MAX - 1, file);
	fclose(file);
	title[len] = '\0';
	end = strstr(title, " [listener]");
	if (strncmp(title, "sshd: ", strlen("sshd: ")) != 0 || end == NULL)
		return false;
	*end = '\0';
	return true;
}

/* Whether an option of sshd may say otherwise than its usual file. */
static bool is_own(char option, const char *value)
{
	static const char *const harmless[] = {"PidFile", "Port", "ListenAddress",
					       "HostKey", "LogLevel"};
	const size_t len = strcspn(value, "=");

	if (option == 'f')
		return strcmp(value, PATH_SSHD_CONFIG) != 0;
	if (option != 'o')
		return false;
	for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++)
		if (strlen(harmless[i]) == len && strncasecmp(value, harmless[i], len) == 0)
			return false;
	return true;
}

/* A word of option letters; the value of the last one may be the next word. */
static void judge_word(struct host *host, const char *process, const char *word,
		       char **rest)
{
	static const char with_value[] = "CEVbcfghkopu";

	struct host_listener *listener = &host->listeners[host->nlisteners - 1];

	for (; *word != '\0'; word++) {
		const char *value = word + 1;

		if (strchr(with_value, *word) == NULL)
			continue;
		if (*value == '\0')
			value = strtok_r(NULL, " ", rest);
		if (value != NULL && *word == 'o' && strncasecmp(value, "PidFile", 7) == 0)
			listener->own_pid_file = true;
		if (value != NULL && is_own(*word, value))
			host_find(host, RULE_SSHD_OTHER, "", 0,
				  "sshd, process %s, runs with -%c %s", process, *word,
				  value);
		return;
	}
}

static void judge_process(struct host *host, const char *process)
{
	char title[TITLE_MAX], *rest = NULL;

	if (!is_sshd(process) || !is_here(process) || !read_title(process, title) ||
	    host->nlisteners == HOST_LISTENERS_MAX)
		return;
	host->listeners[host->nlisteners++] =
	    (struct host_listener){.process = strtoul(process, NULL, 10)};
	for (const char *word = strtok_r(title, " ", &rest); word != NULL;
	     word = strtok_r(NULL, " ", &rest))
		if (word[0] == '-')
			judge_word(host, process, word + 1, &rest);
}

void host_sshd_running(struct host *host)
{
	static const char proc[] = "/proc";
	DIR *stream = host_opendir(host, proc);
	const struct dirent *entry;

	if (stream == NULL) {
		host_not_read(host, proc, "which sshd run");
		return;
	}
	if (geteuid() != 0)
		host_find(host, RULE_NOT_LOOKED_AT, "", 0,
			  "which sshd run, and how: only root can tell");
	while ((entry = readdir(stream)) != NULL)
		if (entry->d_name[strspn(entry->d_name, "0123456789")] == '\0')
			judge_process(host, entry->d_name);
	closedir(stream);
}
