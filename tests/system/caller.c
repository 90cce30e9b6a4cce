/* SPDX-License-Identifier: ISC */
/*
 * caller UID GID [STATE…] -- PROGRAM [ARGUMENT…]
 *
 * Puts itself into a state that no decent caller leaves behind, becomes the account, and
 * executes PROGRAM with its own environment. Started by root. The states are the table
 * below; those that take a value are written NAME=VALUE.
 *
 * "traced" and "watched" execute it in a child and exit with what the child exited with;
 * traced follows it by ptrace(2); watched tries all the time to open its memory and to
 * attach to it, and ends with 99 when that worked.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STATES_MAX = 16, BROKEN = 99, OPEN_FROM = 3, CAPS_MAX = 64 };

__attribute__((noreturn)) static void die(const char *what)
{
	fprintf(stderr, "caller: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

static void must(bool good, const char *what)
{
	if (!good)
		die(what);
}

static void close_standard(const char *list)
{
	for (; *list != '\0'; list++)
		if (*list >= '0' && *list <= '2')
			close(*list - '0');
}

static void open_many(const char *number)
{
	const int last = OPEN_FROM + atoi(number);

	for (int fd = open("/dev/null", O_RDWR); fd >= 0 && fd < last; fd = dup(fd))
		;
}

/* "NOFILE=3": soft and hard; "+NOFILE=3": soft alone. */
static void set_limit(const char *text)
{
	static const struct {
		const char *name;
		int resource;
	} limits[] = {
	    {"AS", RLIMIT_AS},
	    {"CORE", RLIMIT_CORE},
	    {"CPU", RLIMIT_CPU},
	    {"DATA", RLIMIT_DATA},
	    {"FSIZE", RLIMIT_FSIZE},
	    {"MEMLOCK", RLIMIT_MEMLOCK},
	    {"NOFILE", RLIMIT_NOFILE},
	    {"NPROC", RLIMIT_NPROC},
	    {"STACK", RLIMIT_STACK},
	    {"RTTIME", RLIMIT_RTTIME},
	    {"SIGPENDING", RLIMIT_SIGPENDING},
	};
	const bool soft = *text == '+';
	const char *value = strchr(text, '=');
	struct rlimit limit;

	must(value != NULL, "limit");
	text += soft;
	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
		if (strncmp(limits[i].name, text, (size_t)(value - text)) != 0 ||
		    limits[i].name[value - text] != '\0')
			continue;
		must(getrlimit(limits[i].resource, &limit) == 0, "getrlimit");
		limit.rlim_cur = strcmp(value + 1, "unlimited") == 0
				     ? RLIM_INFINITY
				     : strtoull(value + 1, NULL, 10);
		if (!soft)
			limit.rlim_max = limit.rlim_cur;
		must(setrlimit(limits[i].resource, &limit) == 0, "setrlimit");
		return;
	}
	die(text);
}

static void block_signals(const char *unused)
{
	sigset_t all;

	(void)unused;
	sigfillset(&all);
	must(sigprocmask(SIG_SETMASK, &all, NULL) == 0, "sigprocmask");
}

static void ignore_signals(const char *unused)
{
	(void)unused;
	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_IGN);
}

/* Blocked and sent: it waits for whoever takes the block away. */
static void leave_pending(const char *number)
{
	block_signals(NULL);
	must(raise(atoi(number)) == 0, "raise");
}

