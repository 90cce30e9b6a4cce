/* SPDX-License-Identifier: ISC */
/* Certificates: what sshd would see in them, or none at all. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "policy/language/base64.h"
#include "policy/language/certificate.h"
#include "tests/unit/certificates.h"
#include "tests/unit/keys.h"

enum {
	BLOB_SIZE = 4096,
	/* of the samples: 2026-01-01, and a year later */
	BEGINS = 1767225600,
	EXPIRES = 1798761600,
	SERIAL = 7,
};

static const char *why;
static struct certificate certificate;

static void certificates_of_every_type_tell_what_ssh_keygen_wrote(void **state)
{
	char text[KEY_FINGERPRINT_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(certificate_samples); i++) {
		const struct certificate_sample *s = &certificate_samples[i];

		if (s->fingerprint == NULL)
			continue;
		if (certificate_parse(s->type, s->base64, &certificate, &why) != 0)
			fail_msg("%s: %s", s->name, why);
		assert_true(certificate_type_known(s->type));
		assert_string_equal(key_fingerprint(certificate.key, text), s->fingerprint);
		assert_string_equal(key_fingerprint(certificate.authority, text),
				    CERTIFICATE_AUTHORITY);
		assert_string_equal(certificate.principal, "alice");
	}
}

static void the_serial_and_the_times_are_the_certificates(void **state)
{
	const struct certificate_sample *s = &certificate_samples[0];

	(void)state;
	assert_int_equal(certificate_parse(s->type, s->base64, &certificate, &why), 0);
	assert_int_equal(certificate.serial, SERIAL);
	assert_int_equal(certificate.begins, BEGINS);
	assert_int_equal(certificate.expires, EXPIRES);
}

static void refuses_what_lets_nobody_or_several_in(void **state)
{
	const struct certificate none = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(certificate_samples); i++) {
		const struct certificate_sample *s = &certificate_samples[i];

		if (s->why == NULL)
			continue;
		why = "";
		assert_int_equal(certificate_parse(s->type, s->base64, &certificate, &why),
				 -1);
		if (strstr(why, s->why) == NULL)
			fail_msg("%s: \"%s\" does not say \"%s\"", s->name, why, s->why);
		assert_memory_equal(&certificate, &none, sizeof none);
	}
}

/* In base64: each blob is exactly what its bytes are. */
static int parse_bytes(const char *type, const uint8_t *bytes, size_t len)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	static char text[2 * BLOB_SIZE];
	char *out = text;

	for (size_t i = 0; i < len; i += 3) {
		const size_t left = len - i;
		const unsigned word = (unsigned)bytes[i] << 16 |
				      (left > 1 ? (unsigned)bytes[i + 1] << 8 : 0) |
				      (left > 2 ? bytes[i + 2] : 0);

		*out++ = digits[word >> 18];
		*out++ = digits[word >> 12 & 63];
		*out++ = left > 1 ? digits[word >> 6 & 63] : '=';
		*out++ = left > 2 ? digits[word & 63] : '=';
	}
	*out = '\0';
	return certificate_parse(type, text, &certificate, &why);
}

static size_t decode(const struct certificate_sample *s, uint8_t bytes[BLOB_SIZE])
{
	size_t len;

	assert_int_equal(base64_decode(s->base64, BASE64_PADDED, bytes, BLOB_SIZE, &len),
			 0);
	return len;
}

static void refuses_one_that_is_cut_off_anywhere_or_longer(void **state)
{
	static uint8_t bytes[BLOB_SIZE];

	(void)state;
	for (size_t i = 0; i < COUNT(certificate_samples); i++) {
		const struct certificate_sample *s = &certificate_samples[i];
		const size_t len = decode(s, bytes);

		for (size_t cut = 0; s->why == NULL && cut < len; cut++)
			assert_int_equal(parse_bytes(s->type, bytes, cut), -1);
		bytes[len] = 0;
		assert_int_equal(parse_bytes(s->type, bytes, len + 1), -1);
	}
}

/* Each length in turn is made larger than what follows. */
static void lengths_that_lie_are_refused(void **state)
{
	static uint8_t bytes[BLOB_SIZE];
	const struct certificate_sample *s = &certificate_samples[0];
	const size_t len = decode(s, bytes);

	(void)state;
	for (size_t i = 0; i + 4 < len; i++) {
		const uint8_t kept = bytes[i];

		if (kept != 0)
			continue;
		bytes[i] = 0xff;
		(void)parse_bytes(s->type, bytes, len);
		bytes[i] = kept;
	}
	bytes[0] = 0xff;
	assert_int_equal(parse_bytes(s->type, bytes, len), -1);
}

static void the_word_and_the_blob_are_of_one_type(void **state)
{
	const struct certificate_sample *s = &certificate_samples[0];

	(void)state;
	assert_int_equal(certificate_parse("ssh-rsa-cert-v01@openssh.com", s->base64,
					   &certificate, &why),
			 -1);
	assert_non_null(strstr(why, "another type"));
	assert_int_equal(certificate_parse(key_samples[0].type, key_samples[0].base64,
					   &certificate, &why),
			 -1);
	assert_int_equal(
	    certificate_parse(s->type, key_samples[0].base64, &certificate, NULL), -1);
}

static void types_that_are_not_exact_are_none(void **state)
{
	static const char *const types[] = {
	    "",
	    "ssh-ed25519",
	    "-cert-v01@openssh.com",
	    "ssh-ed25519-cert-v00@openssh.com",
	    "ssh-ed25519-cert-v01@openssh.com ",
	    "ssh-dss-cert-v01@openssh.com",
	    "sk-ssh-ed25519@openssh.com-cert-v01@openssh.com",
	    "ssh-ed25519-cert-v01@openssh.com-cert-v01@openssh.com"};

	(void)state;
	for (size_t i = 0; i < COUNT(types); i++)
		assert_false(certificate_type_known(types[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(certificates_of_every_type_tell_what_ssh_keygen_wrote),
	    cmocka_unit_test(the_serial_and_the_times_are_the_certificates),
	    cmocka_unit_test(refuses_what_lets_nobody_or_several_in),
	    cmocka_unit_test(refuses_one_that_is_cut_off_anywhere_or_longer),
	    cmocka_unit_test(lengths_that_lie_are_refused),
	    cmocka_unit_test(the_word_and_the_blob_are_of_one_type),
	    cmocka_unit_test(types_that_are_not_exact_are_none),
	};

	return cmocka_run_group_tests_name("certificate", tests, NULL, NULL);
}
