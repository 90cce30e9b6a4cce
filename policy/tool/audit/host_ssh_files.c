/* SPDX-License-Identifier: ISC */
/* Who can change what ssh of RunAs reads, and who can read its key. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/child.h"
#include "agent/base/deadline.h"
#include "agent/base/descriptors.h"
#include "policy/tool/audit/host.h"

/* As the kernel follows them (path_resolution(7)). */
enum { LINKS_MAX = 40 };

enum file_fault { FILE_GOOD, FILE_UNSEEN, FILE_OWNED, FILE_WRITABLE, FILE_READABLE };

/* What a child found. */
struct file_look {
	enum file_fault fault;
	/* errno of FILE_UNSEEN */
	int why;
	uid_t uid;
	unsigned mode;
	/* the file, or what is on the way to it */
	char step[PATH_TEXT_MAX];
};

struct file_question {
	struct host *host;
	const struct profile *profile;
	const struct user *user;
	const char *path;
	void (*judge)(const struct file_question *q, struct file_look *look);
};

/* Whether /etc/group lists nobody but the user in it; false when it cannot be read. */
static bool has_no_other_member(const struct file_question *q, gid_t gid)
{
	FILE *file = host_fopen(q->host, host_group_file);
	const struct group *entry;
	bool none = file != NULL;

	while (file != NULL && (entry = fgetgrent(file)) != NULL)
		for (char *const *member = entry->gr_mem;
		     entry->gr_gid == gid && *member != NULL; member++)
			none &= strcmp(*member, q->user->name) == 0;
	if (file != NULL)
		fclose(file);
	return none;
}

/* Whether it is no other's primary group: /etc/group does not list those. */
static bool is_no_group_of_others(const struct file_question *q, gid_t gid)
{
	FILE *file = host_fopen(q->host, "/etc/passwd");
	const struct passwd *entry;
	bool none = file != NULL;

	while (file != NULL && (entry = fgetpwent(file)) != NULL)
		none &= entry->pw_gid != gid || entry->pw_uid == q->user->uid;
	if (file != NULL)
		fclose(file);
	return none;
}

/* Whether everybody in that group is the user: then its rights are the user's. */
static bool is_own_group(const struct file_question *q, gid_t gid)
{
	return gid == q->user->gid && has_no_other_member(q, gid) &&
	       is_no_group_of_others(q, gid);
}

/* Whether users other than that one and root have some of the bits, S_IROTH or S_IWOTH. */
static bool is_open(const struct file_question *q, const struct stat *st, mode_t bits)
{
	return (st->st_mode & bits) != 0 ||
	       ((st->st_mode & bits << 3) != 0 && st->st_gid != 0 &&
		!is_own_group(q, st->st_gid));
}

/* One of the directories above the file, a link on the way, or the file itself. In a
 * directory such as /tmp nobody can replace what is another's; and what is written to a
 * device, as /dev/null, is not what is read from it. */
static bool judge_step(const struct file_question *q, const struct stat *st,
		       struct file_look *look)
{
	const bool apart = (S_ISDIR(st->st_mode) && (st->st_mode & S_ISVTX) != 0) ||
			   S_ISCHR(st->st_mode) || S_ISLNK(st->st_mode);

	if (st->st_uid != 0 && st->st_uid != q->user->uid)
		look->fault = FILE_OWNED;
	else if (!apart && is_open(q, st, S_IWOTH))
		look->fault = FILE_WRITABLE;
	look->uid = st->st_uid;
	look->mode = host_mode(st);
	return look->fault == FILE_GOOD;
}

/* In path, its first len bytes are a link, open as fd: where it leads takes their place. */
static int follow(char path[PATH_TEXT_MAX], size_t len, int fd)
{
	char target[PATH_TEXT_MAX], rest[PATH_TEXT_MAX];
	const ssize_t got = readlinkat(fd, "", target, sizeof target - 1);
	size_t above = len;

	if (got < 0)
		return errno;
	target[got] = '\0';
	while (above > 0 && path[above - 1] != '/')
		above--;
	if (target[0] == '/')
		above = 0;
	memcpy(rest, path + len, strlen(path + len) + 1);
	return (size_t)snprintf(path + above, PATH_TEXT_MAX - above, "%s%s", target, rest) <
		       PATH_TEXT_MAX - above
		   ? 0
		   : ENAMETOOLONG;
}

/* Judges what look->step names, which is path as far as len. True when it is there and
 * good; *linked when path has become another one. */
static bool take_step(const struct file_question *q, char path[PATH_TEXT_MAX], size_t len,
		      bool *linked, struct file_look *look)
{
	const int fd = host_open(q->host, look->step, O_PATH | O_NOFOLLOW);
	struct stat st;
	bool good = fd >= 0 && fstat(fd, &st) == 0;

	look->why = good ? 0 : errno;
	/* One that is missing is for the code that needs it. */
	if (!good && look->why != ENOENT && look->why != ENOTDIR)
		look->fault = FILE_UNSEEN;
	good = good && judge_step(q, &st, look);
	*linked = good && S_ISLNK(st.st_mode);
	if (*linked && (look->why = follow(path, len, fd)) != 0) {
		look->fault = FILE_UNSEEN;
		good = false;
	}
	if (fd >= 0)
		close(fd);
	return good;
}

