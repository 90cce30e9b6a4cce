/* SPDX-License-Identifier: ISC */
/* Waiting until a file has settled, by the clocks that there are: from the writing to the
 * first login that it is good for. A program of its own, because it does nothing but wait.
 */
#include "tests/unit/written_fixture.h"

static void a_file_is_taken_once_it_has_settled(void **state)
{
	struct timespec begin, end;

	(void)state;
	written_need_root();
	settle_begin(true);
	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &begin), 0);
	written_put(WRITTEN_HEAD WRITTEN_END, strlen(WRITTEN_HEAD WRITTEN_END));
	assert_int_equal(written_read(), WRITTEN_ALLOWED);
	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &end), 0);
	/* The file system's clock is a tick behind. */
	assert_true((end.tv_sec - begin.tv_sec) * 1000 +
			(end.tv_nsec - begin.tv_nsec) / WRITTEN_NS_IN_MS >=
		    SETTLE_MS - 50);
	/* And at once, without a change. */
	begin = end;
	assert_int_equal(written_read(), WRITTEN_ALLOWED);
	written_put(WRITTEN_HEAD WRITTEN_EXPIRED WRITTEN_END,
		    strlen(WRITTEN_HEAD WRITTEN_EXPIRED WRITTEN_END));
	assert_int_equal(written_read(), WRITTEN_DENIED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_file_is_taken_once_it_has_settled),
	};

	return cmocka_run_group_tests_name("settled", tests, written_begin, written_end);
}
