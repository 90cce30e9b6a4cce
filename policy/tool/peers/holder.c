/* SPDX-License-Identifier: ISC */
#include "policy/tool/peers/holder.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { PROC_PATH_MAX = 64, PROC_LINE_MAX = 256, LOCK_WORD_MAX = 16 };

/* "lock:\t1: OFDLCK  ADVISORY  WRITE -1 00:1b:42 7 7" */
static bool is_lock_at(const char *line, off_t offset)
{
	char kind[LOCK_WORD_MAX], access[LOCK_WORD_MAX];
	unsigned long long start, end;

	return sscanf(line, "lock: %*u: %15s %*s %15s %*d %*x:%*x:%*u %llu %llu", kind,
		      access, &start, &end) == 4 &&
	       strcmp(kind, "OFDLCK") == 0 && strcmp(access, "WRITE") == 0 &&
	       start == (unsigned long long)offset && end == start;
}

static bool has_lock(const char *path, off_t offset)
{
	char line[PROC_LINE_MAX];
	FILE *info = fopen(path, "re");
	bool found = false;

	if (info == NULL)
		return false;
	while (!found && fgets(line, sizeof line, info) != NULL)
		found = is_lock_at(line, offset);
	fclose(info);
	return found;
}

static bool is_file(const char *path, const struct stat *file)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_dev == file->st_dev &&
	       st.st_ino == file->st_ino;
}

static bool shares_lock(pid_t pid, int fd, off_t offset)
{
	char path[PROC_PATH_MAX];
	const struct dirent *entry;
	bool found = false;
	struct stat file;
	DIR *dir;

	snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
	dir = fstat(fd, &file) == 0 ? opendir(path) : NULL;
	if (dir == NULL)
		return false;
	while (!found && (entry = readdir(dir)) != NULL) {
		snprintf(path, sizeof path, "/proc/%d/fd/%.16s", (int)pid, entry->d_name);
		if (!is_file(path, &file))
			continue;
		snprintf(path, sizeof path, "/proc/%d/fdinfo/%.16s", (int)pid,
			 entry->d_name);
		found = has_lock(path, offset);
	}
	closedir(dir);
	return found;
}

/* A program that the agent became may be root's (pppd); somebody else's it never is. */
static bool is_of(pid_t pid, uid_t account)
{
	char path[PROC_PATH_MAX], line[PROC_LINE_MAX];
	unsigned ids[4];
	bool of = false;
	FILE *status;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	status = fopen(path, "re");
	if (status == NULL)
		return false;
	while (fgets(line, sizeof line, status) != NULL) {
		if (sscanf(line, "Uid: %u %u %u %u", &ids[0], &ids[1], &ids[2], &ids[3]) !=
		    4)
			continue;
		of = true;
		for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
			of = of && (ids[i] == account || ids[i] == 0);
		break;
	}
	fclose(status);
	return of;
}

bool holder_is(pid_t pid, int fd, off_t offset, uid_t account)
{
	/* Whoever passes descriptors about can have them in flight to the first process. */
	return pid > 1 && is_of(pid, account) && shares_lock(pid, fd, offset);
}
