/* SPDX-License-Identifier: ISC */
/* Base64: RFC 4648's vectors, and exactly one text for each value. */
#include "tests/unit/unit.h"

#include <string.h>

#include "policy/language/base64.h"

static const struct {
	const char *plain, *padded, *bare;
} vectors[] = {
    {"", "", ""},
    {"f", "Zg==", "Zg"},
    {"fo", "Zm8=", "Zm8"},
    {"foo", "Zm9v", "Zm9v"},
    {"foob", "Zm9vYg==", "Zm9vYg"},
    {"fooba", "Zm9vYmE=", "Zm9vYmE"},
    {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
};

static void rfc_4648_vectors_both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		uint8_t out[16];
		char text[16];
		size_t used, len = strlen(vectors[i].plain);

		assert_int_equal(
		    base64_decode(vectors[i].padded, BASE64_PADDED, out, sizeof out, &used),
		    0);
		assert_int_equal(used, len);
		assert_memory_equal(out, vectors[i].plain, len);
		assert_int_equal(
		    base64_decode(vectors[i].bare, BASE64_BARE, out, sizeof out, &used), 0);
		assert_int_equal(used, len);
		base64_encode_bare((const uint8_t *)vectors[i].plain, len, text);
		assert_string_equal(text, vectors[i].bare);
	}
}

static void refuses_every_second_spelling(void **state)
{
	static const char *const padded[] = {
	    "Zg",    "Zg=",  "Zg===",  "Zh==", "Zm9=", "=",    "====",	 "Z===",
	    "Zm9v=", "Z g=", "Zm9v\n", "Zm-v", "Zm_v", "Zg=a", "Zm9vYg", "Zg==Zg==",
	};
	static const char *const bare[] = {"Z",	    "Zg==", "Zh",  "Zm9",
					   "Zm9vY", "Zm 8", "Zm8="};
	uint8_t out[16];
	size_t used;

	(void)state;
	for (size_t i = 0; i < COUNT(padded); i++)
		assert_int_equal(
		    base64_decode(padded[i], BASE64_PADDED, out, sizeof out, &used), -1);
	for (size_t i = 0; i < COUNT(bare); i++)
		assert_int_equal(
		    base64_decode(bare[i], BASE64_BARE, out, sizeof out, &used), -1);
}

static void refuses_more_than_the_buffer_holds(void **state)
{
	uint8_t out[6] = {0};
	size_t used;

	(void)state;
	assert_int_equal(base64_decode("Zm9vYmFy", BASE64_PADDED, out, 6, &used), 0);
	assert_int_equal(base64_decode("Zm9vYmFy", BASE64_PADDED, out, 5, &used), -1);
	assert_int_equal(base64_decode("Zg==", BASE64_PADDED, out, 0, &used), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rfc_4648_vectors_both_ways),
	    cmocka_unit_test(refuses_every_second_spelling),
	    cmocka_unit_test(refuses_more_than_the_buffer_holds),
	};

	return cmocka_run_group_tests_name("base64", tests, NULL, NULL);
}
