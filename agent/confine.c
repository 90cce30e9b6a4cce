/* SPDX-License-Identifier: ISC */
/* Ids, capabilities and limits, and the order of all steps. */
#include "agent/confine.h"

#include <cap-ng.h>
#include <errno.h>
#include <grp.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "agent/confine_steps.h"

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

/* The ids of the target, and no group but its own. Groups first: later there is no right
 * to. */
static int change_ids(const struct confine *what, struct policy_error *err)
{
	/*
	 * Becoming another uid must neither give nor take a capability: what stays is
	 * decided below, explicitly. Set before the first id changes.
	 */
	if (prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0) != 0)
		return error_sys(err, errno, "cannot set securebits before changing ids");
	if (setgroups(0, NULL) != 0)
		return error_sys(err, errno, "cannot drop the supplementary groups");
	if (setresgid(what->gid, what->gid, what->gid) != 0)
		return error_sys(err, errno, "cannot change to gid %u",
				 (unsigned)what->gid);
	if (setresuid(what->uid, what->uid, what->uid) != 0)
		return error_sys(err, errno, "cannot change to uid %u",
				 (unsigned)what->uid);
	return 0;
}

/*
 * libcap-ng's state for what is wanted now. working: the capabilities that the remaining
 * steps need are still effective.
 */
static void select_capabilities(const struct confine *what, bool working)
{
	capng_clear(CAPNG_SELECT_ALL);
	if (what->keep_net_admin)
		capng_updatev(CAPNG_ADD,
			      CAPNG_EFFECTIVE | CAPNG_PERMITTED | CAPNG_INHERITABLE |
				  CAPNG_BOUNDING_SET | CAPNG_AMBIENT,
			      CAP_NET_ADMIN, -1);
	if (working)
		capng_updatev(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, CAP_SETUID,
			      CAP_SETGID, CAP_SETPCAP, -1);
}

/*
 * One set at a time: libcap-ng 0.8.3's combined call may leave the bounding set as it was
 * and still return 0. That each did what it says is for proof_read_back() to see.
 */
static int apply_sets(bool bounding, bool ambient, struct policy_error *err)
{
	if (capng_apply(CAPNG_SELECT_CAPS) != 0)
		return error_sys(err, errno, "cannot set the capability sets");
	if (bounding && capng_apply(CAPNG_SELECT_BOUNDS) != 0)
		return error_sys(err, errno, "cannot empty the capability bounding set");
	if (ambient && capng_apply(CAPNG_SELECT_AMBIENT) != 0)
		return error_sys(err, errno, "cannot set the ambient capability set");
	return 0;
}

static int drop_privileges(const struct confine *what, struct policy_error *err)
{
	if (capng_get_caps_process() != 0)
		return error_set(err, "cannot read the capabilities of this process");
	select_capabilities(what, true);
	if (apply_sets(false, false, err) != 0)
		return -1;
	if (change_ids(what, err) != 0)
		return -1;
	if (apply_sets(true, true, err) != 0)
		return -1;
	if (prctl(PR_SET_SECUREBITS, confine_securebits(), 0, 0, 0) != 0)
		return error_sys(err, errno, "cannot lock the securebits");
	select_capabilities(what, false);
	return apply_sets(false, false, err);
}

/*
 * Nothing that is launched has a file to write, and what it inherits (the session's lock)
 * must not fill a file system. Two may write all the same: hooks, and uid 0 where no
 * Landlock keeps pppd from its pid file in /run, for there the limit would be a fatal
 * SIGXFSZ.
 */
bool confine_forbids_writing(const struct confine *what, int landlock_abi)
{
	return !what->hooks && (landlock_abi != 0 || what->uid != 0);
}

static int lower_limits(const struct confine *what, int landlock_abi,
			struct policy_error *err)
{
	const struct rlimit nofile = {CONFINE_NOFILE, CONFINE_NOFILE};
	const struct rlimit none = {0, 0};

	if (setrlimit(RLIMIT_NOFILE, &nofile) != 0)
		return error_sys(err, errno, "cannot limit descriptors");
	if (setrlimit(RLIMIT_CORE, &none) != 0)
		return error_sys(err, errno, "cannot forbid core files");
	if (confine_forbids_writing(what, landlock_abi) &&
	    setrlimit(RLIMIT_FSIZE, &none) != 0)
		return error_sys(err, errno, "cannot forbid writing files");
	return 0;
}

int confine_apply(const struct confine *what, struct confine_report *report,
		  struct policy_error *err)
{
	const uid_t former_uid = getuid();
	const gid_t former_gid = getgid();

	*report = (struct confine_report){0};
	if (drop_privileges(what, err) != 0)
		return -1;
	/* Landlock and seccomp ask for it, and it voids every setuid bit and file
	 * capability. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return error_sys(err, errno, "cannot set no_new_privs");
	if (landlock_apply(what, &report->landlock_abi, err) != 0)
		return -1;
	if (lower_limits(what, report->landlock_abi, err) != 0)
		return -1;
	if (proof_read_back(what, former_uid, former_gid, report, err) != 0)
		return -1;
	if (filter_load(what, err) != 0)
		return -1;
	return proof_filter(what, report, err);
}
