/* SPDX-License-Identifier: ISC */
/* Escaping: one line, nothing but printable ASCII, and nothing lost (CVE-2023-28486). */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "policy/language/escape.h"

/* The inverse, as a reader of the log would write it. */
static size_t unescape(const char *text, unsigned char *out)
{
	size_t used = 0;

	assert_int_equal(*text++, '"');
	while (*text != '"') {
		char hex[3] = {0};

		if (*text != '\\') {
			out[used++] = (unsigned char)*text++;
			continue;
		}
		assert_int_equal(text[1], 'x');
		memcpy(hex, text + 2, 2);
		out[used++] = (unsigned char)strtoul(hex, NULL, 16);
		text += 4;
	}
	assert_string_equal(text, "\"");
	return used;
}

static void every_byte_comes_back(void **state)
{
	unsigned char all[256], back[256];
	char text[2048];

	(void)state;
	for (unsigned i = 0; i < sizeof all; i++)
		all[i] = (unsigned char)i;
	escape_quoted(all, sizeof all, text, sizeof text);
	for (const char *p = text; *p != '\0'; p++)
		assert_true(*p >= 0x20 && *p <= 0x7e);
	assert_int_equal(unescape(text, back), sizeof all);
	assert_memory_equal(all, back, sizeof all);
}

static void quotes_and_backslashes_cannot_end_the_string(void **state)
{
	char text[64];

	(void)state;
	assert_string_equal(escape_quoted("a\"b\\c\n", 6, text, sizeof text),
			    "\"a\\x22b\\x5cc\\x0a\"");
	assert_string_equal(escape_quoted("", 0, text, sizeof text), "\"\"");
}

static void a_cut_is_marked_behind_the_closing_quote(void **state)
{
	char text[16];

	(void)state;
	assert_string_equal(escape_quoted("0123456789abc", 13, text, sizeof text),
			    "\"0123456789abc\"");
	assert_string_equal(escape_quoted("0123456789abcd", 14, text, sizeof text),
			    "\"0123456789\"...");
	/* An escape is never cut in the middle. */
	assert_string_equal(escape_quoted("01234567\n9abcdefg", 17, text, sizeof text),
			    "\"01234567\"...");
}

static void never_writes_beyond_the_buffer(void **state)
{
	unsigned char in[64];

	(void)state;
	for (size_t size = 0; size < 80; size++) {
		char text[96];

		memset(in, size % 2 ? 'x' : '\n', sizeof in);
		memset(text, '#', sizeof text);
		escape_quoted(in, sizeof in, text, size);
		for (size_t i = size; i < sizeof text; i++)
			assert_int_equal(text[i], '#');
		if (size > 0)
			assert_non_null(memchr(text, '\0', size));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_byte_comes_back),
	    cmocka_unit_test(quotes_and_backslashes_cannot_end_the_string),
	    cmocka_unit_test(a_cut_is_marked_behind_the_closing_quote),
	    cmocka_unit_test(never_writes_beyond_the_buffer),
	};

	return cmocka_run_group_tests_name("escape", tests, NULL, NULL);
}
