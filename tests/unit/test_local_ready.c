/* SPDX-License-Identifier: ISC */
/* The ready line: what is taken of it, and that nothing else is. */
#include <stdio.h>
#include <string.h>

#include "agent/base/deadline.h"
#include "local/ready.h"
#include "local/ready_confined.h"
#include "unit.h"

#define NONCE "ABCDEFGHIJKLMNOPQRSTUVWX"
#define BEGIN "sallyport/1 ready " NONCE " link=pppd"
#define PAIR  " address=10.9.0.2 peer-address=10.9.0.1"

static void takes_every_field(void **state)
{
	const char line[] = BEGIN PAIR " address6=fd00:9::2 peer-address6=fd00:9::1"
				       " offer=10.2.0.0/16,fd00:2::/32 mru=1400";
	struct ready ready;
	struct error err;
	char text[PREFIX_TEXT_MAX];

	(void)state;
	assert_int_equal(0, ready_parse(line, strlen(line), NONCE, &ready, &err));
	/* What the remote calls its own is our remote end. */
	assert_string_equal("10.9.0.2", ip_addr_print(&ready.remote, text));
	assert_string_equal("10.9.0.1", ip_addr_print(&ready.local, text));
	assert_string_equal("fd00:9::2", ip_addr_print(&ready.remote6, text));
	assert_string_equal("fd00:9::1", ip_addr_print(&ready.local6, text));
	assert_int_equal(2, ready.noffers);
	assert_string_equal("10.2.0.0/16", ip_prefix_print(&ready.offers[0], text));
	assert_string_equal("fd00:2::/32", ip_prefix_print(&ready.offers[1], text));
	assert_int_equal(1400, ready.mru);
}

static void takes_names(void **state)
{
	const char line[] = BEGIN PAIR " dns=10.2.0.53,fd00:2::53"
				       " search=corp.example,~lab.example,~.,a mru=1400";
	struct ready ready;
	struct error err;
	char text[ADDRESS_TEXT_MAX];

	(void)state;
	assert_int_equal(0, ready_parse(line, strlen(line), NONCE, &ready, &err));
	assert_int_equal(2, ready.ndns);
	assert_string_equal("fd00:2::53", ip_addr_print(&ready.dns[1], text));
	/* Whether these are taken is decided elsewhere, and told. */
	assert_int_equal(4, ready.nsearch);
	assert_string_equal("~lab.example", ready.search[1]);
	assert_true(ready_is_sane(&ready));
	memset(ready.search[3], 'a', DOMAIN_TEXT_MAX);
	assert_false(ready_is_sane(&ready));
}

static void takes_what_it_need_not_know(void **state)
{
	static const char *const lines[] = {
	    BEGIN " mru=1500",
	    BEGIN PAIR " offer=- mru=1500",
	    BEGIN PAIR " offer= mru=1500",
	    BEGIN " address=- peer-address=- mru=1500",
	    BEGIN PAIR " mru=1500 later=x,y=z",
	};
	struct ready ready;
	struct error err;

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		assert_int_equal(
		    0, ready_parse(lines[i], strlen(lines[i]), NONCE, &ready, &err));
		assert_int_equal(0, ready.noffers);
	}
}