/* As the kernel finds the file: whoever can change a directory, or a link, on the way
 * decides which file it is. In a copy the directories on the way to its root are not
 * looked at. */
static void judge_path(const struct file_question *q, struct file_look *look)
{
	char path[PATH_TEXT_MAX];
	unsigned links = 0;
	size_t len = 0;
	bool linked = false;

	snprintf(path, sizeof path, "%s", q->path);
	do {
		/* A link is the first one of its path: it begins anew. */
		len = linked ? 0 : len;
		len += strspn(path + len, "/");
		len += strcspn(path + len, "/");
		snprintf(look->step, sizeof look->step, "%.*s", (int)len, path);
		if (!take_step(q, path, len, &linked, look))
			return;
		links += linked;
	} while (links <= LINKS_MAX && (linked || path[len] != '\0'));
	if (links > LINKS_MAX) {
		look->fault = FILE_UNSEEN;
		look->why = ELOOP;
	}
}

/* ssh itself rejects a key that its own user owns and others may read; of another's, as one
 * of root's, it does not ask. */
static void judge_key(const struct file_question *q, struct file_look *look)
{
	struct stat st;

	if (host_stat(q->host, q->path, &st) != 0 || !S_ISREG(st.st_mode) ||
	    st.st_uid == q->user->uid || !is_open(q, &st, S_IROTH))
		return;
	look->fault = FILE_READABLE;
	look->mode = host_mode(&st);
}

/* In the child. */
static void look_at(const void *arg, int answer)
{
	static struct file_look look;
	const struct file_question *q = arg;

	q->judge(q, &look);
	_exit(descriptors_write(answer, &look, sizeof look) == 0 ? 0 : 1);
}

/* A file system of the user's may never answer: a child can be ended. */
static void look_in_time(const struct file_question *q, struct file_look *look)
{
	struct child child;
	ssize_t got;

	*look = (struct file_look){.fault = FILE_UNSEEN};
	if (child_start(&child, look_at, q) != 0) {
		look->why = errno;
		return;
	}
	got = deadline_read(child.answer, look, sizeof *look, q->host->profile_until);
	if (got != (ssize_t)sizeof *look)
		*look = (struct file_look){.fault = FILE_UNSEEN,
					   .why = got < 0 ? errno : EPROTO};
	(void)child_kill(&child);
}

static void tell(const struct file_question *q, const struct file_look *look)
{
	const struct user *user = q->user;
	const char *profile = q->profile->name;

	switch (look->fault) {
	case FILE_GOOD:
		break;
	case FILE_UNSEEN:
		host_find(q->host, RULE_NOT_LOOKED_AT, q->path, 0,
			  "who can change what ssh of %s reads: %s (profile %s)",
			  user->name, strerror(look->why), profile);
		break;
	case FILE_OWNED:
		host_find(q->host, RULE_SSH_FILES, q->path, 0,
			  "%s is owned by uid %u: expected %s%s (profile %s)", look->step,
			  (unsigned)look->uid, user->name, user->uid != 0 ? " or root" : "",
			  profile);
		break;
	case FILE_WRITABLE:
		host_find(q->host, RULE_SSH_FILES, q->path, 0,
			  "%s is writable by others than %s (mode %04o, profile %s)",
			  look->step, user->name, look->mode, profile);
		break;
	case FILE_READABLE:
		host_find(q->host, RULE_IDENTITY_OPEN, q->path, 0,
			  "users other than %s may read it (mode %04o, profile %s)",
			  user->name, look->mode, profile);
		break;
	}
}

static void judge(struct file_question *q, const char *path,
		  void (*how)(const struct file_question *q, struct file_look *look))
{
	static struct file_look look;

	if (!q->host->owners)
		return;
	q->path = path;
	q->judge = how;
	look_in_time(q, &look);
	tell(q, &look);
}

void host_ssh_file(struct host *host, const struct profile *profile,
		   const struct user *user, const char *path)
{
	struct file_question q = {.host = host, .profile = profile, .user = user};

	judge(&q, path, judge_path);
}

void host_ssh_files(struct host *host, const struct profile *profile,
		    const struct user *user)
{
	static const char *const own[] = {"config", "known_hosts"};
	struct file_question q = {.host = host, .profile = profile, .user = user};
	char path[PATH_TEXT_MAX];

	/* With SshConfig ssh reads no other configuration. */
	for (size_t i = profile->ssh_config[0] != '\0'; i < sizeof own / sizeof own[0]; i++)
		if (snprintf(path, sizeof path, "%s/.ssh/%s", user->home, own[i]) <
		    (int)sizeof path)
			judge(&q, path, judge_path);
	if (profile->ssh_config[0] != '\0')
		judge(&q, profile->ssh_config, judge_path);
	if (profile->identity[0] == '\0')
		return;
	judge(&q, profile->identity, judge_path);
	judge(&q, profile->identity, judge_key);
}
