/* SPDX-License-Identifier: ISC */
/*
 * The reader: a process with the uid of RunAs and nothing else, which reads what the
 * children of the supervisor print for as long as a link is there. What it hands back is
 * records of one size, each of which the supervisor checks (reader.c).
 */
#ifndef SALLYPORT_LOCAL_READER_CONFINED_H
#define SALLYPORT_LOCAL_READER_CONFINED_H

#include <stdbool.h>
#include <sys/types.h>

#include "local/blame.h"
#include "local/output.h"
#include "local/ssh_error.h"
#include "local/step.h"
#include "policy/language/error.h"
#include "policy/language/profile.h"

/* Whose standard error. */
enum reader_source { READER_SSH, READER_PPP, READER_REQUEST, READER_SOURCES };

enum reader_about {
	/* Why the link's ssh ended; the request's. */
	READER_WHY_SSH,
	READER_WHY_ROUTES,
	/* The last line, quoted; "" for none. */
	READER_LAST_LINE,
	/* Another child writes there from now on. */
	READER_FORGET,
};

/* Before it is answered, all that has been written by then is read and logged. */
struct reader_question {
	enum reader_about about;
	enum reader_source source;
	/* Without output and host. */
	struct ssh_end end;
	char host[HOST_MAX_LEN + 1];
};

enum reader_kind {
	/* It is confined: from here on it reads. Or it could not be, and says why. */
	READER_READY,
	READER_UNCONFINED,
	/* A line for the log; no more of this source come. */
	READER_LINE,
	READER_TOO_MUCH,
	READER_ANSWER,
	READER_KINDS,
};

struct reader_record {
	enum reader_kind kind;
	enum reader_source source;
	/* READER_LINE: LOG_INFO or LOG_DEBUG. */
	int level;
	/* READER_ANSWER to a why. */
	enum exit_code code;
	enum blame blame;
	/* 1: it is told of one host; 0: it is not (struct failure). */
	unsigned named;
	enum link_step step;
	/* Printable ASCII, terminated. */
	char text[OUTPUT_QUOTED_MAX];
};

/* What is the supervisor's: records go there, and questions come. */
struct reader_work {
	int socket;
	uid_t uid;
	gid_t gid;
	bool verbose;
};

/* In the child, whose descriptors 0, 1 and 2 are the sources: for process_spawn(). Returns
 * only on failure. */
void reader_work(const void *arg, struct error *err);

#endif