static void refuses_what_is_not_exact(void **state)
{
	static const char *const lines[] = {
	    "",
	    "sallyport/1",
	    "sallyport/2 ready " NONCE " link=pppd" PAIR " mru=1500",
	    "sallyport/1 ready ABCDEFGHIJKLMNOPQRSTUVWY link=pppd" PAIR " mru=1500",
	    "sallyport/1 ready " NONCE "A link=pppd" PAIR " mru=1500",
	    " " BEGIN PAIR " mru=1500",
	    BEGIN PAIR " mru=1500 ",
	    BEGIN PAIR "  mru=1500",
	    BEGIN PAIR " mru=1500\r",
	    BEGIN PAIR " mru=1500 x=\033[2J",
	    BEGIN PAIR " mru=1500 x=\xc3\xa9",
	    BEGIN PAIR " mru=1500 word",
	    BEGIN PAIR " mru=1500 =value",
	    BEGIN PAIR " mru=1500 mru=1500",
	    BEGIN PAIR,
	    "sallyport/1 ready " NONCE PAIR " mru=1500",
	    "sallyport/1 ready " NONCE " link=slip" PAIR " mru=1500",
	    BEGIN PAIR " mru=",
	    BEGIN PAIR " mru=295",
	    BEGIN PAIR " mru=16385",
	    BEGIN PAIR " mru=-1",
	    BEGIN PAIR " mru=+1500",
	    BEGIN PAIR " mru=01500",
	    BEGIN PAIR " mru=4294968796",
	    BEGIN " address=10.9.0.2 mru=1500",
	    BEGIN " address=10.9.0.2 peer-address=10.9.0.2 mru=1500",
	    BEGIN " address=10.9.0 peer-address=10.9.0.1 mru=1500",
	    BEGIN " address=010.9.0.2 peer-address=10.9.0.1 mru=1500",
	    BEGIN " address=fd00::1 peer-address=fd00::2 mru=1500",
	    BEGIN " address6=10.9.0.2 peer-address6=10.9.0.1 mru=1500",
	    BEGIN " address6=::ffff:10.9.0.2 peer-address6=fd00::1 mru=1500",
	    BEGIN PAIR " offer=10.2.0.1/16 mru=1500",
	    BEGIN PAIR " offer=10.2.0.0/33 mru=1500",
	    BEGIN PAIR " offer=10.2.0.0/16, mru=1500",
	    BEGIN PAIR " offer=,10.2.0.0/16 mru=1500",
	    BEGIN PAIR " offer=10.2.0.0 mru=1500",
	    BEGIN PAIR " dns=10.2.0.0/16 mru=1500",
	    BEGIN PAIR " dns=10.2.0.53, mru=1500",
	    BEGIN PAIR " dns=10.2.0.53 dns=10.2.0.54 mru=1500",
	    BEGIN PAIR " dns=1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4,1.1.1.5 mru=1500",
	    BEGIN PAIR " search=corp..example mru=1500",
	    BEGIN PAIR " search=corp.example. mru=1500",
	    BEGIN PAIR " search=. mru=1500",
	    BEGIN PAIR " search=a;b.c mru=1500",
	    BEGIN PAIR " search=a.b,c.d,e.f,g.h,i.j,k.l,m.n,o.p,q.r mru=1500",
	};
	struct ready ready;
	struct error err;

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		if (ready_parse(lines[i], strlen(lines[i]), NONCE, &ready, &err) == 0)
			fail_msg("taken: %s", lines[i]);
		for (const char *c = err.text; *c != '\0'; c++)
			assert_in_range(*c, 0x20, 0x7e);
	}
}

static void refuses_bytes_of_any_kind(void **state)
{
	char line[] = BEGIN PAIR " mru=1500 x=y";
	struct ready ready;
	struct error err;

	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		line[sizeof(line) - 2] = (char)byte;
		assert_int_equal(byte >= 0x20 && byte <= 0x7e && byte != ' ' ? 0 : -1,
				 ready_parse(line, sizeof(line) - 1, NONCE, &ready, &err));
	}
}

static void counts_offers(void **state)
{
	static char line[READY_LINE_MAX];
	struct ready ready;
	struct error err;

	(void)state;
	for (int extra = 0; extra < 2; extra++) {
		int used =
		    snprintf(line, sizeof(line), "%s", BEGIN PAIR " mru=1500 offer=");

		for (int i = 0; i < READY_OFFERS_MAX + extra; i++)
			used += snprintf(line + used, sizeof(line) - (size_t)used,
					 "%s10.%d.0.0/16", i == 0 ? "" : ",", i);
		assert_int_equal(extra == 0 ? 0 : -1,
				 ready_parse(line, (size_t)used, NONCE, &ready, &err));
	}
}

