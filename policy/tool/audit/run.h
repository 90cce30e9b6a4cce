/* SPDX-License-Identifier: ISC */
/* Runs a program of the system, given by a fixed path, within a deadline. */
#ifndef SALLYPORT_POLICY_TOOL_AUDIT_RUN_H
#define SALLYPORT_POLICY_TOOL_AUDIT_RUN_H

#include <stddef.h>
#include <stdint.h>

#include "policy/language/error.h"
#include "policy/tool/audit/user.h"

enum {
	RUN_TIMEOUT_MS = 10 * 1000,
	/* of either kind of output; more is an error */
	RUN_OUTPUT_MAX = 1024 * 1024,
};

struct run_output {
	/* owned, terminated: standard output and standard error */
	char *out, *err;
	/* its exit status; or 128 plus the number of the signal that ended it */
	int status;
};

/* argv[0] is an absolute path to a file that only root can change (trusted_open_program);
 * exactly the file that was checked is executed. It gets no environment, no input and no
 * descriptor of the caller's, and can gain no privilege. Returns 0 with *output, which
 * run_free() frees, whatever the program's status; or -1 with *error, err->sys == ETIMEDOUT
 * when it did not end in time.
 */
int run_program(char *const argv[], struct run_output *output, struct error *error);
/* The same with another deadline than RUN_TIMEOUT_MS. */
int run_program_within(int64_t timeout_ms, char *const argv[], struct run_output *output,
		       struct error *error);
/* The same, but it reads the text, which no other user can see: unlike what is in argv. */
int run_program_on(const char *input, char *const argv[], struct run_output *output,
		   struct error *error);
/*
 * The same as that user, in a session of its own, with HOME, USER, LOGNAME and PATH: for a
 * program that reads the user's files, and may run programs that they name; what is left of
 * these ends with it. Only root, or that user, can call it. No later than deadline, of
 * monotonic_ms(), either. */
int run_program_as(const struct user *user, int64_t deadline, char *const argv[],
		   struct run_output *output, struct error *error);
void run_free(struct run_output *output);

/* The first line of text, into line, cut to size; for a finding's words. Returns line. */
const char *run_first_line(const char *text, char *line, size_t size);

#endif
