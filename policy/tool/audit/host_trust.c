/* SPDX-License-Identifier: ISC */
/* Whether users other than root could change a file, and whether the account can read it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "policy/language/trusted.h"
#include "policy/tool/audit/host.h"

/* In a copy only the file itself counts: the directories above it are the copy's. */
static bool judge_copy(struct host *host, enum rule_name rule, const char *path)
{
	struct stat st;

	if (!host->owners || host_stat(host, path, &st) < 0)
		return false;
	if (st.st_uid == 0 && (st.st_mode & (S_IWGRP | S_IWOTH)) == 0)
		return true;
	if (st.st_uid != 0)
		host_find(host, rule, path, 0, "it is owned by uid %u: expected root",
			  (unsigned)st.st_uid);
	else
		host_find(host, rule, path, 0,
			  "it is writable by others than root (mode %04o)", host_mode(&st));
	return false;
}

/* fd and *err are of a walk that has checked every directory above the path. */
static bool judge_walk(struct host *host, enum rule_name rule, const char *path, int fd,
		       const struct error *err)
{
	if (fd >= 0)
		close(fd);
	else if (err->untrusted)
		host_find(host, rule, path, 0, "%s", err->text);
	return fd >= 0;
}

bool host_trust_program(struct host *host, enum rule_name rule, const char *path)
{
	struct error err = {0};

	return host->living
		   ? judge_walk(host, rule, path, trusted_open_program(path, &err), &err)
		   : judge_copy(host, rule, path);
}

bool host_trust_file(struct host *host, enum rule_name rule, const char *path)
{
	struct error err = {0};

	return host->living ? judge_walk(host, rule, path, trusted_open(path, &err), &err)
			    : judge_copy(host, rule, path);
}

bool host_trust_directory(struct host *host, enum rule_name rule, const char *path)
{
	/* There is no such file: what counts is the walk to it, which checks the directory.
	 */
	static const char nothing[] = ".nothing";
	char below[PATH_TEXT_MAX];
	struct error err = {0};

	if (!host->living)
		return judge_copy(host, rule, path);
	return path_join(path, nothing, below) == 0 &&
	       (judge_walk(host, rule, path, trusted_open(below, &err), &err) ||
		(!err.untrusted && err.sys == ENOENT));
}

bool host_program(struct host *host, const char *path)
{
	struct stat st;

	if (host_stat(host, path, &st) < 0) {
		host_find(host, errno == ENOENT ? RULE_PROGRAM_MISSING : RULE_NOT_LOOKED_AT,
			  path, 0, "%s", host_why());
		return false;
	}
	(void)host_trust_program(host, RULE_PROGRAM_UNTRUSTED, path);
	/* A copy may have lost its modes. */
	if (!S_ISREG(st.st_mode) ||
	    (host->owners && (st.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0))
		host_find(host, RULE_PROGRAM_MISSING, path, 0,
			  "it is not a program (mode %04o)", host_mode(&st));
	return true;
}

void host_readable(struct host *host, const char *path, mode_t bits)
{
	struct stat st;

	if (!host->owners || !host->has_account)
		return;
	/* A missing file is reported by the code that reads it. */
	if (host_stat(host, path, &st) == 0 && !host_account_may(host, &st, bits))
		host_find(host, RULE_ACCOUNT_READS, path, 0,
			  "the account %s may not read it (uid %u, gid %u, mode %04o)",
			  host->account.name, (unsigned)st.st_uid, (unsigned)st.st_gid,
			  host_mode(&st));
}
