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

#include "agent/confine_steps.h"

/* Rights younger than the oldest headers that this must build with, and the ABI that
 * brought each. */
#define RIGHT_TRUNCATE	(UINT64_C(1) << 14)
#define RIGHT_IOCTL_DEV (UINT64_C(1) << 15)
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

#define READ LANDLOCK_ACCESS_FS_READ_FILE
#define TREE (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define DEVICE                                                                             \
	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | RIGHT_IOCTL_DEV)
#define EXECUTE (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE)
#define HOOK	(TREE | LANDLOCK_ACCESS_FS_EXECUTE)

struct path_rule {
	const char *path;
	uint64_t rights;
};

/* What the dynamic loader and the C library read; a path that a system does not have is
 * passed over. */
static const struct path_rule loader_rules[] = {
    {"/etc/ld.so.cache", READ},
    {"/etc/localtime", READ}, /* the time of its log records */
    {"/usr/lib", TREE},
    {"/usr/lib64", TREE},
    {"/lib", TREE},
    {"/lib64", TREE},
    {"/usr/local/lib", TREE},
#if defined __x86_64__
    {"/lib64/ld-linux-x86-64.so.2", EXECUTE},
#elif defined __aarch64__
    {"/lib/ld-linux-aarch64.so.1", EXECUTE},
#elif defined __arm__
    {"/lib/ld-linux-armhf.so.3", EXECUTE},
#elif defined __i386__
    {"/lib/ld-linux.so.2", EXECUTE},
#elif defined __riscv
    {"/lib/ld-linux-riscv64-lp64d.so.1", EXECUTE},
#endif
    {NULL, 0},
};

/*
 * pppd: the PPP device, a pty of its own and the other end's, its options, and who it is.
 * Not the secrets beside the options: our links authenticate by ssh, and a hostile peer
 * could ask for them.
 */
static const struct path_rule pppd_rules[] = {
    {"/dev/null", DEVICE},	  {"/dev/ppp", DEVICE},
    {"/dev/ptmx", DEVICE},	  {"/dev/pts", DEVICE},
    {"/dev/random", READ},	  {"/dev/urandom", READ},
    {"/etc/nsswitch.conf", READ}, {"/etc/passwd", READ},
    {"/etc/ppp/options", READ},	  {NULL, 0},
};

/* With Hooks yes: what /etc/ppp/ip-up and its run-parts need to run, and to write where
 * they do. */
static const struct path_rule hook_rules[] = {
    {"/", HOOK},
    {"/run", HOOK | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
		 LANDLOCK_ACCESS_FS_REMOVE_FILE},
    {NULL, 0},
};

static const struct path_rule no_rules[] = {{NULL, 0}};

static const struct path_rule *profile_rules(enum confine_profile profile)
{
	return profile == CONFINE_PPPD ? pppd_rules : no_rules;
}

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

/*
 * A confined program has no business with TCP, with abstract sockets (the filter denies
 * both kinds whatever the kernel), nor with a process that is not its own: only from ABI 6
 * on (Linux 6.12) does anything keep it from signalling others of its uid. Hooks are the
 * administrator's programs and keep all three.
 */
static int create_ruleset(const struct confine *what, int abi)
{
	struct ruleset_attr attr = {.handled_access_fs = fs_rights(abi)};
	size_t size = offsetof(struct ruleset_attr, handled_access_net);

	if (abi >= ABI_NET && !what->hooks)
		attr.handled_access_net = NET_BIND_TCP | NET_CONNECT_TCP;
	if (abi >= ABI_SCOPE && !what->hooks)
		attr.scoped = SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL;
	if (abi >= ABI_NET)
		size = offsetof(struct ruleset_attr, scoped);
	if (abi >= ABI_SCOPE)
		size = sizeof attr;
	return (int)syscall(SYS_landlock_create_ruleset, &attr, size, 0);
}

/* Rights that only directories can have make a rule on a file invalid. */
#define FILE_RIGHTS                                                                        \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | READ |               \
	 RIGHT_TRUNCATE | RIGHT_IOCTL_DEV)

/* The rule for one open file or directory; name is for messages. */
static int add_descriptor(int ruleset, int abi, int fd, const char *name, uint64_t rights,
			  struct policy_error *err)
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
static int add_path(int ruleset, int abi, const struct path_rule *rule,
		    struct policy_error *err)
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

static int add_rules(int ruleset, int abi, const struct path_rule *rules,
		     struct policy_error *err)
{
	for (; rules->path != NULL; rules++)
		if (add_path(ruleset, abi, rules, err) != 0)
			return -1;
	return 0;
}

int landlock_apply(const struct confine *what, int *abi, struct policy_error *err)
{
	const int version = (int)syscall(SYS_landlock_create_ruleset, NULL, 0,
					 LANDLOCK_CREATE_RULESET_VERSION);
	int ruleset, result = -1;

	*abi = version < 0 ? 0 : version;
	if (*abi == 0)
		return what->landlock_required
			   ? error_set(err, "this kernel has no Landlock, and policy wants "
					    "it for this (Landlock in policy.conf(5))")
			   : 0;
	ruleset = create_ruleset(what, *abi);
	if (ruleset < 0)
		return error_sys(err, errno, "Landlock: cannot make a ruleset");
	if (what->target_fd >= 0 && (add_descriptor(ruleset, *abi, what->target_fd,
						    "the target", EXECUTE, err) != 0 ||
				     add_rules(ruleset, *abi, loader_rules, err) != 0))
		goto out;
	if (add_rules(ruleset, *abi, profile_rules(what->profile), err) != 0)
		goto out;
	if (what->hooks && add_rules(ruleset, *abi, hook_rules, err) != 0)
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
