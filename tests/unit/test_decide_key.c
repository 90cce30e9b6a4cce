/* SPDX-License-Identifier: ISC */
/* The decision: by which key, certificate or one-time key somebody is a peer. */
#include "tests/unit/decide_fixture.h"

static void the_key_must_be_one_of_the_peers(void **state)
{
	(void)state;
	digest[KEY_DIGEST_SIZE - 1] ^= 1;
	assert_denied(0, "not one of this peer's");
	/* What is told counts even where nothing needs to be. */
	conf.auth_info_required = false;
	assert_denied(0, "not one of this peer's");
}

static void a_key_that_is_not_told_is_denied_unless_optional(void **state)
{
	(void)state;
	in.digest = NULL;
	decide(&in, &verdict);
	assert_false(verdict.allow);
	assert_int_equal(verdict.code, EXIT_DENIED);
	assert_string_equal(verdict.file, "a.conf");
	conf.auth_info_required = false;
	assert_allowed();
}

static void denies_by_agent_conf(unsigned line, const char *reason)
{
	memset(&verdict, 0xff, sizeof verdict);
	decide(&in, &verdict);
	assert_false(verdict.allow);
	assert_int_equal(verdict.code, EXIT_DENIED);
	assert_string_equal(verdict.file, "a.conf");
	assert_int_equal(verdict.line, line);
	assert_non_null(strstr(verdict.reason, reason));
}

/* One that is good at all times, for alice, of the second of two authorities. */
static struct certificate *give_certificate(void)
{
	static struct certificate certificate;

	certificate = (struct certificate){
	    .principal = "alice", .serial = UINT64_MAX, .expires = UINT64_MAX};
	memset(certificate.authority, 2, sizeof certificate.authority);
	memset(conf.authorities[0].key.digest, 1, KEY_DIGEST_SIZE);
	memset(conf.authorities[1].key.digest, 2, KEY_DIGEST_SIZE);
	conf.authorities[1].line = 5;
	conf.nauthorities = 2;
	peer.certificate = true;
	peer.certificate_line = 9;
	in.certificate = &certificate;
	return &certificate;
}

static void a_certificate_of_an_authority_lets_its_principal_in(void **state)
{
	(void)state;
	(void)give_certificate();
	/* Whatever keys the peer has. */
	digest[0] ^= 1;
	assert_allowed();
	assert_string_equal(verdict.reason, "pppd is in Allow, certificate "
					    "18446744073709551615 of the Authority on line "
					    "5");
	peer.nkeys = 0;
	assert_allowed();
	in.certificate = NULL;
	assert_denied(0, "not one of this peer's");
}

static void a_certificate_counts_only_where_policy_says_so(void **state)
{
	struct certificate *certificate = give_certificate();

	(void)state;
	peer.certificate = false;
	assert_denied(9, "Certificate no");
	peer.nkeys = 0;
	assert_denied(8, "no key yet");
	peer.certificate = true;
	certificate->authority[KEY_DIGEST_SIZE - 1] ^= 1;
	denies_by_agent_conf(0, "not of an Authority");
	conf.nauthorities = 0;
	denies_by_agent_conf(0, "not of an Authority");
}

static void a_certificate_is_for_its_principal_alone(void **state)
{
	static const char *const others[] = {"bob", "", "Alice", "alic", "alicee"};
	struct certificate *certificate = give_certificate();

	(void)state;
	for (size_t i = 0; i < COUNT(others); i++) {
		(void)snprintf(certificate->principal, sizeof certificate->principal, "%s",
			       others[i]);
		assert_denied(0, "its principal");
	}
}

static void a_certificate_has_its_time(void **state)
{
	struct certificate *certificate = give_certificate();

	(void)state;
	certificate->begins = NOW + 1;
	assert_denied(0, "not valid yet");
	certificate->begins = NOW;
	assert_allowed();
	certificate->expires = NOW + 1;
	assert_allowed();
	certificate->expires = NOW;
	assert_denied(0, "has expired");
	in.now = -1;
	assert_denied(0, "the time is not known");
}

static void what_policy_forbids_no_certificate_allows(void **state)
{
	(void)state;
	(void)give_certificate();
	request.verb = VERB_STATUS;
	assert_denied(2, "status is not in Allow");
	request.verb = VERB_PPPD;
	peer.expires = NOW;
	assert_denied(6, "expired at");
}

