/* SPDX-License-Identifier: ISC */
#include "local/shortage.h"

#include <stddef.h>

#include "local/ssh_said.h"

const char *shortage_sentence(const char *output)
{
	static const struct {
		const char *needle, *sentence;
	} shortages[] = {
	    /* strerror(3) of EMFILE and ENFILE, ENOMEM, EAGAIN, ENOSPC, EDQUOT, EROFS. */
	    {"Too many open files",
	     "this host is short of descriptors: ssh could not do its work"},
	    {"Cannot allocate memory",
	     "this host is short of memory: ssh could not do its work"},
	    {"memory allocation failed",
	     "this host is short of memory: ssh could not do its work"},
	    {"out of memory", "this host is short of memory: ssh could not do its work"},
	    {"Resource temporarily unavailable",
	     "this host is short of processes: ssh could not do its work"},
	    {"No space left on device",
	     "this host is short of room on a disk: ssh could not do its work"},
	    {"Disk quota exceeded",
	     "this host is short of room on a disk: ssh could not do its work"},
	    {"Read-only file system",
	     "a file system of this host cannot be written: ssh could not do its work"},
	    /* ld.so(8), before the program itself has begun. */
	    {"error while loading shared libraries",
	     "ssh cannot be started on this host: it lacks a library, memory or "
	     "descriptors"},
	};

	struct ssh_line line;

	/* Its own: neither among its doings, where the other end speaks before it is known,
	 * nor where that is quoted. */
	for (size_t i = 0; i < sizeof(shortages) / sizeof(*shortages); i++)
		if (ssh_said_find(output, shortages[i].needle, true, &line))
			return shortages[i].sentence;
	return NULL;
}
