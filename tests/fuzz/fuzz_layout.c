/* SPDX-License-Identifier: ISC */
/*
 * vpn-policy fmt: the first byte says which kind of file the others are. A good one has a
 * layout, which is its own layout, with as many lines that are not empty.
 */
#include "tests/fuzz/fuzz.h"

#include "policy/tool/fmt/layout.h"

static size_t count_lines(const char *text, size_t len)
{
	size_t lines = 0;
	bool empty = true;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\n') {
			lines += !empty;
			empty = true;
		} else if (text[i] != ' ' && text[i] != '\t') {
			empty = false;
		}
	}
	return lines + !empty;
}

/* Blanks that are added can be too much for a line or a file that was nearly so. */
static bool is_too_long(const struct error *err)
{
	return strstr(err->text, "too long") != NULL ||
	       strstr(err->text, "too large") != NULL;
}

static void check_layout(enum file_kind kind, const char *text, size_t len)
{
	static union parsed parsed;
	struct error err;
	struct memory once, twice;

	if (layout_text(kind, "fuzz.conf", text, len, &once, &err) < 0) {
		HOLDS(parsed_read(kind, "fuzz.conf", text, len, &parsed, NULL) < 0 ||
		      is_too_long(&err));
		memory_free(&once);
		return;
	}
	HOLDS(count_lines(text, len) == count_lines(once.text, once.len));
	HOLDS(layout_text(kind, "fuzz.conf", once.text, once.len, &twice, &err) == 0);
	HOLDS(once.len == twice.len && memcmp(once.text, twice.text, once.len) == 0);
	memory_free(&once);
	memory_free(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 0)
		check_layout(data[0] % KIND_COUNT, (const char *)data + 1, size - 1);
	return 0;
}
