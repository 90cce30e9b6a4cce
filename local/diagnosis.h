/* SPDX-License-Identifier: ISC */
/*
 * What `diagnose` has found, step by step: each finding is printed as soon as it is known,
 * or all of them as JSON at the end.
 */
#ifndef SALLYPORT_LOCAL_DIAGNOSIS_H
#define SALLYPORT_LOCAL_DIAGNOSIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "local/obstacle.h"
#include "local/reporting.h"
#include "local/step.h"

enum {
	FINDINGS_MAX = 192,
	FINDING_WHAT_MAX = 320,
	FINDING_CURE_MAX = 640,
	FINDING_NOT_TIMED = -1,
	/* Frames that are kept; a link needs about twenty to come up. */
	TOLD_FRAMES_MAX = 200,
	TOLD_FRAME_TEXT_MAX = 320,
};

enum verdict {
	VERDICT_OK,
	/* Nothing fails of it, but somebody should know. */
	VERDICT_NOTE,
	VERDICT_FAILED,
	VERDICT_SKIPPED,
	VERDICTS,
};

struct remark {
	enum link_step step;
	enum verdict verdict;
	/* VERDICT_FAILED: what `up` would exit with. */
	enum exit_code code;
	/* Microseconds, or FINDING_NOT_TIMED. */
	int64_t took;
	/* Printable ASCII: what was looked at; what it means; what to do. "": nothing. */
	char what[FINDING_WHAT_MAX], text[FAILURE_TEXT_MAX], cure[FINDING_CURE_MAX];
};

/* A PPP frame, or bytes that are none: as the PPP program has told it. */
struct told_frame {
	/* Milliseconds after the program began. */
	int64_t at;
	char text[TOLD_FRAME_TEXT_MAX];
};

struct diagnosis {
	const char *name;
	bool json, frames, colour;
	struct remark list[FINDINGS_MAX];
	size_t count;
	bool said[STEPS], failed[STEPS];
	/* A link is there, or was: what fails then fails of its use. */
	bool has_link;
	struct told_frame told[TOLD_FRAMES_MAX];
	size_t ntold;
};

/* took in microseconds, or FINDING_NOT_TIMED; each format makes what was looked at. */
void diagnosis_ok(struct diagnosis *diagnosis, enum link_step step, int64_t took,
		  const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void diagnosis_skip(struct diagnosis *diagnosis, enum link_step step, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* A finding whose verdict, code, time and texts are set. */
void diagnosis_add(struct diagnosis *diagnosis, const struct remark *finding);
/* In the words of `up`; what: "" or what was looked at. */
void diagnosis_failure(struct diagnosis *diagnosis, enum link_step step, int64_t took,
		       const char *what, const struct failure *failure);
/* What `check` has found of one step: a finding each. Whether none is an error. */
bool diagnosis_obstacles(struct diagnosis *diagnosis, enum link_step step, int64_t took,
			 const struct obstacles *all);

/* Whether that step, or one of those from the first to the last, has failed. */
bool diagnosis_has_failed(const struct diagnosis *diagnosis, enum link_step first,
			  enum link_step last);
/* Those steps, as far as nothing was said of them: they were not tried. */
void diagnosis_leave_out(struct diagnosis *diagnosis, enum link_step first,
			 enum link_step last);

/* Keeps a frame, and prints it where frames are asked for. */
void diagnosis_frame(struct diagnosis *diagnosis, int64_t at, const char *text);

/* "host key"; and "host-key", as JSON has it. */
const char *step_word(enum link_step step);

/*
 * Pure. Cuts what to do off the end of a sentence of `up`: "WHAT IT IS: WHAT TO DO [what
 * was said]". text keeps the rest; cure is "" when nothing of it says what to do.
 */
void diagnosis_split(char *text, char cure[FINDING_CURE_MAX]);
/* Pure. The id of the agent's log records that the sentence quotes; false: none. */
enum { AGENT_ID_MAX = 40 };
bool diagnosis_find_id(const char *text, char id[AGENT_ID_MAX]);

/* What the command exits with. */
enum exit_code diagnosis_code(const struct diagnosis *diagnosis);
/* The last line; or with json all of it. 0, or -1. */
int diagnosis_conclude(const struct diagnosis *diagnosis);

/* diagnosis_json.c: all of it on standard output. 0, or -1. */
int diagnosis_print_json(const struct diagnosis *diagnosis);

#endif
