/* SPDX-License-Identifier: ISC */
/* Reads back from the kernel what confine_apply() put in force. */
#include <errno.h>
#include <fcntl.h>
#include <linux/securebits.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/confine/confine_steps.h"
#include "agent/confine/file_capabilities.h"

enum { SECCOMP_MODE_FILTER_READ = 2 };

int capability_sets_read(struct capability_sets *sets)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	memset(data, 0, sizeof data);
	if (syscall(SYS_capget, &header, data) != 0)
		return -1;
	*sets = (struct capability_sets){
	    .effective = (uint64_t)data[1].effective << 32 | data[0].effective,
	    .permitted = (uint64_t)data[1].permitted << 32 | data[0].permitted,
	    .inheritable = (uint64_t)data[1].inheritable << 32 | data[0].inheritable,
	};
	return 0;
}

/* The bounding and ambient sets have to be asked for one by one. */
int capabilities_read(struct capability_sets *sets)
{
	if (capability_sets_read(sets) != 0)
		return -1;
	for (int cap = 0; cap < CAPABILITIES_MAX; cap++) {
		const int bounding = prctl(PR_CAPBSET_READ, cap, 0, 0, 0);

		if (bounding < 0 && errno == EINVAL && cap > CAP_NET_ADMIN)
			return 0; /* past the kernel's last capability */
		if (bounding < 0)
			return -1;
		if (bounding > 0)
			sets->bounding |= UINT64_C(1) << cap;
		if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, cap, 0, 0) > 0)
			sets->ambient |= UINT64_C(1) << cap;
	}
	return 0;
}

static int read_capabilities(struct capability_sets *sets, struct error *err)
{
	return capabilities_read(sets) == 0
		   ? 0
		   : error_sys(err, errno, "cannot read the capabilities back");
}

/* Of an ordinary user they stay. A process that never had the right to drop groups may have
 * its own gid among them (sshd sets it so). */
static bool no_group_left(const struct confine *what)
{
	gid_t group;

	if (getgroups(0, NULL) == 0 || (what->unprivileged && what->keeps_groups))
		return true;
	return what->unprivileged && getgroups(1, &group) == 1 && group == what->gid;
}

static int prove_ids(const struct confine *what, uid_t former_uid, gid_t former_gid,
		     struct error *err)
{
	uid_t ruid, euid, suid;
	gid_t rgid, egid, sgid;

	if (getresuid(&ruid, &euid, &suid) != 0 || getresgid(&rgid, &egid, &sgid) != 0)
		return error_sys(err, errno, "cannot read the ids back");
	if (ruid != what->uid || euid != what->uid || suid != what->uid ||
	    (uid_t)setfsuid((uid_t)-1) != what->uid)
		return error_set(err, "the user ids are not all %u", (unsigned)what->uid);
	if (rgid != what->gid || egid != what->gid || sgid != what->gid ||
	    (gid_t)setfsgid((gid_t)-1) != what->gid)
		return error_set(err, "the group ids are not all %u", (unsigned)what->gid);
	if (!no_group_left(what))
		return error_set(err, "supplementary groups are left");
	if (former_gid != what->gid && setresgid(former_gid, former_gid, former_gid) == 0)
		return error_set(err, "the former gid can still be regained");
	if (former_uid != what->uid && setresuid(former_uid, former_uid, former_uid) == 0)
		return error_set(err, "the former uid can still be regained");
	if (what->uid != 0 && setresuid(0, 0, 0) == 0)
		return error_set(err, "uid 0 can still be regained");
	return 0;
}

static int prove_capabilities(const struct capability_sets *sets,
			      const struct confine *what, struct error *err)
{
	const uint64_t expected = confine_capabilities(what);
	const struct {
		const char *name;
		uint64_t capabilities;
	} each[] = {
	    {"effective", sets->effective},
	    {"permitted", sets->permitted},
	    {"inheritable", sets->inheritable},
	    /* Lowering it takes a capability; with no_new_privs it grants none. */
	    {"bounding", what->unprivileged ? expected : sets->bounding},
	    {"ambient", sets->ambient},
	};

	for (size_t i = 0; i < sizeof each / sizeof each[0]; i++)
		if (each[i].capabilities != expected)
			return error_set(err, "%s capabilities are %llx, expected %llx",
					 each[i].name,
					 (unsigned long long)each[i].capabilities,
					 (unsigned long long)expected);
	return 0;
}

static int prove_limit(const struct confine_limit *wanted, struct error *err)
{
	struct rlimit limit;

	if (getrlimit(wanted->resource, &limit) != 0)
		return error_sys(err, errno, "cannot read the limit %s back", wanted->name);
	if (limit.rlim_cur != wanted->most || limit.rlim_max != wanted->most)
		return error_set(err, "the limit %s is not what was set", wanted->name);
	return 0;
}

