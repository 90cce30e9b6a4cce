/* SPDX-License-Identifier: ISC */
/* A decision that allows a link to alice, of which a test changes one thing. */
#ifndef SALLYPORT_TESTS_UNIT_DECIDE_FIXTURE_H
#define SALLYPORT_TESTS_UNIT_DECIDE_FIXTURE_H

#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "policy/language/decide.h"
#include "tests/unit/keys.h"
#include "tests/unit/parse_text.h"

enum { NOW = 1800000000 }; /* 2027-01-15T08:00:00Z */

static struct agent_conf conf;
static struct peer peer;
static struct request request;
static struct ip_addr from, server;
static uint8_t digest[KEY_DIGEST_SIZE];
static struct question in;
static struct verdict verdict;

static const char policy_text[] = "From 198.51.100.0/24\n"
				  "Allow pppd sshroute\n"
				  "Address 10.9.0.2 10.9.0.1\n"
				  "Route 192.0.2.0/24 203.0.113.0/24\n"
				  "Begins 2027-01-15T00:00:00Z\n"
				  "Expires 2027-01-16T00:00:00Z\n"
				  "Legacy no\n"
				  "Key ";

static inline int set_up(void **state)
{
	char text[1024];
	struct error err;
	int len = snprintf(text, sizeof text, "%s%s %s\nEnd\n", policy_text,
			   key_samples[0].type, key_samples[0].base64);

	(void)state;
	assert_int_equal(
	    policy_parse_peer("p.conf", "alice", text, (size_t)len, &peer, &err), 0);
	assert_int_equal(policy_parse_agent("a.conf", "End\n", 4, &conf, &err), 0);
	assert_int_equal(ip_addr_parse("198.51.100.7", &from, NULL), 0);
	assert_int_equal(ip_addr_parse("198.51.100.1", &server, NULL), 0);
	memcpy(digest, peer.keys[0].key.digest, sizeof digest);
	request = (struct request){.verb = VERB_PPPD};
	in = (struct question){.conf = &conf,
			       .peer = &peer,
			       .request = &request,
			       .from = &from,
			       .server = &server,
			       .digest = (const uint8_t(*)[KEY_DIGEST_SIZE])digest,
			       .now = NOW};
	return 0;
}

static inline void assert_denied(unsigned line, const char *reason)
{
	memset(&verdict, 0xff, sizeof verdict);
	decide(&in, &verdict);
	assert_false(verdict.allow);
	assert_int_equal(verdict.code, EXIT_DENIED);
	assert_string_equal(verdict.file, "p.conf");
	assert_int_equal(verdict.line, line);
	assert_non_null(strstr(verdict.reason, reason));
}

static inline void assert_allowed(void)
{
	memset(&verdict, 0xff, sizeof verdict);
	decide(&in, &verdict);
	assert_true(verdict.allow);
	assert_int_equal(verdict.code, EXIT_DONE);
	assert_string_equal(verdict.file, "p.conf");
	assert_int_equal(verdict.line, 2);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

#endif
