/* SPDX-License-Identifier: ISC */
/* A library that leaves a mark when anything loads it: tests/system/ledger-before.sh and
 * audit.sh. */
#include <fcntl.h>
#include <unistd.h>

__attribute__((constructor)) static void leave_a_mark(void)
{
	const int fd = open("/tmp/loaded", O_WRONLY | O_CREAT | O_CLOEXEC, 0666);

	if (fd >= 0)
		close(fd);
}

/* What iconv looks for in a module (GCONV_PATH). */
int gconv_init(void *step);
int gconv_init(void *step)
{
	(void)step;
	leave_a_mark();
	return 0;
}

int gconv(void);
int gconv(void)
{
	return 0;
}
