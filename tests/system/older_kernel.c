/* SPDX-License-Identifier: ISC */
/*
 * Preloaded into vpn-policy: a kernel that is older than the one it runs on.
 *
 *   OLDER_KERNEL=seccomp      has no seccomp filters
 *   OLDER_KERNEL=landlock=N   has the Landlock ABI N; 0 for none
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

enum { ARGUMENTS = 6, DECIMAL = 10 };

long syscall(long number, ...);
long syscall(long number, ...)
{
	static const char landlock[] = "landlock=";
	long (*real)(long, ...) = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	const char *lacks = getenv("OLDER_KERNEL");
	long arguments[ARGUMENTS], abi;
	va_list args;

	va_start(args, number);
	for (int i = 0; i < ARGUMENTS; i++)
		arguments[i] = va_arg(args, long);
	va_end(args);
	if (lacks != NULL && number == SYS_seccomp && strcmp(lacks, "seccomp") == 0) {
		errno = ENOSYS;
		return -1;
	}
	if (lacks != NULL && number == SYS_landlock_create_ruleset &&
	    strncmp(lacks, landlock, sizeof landlock - 1) == 0) {
		abi = strtol(lacks + sizeof landlock - 1, NULL, DECIMAL);
		if (abi > 0)
			return abi;
		errno = ENOSYS;
		return -1;
	}
	return real(number, arguments[0], arguments[1], arguments[2], arguments[3],
		    arguments[4], arguments[5]);
}
