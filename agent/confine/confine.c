/* SPDX-License-Identifier: ISC */
/* Ids, capabilities and limits, and the order of all steps. */
#include "agent/confine/confine.h"

#include <cap-ng.h>
#include <errno.h>
#include <grp.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/confine/confine_steps.h"
#include "agent/confine/missing.h"

/* The ids of the target, and no group but its own. Groups first: later there is no right to
 * change them. */
static int change_ids(const struct confine *what, struct error *err)
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

static const char capabilities_lacking[] =
    "cannot set the capability sets: this process did not start with all of "
    "CAP_NET_ADMIN, CAP_SETUID, CAP_SETGID and CAP_SETPCAP, or a container or a unit's "
    "CapabilityBoundingSet withholds one";

/*
 * The permitted, effective and inheritable sets, as libcap-ng writes them. working: the
 * capabilities that the remaining steps need are still there.
 */
static int set_capabilities(const struct confine *what, bool working, struct error *err)
{
	capng_clear(CAPNG_SELECT_CAPS);
	if (what->keep_net_admin)
		capng_updatev(CAPNG_ADD,
			      CAPNG_EFFECTIVE | CAPNG_PERMITTED | CAPNG_INHERITABLE,
			      CAP_NET_ADMIN, -1);
	if (working)
		capng_updatev(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, CAP_SETUID,
			      CAP_SETGID, CAP_SETPCAP, -1);
	if (capng_apply(CAPNG_SELECT_CAPS) != 0)
		return errno == EPERM
			   ? error_code(err, EPERM, "%s", capabilities_lacking)
			   : error_sys(err, errno, "%s", "cannot set the capability sets");
	return 0;
}

/*
 * The bounding set, one capability after the other up to the kernel's last (prctl(2)). Not
 * by libcap-ng, whose 0.8.3 may leave it as it was and still return 0, and reads /proc five
 * times on the way.
 */
static int empty_bounding_set(uint64_t keep, struct error *err)
{
	unsigned long cap;

	for (cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		if ((cap >= CAPABILITIES_MAX || (keep >> cap & 1) == 0) &&
		    prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) != 0)
			return error_sys(err, errno,
					 "cannot empty the capability bounding set");
	/* EINVAL is the end; anything else means that the kernel, or a filter, does not let
	 * it be read. */
	if (errno != EINVAL || cap <= CAP_NET_ADMIN)
		return error_sys(err, errno, "cannot read the capability bounding set");
	return 0;
}

static int set_ambient(const struct confine *what, struct error *err)
{
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 ||
	    (what->keep_net_admin &&
	     prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_ADMIN, 0, 0) != 0))
		return missing_call(errno, "prctl(PR_CAP_AMBIENT)",
				    "cannot set the ambient capability set", err);
	return 0;
}

/* The three sets are empty already; an ambient one could come from a caller, so all are
 * set again. */
static int stay_unprivileged(const struct confine *what, struct error *err)
{
	if (what->keep_net_admin || what->uid == 0)
		return error_set(
		    err, "an unprivileged process cannot keep a capability or be uid 0");
	return set_ambient(what, err) != 0 ? -1 : set_capabilities(what, false, err);
}

/* proof_read_back() verifies each step. */
static int drop_privileges(const struct confine *what, struct error *err)
{
	if (what->unprivileged)
		return stay_unprivileged(what, err);
	if (set_capabilities(what, true, err) != 0 || change_ids(what, err) != 0 ||
	    set_capabilities(what, true, err) != 0 ||
	    empty_bounding_set(confine_capabilities(what), err) != 0 ||
	    set_ambient(what, err) != 0)
		return -1;
	if (prctl(PR_SET_SECUREBITS, confine_securebits(), 0, 0, 0) != 0)
		return error_sys(err, errno, "cannot lock the securebits");
	return set_capabilities(what, false, err);
}

static int lower_limits(const struct confine *what, int landlock_abi, struct error *err)
{
	for (size_t i = 0; i < CONFINE_LIMITS; i++) {
		const struct confine_limit *limit = &confine_limits[i];
		const struct rlimit lower = {limit->most, limit->most};

		if (confine_limit_holds(limit, what, landlock_abi) &&
		    setrlimit(limit->resource, &lower) != 0)
			return error_sys(err, errno, "cannot set the limit %s",
					 limit->name);
	}
	return 0;
}

/*
 * The kernel then knows of each mapping whether it may become executable; the filter sees
 * only the flags of one call. Linux 6.3 and later; otherwise the filter alone prevents it,
 * and the log says so.
 */
static int forbid_written_code(const struct confine *what, struct error *err)
{
	if (what->hooks || prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) != 0 ||
	    confine_written_code_is_refused())
		return 0;
	return error_set(err, "PR_SET_MDWE has no effect");
}

static int set_no_new_privs(struct error *err)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
		   ? 0
		   : error_sys(err, errno, "cannot set no_new_privs");
}

/* The bounding set and securebits stay: nothing can be executed. */
static int drop_for_parser(const struct confine *what, struct error *err)
{
	if (what->unprivileged)
		return stay_unprivileged(what, err);
	if (set_capabilities(what, true, err) != 0 || change_ids(what, err) != 0)
		return -1;
	return set_capabilities(what, false, err);
}

/* What is not on the list kills. */
static int load_killing(const struct confine *what, struct error *err)
{
	if (filter_load(what, err) != 0)
		return -1;
	if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != SECCOMP_MODE_FILTER)
		return error_set(err, "the filter is not in force");
	return 0;
}

