/* SPDX-License-Identifier: ISC */
/* How far PPP got, by what its program prints, of ppptun's words and of pppd's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "local/frame_story.h"
#include "policy/language/escape.h"

static struct diagnosis diagnosis;
static struct frame_story story;

static int begin(void **state)
{
	(void)state;
	diagnosis = (struct diagnosis){.name = "office", .json = true};
	story = (struct frame_story){.loops = false};
	return 0;
}

/* As the reader hands it on. */
static void hear(const char *text)
{
	char quoted[1024], line[1100];

	escape_quoted(text, strlen(text), quoted, sizeof quoted);
	snprintf(line, sizeof line, "ppptun: %s", quoted);
	frame_story_hear(&story, &diagnosis, line, 5, 1000);
}

static const char *told(enum link_step step)
{
	static char text[FRAME_STORY_MAX];
	char cure[FRAME_STORY_MAX];

	frame_story_tell(&story, step, text, cure);
	assert_true(cure[0] != '\0');
	return text;
}

static void lcp_is_open_when_both_have_acknowledged(void **state)
{
	(void)state;
	hear("sent [LCP ConfReq id=0x1 <mru 1500>]");
	hear("rcvd [LCP ConfReq id=0x1 <mru 1400>]");
	hear("sent [LCP ConfAck id=0x1 <mru 1400>]");
	assert_int_equal(story.lcp.opened, 0);
	hear("rcvd [LCP ConfAck id=0x1 <mru 1500>]");
	assert_int_equal(story.lcp.opened, 1000);
	assert_int_equal(story.ip.opened, 0);
	hear("sent [IPCP ConfAck id=0x1 <addr 10.9.0.1>]");
	hear("rcvd [IPCP ConfAck id=0x1 <addr 10.9.0.2>]");
	assert_int_equal(story.ip.opened, 1000);
	assert_int_equal(diagnosis.ntold, 6);
	assert_false(story.loops);
}

static void silence_is_told(void **state)
{
	(void)state;
	hear("sent [LCP ConfReq id=0x1 <mru 1500>]");
	assert_non_null(strstr(told(STEP_LCP), "LCP was sent (1 frame) and nothing came"));
}

static void text_is_told_as_what_it_is(void **state)
{
	(void)state;
	hear("sent [LCP ConfReq id=0x1 <mru 1500>]");
	hear("rcvd no frame: \"Welcome \\x1b[2J\"");
	assert_non_null(strstr(told(STEP_LCP), "text and not PPP, \"Welcome \\x1b[2J\""));
	assert_string_equal(diagnosis.told[1].text, "rcvd no frame: \"Welcome \\x1b[2J\"");
}

static void our_own_frames_are_known(void **state)
{
	(void)state;
	hear("sent [LCP ConfReq id=0x1 <magic 0x1>]");
	hear("rcvd [LCP ConfReq id=0x1 <magic 0x1>]");
	assert_non_null(strstr(told(STEP_LCP), "come back"));
}

static void the_first_refusal_is_told(void **state)
{
	(void)state;
	hear("sent [IPCP ConfReq id=0x1 <addr 10.9.0.1>]");
	hear("rcvd [IPCP ConfNak id=0x1 <addr 10.9.0.7>]");
	hear("rcvd [IPCP ConfNak id=0x2 <addr 10.9.0.8>]");
	assert_non_null(strstr(told(STEP_ADDRESSES), "<addr 10.9.0.7>"));
}

static void other_lines_are_passed_over(void **state)
{
	(void)state;
	hear("Using interface sp-office");
	frame_story_hear(&story, &diagnosis, "no quotes", 1, 1);
	frame_story_hear(&story, &diagnosis, "", 1, 1);
	assert_int_equal(diagnosis.ntold, 0);
}

static void only_quotes_are_taken_off(void **state)
{
	char out[64];

	(void)state;
	frame_unquote("\"a \\x22b\\x22 \\x5cx1b \\x1b \\x0a\"", out, sizeof out);
	assert_string_equal(out, "a \"b\" \\x1b \\x1b \\x0a");
	frame_unquote("\"abcdef\"", out, 4);
	assert_string_equal(out, "abc");
	frame_unquote("", out, sizeof out);
	assert_string_equal(out, "");
	frame_unquote("\"\\x", out, sizeof out);
	assert_string_equal(out, "\\x");
}

static void frames_are_bounded(void **state)
{
	(void)state;
	for (int i = 0; i < TOLD_FRAMES_MAX + 50; i++)
		hear("rcvd [LCP EchoReq id=0x1 magic=0x1]");
	assert_int_equal(diagnosis.ntold, TOLD_FRAMES_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(lcp_is_open_when_both_have_acknowledged, begin),
	    cmocka_unit_test_setup(silence_is_told, begin),
	    cmocka_unit_test_setup(text_is_told_as_what_it_is, begin),
	    cmocka_unit_test_setup(our_own_frames_are_known, begin),
	    cmocka_unit_test_setup(the_first_refusal_is_told, begin),
	    cmocka_unit_test_setup(other_lines_are_passed_over, begin),
	    cmocka_unit_test_setup(only_quotes_are_taken_off, begin),
	    cmocka_unit_test_setup(frames_are_bounded, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
