/* SPDX-License-Identifier: ISC */
/* Findings: a sentence stays one plain line, and whole; where it cannot, it says so. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "policy/tool/audit/host.h"
#include "policy/tool/report/report.h"
#include "policy/tool/report/waiver.h"

enum { LONG = 2 * FINDING_TEXT_MAX, LIST = 600 };

static char *repeat(char c, size_t count)
{
	char *text = malloc(count + 1);

	assert_non_null(text);
	memset(text, c, count);
	text[count] = '\0';
	return text;
}

static void assert_ends_in(const char *text, const char *end)
{
	assert_true(strlen(text) >= strlen(end));
	assert_string_equal(text + strlen(text) - strlen(end), end);
}

static void a_list_in_the_middle_is_told_whole(void **state)
{
	struct findings findings = {0};
	struct host host = {.root = "", .findings = &findings};
	char *list = repeat('x', LIST);

	(void)state;
	host_find(&host, RULE_SSHD_ALGORITHMS, "/f", 0, "ciphers is %s: expected aes",
		  list);
	assert_int_equal(findings.count, 1);
	assert_non_null(strstr(findings.list[0].text, list));
	assert_ends_in(findings.list[0].text, ": expected aes");
	free(list);
	findings_free(&findings);
}

static void a_sentence_without_end_says_what_was_left_out(void **state)
{
	struct findings findings = {0};
	char *list = repeat('x', LONG);

	(void)state;
	findings_add(&findings, RULE_KEYS_AGENT, "f", 1, 1, "command=%s: expected %s", list,
		     "the agent");
	assert_int_equal(strlen(findings.list[0].text), FINDING_TEXT_MAX);
	assert_memory_equal(findings.list[0].text, "command=xxx", 11);
	assert_non_null(strstr(findings.list[0].text, "x [...] x"));
	assert_ends_in(findings.list[0].text, "x: expected the agent");
	free(list);
	findings_free(&findings);
}

static void what_just_fits_is_whole(void **state)
{
	struct findings findings = {0};
	char *text = repeat('x', FINDING_TEXT_MAX);

	(void)state;
	findings_add(&findings, RULE_SYNTAX, "f", 1, 1, "%s", text);
	assert_string_equal(findings.list[0].text, text);
	free(text);
	findings_free(&findings);
}

static void a_sentence_is_one_plain_line(void **state)
{
	struct findings findings = {0};

	(void)state;
	findings_add(&findings, RULE_SYNTAX, "a\nb", 1, 1, "x\ny\x1b\x7f\xff");
	assert_string_equal(findings.list[0].text, "x?y???");
	assert_string_equal(findings.list[0].file, "a\nb");
	findings_free(&findings);
}

static void a_name_longer_than_a_path_ends_in_dots(void **state)
{
	char *name = repeat('n', LONG), out[REPORT_PLACE_MAX];
	const struct finding finding = {.file = name, .line = 7};

	(void)state;
	assert_ends_in(report_place(&finding, out), "n...:7");
	free(name);
}

static void a_waivers_reason_and_rule_are_told_whole(void **state)
{
	struct findings findings = {0};
	struct waivers waivers = {0};
	char *reason = repeat('r', LIST), text[2 * LIST];
	int len = snprintf(text, sizeof text, "# waive from-missing: %s\n", reason);

	(void)state;
	findings_add(&findings, RULE_FROM_MISSING, "f", 0, 0, "x");
	waivers_read(&waivers, &findings, "f", text, (size_t)len);
	len = snprintf(text, sizeof text, "# waive %s: why\n", reason);
	waivers_read(&waivers, &findings, "f", text, (size_t)len);
	waivers_apply(&waivers, &findings);
	assert_int_equal(findings.count, 2);
	assert_string_equal(findings.list[0].waived, reason);
	assert_non_null(strstr(findings.list[1].text, reason));
	free(reason);
	waivers_free(&waivers);
	findings_free(&findings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_list_in_the_middle_is_told_whole),
	    cmocka_unit_test(a_sentence_without_end_says_what_was_left_out),
	    cmocka_unit_test(what_just_fits_is_whole),
	    cmocka_unit_test(a_sentence_is_one_plain_line),
	    cmocka_unit_test(a_name_longer_than_a_path_ends_in_dots),
	    cmocka_unit_test(a_waivers_reason_and_rule_are_told_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