static int become_parser(const struct confine *what, struct error *err)
{
	return drop_for_parser(what, err) == 0 && set_no_new_privs(err) == 0 &&
		       proof_parser(what, err) == 0
		   ? load_killing(what, err)
		   : -1;
}

int confine_parser(uid_t uid, gid_t gid, bool unprivileged, struct error *err)
{
	const struct confine what = {.profile = CONFINE_PARSER,
				     .uid = uid,
				     .gid = gid,
				     .unprivileged = unprivileged,
				     .target_fd = -1,
				     .seccomp_kill = true};

	return become_parser(&what, err);
}

/* Of a user without root, who has no other id to become and no groups to give up. */
static struct confine of_own(enum confine_profile profile)
{
	return (struct confine){.profile = profile,
				.uid = getuid(),
				.gid = getgid(),
				.unprivileged = true,
				.keeps_groups = true,
				.target_fd = -1,
				.seccomp_kill = true};
}

int confine_own_parser(struct error *err)
{
	const struct confine what = of_own(CONFINE_PARSER);

	return become_parser(&what, err);
}

static int become_reader(const struct confine *what, struct error *err)
{
	int abi;

	if (drop_for_parser(what, err) != 0)
		return -1;
	/* After the ids: changing them sets it to what a sysctl says. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return error_sys(err, errno, "cannot forbid tracing");
	return set_no_new_privs(err) == 0 && landlock_apply(what, &abi, err) == 0 &&
		       lower_limits(what, abi, err) == 0 &&
		       proof_reader(what, abi, err) == 0
		   ? load_killing(what, err)
		   : -1;
}

int confine_reader(uid_t uid, gid_t gid, struct error *err)
{
	const struct confine what = {.profile = CONFINE_READER,
				     .uid = uid,
				     .gid = gid,
				     .target_fd = -1,
				     .seccomp_kill = true};

	return become_reader(&what, err);
}

int confine_own_reader(struct error *err)
{
	const struct confine what = of_own(CONFINE_READER);

	return become_reader(&what, err);
}

/* What it starts cannot gain anything either: there is no setuid program that the way to a
 * host could need without root. */
int confine_own_supervisor(struct error *err)
{
	/* Of the profile only the ids and the groups count: it gets no filter. */
	const struct confine what = of_own(CONFINE_PARSER);

	return stay_unprivileged(&what, err) == 0 && set_no_new_privs(err) == 0
		   ? proof_parser(&what, err)
		   : -1;
}

/* No more than there is: a container may withhold one, and then the step that needs it says
 * so. */
static int keep_capabilities(uint64_t keep, struct error *err)
{
	struct capability_sets had = {0}, wanted = {0};

	if (capabilities_read(&had) != 0)
		return error_sys(err, errno, "cannot read the capabilities");
	wanted.permitted = wanted.effective = had.permitted & keep;
	wanted.bounding = had.bounding & keep;
	capng_clear(CAPNG_SELECT_CAPS);
	for (unsigned cap = 0; cap < CAPABILITIES_MAX; cap++)
		if ((wanted.permitted >> cap & 1) != 0)
			capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, cap);
	if (empty_bounding_set(wanted.bounding, err) != 0)
		return -1;
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0)
		return missing_call(errno, "prctl(PR_CAP_AMBIENT)",
				    "cannot set the ambient capability set", err);
	if (capng_apply(CAPNG_SELECT_CAPS) != 0)
		return error_sys(err, errno, "cannot set the capability sets");
	return proof_supervisor(&wanted, err);
}

int confine_supervisor(struct error *err)
{
	return keep_capabilities(SUPERVISOR_CAPABILITIES, err);
}

int confine_hook(struct error *err)
{
	if (getuid() != 0)
		return confine_own_supervisor(err);
	if (keep_capabilities(CAPABILITY(CAP_NET_ADMIN), err) != 0 ||
	    set_no_new_privs(err) != 0)
		return -1;
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1
		   ? 0
		   : error_set(err, "no_new_privs is not in force");
}

int confine_tunnel(struct error *err)
{
	const struct confine what = {
	    .profile = CONFINE_TUNNEL, .uid = getuid(), .gid = getgid(), .target_fd = -1};
	struct confine_report report = {0};

	/* A process with this uid could otherwise trace it, and take its device. First: so
	 * far the capability alone prevents that (ptrace(2), access mode checking). */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return error_sys(err, errno, "cannot forbid tracing");
	if (set_capabilities(&what, false, err) != 0 || set_no_new_privs(err) != 0 ||
	    landlock_apply(&what, &report.landlock_abi, err) != 0 ||
	    proof_tunnel(&what, report.landlock_abi, err) != 0 ||
	    filter_load(&what, err) != 0)
		return -1;
	return proof_filter(&what, &report, err);
}

void confine_parser_exit(int code)
{
	for (;;)
		syscall(SYS_exit, code);
}

int confine_apply(const struct confine *what, struct confine_report *report,
		  struct error *err)
{
	const uid_t former_uid = getuid();
	const gid_t former_gid = getgid();

	*report = (struct confine_report){0};
	/* Landlock and seccomp require no_new_privs, which voids every setuid bit and file
	 * capability. */
	if (drop_privileges(what, err) != 0 || set_no_new_privs(err) != 0 ||
	    landlock_apply(what, &report->landlock_abi, err) != 0 ||
	    lower_limits(what, report->landlock_abi, err) != 0 ||
	    forbid_written_code(what, err) != 0 ||
	    proof_read_back(what, former_uid, former_gid, report, err) != 0 ||
	    filter_load(what, err) != 0)
		return -1;
	return proof_filter(what, report, err);
}
