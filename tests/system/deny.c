/* SPDX-License-Identifier: ISC */
/*
 * Runs a program as a container's seccomp filter would have it: one system call fails.
 *
 *     deny CALL ERRNO PROGRAM [ARGUMENT…]
 *
 * no_new_privs stays off, so that file capabilities count below it.
 */
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	const int call = argc > 3 ? seccomp_syscall_resolve_name(argv[1]) : __NR_SCMP_ERROR;

	if (filter == NULL || call == __NR_SCMP_ERROR ||
	    seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0) != 0 ||
	    seccomp_rule_add(filter, SCMP_ACT_ERRNO((unsigned)atoi(argv[2])), call, 0) !=
		0 ||
	    seccomp_load(filter) != 0) {
		fputs("deny: no filter\n", stderr);
		return 71;
	}
	execvp(argv[3], argv + 3);
	perror(argv[3]);
	return 127;
}
