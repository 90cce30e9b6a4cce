/* SPDX-License-Identifier: ISC */
/* Parses the ready line where a bug in the parser does no harm. */
#ifndef SALLYPORT_LOCAL_READY_CONFINED_H
#define SALLYPORT_LOCAL_READY_CONFINED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "local/ready.h"

struct ready_line {
	const char *bytes;
	size_t len;
	const char *nonce;
	/* Whom the parsing process becomes; it keeps no capability and no descriptor. */
	uid_t uid;
	gid_t gid;
};

/*
 * ready_parse() in a child that can do nothing but write its result (confine_parser()). 0;
 * or -1 with *err: err->sys is 0 when the line is at fault, otherwise an errno.
 */
int ready_parse_confined(const struct ready_line *line, int64_t deadline, struct ready *out,
			 struct error *err);

/* Whether ready_parse() can have made a struct that a child handed over. */
bool ready_is_sane(const struct ready *ready);

#endif
