/* SPDX-License-Identifier: ISC */
/*
 * Stands in the place of pppd or sshroute and says what it was launched with, a word on
 * each line: "argv WORD", "env WORD", "NAME NUMBER" for what the kernel tells of itself,
 * and "opens PATH". By calls that both filters let through; but for the last, which none
 * does: "otherwise EPERM", unless that is the end.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static unsigned long long bounding_set(void)
{
	unsigned long long set = 0;
	int is;

	for (int cap = 0; (is = prctl(PR_CAPBSET_READ, cap, 0, 0, 0)) >= 0; cap++)
		set |= (unsigned long long)is << cap;
	return set;
}

static void print_limit(const char *name, int resource)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit) != 0)
		printf("%s unknown\n", name);
	else if (limit.rlim_cur != limit.rlim_max)
		printf("%s soft\n", name);
	else if (limit.rlim_max == RLIM_INFINITY)
		printf("%s none\n", name);
	else
		printf("%s %llu\n", name, (unsigned long long)limit.rlim_max);
}

/* Everybody may read these, and Landlock leaves some to some. */
static void print_opens(void)
{
	static const char *const paths[] = {"/", "/run", "/usr/lib", "/etc/passwd",
					    "/etc/group"};

	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
		if (open(paths[i], O_RDONLY | O_CLOEXEC) >= 0)
			printf("opens %s\n", paths[i]);
}

int main(int argc, char **argv, char **environment)
{
	for (int i = 0; i < argc; i++)
		printf("argv %s\n", argv[i]);
	for (; *environment != NULL; environment++)
		printf("env %s\n", *environment);
	printf("uid %u\neuid %u\ngid %u\negid %u\n", (unsigned)getuid(),
	       (unsigned)geteuid(), (unsigned)getgid(), (unsigned)getegid());
	printf("bounding %llu\nsecurebits %d\nno_new_privs %d\nseccomp %d\n",
	       bounding_set(), prctl(PR_GET_SECUREBITS, 0, 0, 0, 0),
	       prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), prctl(PR_GET_SECCOMP, 0, 0, 0, 0));
	print_limit("nofile", RLIMIT_NOFILE);
	print_limit("core", RLIMIT_CORE);
	print_limit("fsize", RLIMIT_FSIZE);
	print_limit("memlock", RLIMIT_MEMLOCK);
	print_limit("msgqueue", RLIMIT_MSGQUEUE);
	print_limit("nproc", RLIMIT_NPROC);
	print_opens();
	fflush(stdout);
	if (syscall(SYS_unshare, 0) != 0 && errno == EPERM)
		puts("otherwise EPERM");
	return fflush(stdout) == 0 ? 0 : 1;
}
