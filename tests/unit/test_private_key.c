/* SPDX-License-Identifier: ISC */
/* What audit takes a key's file for, by its first lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "agent/core/private_key.h"

#define OPENSSH "-----BEGIN OPENSSH PRIVATE KEY-----\n"

static void a_key_without_a_passphrase_is_open(void **state)
{
	(void)state;
	assert_int_equal(
	    PRIVATE_KEY_OPEN,
	    private_key_kind(OPENSSH "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ\n"));
	assert_int_equal(PRIVATE_KEY_OPEN,
			 private_key_kind("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n"));
	assert_int_equal(PRIVATE_KEY_OPEN,
			 private_key_kind("-----BEGIN PRIVATE KEY-----\nMIIE\n"));
}

static void a_key_with_one_needs_an_agent(void **state)
{
	(void)state;
	assert_int_equal(
	    PRIVATE_KEY_AGENT,
	    private_key_kind(OPENSSH "b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAG\n"));
	assert_int_equal(PRIVATE_KEY_AGENT,
			 private_key_kind("-----BEGIN RSA PRIVATE KEY-----\n"
					  "Proc-Type: 4,ENCRYPTED\nDEK-Info: x\n"));
	assert_int_equal(PRIVATE_KEY_AGENT,
			 private_key_kind("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIH\n"));
}

static void a_public_key_needs_an_agent(void **state)
{
	(void)state;
	assert_int_equal(PRIVATE_KEY_AGENT, private_key_kind("ssh-ed25519 AAAA alice\n"));
	assert_int_equal(PRIVATE_KEY_AGENT,
			 private_key_kind("sk-ssh-ed25519@openssh.com AAAA\n"));
}

static void anything_else_is_no_key(void **state)
{
	static const char *const texts[] = {
	    "",
	    "\n",
	    "x",
	    "-----BEGIN ",
	    "-----BEGIN CERTIFICATE-----\n",
	    " PRIVATE KEY-----",
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		assert_int_equal(PRIVATE_KEY_NONE, private_key_kind(texts[i]));
	/* Cut off: nothing says that it is open. */
	assert_int_equal(PRIVATE_KEY_AGENT, private_key_kind(OPENSSH));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_key_without_a_passphrase_is_open),
	    cmocka_unit_test(a_key_with_one_needs_an_agent),
	    cmocka_unit_test(a_public_key_needs_an_agent),
	    cmocka_unit_test(anything_else_is_no_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
