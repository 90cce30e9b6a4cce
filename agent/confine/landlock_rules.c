/* SPDX-License-Identifier: ISC */
/* The paths that a confined program may open, as data. */
#include "agent/confine/landlock_rules.h"

#define READ LANDLOCK_ACCESS_FS_READ_FILE
#define TREE (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define DEVICE                                                                             \
	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | RIGHT_IOCTL_DEV)
#define EXECUTE LANDLOCK_TARGET_RIGHTS
#define HOOK	(TREE | LANDLOCK_ACCESS_FS_EXECUTE)

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

/* ppptun: its device, and the terminal that it may be told to use. */
static const struct path_rule ppptun_rules[] = {
    {"/dev/net/tun", DEVICE}, {"/dev/null", DEVICE}, {"/dev/pts", DEVICE}, {NULL, 0}};

/* With Hooks yes: what /etc/ppp/ip-up and its run-parts need to run, and to write where
 * they do. */
static const struct path_rule hook_rules[] = {
    {"/", HOOK},
    {"/run", HOOK | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
		 LANDLOCK_ACCESS_FS_REMOVE_FILE},
    {NULL, 0},
};

static const struct path_rule no_rules[] = {{NULL, 0}};

void landlock_rule_lists(const struct confine *what,
			 const struct path_rule *lists[LANDLOCK_LISTS])
{
	size_t used = 0;

	if (what->target_fd >= 0)
		lists[used++] = loader_rules;
	if (what->profile == CONFINE_PPPD)
		lists[used++] = pppd_rules;
	if (what->profile == CONFINE_PPPTUN)
		lists[used++] = ppptun_rules;
	if (what->hooks)
		lists[used++] = hook_rules;
	while (used < LANDLOCK_LISTS)
		lists[used++] = no_rules;
}

bool landlock_denies_others(const struct confine *what)
{
	return !what->hooks;
}