static void the_second_key_is_as_good_as_the_first(void **state)
{
	(void)state;
	peer.keys[1] = peer.keys[0];
	memset(peer.keys[0].key.digest, 0, KEY_DIGEST_SIZE);
	peer.nkeys = 2;
	assert_allowed();
	peer.nkeys = 1;
	assert_denied(0, "not one of this peer's");
}

/* All zero is what an array without a key holds. */
static void a_peer_without_a_key_is_nobody_whatever_is_told(void **state)
{
	(void)state;
	peer.nkeys = 0;
	peer.keys_line = 8;
	assert_denied(8, "no key yet");
	memset(digest, 0, sizeof digest);
	memset(peer.keys[0].key.digest, 0, KEY_DIGEST_SIZE);
	assert_denied(8, "no key yet");
	conf.auth_info_required = false;
	in.digest = NULL;
	assert_denied(8, "no key yet");
}

/* It can hand in a key, and nothing else; nothing else can. */
static void a_key_is_handed_in_with_the_one_time_key_alone_and_in_time(void **state)
{
	(void)state;
	request.verb = VERB_HAND_IN;
	assert_denied(0, "no key is awaited");
	peer.nkeys = 0;
	peer.keys_line = 1;
	peer.hand_in_keys[0] = (struct key_line){peer.keys[0].key, 6};
	peer.nhand_in_keys = 1;
	peer.hand_in_until = NOW + 1;
	peer.hand_in_until_line = 7;
	decide(&in, &verdict);
	assert_true(verdict.allow);
	assert_int_equal(verdict.line, 6);
	peer.hand_in_until = NOW;
	assert_denied(7, "HandInKey ended at 2027-01-15T08:00:00Z");
	peer.hand_in_until = NOW + 1;
	from.bytes[0] ^= 1;
	assert_denied(1, "not in From");
	from.bytes[0] ^= 1;
	digest[0] ^= 1;
	assert_denied(6, "the key used is not HandInKey");
	/* Even where nothing has to be told. */
	conf.auth_info_required = false;
	in.digest = NULL;
	assert_denied(6, "sshd did not tell");
	in.digest = (const uint8_t(*)[KEY_DIGEST_SIZE])digest;
	digest[0] ^= 1;
	for (request.verb = VERB_PPPD; request.verb < VERB_COUNT; request.verb++)
		assert_denied(1, "no key yet");
}

/* Where sshd need not tell the key, it may have been that: a certificate would be told. */
static void
a_peer_that_may_have_a_certificate_needs_one_until_its_key_is_there(void **state)
{
	(void)state;
	peer.nkeys = 0;
	peer.keys_line = 1;
	peer.certificate = true;
	peer.hand_in_keys[0] = (struct key_line){peer.keys[0].key, 6};
	peer.nhand_in_keys = 1;
	peer.hand_in_until = NOW + 1;
	conf.auth_info_required = false;
	in.digest = NULL;
	for (request.verb = VERB_PPPD; request.verb < VERB_COUNT; request.verb++)
		assert_denied(1, "no key yet");
	in.digest = (const uint8_t(*)[KEY_DIGEST_SIZE])digest;
	request.verb = VERB_PPPD;
	assert_denied(1, "no key yet");
	(void)give_certificate();
	assert_allowed();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(the_key_must_be_one_of_the_peers),
	    TEST(a_key_that_is_not_told_is_denied_unless_optional),
	    TEST(a_certificate_of_an_authority_lets_its_principal_in),
	    TEST(a_certificate_counts_only_where_policy_says_so),
	    TEST(a_certificate_is_for_its_principal_alone),
	    TEST(a_certificate_has_its_time),
	    TEST(what_policy_forbids_no_certificate_allows),
	    TEST(the_second_key_is_as_good_as_the_first),
	    TEST(a_peer_without_a_key_is_nobody_whatever_is_told),
	    TEST(a_key_is_handed_in_with_the_one_time_key_alone_and_in_time),
	    TEST(a_peer_that_may_have_a_certificate_needs_one_until_its_key_is_there),
	};

	return cmocka_run_group_tests_name("decide, key", tests, NULL, NULL);
}
