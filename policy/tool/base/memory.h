/* SPDX-License-Identifier: ISC */
/*
 * Output that goes out as a whole or not at all: a stream into memory that tells when it
 * did not fit. open_memstream(3) does not: glibc drops what it has no memory for, and
 * neither ferror(3) nor fclose(3) say so.
 */
#ifndef SALLYPORT_POLICY_TOOL_BASE_MEMORY_H
#define SALLYPORT_POLICY_TOOL_BASE_MEMORY_H

#include <stdbool.h>
#include <stdio.h>

struct memory {
	/* to be written to, until it is closed */
	FILE *out;
	/* owned; after the close: all that was written, and a NUL that len does not count
	 */
	char *text;
	size_t len, size;
	bool lost;
};

/* 0, or -1 when memory ran out: then there is nothing to close. */
int memory_open(struct memory *memory);
/* 0, or -1 when memory ran out, and the text is not whole. memory_free() either way. */
int memory_close(struct memory *memory);
void memory_free(struct memory *memory);

#endif