static int prove_switches(const struct confine *what, int landlock_abi, struct error *err)
{
	/* They say what uid 0 and a change of ids grant; an unprivileged process can do
	 * neither. */
	if (!what->unprivileged &&
	    prctl(PR_GET_SECUREBITS, 0, 0, 0, 0) != (int)confine_securebits())
		return error_set(err, "securebits are not what was set");
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return error_set(err, "no_new_privs is not set");
	for (size_t i = 0; i < CONFINE_LIMITS; i++)
		if (confine_limit_holds(&confine_limits[i], what, landlock_abi) &&
		    prove_limit(&confine_limits[i], err) != 0)
			return -1;
	return 0;
}

bool confine_written_code_is_refused(void)
{
	const int bits = prctl(PR_GET_MDWE, 0, 0, 0, 0);

	return bits > 0 && (bits & PR_MDWE_REFUSE_EXEC_GAIN) != 0;
}

/* No profile may list the root directory, so under Landlock opening it has to fail. */
static int prove_landlock(const struct confine *what, int abi, struct error *err)
{
	int fd;

	if (abi == 0 || what->hooks)
		return 0;
	fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		close(fd);
		return error_set(err, "Landlock is not in force: / can be opened");
	}
	if (errno != EACCES)
		return error_sys(err, errno, "cannot verify that Landlock is in force");
	return 0;
}

static int prove_no_capability(struct error *err)
{
	struct capability_sets sets = {0};

	if (capability_sets_read(&sets) != 0)
		return error_sys(err, errno, "cannot read the capabilities back");
	if (sets.effective != 0 || sets.permitted != 0 || sets.inheritable != 0)
		return error_set(err, "capabilities are left");
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return error_set(err, "no_new_privs is not set");
	return 0;
}

int proof_tunnel(const struct confine *what, int landlock_abi, struct error *err)
{
	return prove_no_capability(err) != 0 ? -1 : prove_landlock(what, landlock_abi, err);
}

int proof_parser(const struct confine *what, struct error *err)
{
	return prove_no_capability(err) != 0 ? -1
					     : prove_ids(what, what->uid, what->gid, err);
}

int proof_reader(const struct confine *what, int landlock_abi, struct error *err)
{
	if (proof_parser(what, err) != 0 || prove_landlock(what, landlock_abi, err) != 0)
		return -1;
	if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
		return error_set(err, "the reader can be traced");
	return 0;
}

int proof_supervisor(const struct capability_sets *wanted, struct error *err)
{
	struct capability_sets sets = {0};

	if (read_capabilities(&sets, err) != 0)
		return -1;
	if (sets.permitted != wanted->permitted || sets.effective != wanted->effective ||
	    sets.bounding != wanted->bounding || (sets.inheritable | sets.ambient) != 0)
		return error_set(err, "capabilities are left that were to be dropped");
	return 0;
}

int proof_read_back(const struct confine *what, uid_t former_uid, gid_t former_gid,
		    struct confine_report *report, struct error *err)
{
	struct capability_sets sets = {0};

	if (read_capabilities(&sets, err) != 0)
		return -1;
	if (prove_ids(what, former_uid, former_gid, err) != 0)
		return -1;
	if (prove_capabilities(&sets, what, err) != 0)
		return -1;
	if (prove_switches(what, report->landlock_abi, err) != 0)
		return -1;
	if (prove_landlock(what, report->landlock_abi, err) != 0)
		return -1;
	snprintf(report->text, sizeof report->text,
		 "uid=%u gid=%u groups=%s caps_effective=%llx caps_permitted=%llx "
		 "caps_inheritable=%llx caps_bounding=%llx caps_ambient=%llx securebits=%x "
		 "no_new_privs=1 mdwe=%d landlock=%d",
		 (unsigned)getuid(), (unsigned)getgid(),
		 getgroups(0, NULL) == 0 ? "none"
		 : what->keeps_groups	 ? "the-user's"
					 : "own",
		 (unsigned long long)sets.effective, (unsigned long long)sets.permitted,
		 (unsigned long long)sets.inheritable, (unsigned long long)sets.bounding,
		 (unsigned long long)sets.ambient,
		 (unsigned)prctl(PR_GET_SECUREBITS, 0, 0, 0, 0),
		 confine_written_code_is_refused(), report->landlock_abi);
	return 0;
}

/*
 * The mode alone could come from a filter that was there before ours. A harmless call that
 * is on no list fails, which shows that the list in force is ours: sched_yield(2), or, of
 * the tunnel's, one that the program's own list has, which may be one that kills. Where a
 * denied call kills, only the mode can be checked.
 */
int proof_filter(const struct confine *what, struct confine_report *report,
		 struct error *err)
{
	const size_t used = strlen(report->text);
	const int mode = prctl(PR_GET_SECCOMP, 0, 0, 0, 0);
	const long denied = what->profile == CONFINE_TUNNEL ? SYS_getppid : SYS_sched_yield;

	if (mode != SECCOMP_MODE_FILTER_READ)
		return error_set(err, "the seccomp filter is not in force");
	if (!what->seccomp_kill && (syscall(denied) >= 0 || errno != EPERM))
		return error_set(
		    err, "the seccomp filter allows a call that is not on its list");
	snprintf(report->text + used, sizeof report->text - used, " seccomp=%d", mode);
	return 0;
}
