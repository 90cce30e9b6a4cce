/* SPDX-License-Identifier: ISC */
/* The files of the agent and of sshroute, and what the agent needs to read and lock. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "agent/confine/file_capabilities.h"
#include "policy/language/paths.h"
#include "policy/tool/audit/capability.h"
#include "policy/tool/audit/host.h"

enum { SESSIONS_MODE = 0660 };

static void not_there(struct host *host, const char *path)
{
	if (errno == ENOENT || errno == ENOTDIR)
		host_find(host, RULE_PROGRAM_MISSING, path, 0, "it is not there");
	else
		host_find(host, RULE_NOT_LOOKED_AT, path, 0, "cannot open it: %s",
			  strerror(errno));
}

/* A descriptor of a program to look at; -1 when there is a finding in its place. */
static int open_program(struct host *host, const char *path, struct stat *st)
{
	const int fd = host_open(host, path, O_PATH);

	if (fd < 0) {
		not_there(host, path);
		return -1;
	}
	if (fstat(fd, st) == 0 && S_ISREG(st->st_mode)) {
		if ((st->st_mode & (S_ISUID | S_ISGID)) != 0)
			host_find(host, RULE_PROGRAM_SETUID, path, 0,
				  "it has a setuid or setgid bit (mode %04o)",
				  host_mode(st));
		return fd;
	}
	close(fd);
	host_find(host, RULE_PROGRAM_MISSING, path, 0, "it is not a regular file");
	return -1;
}

/* The file must have exactly the capabilities that the agent needs. */
static void judge_agent_capabilities(struct host *host, int fd)
{
	const struct file_capability wanted = {
	    .permitted = host->conf.tun_persistent ? 0 : AGENT_CAPABILITIES};
	char has[CAPABILITY_TEXT_MAX], expected[CAPABILITY_TEXT_MAX];
	struct file_capability capability;
	struct error err = {0};

	(void)capability_print(&wanted, expected);
	if (capability_read(fd, &capability, &err) != 0 && err.sys != ENODATA) {
		host_find(host, RULE_AGENT_CAPABILITIES, PATH_AGENT, 0, "%s", err.text);
		return;
	}
	/* Copying often loses them, so that none in a copy means nothing. */
	if (!host->living && err.sys == ENODATA && wanted.permitted != 0) {
		host_find(host, RULE_NOT_LOOKED_AT, PATH_AGENT, 0,
			  "the copy has no file capabilities: on the host it needs %s",
			  expected);
		return;
	}
	if (capability.permitted != wanted.permitted || capability.inheritable != 0 ||
	    capability.effective || capability.root != 0)
		host_find(host, RULE_AGENT_CAPABILITIES, PATH_AGENT, 0,
			  "its file capabilities are %s%s: expected %s",
			  capability_print(&capability, has),
			  capability.root != 0 ? ", for a user namespace" : "", expected);
}

/* sshd executes the agent as the account, which therefore has to pass through every
 * directory above it. */
static void judge_way(struct host *host)
{
	char dir[] = PATH_AGENT;
	struct stat st;

	for (char *slash = strrchr(dir, '/'); host->owners && slash != NULL && slash != dir;
	     slash = strrchr(dir, '/')) {
		*slash = '\0';
		if (host_stat(host, dir, &st) == 0 && !host_account_may(host, &st, S_IXOTH))
			host_find(host, RULE_AGENT_EXECUTABLE, dir, 0,
				  "the account %s may not pass through it (mode %04o)",
				  host->account.name, host_mode(&st));
	}
}

/* By its group, or because everybody may. */
static bool account_may_execute(const struct host *host, const struct stat *st)
{
	return (st->st_mode & S_IXOTH) != 0 ||
	       (st->st_gid == host->account.gid && (st->st_mode & S_IXGRP) != 0);
}

/* Only the account should be able to execute it, by its group. */
static void judge_agent_mode(struct host *host, int fd, const struct stat *st)
{
	if (!host->owners)
		return;
	if (host->has_account)
		judge_way(host);
	if (host->has_account && !account_may_execute(host, st))
		host_find(host, RULE_AGENT_EXECUTABLE, PATH_AGENT, 0,
			  "the account %s may not execute it (group %u, mode %04o)",
			  host->account.name, (unsigned)st->st_gid, host_mode(st));
	if ((st->st_mode & S_IXOTH) != 0 ||
	    (host->has_account && st->st_gid != host->account.gid && st->st_gid != 0))
		host_find(host, RULE_AGENT_OPEN, PATH_AGENT, 0,
			  "others than the account may execute it (group %u, mode %04o)",
			  (unsigned)st->st_gid, host_mode(st));
	if (capability_acl(fd))
		host_find(host, RULE_AGENT_OPEN, PATH_AGENT, 0,
			  "it has an ACL, which may let in others than its mode says");
	if (host->living && st->st_nlink != 1)
		host_find(host, RULE_AGENT_LINKS, PATH_AGENT, 0,
			  "it has %lu links: expected one", (unsigned long)st->st_nlink);
}

