/* SPDX-License-Identifier: ISC */
#include "agent/confine/inherited.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "agent/base/child.h"
#include "agent/base/descriptors.h"
#include "agent/confine/confine.h"

enum {
	FILES_MIN = 1024,
	PROCESSES_MIN = 4096,
	/* The kernel's own (_STK_LIM); without a limit mappings would be laid out in the
	 * old way. */
	STACK_BYTES = 8 * 1024 * 1024,
	/* prctl(2), PR_SET_TIMERSLACK: with more of it every deadline comes late. */
	TIMER_SLACK_NS = 50000,
};

/* personality(2): changes nothing. */
static const unsigned long PERSONALITY_ASK = 0xffffffff;

/* Sets it, and reads it back. */
static int set_limit(int resource, const struct rlimit *limit, struct error *err)
{
	struct rlimit now;

	if (setrlimit(resource, limit) != 0 || getrlimit(resource, &now) != 0)
		return error_sys(err, errno, "cannot set a limit of this process");
	if (now.rlim_cur == limit->rlim_cur && now.rlim_max == limit->rlim_max)
		return 0;
	return error_set(err, "a limit of this process is not what was set");
}

/*
 * Soft limits become the hard ones: what is launched must not die of a caller's soft limit
 * of CPU time. Hard limits below what a session needs are raised where there is a right to
 * (CAP_SYS_RESOURCE), and stay otherwise; either way they are read back.
 */
static int set_at_least(int resource, rlim_t least, rlim_t soft, struct error *err)
{
	const struct rlimit wanted = {least, least};
	struct rlimit limit;

	if (getrlimit(resource, &limit) != 0)
		return error_sys(err, errno, "cannot read a limit of this process");
	if (limit.rlim_max < least && setrlimit(resource, &wanted) == 0)
		limit.rlim_max = least;
	limit.rlim_cur = limit.rlim_max < soft ? limit.rlim_max : soft;
	return set_limit(resource, &limit, err);
}

static int raise_limits(struct error *err)
{
	static const struct {
		int resource;
		rlim_t least;
	} raised[] = {
	    {RLIMIT_NOFILE, FILES_MIN},	    {RLIMIT_CPU, RLIM_INFINITY},
	    {RLIMIT_AS, RLIM_INFINITY},	    {RLIMIT_DATA, RLIM_INFINITY},
	    {RLIMIT_FSIZE, RLIM_INFINITY},  {RLIMIT_NPROC, PROCESSES_MIN},
	    {RLIMIT_RTTIME, RLIM_INFINITY}, {RLIMIT_MEMLOCK, 0},
	    {RLIMIT_SIGPENDING, 0},
	};

	for (size_t i = 0; i < sizeof raised / sizeof raised[0]; i++)
		if (set_at_least(raised[i].resource, raised[i].least, RLIM_INFINITY, err) !=
		    0)
			return -1;
	return set_at_least(RLIMIT_STACK, STACK_BYTES, STACK_BYTES, err);
}

/* 0, 1 and 2 exist, and nothing else. */
static int tidy_descriptors(struct error *err)
{
	return descriptors_fill(O_RDWR) == 0 &&
		       descriptors_close(STDERR_FILENO + 1, UINT_MAX) == 0
		   ? 0
		   : error_sys(err, errno,
			       "cannot open standard descriptors and close all others");
}

/* Timers first, so that nothing more comes. */
static int reset_signals(struct error *err)
{
	const struct itimerval off = {0};

	setitimer(ITIMER_REAL, &off, NULL);
	setitimer(ITIMER_VIRTUAL, &off, NULL);
	setitimer(ITIMER_PROF, &off, NULL);
	/* Otherwise what the caller left waiting would end the program, with no word in
	 * the log, as soon as it is not blocked any more. */
	signals_discard();
	return signals_default() == 0 ? 0 : error_sys(err, errno, "cannot unblock signals");
}

static int reset_process(struct error *err)
{
	const struct rlimit core = {0, 0};

	/* Not dumpable: no core, no ptrace, and /proc/PID belongs to root. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
	    prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
		return error_sys(err, errno, "cannot forbid core files");
	if (set_limit(RLIMIT_CORE, &core, err) != 0)
		return -1;
	/* A filter may forbid to set even what is set already. */
	if (prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0) != 0 ||
	    (personality(PERSONALITY_ASK) != PER_LINUX && personality(PER_LINUX) == -1))
		return error_sys(err, errno, "cannot reset the personality");
	/* A subreaper would be given the orphans of its descendants, and not reap them. */
	if (prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0) != 0 ||
	    prctl(PR_SET_TIMERSLACK, TIMER_SLACK_NS, 0, 0, 0) != 0)
		return error_sys(err, errno, "cannot reset a setting of this process");
	umask(077);
	return chdir("/") == 0 ? 0 : error_sys(err, errno, "cannot go to /");
}

int inherited_set_aside(struct error *err)
{
	if (raise_limits(err) != 0 || tidy_descriptors(err) != 0 || reset_signals(err) != 0)
		return -1;
	return reset_process(err);
}

int inherited_check_files(struct error *err)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur > CONFINE_EXEC_FD)
		return 0;
	return error_set(err,
			 "too few descriptors are allowed (RLIMIT_NOFILE): %d are needed",
			 CONFINE_EXEC_FD + 1);
}