static void arm_timers(const char *unused)
{
	const struct itimerval soon = {{0, 1000}, {0, 1000}};
	sigset_t pending;

	(void)unused;
	block_signals(NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
	setitimer(ITIMER_PROF, &soon, NULL);
	setitimer(ITIMER_VIRTUAL, &soon, NULL);
	/* Until all three have fired: they wait behind the block, and the timers go on. */
	do
		must(sigpending(&pending) == 0, "sigpending");
	while (sigismember(&pending, SIGALRM) != 1 || sigismember(&pending, SIGPROF) != 1 ||
	       sigismember(&pending, SIGVTALRM) != 1);
}

static void set_umask(const char *octal)
{
	umask((mode_t)strtoul(octal, NULL, 8));
}

static void leave_directory(const char *unused)
{
	char name[] = "/tmp/caller-XXXXXX";

	(void)unused;
	must(mkdtemp(name) != NULL && chdir(name) == 0 && rmdir(name) == 0, "directory");
}

/* Raised after the ids have changed: see become(). */
static bool wants_inheritable, wants_ambient, traced, watched, no_arguments;

static void want_inheritable(const char *unused)
{
	(void)unused;
	wants_inheritable = true;
}

static void want_ambient(const char *unused)
{
	(void)unused;
	wants_inheritable = wants_ambient = true;
}

static void set_securebits(const char *hex)
{
	must(prctl(PR_SET_SECUREBITS, strtoul(hex, NULL, 16), 0, 0, 0) == 0, "securebits");
}

static void set_no_new_privs(const char *unused)
{
	(void)unused;
	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no_new_privs");
}

static void set_personality(const char *hex)
{
	must(personality(strtoul(hex, NULL, 16)) != -1, "personality");
}

static void set_death_signal(const char *number)
{
	must(prctl(PR_SET_PDEATHSIG, atoi(number), 0, 0, 0) == 0, "pdeathsig");
}

static void be_subreaper(const char *unused)
{
	(void)unused;
	must(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0, "subreaper");
}

static void slacken_timers(const char *nanoseconds)
{
	must(prctl(PR_SET_TIMERSLACK, strtoul(nanoseconds, NULL, 10), 0, 0, 0) == 0,
	     "timerslack");
}

static void lower_priority(const char *number)
{
	must(setpriority(PRIO_PROCESS, 0, atoi(number)) == 0, "nice");
}

static void drop_bounding(const char *unused)
{
	(void)unused;
	for (int cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		must(cap == CAP_SETUID || cap == CAP_SETGID || cap == CAP_SETPCAP ||
			 prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0,
		     "bounding set");
}

static void want_trace(const char *unused)
{
	(void)unused;
	traced = true;
}

static void want_watch(const char *unused)
{
	(void)unused;
	watched = true;
}

static void want_no_arguments(const char *unused)
{
	(void)unused;
	no_arguments = true;
}

static const struct state {
	const char *name;
	void (*enter)(const char *value);
} states[] = {
    {"close", close_standard},
    {"open", open_many},
    {"limit", set_limit},
    {"block", block_signals},
    {"ignore", ignore_signals},
    {"pending", leave_pending},
    {"timers", arm_timers},
    {"umask", set_umask},
    {"deleted", leave_directory},
    {"inheritable", want_inheritable},
    {"ambient", want_ambient},
    {"securebits", set_securebits},
    {"nnp", set_no_new_privs},
    {"personality", set_personality},
    {"pdeathsig", set_death_signal},
    {"subreaper", be_subreaper},
    {"slack", slacken_timers},
    {"nice", lower_priority},
    {"bounding", drop_bounding},
    {"traced", want_trace},
    {"watched", want_watch},
    {"argc0", want_no_arguments},
};

static void enter(const char *text)
{
	const size_t len = strcspn(text, "=");

	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
		if (strncmp(states[i].name, text, len) == 0 &&
		    states[i].name[len] == '\0') {
			states[i].enter(text[len] == '=' ? text + len + 1 : "");
			return;
		}
	errno = EINVAL;
	die(text);
}

static void keep_capabilities(void)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2];

	must(syscall(SYS_capget, &header, data) == 0, "capget");
	data[0].inheritable = data[0].permitted;
	data[1].inheritable = data[1].permitted;
	must(syscall(SYS_capset, &header, data) == 0, "capset");
	for (int cap = 0; wants_ambient && cap < CAPS_MAX; cap++)
		(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0);
}

static void become(uid_t uid, gid_t gid)
{
	if (wants_inheritable)
		must(prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0, "keepcaps");
	must(setgroups(0, NULL) == 0 && setresgid(gid, gid, gid) == 0 &&
		 setresuid(uid, uid, uid) == 0,
	     "ids");
	if (wants_inheritable)
		keep_capabilities();
	/* As a program that such a user starts is: a tracer may come. */
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

static int exit_code(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int trace(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) == child && WIFSTOPPED(status)) {
		const int sig = WSTOPSIG(status);

		ptrace(PTRACE_CONT, child, NULL, (long)(sig == SIGTRAP ? 0 : sig));
	}
	return exit_code(status);
}

static bool is_agent(pid_t child)
{
	char path[64], name[32] = "";
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/comm", (int)child);
	file = fopen(path, "re");
	if (file == NULL)
		return false;
	if (fgets(name, sizeof name, file) == NULL)
		name[0] = '\0';
	fclose(file);
	return strcmp(name, "vpn-agent\n") == 0;
}

static int watch(pid_t child)
{
	unsigned looks = 0, gains = 0;
	char path[64];
	int status, fd;

	snprintf(path, sizeof path, "/proc/%d/mem", (int)child);
	while (waitpid(child, &status, WNOHANG) == 0) {
		if (!is_agent(child))
			continue;
		looks++;
		fd = open(path, O_RDWR | O_CLOEXEC);
		gains += fd >= 0;
		gains += ptrace(PTRACE_SEIZE, child, NULL, NULL) == 0;
		if (fd >= 0)
			close(fd);
	}
	fprintf(stderr, "caller: %u looks, %u gains\n", looks, gains);
	return looks == 0 || gains > 0 ? BROKEN : exit_code(status);
}

int main(int argc, char **argv)
{
	static char *none[] = {NULL};
	char **program;
	pid_t child = 0;
	int i = 3;

	must(argc > 4, "usage");
	for (; i < argc && strcmp(argv[i], "--") != 0; i++)
		enter(argv[i]);
	must(i + 1 < argc, "usage");
	program = &argv[i + 1];
	become((uid_t)atoi(argv[1]), (gid_t)atoi(argv[2]));
	if (traced || watched) {
		child = fork();
		must(child >= 0, "fork");
	}
	if (child > 0)
		return traced ? trace(child) : watch(child);
	if (traced)
		must(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0, "traceme");
	execve(program[0], no_arguments ? none : program, environ);
	die(program[0]);
}
