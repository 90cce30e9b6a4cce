/* SPDX-License-Identifier: ISC */
/* What confinement sets, as values: set, read back, and explained from here. */
#include <linux/capability.h>
#include <linux/securebits.h>

#include "agent/confine/confine_steps.h"
#include "agent/confine/filter_program.h"

const char confine_exec_path[] = "";

/*
 * NOROOT: uid 0 is a number like any other when a program is executed. NO_SETUID_FIXUP:
 * changing ids moves no capability. KEEP_CAPS stays off. NO_CAP_AMBIENT_RAISE: what is
 * ambient now is all that ever will be. Each with its lock.
 */
unsigned confine_securebits(void)
{
	return SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
	       SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED |
	       SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;
}

uint64_t confine_capabilities(const struct confine *what)
{
	return what->keep_net_admin ? UINT64_C(1) << CAP_NET_ADMIN : 0;
}

/*
 * Nothing that is launched has a file to write, and what it inherits (the session's lock)
 * must not fill a file system. Two may write all the same: hooks, and uid 0 where no
 * Landlock keeps pppd from its pid file in /run, for there the limit would be a fatal
 * SIGXFSZ.
 */
static bool forbids_writing(const struct confine *what, int landlock_abi)
{
	return !what->hooks && (landlock_abi != 0 || what->uid != 0);
}

static bool runs_no_hooks(const struct confine *what, int landlock_abi)
{
	(void)landlock_abi;
	return !what->hooks;
}

/*
 * pppd has to fork, and the kernel counts the processes of a uid, not of a session: with a
 * limit one pppd could keep all others from starting. For uid 0 it has no effect.
 */
static bool never_forks(const struct confine *what, int landlock_abi)
{
	(void)landlock_abi;
	return what->profile != CONFINE_PPPD;
}

/*
 * No limit of memory: the tunnel's filter gives ppptun no more, sshroute lives for seconds,
 * and pppd could have it in as many processes as it likes.
 */
const struct confine_limit confine_limits[CONFINE_LIMITS] = {
    {RLIMIT_NOFILE, CONFINE_NOFILE, "nofile", NULL},
    {RLIMIT_CORE, 0, "core", NULL},
    {RLIMIT_FSIZE, 0, "fsize", forbids_writing},
    {RLIMIT_MEMLOCK, 0, "memlock", runs_no_hooks},
    {RLIMIT_MSGQUEUE, 0, "msgqueue", runs_no_hooks},
    {RLIMIT_NPROC, 0, "nproc", never_forks},
};

bool confine_limit_holds(const struct confine_limit *limit, const struct confine *what,
			 int landlock_abi)
{
	return limit->holds == NULL || limit->holds(what, landlock_abi);
}

struct filter_shape filter_shape_of(const struct confine *what)
{
	return (struct filter_shape){
	    .profile = what->profile,
	    .kill = what->seccomp_kill,
	    .target = what->target_fd >= 0,
	    .hooks = what->profile == CONFINE_PPPD && what->hooks,
	};
}

bool filter_shape_same(const struct filter_shape *a, const struct filter_shape *b)
{
	return a->profile == b->profile && a->kill == b->kill && a->target == b->target &&
	       a->hooks == b->hooks;
}
