/* SPDX-License-Identifier: ISC */
/*
 * The same as first.c for a program as most are, pppd among them: linked dynamically with
 * the C library, whose loading is part of what is measured. Its first instruction is the
 * first of main().
 */
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int main(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0 ||
	    write(STDOUT_FILENO, &now, sizeof now) != (ssize_t)sizeof now)
		return EXIT_FAILURE;
	return EXIT_SUCCESS;
}
