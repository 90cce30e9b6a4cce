/* SPDX-License-Identifier: ISC */
/* Output into memory: all of it, or an error. A list that was cut looks like a whole one.
 */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "policy/tool/base/memory.h"

enum { LINES = 100000, LINE_LEN = 10 };

/* The allocations that still work; each call counts one down. */
static int allocations;

void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_realloc(void *old, size_t size)
{
	return allocations-- > 0 ? __real_realloc(old, size) : NULL;
}

static void write_lines(struct memory *memory)
{
	for (int i = 0; i < LINES; i++)
		(void)fprintf(memory->out, "%09d\n", i);
}

static void keeps_all(void **state)
{
	struct memory memory;
	char line[LINE_LEN + 1];

	(void)state;
	allocations = LINES;
	assert_int_equal(memory_open(&memory), 0);
	write_lines(&memory);
	assert_int_equal(memory_close(&memory), 0);
	assert_int_equal(memory.len, LINES * LINE_LEN);
	assert_int_equal(strlen(memory.text), memory.len);
	for (int i = 0; i < LINES; i++) {
		(void)snprintf(line, sizeof line, "%09d\n", i);
		assert_memory_equal(memory.text + (size_t)i * LINE_LEN, line, LINE_LEN);
	}
	memory_free(&memory);
}

static void is_empty_text_at_first(void **state)
{
	struct memory memory;

	(void)state;
	allocations = 1;
	assert_int_equal(memory_open(&memory), 0);
	assert_int_equal(memory_close(&memory), 0);
	assert_string_equal(memory.text, "");
	memory_free(&memory);
}

/* Wherever memory runs out, and though there may be some again later. */
static void tells_what_is_lost(void **state)
{
	struct memory memory;
	int failed = 0;

	(void)state;
	for (int n = 0; n < LINES; n++) {
		allocations = n;
		if (memory_open(&memory) < 0) {
			assert_null(memory.out);
			memory_free(&memory);
			failed++;
			continue;
		}
		write_lines(&memory);
		allocations = LINES;
		(void)fputs("and more\n", memory.out);
		if (memory_close(&memory) == 0)
			break;
		memory_free(&memory);
		failed++;
	}
	/* The last round had as much as it needs. */
	assert_int_equal(memory.len, LINES * LINE_LEN + strlen("and more\n"));
	assert_true(failed > 2);
	memory_free(&memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keeps_all),
	    cmocka_unit_test(is_empty_text_at_first),
	    cmocka_unit_test(tells_what_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
