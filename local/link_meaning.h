/* SPDX-License-Identifier: ISC */
/* What answers through a link mean: no more than they show. Pure. */
#ifndef SALLYPORT_LOCAL_LINK_MEANING_H
#define SALLYPORT_LOCAL_LINK_MEANING_H

#include "local/diagnosis.h"
#include "local/link_probe.h"

/* Each fills verdict, what, text and cure. */
void link_meaning_ping(const struct link_question *question,
		       const struct link_answer *answer, struct remark *out);
void link_meaning_size(const struct link_question *question,
		       const struct link_answer *answer, struct remark *out);
/* answers: the other end answers pings at all. */
void link_meaning_behind(const struct link_question *question,
			 const struct link_answer *answer, bool answers,
			 struct remark *out);
void link_meaning_dns(const struct link_question *question,
		      const struct link_answer *answer, struct remark *out);

#endif
