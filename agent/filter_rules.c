/* SPDX-License-Identifier: ISC */
/*
 * Build time: the rules of each filter, from the lists, for libseccomp. What is not listed
 * fails with EPERM, or kills the process where policy says `Seccomp kill`; a foreign
 * architecture or the x32 entry always kills. Several rules for one call are alternatives
 * ("or"), never "and".
 */
#include "agent/filter_rules.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <sys/socket.h>

#include "agent/filter_lists.h"

enum { FILTER_TREE = 2 /* seccomp_attr_set(3), SCMP_FLTATR_CTL_OPTIMIZE */ };
enum { MASK_INT = 0xffffffff /* the kernel looks at the low 32 bits of an int argument */ };

static int allow_calls(scmp_filter_ctx ctx, const int *calls)
{
	for (; *calls != FILTER_END; calls++)
		if (seccomp_rule_add(ctx, SCMP_ACT_ALLOW, *calls, 0) != 0)
			return -1;
	return 0;
}

/* The call is allowed when its int argument number arg is one of the values. */
static int allow_values(scmp_filter_ctx ctx, int call, unsigned arg, const unsigned *values)
{
	for (; *values != FILTER_VALUES_END; values++)
		if (seccomp_rule_add(ctx, SCMP_ACT_ALLOW, call, 1,
				     SCMP_CMP(arg, SCMP_CMP_MASKED_EQ, (uint32_t)MASK_INT,
					      *values)) != 0)
			return -1;
	return 0;
}

static int allow_sockets(scmp_filter_ctx ctx, const struct filter_socket *sockets)
{
	const uint32_t type_bits =
	    (uint32_t)MASK_INT & ~(uint32_t)(SOCK_CLOEXEC | SOCK_NONBLOCK);

	for (; sockets->family != 0; sockets++)
		if (seccomp_rule_add(
			ctx, SCMP_ACT_ALLOW, SCMP_SYS(socket), 3,
			SCMP_CMP(0, SCMP_CMP_MASKED_EQ, (uint32_t)MASK_INT,
				 sockets->family),
			SCMP_CMP(1, SCMP_CMP_MASKED_EQ, type_bits, sockets->type),
			SCMP_CMP(2, SCMP_CMP_MASKED_EQ, (uint32_t)MASK_INT,
				 sockets->protocol)) != 0)
			return -1;
	return 0;
}

/*
 * Its own limits alone. For another process the kernel compares nothing but uids, so that
 * uid 0 without a capability could end any of root's by a limit.
 */
static int allow_own_limits(scmp_filter_ctx ctx)
{
	return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1,
				SCMP_CMP(0, SCMP_CMP_MASKED_EQ, (uint32_t)MASK_INT, 0)) == 0
		   ? 0
		   : -1;
}

/*
 * fork(2) as glibc does it, without any new namespace. clone3 passes its flags in memory,
 * where a filter cannot look: ENOSYS makes glibc fall back to clone.
 */
static int allow_fork(scmp_filter_ctx ctx)
{
	if (seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
			     SCMP_CMP(0, SCMP_CMP_MASKED_EQ, FILTER_CLONE_NEW_ANY, 0)) != 0)
		return -1;
	return seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0 ? 0
										       : -1;
}

/*
 * The one execution that is left: the plan's descriptor, by plan_execute(). A filter cannot
 * read the path, and an absolute one would make the kernel pass the descriptor over; so it
 * has to be the agent's own empty string, by its address, which filter.c puts in the place
 * of FILTER_EXEC_PATH. Whoever could map that address anew would still meet Landlock, which
 * lets the target and the dynamic loader be executed and nothing else.
 */
static int allow_target(scmp_filter_ctx ctx)
{
	return seccomp_rule_add(
		   ctx, SCMP_ACT_ALLOW, SCMP_SYS(execveat), 3,
		   SCMP_CMP(0, SCMP_CMP_MASKED_EQ, (uint32_t)MASK_INT, CONFINE_EXEC_FD),
		   SCMP_CMP(1, SCMP_CMP_EQ, FILTER_EXEC_PATH, 0),
		   SCMP_CMP(4, SCMP_CMP_MASKED_EQ, (uint32_t)MASK_INT, AT_EMPTY_PATH)) == 0
		   ? 0
		   : -1;
}

/*
 * pppd looks for /etc/ppp/ip-up and friends at every turn of the link. Told that there is
 * no such program it goes on without a word; told "not permitted" it would fill the log
 * with errors.
 */
static int hide_programs(scmp_filter_ctx ctx)
{
	return seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOENT), SCMP_SYS(execve), 0) == 0 ? 0
										       : -1;
}

static int fill_program(scmp_filter_ctx ctx, const struct filter_shape *shape)
{
	if (allow_calls(ctx, filter_program_calls) != 0 || allow_own_limits(ctx) != 0 ||
	    allow_values(ctx, SCMP_SYS(prctl), 0, filter_read_back_prctls) != 0)
		return -1;
	if (shape->target && allow_target(ctx) != 0)
		return -1;
	if (shape->profile == CONFINE_SSHROUTE)
		return allow_calls(ctx, filter_sshroute_calls) != 0
			   ? -1
			   : allow_sockets(ctx, filter_sshroute_sockets);
	if (allow_calls(ctx, filter_pppd_calls) != 0 || allow_fork(ctx) != 0 ||
	    allow_values(ctx, SCMP_SYS(fcntl), 1, filter_pppd_fcntls) != 0 ||
	    allow_sockets(ctx, filter_pppd_sockets) != 0 ||
	    allow_values(ctx, SCMP_SYS(ioctl), 1, filter_pppd_ioctls) != 0)
		return -1;
	return shape->hooks ? allow_calls(ctx, filter_hook_calls) : hide_programs(ctx);
}

static int fill(scmp_filter_ctx ctx, const struct filter_shape *shape)
{
	switch (shape->profile) {
	case CONFINE_PARSER:
		return allow_calls(ctx, filter_parser_calls) != 0
			   ? -1
			   : allow_values(ctx, SCMP_SYS(prctl), 0, filter_read_back_prctls);
	case CONFINE_ANSWER:
		return allow_calls(ctx, filter_answer_calls) != 0
			   ? -1
			   : allow_values(ctx, SCMP_SYS(prctl), 0, filter_read_back_prctls);
	case CONFINE_PPPD:
	case CONFINE_SSHROUTE:
		return fill_program(ctx, shape);
	}
	return -1;
}

scmp_filter_ctx filter_rules(const struct filter_shape *shape)
{
	scmp_filter_ctx ctx =
	    seccomp_init(shape->kill ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ERRNO(EPERM));

	if (ctx == NULL)
		return NULL;
	/*
	 * A tree of comparisons instead of a list: loading a filter makes the kernel try it
	 * with every system call's number.
	 */
	if (seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, FILTER_TREE) == 0 &&
	    seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0 &&
	    fill(ctx, shape) == 0)
		return ctx;
	seccomp_release(ctx);
	return NULL;
}
