/* SPDX-License-Identifier: ISC */
/*
 * One way into the kernel that has to end the process: ENTRY says which. It says "before",
 * goes in, and says "after" if it comes out again. /proc/sys/kernel need not know the
 * entry: then it answers ENOSYS, but the filter looks first.
 */
#include <sys/syscall.h>
#include <unistd.h>

#define X32_BIT 0x40000000L

int main(void)
{
	if (write(STDOUT_FILENO, "before\n", 7) != 7)
		return 1;
#if defined ENTRY_X32
	syscall(X32_BIT | SYS_getpid);
#elif defined ENTRY_I386
	__asm__ volatile("int $0x80" : : "a"(20L /* getpid of i386 */) : "memory");
#else
	syscall(SYS_sched_yield); /* on no list: with Seccomp kill */
#endif
	return write(STDOUT_FILENO, "after\n", 6) == 6 ? 0 : 1;
}