static void judge_mount(struct host *host, int fd)
{
	struct statvfs fs;

	if (!host->living)
		return;
	if (fstatvfs(fd, &fs) != 0)
		host_find(host, RULE_NOT_LOOKED_AT, PATH_AGENT, 0,
			  "how its file system is mounted: %s", strerror(errno));
	else if ((fs.f_flag & ST_NOEXEC) != 0 ||
		 ((fs.f_flag & ST_NOSUID) != 0 && !host->conf.tun_persistent))
		host_find(host, RULE_AGENT_NOSUID, PATH_AGENT, 0,
			  "it lies on a file system that is mounted %s",
			  (fs.f_flag & ST_NOEXEC) != 0 ? "noexec" : "nosuid");
}

static void judge_agent(struct host *host)
{
	struct stat st;
	const int fd = open_program(host, PATH_AGENT, &st);

	if (fd < 0)
		return;
	(void)host_trust_program(host, RULE_PROGRAM_UNTRUSTED, PATH_AGENT);
	judge_agent_capabilities(host, fd);
	judge_agent_mode(host, fd, &st);
	judge_mount(host, fd);
	close(fd);
}

static void judge_sshroute(struct host *host)
{
	char has[CAPABILITY_TEXT_MAX];
	struct file_capability capability;
	struct error err = {0};
	struct stat st;
	const int fd = open_program(host, PATH_SSHROUTE, &st);

	if (fd < 0)
		return;
	(void)host_trust_program(host, RULE_PROGRAM_UNTRUSTED, PATH_SSHROUTE);
	if (capability_read(fd, &capability, &err) == 0)
		host_find(host, RULE_SSHROUTE_CAPABILITIES, PATH_SSHROUTE, 0,
			  "its file capabilities are %s: expected none",
			  capability_print(&capability, has));
	else if (err.sys != ENODATA && err.sys != ENOTSUP)
		host_find(host, RULE_SSHROUTE_CAPABILITIES, PATH_SSHROUTE, 0, "%s",
			  err.text);
	if (host->owners && !account_may_execute(host, &st))
		host_find(host, RULE_AGENT_EXECUTABLE, PATH_SSHROUTE, 0,
			  "the account may not execute it (mode %04o)", host_mode(&st));
	close(fd);
}

/* What session_open() requires. In a copy /run means nothing. */
static void judge_sessions(struct host *host)
{
	struct stat st;

	if (!host->living || !host->has_account)
		return;
	(void)host_trust_directory(host, RULE_SESSIONS_FILE, RUNDIR);
	if (lstat(PATH_SESSIONS, &st) < 0)
		host_find(host, RULE_SESSIONS_FILE, PATH_SESSIONS, 0, "%s",
			  strerror(errno));
	else if (!S_ISREG(st.st_mode) || st.st_nlink != 1 || st.st_uid != 0 ||
		 st.st_gid != host->account.gid || host_mode(&st) != SESSIONS_MODE)
		host_find(host, RULE_SESSIONS_FILE, PATH_SESSIONS, 0,
			  "uid %u, gid %u, mode %04o: expected a file of root and gid %u, "
			  "mode %04o",
			  (unsigned)st.st_uid, (unsigned)st.st_gid, host_mode(&st),
			  (unsigned)host->account.gid, SESSIONS_MODE);
}

/* The agent opens them as the account, so their group and mode must allow it. */
static void judge_policy_files(struct host *host)
{
	const size_t root_len = strlen(host->root);

	(void)host_trust_directory(host, RULE_UNTRUSTED, PATH_PEERS_DIR);
	host_readable(host, SYSCONFDIR, S_IXOTH);
	host_readable(host, PATH_AGENT_CONF, S_IROTH);
	host_readable(host, PATH_PEERS_DIR, S_IXOTH);
	for (size_t i = 0; i < host->survey->npeers; i++)
		host_readable(host, host->survey->peers[i] + root_len, S_IROTH);
}

void host_agent(struct host *host)
{
	judge_agent(host);
	judge_sshroute(host);
	judge_sessions(host);
	judge_policy_files(host);
}
