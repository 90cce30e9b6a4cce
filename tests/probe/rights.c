/* SPDX-License-Identifier: ISC */
/* Ids, capabilities and limits: what is reported, and getting more of it. */
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/confine/confine.h"
#include "agent/confine/confine_steps.h"
#include "tests/probe/probe.h"

enum { SOME_ID = 1, ALL_BITS = 0xffffffff };

static void report(void)
{
	uint64_t bounding = 0;

	for (unsigned cap = 0; cap < CAPABILITIES_MAX; cap++)
		if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) == 1)
			bounding |= UINT64_C(1) << cap;
	probe_true("the bounding set is CAP_NET_ADMIN", bounding == UINT64_C(1)
									<< CAP_NET_ADMIN);
	probe_true("securebits are what the agent sets, locked",
		   prctl(PR_GET_SECUREBITS, 0, 0, 0, 0) == (int)confine_securebits());
	probe_true("no_new_privs is set", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
	probe_true("the filter's mode is 2", prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 2);
	probe_true("real and effective ids are the same",
		   getuid() == geteuid() && getgid() == getegid());
}

/* pppd's list has the calls that change ids, because it asks for its own. */
void probe_ids(const struct expect *expect)
{
	const uid_t other = expect->uid == 0 ? SOME_ID : 0;

	if (!expect->pppd)
		return;
	probe_fails("setresuid to another", setresuid(other, other, other), EPERM);
	probe_fails("setresuid of the saved id alone",
		    setresuid((uid_t)-1, (uid_t)-1, other), EPERM);
	probe_fails("setreuid to another", setreuid(other, other), EPERM);
	probe_fails("setuid to another", setuid(other), EPERM);
	probe_fails("setresgid to another", setresgid(SOME_ID, SOME_ID, SOME_ID), EPERM);
	probe_fails("setregid to another", setregid(SOME_ID, SOME_ID), EPERM);
	probe_fails("setgid to another", setgid(SOME_ID), EPERM);
	probe_fails("setgroups", setgroups(0, NULL), EPERM);
}

static void try_capabilities(const struct expect *expect)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2], more[2];
	char name[64];

	memset(data, 0, sizeof data);
	if (expect->pppd) {
		probe_true("capget works", syscall(SYS_capget, &header, data) == 0);
		probe_true("permitted, effective and inheritable are CAP_NET_ADMIN",
			   data[0].permitted == 1u << CAP_NET_ADMIN &&
			       data[0].effective == 1u << CAP_NET_ADMIN &&
			       data[0].inheritable == 1u << CAP_NET_ADMIN &&
			       data[1].permitted == 0 && data[1].effective == 0 &&
			       data[1].inheritable == 0);
	}
	for (unsigned cap = 0; cap <= CAP_LAST_CAP; cap++) {
		memcpy(more, data, sizeof more);
		more[cap / 32].permitted |= 1u << cap % 32;
		more[cap / 32].effective |= 1u << cap % 32;
		snprintf(name, sizeof name, "capset of capability %u", cap);
		probe_fails(name, syscall(SYS_capset, &header, more), EPERM);
		snprintf(name, sizeof name, "capability %u made ambient", cap);
		probe_fails(name, prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0),
			    EPERM);
	}
	probe_fails("securebits cleared", prctl(PR_SET_SECUREBITS, 0, 0, 0, 0), EPERM);
	probe_fails("keepcaps", prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0), EPERM);
	probe_fails("made dumpable", prctl(PR_SET_DUMPABLE, 1, 0, 0, 0), EPERM);
}

/* What hooks start may have more of them. */
static void try_limits_of_none(const struct expect *expect)
{
	static const struct {
		const char *name;
		int resource;
		bool also_pppd;
	} none[] = {{"no core file", RLIMIT_CORE, true},
		    {"no memory that is locked", RLIMIT_MEMLOCK, true},
		    {"no message queue", RLIMIT_MSGQUEUE, true},
		    {"no process", RLIMIT_NPROC, false}};

	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
		struct rlimit now = {ALL_BITS, ALL_BITS};

		if ((none[i].also_pppd || !expect->pppd) && !expect->hooks)
			probe_true(none[i].name, getrlimit(none[i].resource, &now) == 0 &&
						     now.rlim_cur == 0 &&
						     now.rlim_max == 0);
	}
}

static void try_limits(void)
{
	const struct rlimit more = {ALL_BITS, ALL_BITS};
	struct rlimit now = {0, 0};

	probe_true("the limit of descriptors can be read",
		   getrlimit(RLIMIT_NOFILE, &now) == 0);
	probe_true("it is what the agent sets", now.rlim_max == CONFINE_NOFILE);
	probe_fails("more descriptors", setrlimit(RLIMIT_NOFILE, &more), EPERM);
	probe_fails("the parent's limits", prlimit(getppid(), RLIMIT_CPU, NULL, &now),
		    EPERM);
	probe_fails("the limits of process 1", prlimit(1, RLIMIT_CPU, NULL, &now), EPERM);
}

void probe_rights(const struct expect *expect)
{
	report();
	try_capabilities(expect);
	try_limits();
	try_limits_of_none(expect);
}
