/* SPDX-License-Identifier: ISC */
/* What a profile that is read again has to say for its link to be made anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "local/profile_change.h"
#include "tests/unit/parse_text.h"

#define BASE "Host remote\nRunAs alice\nAddress 10.9.0.1 10.9.0.2\n"

static struct profile parse(const char *text)
{
	struct profile profile;
	struct error err;

	if (profile_parse("office.conf", "office", text, strlen(text), &profile, &err) != 0)
		fail_msg("%s: %s", text, err.text);
	return profile;
}

static void comments_and_layout_are_no_change(void **state)
{
	const struct profile one = parse(BASE "End\n"),
			     other =
				 parse("# office\n  Host    remote # here\n\nRunAs alice\n"
				       "Address 10.9.0.1 10.9.0.2\nEnd\n");

	(void)state;
	assert_true(profile_says_same(&one, &one));
	assert_true(profile_says_same(&one, &other));
}

static void every_keyword_is(void **state)
{
	static const char *const lines[] = {
	    "Port 2222",	 "Account bob",	      "IdentityFile /k",
	    "SshConfig /c",	 "Accept 10.0.0.0/8", "Accept any",
	    "Route 10.2.0.0/16", "Interface vpn0",    "Mru 1400",
	    "Fallback yes",	 "Route default",     "ClampMss auto",
	    "Strict no",	 "Timeout 9",	      "Keepalive 9",
	    "RemoteRoutes no",	 "Ppp pppd",	      "Pppd /usr/sbin/other",
	    "Landlock optional", "Hooks yes",	      "Address6 fd00::1 fd00::2"};
	const struct profile one = parse(BASE "End\n");

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		char text[256];
		struct profile other;

		snprintf(text, sizeof text, BASE "%s\nEnd\n", lines[i]);
		other = parse(text);
		if (profile_says_same(&one, &other))
			fail_msg("%s is no change", lines[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(comments_and_layout_are_no_change),
	    cmocka_unit_test(every_keyword_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
