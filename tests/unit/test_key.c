/* SPDX-License-Identifier: ISC */
/* Keys: the fingerprint that sshd would compute, or no key at all. */
#include "tests/unit/unit.h"

#include <string.h>

#include "policy/language/key.h"
#include "tests/unit/keys.h"

static const char *why;
static struct public_key key;

static void full_keys_get_the_fingerprint_that_ssh_prints(void **state)
{
	char text[KEY_FINGERPRINT_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(key_samples); i++) {
		const struct key_sample *s = &key_samples[i];

		if (s->fingerprint == NULL)
			continue;
		if (key_parse(s->type, s->base64, &key, &why) != 0)
			fail_msg("%s: %s", s->name, why);
		assert_string_equal(key_fingerprint(key.digest, text), s->fingerprint);
		assert_string_equal(key.type, s->type);
		assert_string_equal(key.base64, s->base64);
	}
}

static void refuses_damaged_weak_and_foreign_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(key_samples); i++) {
		const struct key_sample *s = &key_samples[i];
		struct public_key none = {0};

		if (s->fingerprint != NULL)
			continue;
		why = NULL;
		if (key_parse(s->type, s->base64, &key, &why) != -1)
			fail_msg("taken: %s", s->name);
		assert_non_null(why);
		assert_memory_equal(&key, &none, sizeof key);
	}
}

/* The word before the blob is what a reader sees; the blob is what sshd compares. */
static void refuses_a_blob_of_another_type(void **state)
{
	(void)state;
	assert_int_equal(key_parse("ssh-rsa", key_samples[0].base64, &key, &why), -1);
	assert_non_null(strstr(why, "another type"));
	assert_int_equal(
	    key_parse("sk-ssh-ed25519@openssh.com", key_samples[0].base64, &key, &why), -1);
}

static void tells_certificates_and_dsa_by_name(void **state)
{
	(void)state;
	key_parse("ssh-ed25519-cert-v01@openssh.com", "AAAA", &key, &why);
	assert_string_equal(why, "certificates are not accepted");
	key_parse("ssh-dss", "AAAA", &key, &why);
	assert_string_equal(why, "DSA keys are not accepted");
}

static void refuses_types_that_are_not_exact(void **state)
{
	static const char *const types[] = {
	    "",		  "ed25519",  "SSH-ED25519",  "ssh-ed25519 ",
	    "ssh-ed2551", "restrict", "command=\"x\""};

	(void)state;
	for (size_t i = 0; i < COUNT(types); i++) {
		assert_false(key_type_known(types[i]));
		assert_int_equal(key_parse(types[i], key_samples[0].base64, &key, &why),
				 -1);
	}
	assert_int_equal(key_parse("ssh-ed25519", NULL, &key, &why), -1);
	assert_int_equal(key_parse("ssh-ed25519", "", &key, &why), -1);
}

static void a_fingerprint_stands_for_its_key(void **state)
{
	struct public_key full;
	char text[KEY_FINGERPRINT_TEXT_MAX];

	(void)state;
	assert_int_equal(key_parse(key_samples[0].type, key_samples[0].base64, &full, NULL),
			 0);
	assert_int_equal(key_parse(key_samples[0].fingerprint, NULL, &key, NULL), 0);
	assert_true(key_same(&full, &key));
	assert_string_equal(key.type, "");
	assert_string_equal(key.base64, "");
	assert_string_equal(key_fingerprint(key.digest, text), key_samples[0].fingerprint);
	assert_int_equal(key_parse(key_samples[1].fingerprint, NULL, &key, NULL), 0);
	assert_false(key_same(&full, &key));
}

static void refuses_fingerprints_of_another_spelling(void **state)
{
	static const char *const bad[] = {
	    "SHA256:",
	    "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	    "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
	    "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	    "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB",
	    "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA-A",
	    "sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	    "MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(key_parse(bad[i], NULL, &key, &why), -1);
	assert_int_equal(key_parse(key_samples[0].fingerprint, "AAAA", &key, &why), -1);
}

static void refuses_more_base64_than_a_key_has(void **state)
{
	static char text[KEY_BASE64_MAX + 1];

	(void)state;
	memset(text, 'A', sizeof text - 1);
	assert_int_equal(key_parse("ssh-rsa", text, &key, &why), -1);
	assert_string_equal(why, "the key data is too long");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(full_keys_get_the_fingerprint_that_ssh_prints),
	    cmocka_unit_test(refuses_damaged_weak_and_foreign_keys),
	    cmocka_unit_test(refuses_a_blob_of_another_type),
	    cmocka_unit_test(tells_certificates_and_dsa_by_name),
	    cmocka_unit_test(refuses_types_that_are_not_exact),
	    cmocka_unit_test(a_fingerprint_stands_for_its_key),
	    cmocka_unit_test(refuses_fingerprints_of_another_spelling),
	    cmocka_unit_test(refuses_more_base64_than_a_key_has),
	};

	return cmocka_run_group_tests_name("key", tests, NULL, NULL);
}
