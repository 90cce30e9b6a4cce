/* SPDX-License-Identifier: ISC */
/* Plots: as wide as their values, whatever these are, and in the characters asked for. */
#include <stdlib.h>
#include <string.h>

#include "local/plot.h"
#include "unit.h"

enum { ALL = 9 };

static const int64_t ramp[ALL] = {PLOT_NONE, 0, 1, 2, 3, 4, 5, 6, 7};
static char row[PLOT_ROW_MAX];

static void a_row_of_blocks(void **state)
{
	(void)state;
	assert_int_equal(plot_top(ramp, ALL), 7);
	assert_string_equal(" ▁▂▃▄▅▆▇█", plot_row(ramp, ALL, 7, PLOT_BLOCKS, 1, 0, row));
}

static void a_row_of_ascii(void **state)
{
	(void)state;
	assert_string_equal(" ....:::|", plot_row(ramp, ALL, 7, PLOT_ASCII, 1, 0, row));
}

static void rows_are_put_on_each_other(void **state)
{
	static const int64_t values[] = {PLOT_NONE, 0, 3, 5, 10};

	(void)state;
	assert_string_equal("    █", plot_row(values, 5, 10, PLOT_BLOCKS, 2, 0, row));
	assert_string_equal(" ▁▅██", plot_row(values, 5, 10, PLOT_BLOCKS, 2, 1, row));
	assert_string_equal("    |", plot_row(values, 5, 10, PLOT_ASCII, 3, 0, row));
	assert_string_equal("   :|", plot_row(values, 5, 10, PLOT_ASCII, 3, 1, row));
	assert_string_equal(" .|||", plot_row(values, 5, 10, PLOT_ASCII, 3, 2, row));
}

static void nothing_and_nothing_but_zero(void **state)
{
	static const int64_t none[] = {PLOT_NONE, PLOT_NONE}, zero[] = {0, PLOT_NONE, 0};

	(void)state;
	assert_int_equal(plot_top(none, 2), 0);
	assert_string_equal("  ", plot_row(none, 2, 0, PLOT_BLOCKS, 1, 0, row));
	assert_string_equal("▁ ▁", plot_row(zero, 3, 0, PLOT_BLOCKS, 1, 0, row));
	assert_string_equal("   ", plot_row(zero, 3, 0, PLOT_BLOCKS, 2, 0, row));
	assert_string_equal("", plot_row(none, 0, 0, PLOT_ASCII, 1, 0, row));
}

/* Counters of another interface, or of a peer that lies: never more than the height, never
 * beyond the buffer. */
static void values_of_any_size_stay_inside(void **state)
{
	static int64_t values[PLOT_VALUES_MAX + 9];
	size_t len;

	(void)state;
	for (size_t i = 0; i < COUNT(values); i++)
		values[i] = i % 3 == 0 ? INT64_MAX : i % 3 == 1 ? INT64_MIN : 5;
	plot_row(values, COUNT(values), INT64_MAX, PLOT_BLOCKS, 4, 3, row);
	len = strlen(row);
	assert_in_range(len, PLOT_VALUES_MAX, PLOT_ROW_MAX - 1);
	plot_row(values, COUNT(values), 5, PLOT_BLOCKS, 1, 0, row);
	assert_memory_equal(row, "█ █", sizeof "█ █" - 1);
	for (size_t i = 0; i < COUNT(values); i++)
		values[i] = INT64_MAX;
	plot_row(values, COUNT(values), 1, PLOT_BLOCKS, 4, 0, row);
	assert_int_equal(strlen(row), PLOT_ROW_MAX - 1);
}

static void numbers_have_three_digits(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} cases[] = {
	    {0, "0 B/s"},
	    {999, "999 B/s"},
	    {1000, "1.00 kB/s"},
	    {1999, "1.99 kB/s"},
	    {12345, "12.3 kB/s"},
	    {123456, "123 kB/s"},
	    {999999, "999 kB/s"},
	    {1000000, "1.00 MB/s"},
	    {1050000000, "1.05 GB/s"},
	    {UINT64_C(1000000000000), "1.00 TB/s"},
	    {UINT64_MAX, "18.4 EB/s"},
	};
	char buf[PLOT_NUMBER_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(cases[i].text, plot_rate(cases[i].bytes, buf));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_row_of_blocks),
	    cmocka_unit_test(a_row_of_ascii),
	    cmocka_unit_test(rows_are_put_on_each_other),
	    cmocka_unit_test(nothing_and_nothing_but_zero),
	    cmocka_unit_test(values_of_any_size_stay_inside),
	    cmocka_unit_test(numbers_have_three_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
