/* SPDX-License-Identifier: ISC */
/* Protects: turns are taken as RFC 8290 4.2 has it: whoever had nothing comes first, but
 * only once, and shares are equal by bytes. */
#include "tests/unit/unit.h"

#include "agent/ppp/rota.h"

enum { MEMBERS = 5, ROUNDS = 100000, LARGE = 65535 };

static void an_empty_one_has_no_turns(void **state)
{
	struct rota rota = {0};
	struct turn turn = {0};

	(void)state;
	assert_null(rota_next(&rota));
	rota_join(&rota, &turn);
	assert_ptr_equal(rota_next(&rota), &turn);
	rota_rest(&rota, &turn);
	assert_int_equal(turn.place, TURN_IDLE);
	assert_null(rota_next(&rota));
}

static void new_ones_come_first_once(void **state)
{
	struct rota rota = {0};
	struct turn busy = {0}, sparse = {0};

	(void)state;
	rota_join(&rota, &busy);
	busy.deficit -= 1500;
	/* Its quantum is spent: it is an old one, for the debt of four turns more. */
	assert_ptr_equal(rota_next(&rota), &busy);
	assert_int_equal(busy.place, TURN_OLD);
	rota_join(&rota, &sparse);
	assert_ptr_equal(rota_next(&rota), &sparse);
	/* It cannot come first again before the others had a turn. */
	rota_rest(&rota, &sparse);
	assert_int_equal(sparse.place, TURN_OLD);
	assert_ptr_equal(rota_next(&rota), &busy);
	busy.deficit -= 1500;
	assert_ptr_equal(rota_next(&rota), &sparse);
	rota_rest(&rota, &sparse);
	assert_int_equal(sparse.place, TURN_IDLE);
	assert_ptr_equal(rota_next(&rota), &busy);
}

static void shares_are_equal(void **state)
{
	static const int32_t sizes[MEMBERS] = {40, 300, 301, 1500, LARGE};
	struct turn turns[MEMBERS] = {0};
	uint64_t spent[MEMBERS] = {0};
	struct rota rota = {0};

	(void)state;
	for (unsigned i = 0; i < MEMBERS; i++)
		rota_join(&rota, &turns[i]);
	for (unsigned n = 0; n < ROUNDS; n++) {
		struct turn *turn = rota_next(&rota);
		const unsigned i = (unsigned)(turn - turns);

		turn->deficit -= sizes[i];
		spent[i] += (uint64_t)sizes[i];
		for (unsigned j = 0; j < MEMBERS; j++)
			assert_true(spent[i] <= spent[j] + LARGE + 2 * ROTA_QUANTUM);
	}
	assert_true(spent[0] > 10 * LARGE);
}

static void who_leaves_is_not_asked(void **state)
{
	struct turn turns[3] = {0};
	struct rota rota = {0}, other = {0};

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		rota_join(&rota, &turns[i]);
	rota_leave(&rota, &turns[0]);
	rota_join_old(&other, &turns[0]);
	assert_ptr_equal(rota_next(&other), &turns[0]);
	assert_ptr_equal(rota_next(&rota), &turns[1]);
	rota_leave(&rota, &turns[1]);
	assert_ptr_equal(rota_next(&rota), &turns[2]);
	rota_leave(&rota, &turns[2]);
	assert_null(rota_next(&rota));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_empty_one_has_no_turns),
	    cmocka_unit_test(new_ones_come_first_once),
	    cmocka_unit_test(shares_are_equal),
	    cmocka_unit_test(who_leaves_is_not_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
