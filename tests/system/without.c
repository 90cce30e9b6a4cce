/* SPDX-License-Identifier: ISC */
/*
 * without ENOSYS|EPERM|NUMBER CALL[,CALL…] PROGRAM [ARGUMENT…]
 *
 * Executes PROGRAM where those system calls fail like that, as a service manager's or a
 * container's filter makes them. Started by root, as it leaves no_new_privs alone.
 */
#include <errno.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

__attribute__((noreturn)) static void die(const char *what)
{
	fprintf(stderr, "without: %s\n", what);
	exit(EXIT_FAILURE);
}

int main(int argc, char **argv)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	uint16_t answer;

	if (argc < 4)
		die("usage: without ENOSYS|EPERM|NUMBER CALL[,CALL...] PROGRAM "
		    "[ARGUMENT...]");
	answer = strcmp(argv[1], "EPERM") == 0	  ? EPERM
		 : strcmp(argv[1], "ENOSYS") == 0 ? ENOSYS
						  : (uint16_t)atoi(argv[1]);
	if (filter == NULL || seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0) != 0)
		die("no filter");
	for (const char *call = strtok(argv[2], ","); call != NULL;
	     call = strtok(NULL, ",")) {
		const int number = seccomp_syscall_resolve_name(call);

		if (number == __NR_SCMP_ERROR ||
		    seccomp_rule_add(filter, SCMP_ACT_ERRNO(answer), number, 0) != 0)
			die(call);
	}
	if (seccomp_load(filter) != 0)
		die("the filter is not taken");
	seccomp_release(filter);
	execvp(argv[3], argv + 3);
	die(strerror(errno));
}
