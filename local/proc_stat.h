/* SPDX-License-Identifier: ISC */
/* /proc/PID/stat: proc(5). */
#ifndef SALLYPORT_LOCAL_PROC_STAT_H
#define SALLYPORT_LOCAL_PROC_STAT_H

#include <stdint.h>
#include <sys/types.h>

struct proc_stat {
	/* R, S, D; T: stopped by a signal; Z, X: ended. */
	char state;
	pid_t session;
	/* Clock ticks from boot. */
	uint64_t start;
};

/* 0, or -1 when the text is not that of a stat file. */
int proc_stat_parse(const char *text, struct proc_stat *out);
/* 0, or -1 when there is no such process. */
int proc_stat_read(pid_t pid, struct proc_stat *out);

#endif
