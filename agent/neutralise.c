/* SPDX-License-Identifier: ISC */
/* Step 1: whoever started this process, and however, it behaves the same from here on. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/log.h"
#include "policy/descriptors.h"

/*
 * The log is not open yet, and there may be no descriptor left for it: standard input,
 * which nobody needs any more, makes room.
 */
__attribute__((noreturn)) static void die(const struct agent *agent, const char *what)
{
	struct policy_error err;
	const int sys = errno;

	close(STDIN_FILENO);
	(void)log_open("vpn-agent", &err);
	agent_refuse(agent, EXIT_SYSTEM, "%s: %s", what, strerrordesc_np(sys));
}

/* 0, 1 and 2 exist, so that no file opened later is taken for one of them; nothing else
 * does. */
static void neutralise_descriptors(const struct agent *agent)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd < 0 || descriptors_close(STDERR_FILENO + 1, UINT_MAX) != 0)
		die(agent, "cannot have standard descriptors and no others");
}

/*
 * Timers first, so that nothing more comes; then every signal is ignored for a moment,
 * which takes away what waits behind a block (sigaction(2), POSIX 2.4.3): it would end the
 * agent, with no word in the log, as soon as the block is gone.
 */
static void neutralise_signals(const struct agent *agent)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN},
			 standard = {.sa_handler = SIG_DFL};
	const struct itimerval off = {0};
	sigset_t none;

	setitimer(ITIMER_REAL, &off, NULL);
	setitimer(ITIMER_VIRTUAL, &off, NULL);
	setitimer(ITIMER_PROF, &off, NULL);
	for (int sig = 1; sig < NSIG; sig++) {
		/* KILL, STOP and libc's own refuse: as it should be. */
		sigaction(sig, &ignore, NULL);
		sigaction(sig, &standard, NULL);
	}
	/* A client that went away shows as an error of write(2), so that the log is still
	 * written. */
	if (sigaction(SIGPIPE, &ignore, NULL) != 0)
		die(agent, "cannot ignore SIGPIPE");
	sigemptyset(&none);
	if (sigprocmask(SIG_SETMASK, &none, NULL) != 0)
		die(agent, "cannot unblock signals");
	alarm(AGENT_DEADLINE_S);
}

static void set_limit(const struct agent *agent, int resource, const struct rlimit *limit)
{
	struct rlimit now;

	if (setrlimit(resource, limit) != 0 || getrlimit(resource, &now) != 0)
		die(agent, "cannot set a limit of this process");
	if (now.rlim_cur == limit->rlim_cur && now.rlim_max == limit->rlim_max)
		return;
	errno = ENOTSUP;
	die(agent, "a limit of this process is not what was set");
}

/*
 * Whatever may be had of what a session needs in the long run: what is launched must not
 * die of a caller's soft limit of CPU time. Hard limits cannot be raised without a
 * capability, and stay (vpn-agent(8)); agent_check_identity() says when there are too few
 * descriptors.
 */
static void raise_limits(const struct agent *agent)
{
	static const int raised[] = {RLIMIT_NOFILE, RLIMIT_CPU,	  RLIMIT_AS,
				     RLIMIT_DATA,   RLIMIT_NPROC, RLIMIT_RTTIME,
				     RLIMIT_MEMLOCK};
	struct rlimit limit;

	for (size_t i = 0; i < sizeof raised / sizeof raised[0]; i++) {
		if (getrlimit(raised[i], &limit) != 0)
			die(agent, "cannot read a limit of this process");
		limit.rlim_cur = limit.rlim_max;
		set_limit(agent, raised[i], &limit);
	}
}

static void neutralise_process(const struct agent *agent)
{
	const struct rlimit core = {0, 0};

	/* Not dumpable: no core, no ptrace, and /proc/PID belongs to root. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
	    prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
		die(agent, "cannot forbid core files");
	set_limit(agent, RLIMIT_CORE, &core);
	if (prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0) != 0 || personality(PER_LINUX) == -1)
		die(agent, "cannot reset the personality");
	umask(077);
	if (chdir("/") != 0)
		die(agent, "cannot go to /");
}

/* The first of its name, as getenv(3) would; its memory stays where execve(2) put it. */
static const char *environment_value(char **environment, const char *name)
{
	const size_t len = strlen(name);

	for (; *environment != NULL; environment++)
		if (strncmp(*environment, name, len) == 0 && (*environment)[len] == '=')
			return *environment + len + 1;
	return NULL;
}

/* As login shell sshd calls it `vpn-agent -c TEXT`; as forced command of another shell,
 * `vpn-agent NAME`. */
static void keep_arguments(struct caller *caller, int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "-c") == 0)
		caller->shell_text = argv[2];
	else if (argc == 2)
		caller->name = argv[1];
}

static void make_id(char id[AGENT_ID_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char random[(AGENT_ID_SIZE - 1) / 2];

	/* Without random numbers there is no id, and nothing works: the kernel has them. */
	if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
		_exit(EXIT_SYSTEM);
	for (size_t i = 0; i < sizeof random; i++) {
		id[2 * i] = digits[random[i] >> 4];
		id[2 * i + 1] = digits[random[i] & 15];
	}
	id[AGENT_ID_SIZE - 1] = '\0';
}

void agent_neutralise(struct agent *agent, int argc, char **argv, char **environment)
{
	static char *empty[] = {NULL};

	/* First of all: the C library asks it too, for the time zone of a log record. */
	environ = empty;
	make_id(agent->id);
	raise_limits(agent);
	neutralise_descriptors(agent);
	neutralise_signals(agent);
	neutralise_process(agent);
	keep_arguments(&agent->caller, argc, argv);
	agent->caller.request = environment_value(environment, "SSH_ORIGINAL_COMMAND");
	agent->caller.connection = environment_value(environment, "SSH_CONNECTION");
	agent->caller.auth_info = environment_value(environment, "SSH_USER_AUTH");
}
