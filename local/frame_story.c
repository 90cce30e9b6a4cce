/* SPDX-License-Identifier: ISC */
#include "local/frame_story.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void frame_unquote(const char *quoted, char *out, size_t size)
{
	enum { ESCAPE = 4, HEXADECIMAL = 16 };
	const char *at = quoted + (quoted[0] == '"');
	size_t used = 0;

	for (; *at != '\0' && *at != '"' && used + 1 < size; at++) {
		char digits[3] = "";
		unsigned long byte = 0;

		if (at[0] == '\\' && at[1] == 'x' && isxdigit((unsigned char)at[2]) &&
		    isxdigit((unsigned char)at[3])) {
			digits[0] = at[2];
			digits[1] = at[3];
			byte = strtoul(digits, NULL, HEXADECIMAL);
		}
		/* What is printable was escaped for the quotes alone. */
		if (byte == '"' || byte == '\\') {
			out[used++] = (char)byte;
			at += ESCAPE - 1;
		} else {
			out[used++] = *at;
		}
	}
	out[used] = '\0';
}

static void keep_first(char kept[TOLD_FRAME_TEXT_MAX], const char *frame)
{
	if (kept[0] == '\0')
		snprintf(kept, TOLD_FRAME_TEXT_MAX, "%s", frame);
}

static void take_answer(struct frame_protocol *protocol, bool sent, const char *frame,
			int64_t now)
{
	if (strstr(frame, " ConfAck ") != NULL) {
		protocol->ack_sent |= sent;
		protocol->ack_came |= !sent;
		if (protocol->ack_sent && protocol->ack_came && protocol->opened == 0)
			protocol->opened = now;
	} else if (strstr(frame, " ConfNak ") != NULL || strstr(frame, " ConfRej ") != NULL)
		keep_first(sent ? protocol->no_sent : protocol->no_came, frame);
}

/* "[LCP ConfReq …]", of which the identifier is told apart by nothing else. */
static void take_frame(struct frame_story *story, bool sent, const char *frame, int64_t now)
{
	const bool lcp = strncmp(frame, "[LCP ", 5) == 0;
	struct frame_protocol *const protocol = lcp ? &story->lcp : &story->ip;

	if (!lcp && strncmp(frame, "[IPCP ", 6) != 0 && strncmp(frame, "[IPV6CP ", 8) != 0)
		return;
	protocol->sent += sent;
	protocol->came += !sent;
	take_answer(protocol, sent, frame, now);
	if (strncmp(frame, "[LCP ConfReq ", 13) != 0)
		return;
	if (sent)
		snprintf(story->request, sizeof story->request, "%s", frame);
	else
		story->loops |= strcmp(story->request, frame) == 0;
}

void frame_story_hear(struct frame_story *story, struct diagnosis *diagnosis,
		      const char *line, int64_t at, int64_t now)
{
	static const char strange[] = "rcvd no frame: ";
	char text[TOLD_FRAME_TEXT_MAX];
	const char *quoted = strstr(line, ": \"");

	if (quoted == NULL)
		return;
	frame_unquote(quoted + 2, text, sizeof text);
	if (strncmp(text, strange, sizeof strange - 1) == 0) {
		if (story->strange[0] == '\0')
			error_show_cut(story->strange, sizeof story->strange,
				       snprintf(story->strange, sizeof story->strange, "%s",
						text + sizeof strange - 1));
	} else if (strncmp(text, "sent [", 6) == 0 || strncmp(text, "rcvd [", 6) == 0) {
		take_frame(story, text[0] == 's', text + 5, now);
	} else {
		return;
	}
	diagnosis_frame(diagnosis, at, text);
}

/* Only when what is not PPP is all that came. */
static bool is_text(const struct frame_story *story)
{
	return story->strange[0] != '\0' && story->lcp.came == 0;
}

void frame_story_tell(const struct frame_story *story, enum link_step step,
		      char text[FRAME_STORY_MAX], char cure[FRAME_STORY_MAX])
{
	const struct frame_protocol *const protocol =
	    step == STEP_LCP ? &story->lcp : &story->ip;
	const char *const what = step == STEP_LCP ? "LCP" : "IPCP or IPV6CP";

	snprintf(cure, FRAME_STORY_MAX,
		 "diagnose --frames shows each frame; the log of the remote has its side");
	if (story->loops) {
		snprintf(text, FRAME_STORY_MAX,
			 "the frames that are sent come back: what answers there is a "
			 "terminal or a program that echoes, and no PPP");
	} else if (step == STEP_LCP && is_text(story)) {
		snprintf(text, FRAME_STORY_MAX, "what comes is text and not PPP, %s",
			 story->strange);
		snprintf(cure, FRAME_STORY_MAX,
			 "a banner, a profile file or a login shell there writes it into "
			 "the line: have vpn-agent answer for the account");
	} else if (protocol->came == 0) {
		snprintf(text, FRAME_STORY_MAX,
			 "%s was sent (%u %s) and nothing came: the program there is "
			 "silent, has ended, or its frames are not let through",
			 what, protocol->sent, protocol->sent == 1 ? "frame" : "frames");
	} else if (protocol->no_came[0] != '\0') {
		snprintf(text, FRAME_STORY_MAX,
			 "the other end does not take what this end wants: %s",
			 protocol->no_came);
	} else if (protocol->no_sent[0] != '\0') {
		snprintf(text, FRAME_STORY_MAX,
			 "this end does not take what the other end wants: %s",
			 protocol->no_sent);
	} else {
		snprintf(text, FRAME_STORY_MAX,
			 "%s: %u frames were sent and %u came, and they do not agree", what,
			 protocol->sent, protocol->came);
	}
}
