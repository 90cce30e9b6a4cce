/* SPDX-License-Identifier: ISC */
/*
 * Build time: the rules of each filter, from the lists, for libseccomp. What is not listed
 * fails with EPERM, or kills the process where policy says `Seccomp kill`; a foreign
 * architecture or the x32 entry always kills. Several rules for one call are alternatives
 * ("or"), never "and".
 */
#include "agent/confine/filter_rules.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "agent/confine/filter_lists.h"

enum { FILTER_TREE = 2 /* seccomp_attr_set(3), SCMP_FLTATR_CTL_OPTIMIZE */ };
enum { MASK_INT = 0xffffffff /* the kernel looks at the low 32 bits of an int argument */ };

/* Where the rules of a shape go: to libseccomp, and each in words to a list of them. */
struct rules {
	scmp_filter_ctx ctx;
	uint32_t arch;
	FILE *list;
};

/* detail: a condition on its arguments, or what happens instead of allowing it; "" for
 * neither. */
static int add(const struct rules *rules, uint32_t action, int call, const char *detail,
	       unsigned count, const struct scmp_arg_cmp *conditions)
{
	char *name;

	if (seccomp_rule_add_array(rules->ctx, action, call, count, conditions) != 0)
		return -1;
	name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, call);
	/* A negative number is a call that the architecture lacks. */
	if (name != NULL && seccomp_syscall_resolve_name_arch(rules->arch, name) >= 0)
		fprintf(rules->list, "%s%s%s\n", name, detail[0] != '\0' ? " " : "",
			detail);
	free(name);
	return 0;
}

static int allow_calls(const struct rules *rules, const int *calls)
{
	for (; *calls != FILTER_END; calls++)
		if (add(rules, SCMP_ACT_ALLOW, *calls, "", 0, NULL) != 0)
			return -1;
	return 0;
}

/* The call is allowed when its int argument number arg is one of the values. */
static int allow_values(const struct rules *rules, int call, unsigned arg,
			const struct filter_value *values)
{
	for (; values != NULL && values->value != FILTER_VALUES_END; values++) {
		const struct scmp_arg_cmp is =
		    SCMP_CMP(arg, SCMP_CMP_MASKED_EQ, (uint32_t)MASK_INT, values->value);

		if (add(rules, SCMP_ACT_ALLOW, call, values->name, 1, &is) != 0)
			return -1;
	}
	return 0;
}

static int allow_sockets(const struct rules *rules, const struct filter_socket *sockets)
{
	const uint32_t type_bits =
	    (uint32_t)MASK_INT & ~(uint32_t)(SOCK_CLOEXEC | SOCK_NONBLOCK);

	for (; sockets != NULL && sockets->family != 0; sockets++) {
		const struct scmp_arg_cmp are[] = {
		    SCMP_CMP(0, SCMP_CMP_MASKED_EQ, (uint32_t)MASK_INT, sockets->family),
		    SCMP_CMP(1, SCMP_CMP_MASKED_EQ, type_bits, sockets->type),
		    SCMP_CMP(2, SCMP_CMP_MASKED_EQ, (uint32_t)MASK_INT, sockets->protocol),
		};

		if (add(rules, SCMP_ACT_ALLOW, SCMP_SYS(socket), sockets->name,
			sizeof are / sizeof are[0], are) != 0)
			return -1;
	}
	return 0;
}

static int allow_options(const struct rules *rules, const struct filter_option *options)
{
	for (; options != NULL && options->name != NULL; options++) {
		const struct scmp_arg_cmp are[] = {
		    SCMP_CMP(1, SCMP_CMP_MASKED_EQ, (uint32_t)MASK_INT, options->level),
		    SCMP_CMP(2, SCMP_CMP_MASKED_EQ, (uint32_t)MASK_INT, options->option),
		};

		if (add(rules, SCMP_ACT_ALLOW, SCMP_SYS(setsockopt), options->name,
			sizeof are / sizeof are[0], are) != 0)
			return -1;
	}
	return 0;
}

/*
 * Its own limits alone. For another process the kernel compares nothing but uids, so that
 * uid 0 without a capability could end any of root's by a limit.
 */
static int allow_own_limits(const struct rules *rules)
{
	const struct scmp_arg_cmp itself =
	    SCMP_CMP(0, SCMP_CMP_MASKED_EQ, (uint32_t)MASK_INT, 0);

	return add(rules, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), "of itself", 1, &itself);
}

