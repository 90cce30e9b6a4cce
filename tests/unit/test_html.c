/* SPDX-License-Identifier: ISC */
/* Text of a page: whatever its bytes, nothing of it is markup; and there is none of a half.
 */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/tool/audit/host_page.h"
#include "policy/tool/report/html.h"

enum { BYTES = 256 };

static char *written(void (*write)(FILE *out, const char *text), const char *text)
{
	char *buf = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&buf, &size);

	assert_non_null(out);
	write(out, text);
	assert_int_equal(fclose(out), 0);
	return buf;
}

static void assert_written(const char *expected, const char *text)
{
	char *actual = written(html_text, text);

	assert_string_equal(actual, expected);
	free(actual);
}

static void markup_becomes_text(void **state)
{
	(void)state;
	assert_written("&lt;/title&gt;&lt;img src=x onerror=&quot;a()&quot;&gt;",
		       "</title><img src=x onerror=\"a()\">");
	assert_written("&amp;lt; &#39;", "&lt; '");
	assert_written("", "");
}

static void what_is_not_printable_is_shown_as_its_bytes(void **state)
{
	/* The mark that has what follows it go from right to left, in UTF-8. */
	const char turned[] = {'a', (char)0xe2, (char)0x80, (char)0xae, 'b', '\0'};

	(void)state;
	assert_written("\\x1b[2J\\x0a\\x09", "\033[2J\n\t");
	assert_written("a\\xe2\\x80\\xaeb", turned);
	assert_written("\\xff\\x7f", "\xff\x7f");
}

static void no_byte_ends_text_or_attribute(void **state)
{
	(void)state;
	for (int byte = 1; byte < BYTES; byte++) {
		const char text[] = {(char)byte, '\0'};
		char *actual = written(html_text, text);

		assert_null(strpbrk(actual, "<>\"'"));
		for (const char *at = actual; *at != '\0'; at++)
			assert_in_range(*at, 0x20, 0x7e);
		free(actual);
	}
}

static void print_quoted(FILE *out, const char *text)
{
	html_printf(out, "<%s>", text);
}

static void a_format_is_text_as_well(void **state)
{
	char *actual = written(print_quoted, "a&b");

	(void)state;
	assert_string_equal(actual, "&lt;a&amp;b&gt;");
	free(actual);
}

static void cut_to_four(FILE *out, const char *text)
{
	html_cut(out, text, 4);
}

static void a_cut_is_before_the_escaping(void **state)
{
	char *whole = written(cut_to_four, "<<<<"), *cut = written(cut_to_four, "<<<<<");

	(void)state;
	assert_string_equal(whole, "&lt;&lt;&lt;&lt;");
	assert_string_equal(cut, "&lt;&lt;..");
	free(whole);
	free(cut);
}

/* The peers of the overlap are what memory ran out for. */
static void what_was_lost_is_no_page(void **state)
{
	const struct page_overlap overlap = {.peers = {0, 1}};
	const struct findings findings = {.count = 0};
	const struct roles roles = {.found = {{.count = 0}}};
	struct page page = {.host = "here", .findings = &findings, .roles = &roles};
	struct error err = {0};

	(void)state;
	page_keep_overlap(&page, &overlap);
	page.lost = true;
	assert_int_equal(host_page_write(&page, "-", &err), -1);
	assert_int_equal(err.sys, ENOMEM);
	page_free(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(markup_becomes_text),
	    cmocka_unit_test(what_is_not_printable_is_shown_as_its_bytes),
	    cmocka_unit_test(no_byte_ends_text_or_attribute),
	    cmocka_unit_test(a_format_is_text_as_well),
	    cmocka_unit_test(a_cut_is_before_the_escaping),
	    cmocka_unit_test(what_was_lost_is_no_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
