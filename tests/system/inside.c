/* SPDX-License-Identifier: ISC */
/*
 * inside PID USER COMMAND [ARGUMENT…]: runs the command in the namespaces of that process,
 * from their root, as root or as another user: then with the groups, the home and the
 * environment of a login, and without a capability. Its exit status, or its signal, is this
 * program's.
 *
 * What nsenter, setpriv and env do one after the other. Linked statically: tests run some
 * thousand commands in their hosts, some on a processor that is emulated, where a loader
 * costs most.
 */
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	GROUPS_MAX = 128,
	FAILED = 71,
	NOT_EXECUTABLE = 126,
	NOT_FOUND = 127,
	BY_SIGNAL = 128
};

static void fail(int status, const char *what)
{
	fprintf(stderr, "inside: %s: %s\n", what, strerrordesc_np(errno));
	exit(status);
}

static void enter(pid_t pid)
{
	const int fd = pidfd_open(pid, 0);

	if (fd < 0 || setns(fd, CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS |
				    CLONE_NEWPID) != 0)
		fail(FAILED, "entering the host");
	close(fd);
}

/* Read from the files themselves: what is linked statically has no other way. */
static const struct passwd *find_user(const char *name)
{
	FILE *file = fopen("/etc/passwd", "re");
	const struct passwd *user = NULL;

	while (file != NULL && (user = fgetpwent(file)) != NULL &&
	       strcmp(user->pw_name, name) != 0)
		;
	if (file != NULL)
		(void)fclose(file);
	return user;
}

static size_t find_groups(const struct passwd *user, gid_t *groups)
{
	FILE *file = fopen("/etc/group", "re");
	const struct group *group;
	size_t count = 1;

	groups[0] = user->pw_gid;
	while (file != NULL && count < GROUPS_MAX && (group = fgetgrent(file)) != NULL)
		for (char **member = group->gr_mem; *member != NULL; member++)
			if (strcmp(*member, user->pw_name) == 0 &&
			    group->gr_gid != user->pw_gid && count < GROUPS_MAX)
				groups[count++] = group->gr_gid;
	if (file != NULL)
		(void)fclose(file);
	return count;
}

/* What a user could get back by a program with a file capability is gone as well. */
static void drop_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];

	for (int number = 0; prctl(PR_CAPBSET_READ, number, 0, 0, 0) >= 0; number++)
		if (prctl(PR_CAPBSET_DROP, number, 0, 0, 0) != 0)
			fail(FAILED, "the bounding set");
	if (syscall(SYS_capget, &header, sets) != 0)
		fail(FAILED, "capabilities");
	for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
		sets[i].inheritable = 0;
	if (syscall(SYS_capset, &header, sets) != 0)
		fail(FAILED, "inheritable capabilities");
}

static void become(const char *name)
{
	const struct passwd *user = find_user(name);
	gid_t groups[GROUPS_MAX];

	if (user == NULL) {
		errno = ENOENT;
		fail(FAILED, name);
	}
	drop_capabilities();
	if (setgroups(find_groups(user, groups), groups) != 0 ||
	    setresgid(user->pw_gid, user->pw_gid, user->pw_gid) != 0 ||
	    setresuid(user->pw_uid, user->pw_uid, user->pw_uid) != 0)
		fail(FAILED, name);
	if (setenv("HOME", user->pw_dir, 1) != 0 || setenv("USER", name, 1) != 0 ||
	    setenv("LOGNAME", name, 1) != 0 || setenv("SHELL", user->pw_shell, 1) != 0)
		fail(FAILED, "the environment");
	if (chdir(user->pw_dir) != 0)
		fail(FAILED, user->pw_dir);
}

static void execute(const char *user, char **command)
{
	if (strcmp(user, "root") != 0)
		become(user);
	execvp(command[0], command);
	fail(errno == ENOENT ? NOT_FOUND : NOT_EXECUTABLE, command[0]);
}

int main(int argc, char **argv)
{
	int status;
	pid_t child;

	if (argc < 4)
		return 64;
	enter(atoi(argv[1]));
	/* A namespace of processes is that of the children alone. */
	child = fork();
	if (child == 0)
		execute(argv[2], argv + 3);
	if (child < 0 || waitpid(child, &status, 0) != child)
		fail(FAILED, "a child");
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	(void)signal(WTERMSIG(status), SIG_DFL);
	(void)raise(WTERMSIG(status));
	return BY_SIGNAL + WTERMSIG(status);
}
