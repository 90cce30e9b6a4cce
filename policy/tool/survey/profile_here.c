/* SPDX-License-Identifier: ISC */
#include "policy/tool/survey/profile_here.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/child.h"
#include "agent/base/deadline.h"
#include "policy/language/path.h"
#include "policy/language/paths.h"
#include "policy/tool/base/in_root.h"

/* How long opening a key may take. */
enum { OPEN_TIMEOUT_S = 5 };

bool profile_is_in_force(const char *shown)
{
	static const char dir[] = PATH_PROFILES_DIR "/";
	char path[PATH_TEXT_MAX];

	return path_absolute(shown, path) == 0 && strncmp(path, dir, sizeof dir - 1) == 0;
}

static int try_open(const char *path)
{
	const int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	return fd < 0 ? errno : 0;
}

struct trial {
	const char *name, *path;
	const struct passwd *user;
};

/* The child; its exit status is the answer. */
static void open_as(const void *arg, int answer)
{
	const struct trial *trial = arg;
	const struct passwd *user = trial->user;

	(void)answer;
	/* In case this program ends first: the kernel drops the parent's death signal when
	 * ids change. */
	alarm(OPEN_TIMEOUT_S);
	if (geteuid() == 0 && (initgroups(trial->name, user->pw_gid) < 0 ||
			       setgid(user->pw_gid) < 0 || setuid(user->pw_uid) < 0))
		_exit(0);
	_exit(try_open(trial->path));
}

/* errno of opening it as that user; 0 when it can be opened, or that cannot be tested. */
static int try_as(const char *name, const char *path)
{
	const struct trial trial = {name, path, getpwnam(name)};
	const struct passwd *user = trial.user;
	struct child child;
	int why;

	/* The launcher and audit report a missing user. */
	if (user == NULL || (geteuid() != 0 && user->pw_uid != geteuid()))
		return 0;
	if (child_start(&child, open_as, &trial) != 0)
		return 0;
	/* The user's file system may never answer. */
	why = child_finish(&child, monotonic_ms() + OPEN_TIMEOUT_S * 1000);
	return why > 0 ? why : 0;
}

static void judge_here(struct findings *findings, const char *shown,
		       const struct profile *profile)
{
	const int why = try_as(profile->run_as, profile->identity);

	if (why != 0)
		findings_add(findings, RULE_IDENTITY_FILE, shown, profile->identity_line, 1,
			     "IdentityFile %s: %s cannot open it: %s", profile->identity,
			     profile->run_as, strerror(why));
}

static void judge_copy(struct findings *findings, const char *root, const char *shown,
		       const struct profile *profile)
{
	const int dir = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	const int fd = dir < 0 ? -1 : in_root_open(dir, profile->identity, O_PATH);

	if (dir >= 0 && fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		findings_add(findings, RULE_IDENTITY_COPY, shown, profile->identity_line, 1,
			     "IdentityFile %s: the copy has no such file",
			     profile->identity);
	if (fd >= 0)
		close(fd);
	if (dir >= 0)
		close(dir);
}

void profile_here(struct findings *findings, const char *root, const char *shown,
		  const struct profile *profile)
{
	if (strcmp(profile->run_as, "root") == 0)
		findings_add(findings, RULE_RUN_AS_ROOT, shown, profile->run_as_line, 1,
			     "RunAs root: ssh, and what its configuration runs, is root");
	if (profile->identity[0] == '\0')
		return;
	if (root[0] != '\0')
		judge_copy(findings, root, shown, profile);
	else if (profile_is_in_force(shown))
		judge_here(findings, shown, profile);
}