static void makes_nonces(void **state)
{
	char one[READY_NONCE_LEN + 1], two[READY_NONCE_LEN + 1];
	struct error err;

	(void)state;
	assert_int_equal(0, ready_nonce(one, &err));
	assert_int_equal(0, ready_nonce(two, &err));
	assert_int_equal(READY_NONCE_LEN, strlen(one));
	assert_string_not_equal(one, two);
	assert_int_equal(READY_NONCE_LEN,
			 strspn(one, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				     "0123456789"));
}

/* The same answers from a child that can do nothing else. Needs root, to confine it. */
static void parses_apart(void **state)
{
	enum { NOBODY = 65534, DEADLINE_MS = 10000 };
	const char good[] = BEGIN PAIR " offer=10.2.0.0/16 mru=1500",
		   bad[] = BEGIN PAIR " mru=1";
	struct ready_line line = {good, strlen(good), NONCE, NOBODY, NOBODY};
	struct ready here, apart;
	struct error err, same;

	(void)state;
	assert_int_equal(0, ready_parse(good, strlen(good), NONCE, &here, &err));
	assert_int_equal(
	    0, ready_parse_confined(&line, monotonic_ms() + DEADLINE_MS, &apart, &err));
	assert_memory_equal(&here, &apart, sizeof(here));
	line.bytes = bad;
	line.len = strlen(bad);
	assert_int_equal(-1, ready_parse(bad, strlen(bad), NONCE, &here, &same));
	assert_int_equal(
	    -1, ready_parse_confined(&line, monotonic_ms() + DEADLINE_MS, &apart, &err));
	assert_int_equal(0, err.sys);
	assert_string_equal(same.text, err.text);
}

/* A child that was taken over by the line could hand over anything. */
static void looks_at_what_a_child_hands_over(void **state)
{
	const char line[] = BEGIN PAIR " offer=10.2.0.0/16 mru=1500";
	struct error err;
	struct ready good, ready;

	(void)state;
	assert_int_equal(0, ready_parse(line, strlen(line), NONCE, &good, &err));
	assert_true(ready_is_sane(&good));
	ready = good;
	ready.noffers = READY_OFFERS_MAX + 1;
	assert_false(ready_is_sane(&ready));
	ready = good;
	ready.mru = 0;
	assert_false(ready_is_sane(&ready));
	ready = good;
	ready.local.family = AF_INET6;
	assert_false(ready_is_sane(&ready));
	ready = good;
	ready.remote.family = AF_UNSPEC;
	assert_false(ready_is_sane(&ready));
	ready = good;
	ready.offers[0].len = 200;
	assert_false(ready_is_sane(&ready));
	ready = good;
	ready.offers[0].addr.bytes[3] = 1;
	assert_false(ready_is_sane(&ready));
	ready = good;
	ready.offers[0].addr.family = 77;
	assert_false(ready_is_sane(&ready));
}

static void says_what_a_line_looks_like(void **state)
{
	static const char garbage[] = "~\xff}#\xc0!}!}!} }4",
			  not_found[] = "sh: 1: pppd: not found";

	(void)state;
	assert_non_null(strstr(ready_line_kind(garbage, sizeof garbage - 1), "PPP frames"));
	assert_non_null(strstr(ready_line_kind(not_found, sizeof not_found - 1), "shell"));
	assert_null(ready_line_kind("Welcome", 7));
	assert_null(ready_line_kind("", 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_every_field),
	    cmocka_unit_test(takes_names),
	    cmocka_unit_test(takes_what_it_need_not_know),
	    cmocka_unit_test(refuses_what_is_not_exact),
	    cmocka_unit_test(refuses_bytes_of_any_kind),
	    cmocka_unit_test(counts_offers),
	    cmocka_unit_test(makes_nonces),
	    cmocka_unit_test(parses_apart),
	    cmocka_unit_test(looks_at_what_a_child_hands_over),
	    cmocka_unit_test(says_what_a_line_looks_like),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
