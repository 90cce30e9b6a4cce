/* SPDX-License-Identifier: ISC */
/* What the PPP program tells of its frames, and how far PPP got by that. Pure. */
#ifndef SALLYPORT_LOCAL_FRAME_STORY_H
#define SALLYPORT_LOCAL_FRAME_STORY_H

#include "local/diagnosis.h"

enum { FRAME_STORY_MAX = 640, STRANGE_TEXT_MAX = 200 };

/* LCP; or IPCP and IPV6CP, as one. */
struct frame_protocol {
	unsigned sent, came;
	bool ack_sent, ack_came;
	/* When both ends had agreed, milliseconds; 0: not. */
	int64_t opened;
	/* The first Nak or Reject that came, and that was sent: "". */
	char no_came[TOLD_FRAME_TEXT_MAX], no_sent[TOLD_FRAME_TEXT_MAX];
};

/* Zeroed: nothing was told. */
struct frame_story {
	struct frame_protocol lcp, ip;
	/* Bytes came that are no frame: the first of them, quoted. */
	char strange[STRANGE_TEXT_MAX];
	/* The other end's frames are our own. */
	bool loops;
	/* The last Configure-Request of LCP that was sent: for that. */
	char request[TOLD_FRAME_TEXT_MAX];
};

/*
 * A line as the log would have it, `ppptun: "sent [LCP ConfReq id=0x1]"`; what is no frame
 * is passed over. at: milliseconds for the reader; now: of the clock.
 */
void frame_story_hear(struct frame_story *story, struct diagnosis *diagnosis,
		      const char *line, int64_t at, int64_t now);

/* How far it got, in a sentence, and what to do: of STEP_LCP or STEP_ADDRESSES. */
void frame_story_tell(const struct frame_story *story, enum link_step step,
		      char text[FRAME_STORY_MAX], char cure[FRAME_STORY_MAX]);

/* Takes the quotes off a text that escape_quoted() has made of printable ASCII; every other
 * byte stays escaped. */
void frame_unquote(const char *quoted, char *out, size_t size);

#endif
