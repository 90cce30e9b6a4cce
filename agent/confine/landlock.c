/* SPDX-License-Identifier: ISC */
/*
 * Landlock (Documentation/userspace-api/landlock.rst): which files a confined program may
 * open. It stands in for what uid 0 owns where the target has to run as uid 0.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/confine/confine_steps.h"
#include "agent/confine/landlock_rules.h"
#include "agent/confine/missing.h"

/* What each ABI brought. */
enum { ABI_REFER = 2, ABI_TRUNCATE = 3, ABI_NET = 4, ABI_IOCTL_DEV = 5, ABI_SCOPE = 6 };
#define NET_BIND_TCP		   (UINT64_C(1) << 0)
#define NET_CONNECT_TCP		   (UINT64_C(1) << 1)
#define SCOPE_ABSTRACT_UNIX_SOCKET (UINT64_C(1) << 0)
#define SCOPE_SIGNAL		   (UINT64_C(1) << 1)

/* struct landlock_ruleset_attr as of ABI 6; an older kernel takes the part of it that it
 * knows. */
struct ruleset_attr {
	/* cppcheck-suppress unusedStructMember ; the kernel reads it */
	uint64_t handled_access_fs, handled_access_net, scoped;
};

#define FS_RIGHTS_ABI_1 ((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1)

static uint64_t fs_rights(int abi)
{
	uint64_t rights = FS_RIGHTS_ABI_1;

	if (abi >= ABI_REFER)
		rights |= LANDLOCK_ACCESS_FS_REFER;
	if (abi >= ABI_TRUNCATE)
		rights |= RIGHT_TRUNCATE;
	if (abi >= ABI_IOCTL_DEV)
		rights |= RIGHT_IOCTL_DEV;
	return rights;
}

static int create_ruleset(const struct confine *what, int abi)
{
	struct ruleset_attr attr = {.handled_access_fs = fs_rights(abi)};
	size_t size = offsetof(struct ruleset_attr, handled_access_net);

	if (abi >= ABI_NET && landlock_denies_others(what))
		attr.handled_access_net = NET_BIND_TCP | NET_CONNECT_TCP;
	if (abi >= ABI_SCOPE && landlock_denies_others(what))
		attr.scoped = SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL;
	if (abi >= ABI_NET)
		size = offsetof(struct ruleset_attr, scoped);
	if (abi >= ABI_SCOPE)
		size = sizeof attr;
	return (int)syscall(SYS_landlock_create_ruleset, &attr, size, 0);
}

/* Rights that only directories can have make a rule on a file invalid. */
#define FILE_RIGHTS                                                                        \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |                      \
	 LANDLOCK_ACCESS_FS_READ_FILE | RIGHT_TRUNCATE | RIGHT_IOCTL_DEV)

/* The rule for one open file or directory; name is for messages. */
static int add_descriptor(int ruleset, int abi, int fd, const char *name, uint64_t rights,
			  struct error *err)
{
	struct landlock_path_beneath_attr beneath = {
	    .allowed_access = rights & fs_rights(abi), .parent_fd = fd};
	struct stat st;

	if (fstat(fd, &st) != 0)
		return error_sys(err, errno, "Landlock: cannot look at %s", name);
	if (!S_ISDIR(st.st_mode))
		beneath.allowed_access &= FILE_RIGHTS;
	if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath,
		    0) != 0)
		return error_sys(err, errno, "Landlock: cannot add %s", name);
	return 0;
}

/* What is missing, or out of reach for the ids by now in force, needs no rule. */
static int add_path(int ruleset, int abi, const struct path_rule *rule, struct error *err)
{
	const int fd = open(rule->path, O_PATH | O_CLOEXEC);
	int result;

	if (fd < 0)
		return errno == ENOENT || errno == EACCES
			   ? 0
			   : error_sys(err, errno, "Landlock: cannot open %s", rule->path);
	result = add_descriptor(ruleset, abi, fd, rule->path, rule->rights, err);
	close(fd);
	return result;
}

static int add_rules(int ruleset, int abi, const struct path_rule *rules, struct error *err)
{
	for (; rules->path != NULL; rules++)
		if (add_path(ruleset, abi, rules, err) != 0)
			return -1;
	return 0;
}

static int refuse_without(int sys, struct error *err)
{
	struct error why;

	missing_landlock_here(sys, &why);
	return error_code(err, sys, "%s; Landlock is required here (policy.conf(5))",
			  why.text);
}

int landlock_version(void)
{
	const long version =
	    syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	return version < 0 ? 0 : (int)version;
}

int landlock_apply(const struct confine *what, int *abi, struct error *err)
{
	const int version = landlock_version();
	const int why = errno;
	const struct path_rule *lists[LANDLOCK_LISTS];
	int ruleset, result = -1;

	*abi = version;
	if (*abi == 0)
		return what->landlock_required ? refuse_without(why, err) : 0;
	ruleset = create_ruleset(what, *abi);
	if (ruleset < 0)
		return error_sys(err, errno, "Landlock: cannot make a ruleset");
	if (what->target_fd >= 0 &&
	    add_descriptor(ruleset, *abi, what->target_fd, "the target",
			   LANDLOCK_TARGET_RIGHTS, err) != 0)
		goto out;
	landlock_rule_lists(what, lists);
	for (size_t i = 0; i < LANDLOCK_LISTS; i++)
		if (add_rules(ruleset, *abi, lists[i], err) != 0)
			goto out;
	if (syscall(SYS_landlock_restrict_self, ruleset, 0) != 0) {
		error_sys(err, errno, "Landlock: cannot enforce the ruleset");
		goto out;
	}
	result = 0;
out:
	close(ruleset);
	return result;
}