/*
 * fork(2), as glibc does it by clone(2), and musl by name: pppd has its copying process and
 * one for each hook that it finds. No thread, no shared memory, no new namespace; hooks and
 * what they start may have threads and shared memory. clone3 passes its flags in memory,
 * where a filter cannot look: ENOSYS makes glibc fall back to clone.
 */
static int allow_fork(const struct rules *rules, bool hooks)
{
	const struct scmp_arg_cmp no_namespace =
	    SCMP_CMP(0, SCMP_CMP_MASKED_EQ, FILTER_CLONE_NEW_ANY, 0);
	const struct scmp_arg_cmp fork =
	    SCMP_CMP(0, SCMP_CMP_MASKED_EQ,
		     (uint32_t)MASK_INT & ~(uint32_t)FILTER_CLONE_FORK, SIGCHLD);

	if (add(rules, SCMP_ACT_ALLOW, SCMP_SYS(clone),
		hooks ? "without a new namespace" : "as fork does", 1,
		hooks ? &no_namespace : &fork) != 0 ||
	    add(rules, SCMP_ACT_ALLOW, SCMP_SYS(fork), "", 0, NULL) != 0)
		return -1;
	return add(rules, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), "fails with ENOSYS", 0,
		   NULL);
}

/*
 * The one execution that is left: the plan's descriptor, by plan_execute(). A filter cannot
 * read the path, and an absolute one would make the kernel ignore the descriptor; so it
 * has to be the agent's own empty string, by its address, which filter.c puts in the place
 * of FILTER_EXEC_PATH. Whoever could map that address anew would still meet Landlock, which
 * lets the target and the dynamic loader be executed and nothing else.
 */
static int allow_target(const struct rules *rules)
{
	const struct scmp_arg_cmp plan[] = {
	    SCMP_CMP(0, SCMP_CMP_MASKED_EQ, (uint32_t)MASK_INT, CONFINE_EXEC_FD),
	    SCMP_CMP(1, SCMP_CMP_EQ, FILTER_EXEC_PATH, 0),
	    SCMP_CMP(4, SCMP_CMP_MASKED_EQ, (uint32_t)MASK_INT, AT_EMPTY_PATH),
	};

	return add(rules, SCMP_ACT_ALLOW, SCMP_SYS(execveat), "of the program itself, once",
		   sizeof plan / sizeof plan[0], plan);
}

/*
 * pppd looks for /etc/ppp/ip-up and its like each time that the link changes. Told that
 * there is no such program it goes on without a word; told "not permitted" it would fill
 * the log with errors.
 */
static int hide_programs(const struct rules *rules)
{
	return add(rules, SCMP_ACT_ERRNO(ENOENT), SCMP_SYS(execve), "fails with ENOENT", 0,
		   NULL);
}

/*
 * Memory is written or executed, not both, and what could be written never becomes
 * executable: code comes from files, by mmap(2), and those that Landlock lets be opened
 * nobody here can write. A loader asks mprotect(2) for it only on behalf of libraries that
 * want their stack executable or have their code relocated, which then do not load.
 */
static int allow_memory(const struct rules *rules)
{
	const struct scmp_arg_cmp not_executed =
	    SCMP_CMP(2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	const struct scmp_arg_cmp not_written =
	    SCMP_CMP(2, SCMP_CMP_MASKED_EQ, PROT_WRITE, 0);

	if (add(rules, SCMP_ACT_ALLOW, SCMP_SYS(mmap), "not to execute", 1,
		&not_executed) != 0 ||
	    add(rules, SCMP_ACT_ALLOW, SCMP_SYS(mmap), "not to write", 1, &not_written) !=
		0)
		return -1;
	return add(rules, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), "not to execute", 1,
		   &not_executed);
}

/* Only to the peer of a connected socket (the log), or to the kernel by an unconnected one
 * (rtnetlink), and to no other socket that takes datagrams. */
static int allow_sending(const struct rules *rules)
{
	const struct scmp_arg_cmp no_address = SCMP_CMP(4, SCMP_CMP_EQ, 0, 0);

	return add(rules, SCMP_ACT_ALLOW, SCMP_SYS(sendto), "without an address", 1,
		   &no_address);
}

