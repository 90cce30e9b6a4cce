/* SPDX-License-Identifier: ISC */
/*
 * Prints what the filters allow, from the very lists: a line "PROGRAM call NAME", "PROGRAM
 * ioctl NUMBER", "PROGRAM fcntl NUMBER", "PROGRAM prctl NUMBER" or "PROGRAM socket FAMILY
 * TYPE PROTOCOL" for each, numbers in hexadecimal as strace -X raw prints them.
 */
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>

#include "agent/confine/filter_lists.h"

static void print_calls(const char *program, const int *calls)
{
	for (; *calls != FILTER_END; calls++) {
		char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, *calls);

		if (name != NULL)
			printf("%s call %s\n", program, name);
		free(name);
	}
}

static void print_values(const char *program, const char *what,
			 const struct filter_value *values)
{
	for (; values->value != FILTER_VALUES_END; values++)
		printf("%s %s %#x\n", program, what, values->value);
}

static void print_sockets(const char *program, const struct filter_socket *sockets)
{
	for (; sockets->family != 0; sockets++)
		printf("%s socket %#x %#x %#x\n", program, sockets->family, sockets->type,
		       sockets->protocol);
}

int main(void)
{
	print_calls("pppd", filter_program_calls);
	print_calls("pppd", filter_pppd_calls);
	print_values("pppd", "ioctl", filter_pppd_ioctls);
	print_values("pppd", "fcntl", filter_pppd_fcntls);
	print_values("pppd", "prctl", filter_read_back_prctls);
	print_sockets("pppd", filter_pppd_sockets);
	print_calls("sshroute", filter_program_calls);
	print_calls("sshroute", filter_sshroute_calls);
	print_values("sshroute", "prctl", filter_read_back_prctls);
	print_sockets("sshroute", filter_sshroute_sockets);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