/* What differs between the profiles; a list that is not there allows nothing. */
static const struct profile_rules {
	/* It is loaded and ends as programs do, and may be the one that is executed. */
	bool program;
	bool sends;
	const int *calls;
	const struct filter_value *prctls, *fcntls, *ioctls;
	const struct filter_socket *sockets;
	const struct filter_option *options, *more_options;
} profiles[] = {
    [CONFINE_PARSER] = {.calls = filter_parser_calls},
    [CONFINE_ANSWER] = {.sends = true, .calls = filter_answer_calls},
    [CONFINE_PPPD] = {.program = true,
		      .sends = true,
		      .calls = filter_pppd_calls,
		      .fcntls = filter_pppd_fcntls,
		      .ioctls = filter_pppd_ioctls,
		      .sockets = filter_pppd_sockets,
		      .options = filter_pppd_options},
    [CONFINE_SSHROUTE] = {.program = true,
			  .sends = true,
			  .calls = filter_sshroute_calls,
			  .sockets = filter_sshroute_sockets,
			  .options = filter_netlink_options},
    [CONFINE_PPPTUN] = {.program = true,
			.calls = filter_ppptun_calls,
			.prctls = filter_ppptun_prctls,
			.fcntls = filter_pppd_fcntls,
			.ioctls = filter_ppptun_ioctls,
			.sockets = filter_ppptun_sockets,
			.options = filter_netlink_options,
			.more_options = filter_log_options},
    [CONFINE_READER] = {.calls = filter_reader_calls},
    [CONFINE_TUNNEL] = {.sends = true,
			.calls = filter_tunnel_calls,
			.fcntls = filter_pppd_fcntls,
			.ioctls = filter_tunnel_ioctls},
};

static int fill_program(const struct rules *rules, const struct filter_shape *shape)
{
	if (allow_calls(rules, filter_program_calls) != 0 || allow_own_limits(rules) != 0)
		return -1;
	if (shape->target && allow_target(rules) != 0)
		return -1;
	return shape->profile == CONFINE_PPPD ? allow_fork(rules, shape->hooks) : 0;
}

static int fill(const struct rules *rules, const struct filter_shape *shape)
{
	const struct profile_rules *profile = &profiles[shape->profile];

	if ((profile->program && fill_program(rules, shape) != 0) ||
	    allow_calls(rules, profile->calls) != 0 ||
	    allow_values(rules, SCMP_SYS(prctl), 0, filter_read_back_prctls) != 0 ||
	    allow_values(rules, SCMP_SYS(prctl), 0, profile->prctls) != 0 ||
	    allow_values(rules, SCMP_SYS(fcntl), 1, profile->fcntls) != 0 ||
	    allow_values(rules, SCMP_SYS(ioctl), 1, profile->ioctls) != 0 ||
	    allow_sockets(rules, profile->sockets) != 0)
		return -1;
	/* Of what follows they have the calls as they are. */
	if (shape->hooks)
		return allow_calls(rules, filter_hook_calls);
	if ((profile->program && allow_memory(rules) != 0) ||
	    (profile->sends && allow_sending(rules) != 0) ||
	    allow_options(rules, profile->options) != 0 ||
	    allow_options(rules, profile->more_options) != 0)
		return -1;
	return shape->profile == CONFINE_PPPD ? hide_programs(rules) : 0;
}

/* Rules name calls by this machine's numbers: libseccomp makes those of the other
 * architecture of them. Conditions are the same on all that have the numbers of
 * asm-generic/ioctl.h, ioctls.h and socket.h. */
static int choose_arch(const struct rules *rules)
{
	if (rules->arch == seccomp_arch_native())
		return 0;
	return seccomp_arch_remove(rules->ctx, SCMP_ARCH_NATIVE) == 0
		   ? seccomp_arch_add(rules->ctx, rules->arch)
		   : -1;
}

scmp_filter_ctx filter_rules(const struct filter_shape *shape, uint32_t arch, FILE *list)
{
	const struct rules rules = {
	    .ctx =
		seccomp_init(shape->kill ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ERRNO(EPERM)),
	    .arch = arch,
	    .list = list,
	};

	if (rules.ctx == NULL)
		return NULL;
	/*
	 * A tree of comparisons instead of a list: loading a filter makes the kernel try it
	 * with every system call's number.
	 */
	if (choose_arch(&rules) == 0 &&
	    seccomp_attr_set(rules.ctx, SCMP_FLTATR_CTL_OPTIMIZE, FILTER_TREE) == 0 &&
	    seccomp_attr_set(rules.ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) ==
		0 &&
	    fill(&rules, shape) == 0)
		return rules.ctx;
	seccomp_release(rules.ctx);
	return NULL;
}
