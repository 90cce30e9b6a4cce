/* SPDX-License-Identifier: ISC */
/* Which of the remote's addresses and sizes are taken: the profile's say, never the
 * remote's. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/choose_fixture.h"

static void takes_the_addresses_of_the_profile(void **state)
{
	static struct choice choice;
	struct failure failure;
	char text[ADDRESS_TEXT_MAX];

	(void)state;
	assert_int_equal(0, chosen("Address 10.9.0.1 10.9.0.2\n", PAIR, &choice, &failure));
	assert_string_equal("10.9.0.1", ip_addr_print(&choice.pair.local, text));
	assert_string_equal("10.9.0.2", ip_addr_print(&choice.pair.remote, text));
	assert_int_equal(AF_UNSPEC, choice.pair6.local.family);
	assert_int_equal(1500, choice.mru);
	assert_not_chosen("Address 10.9.0.1 10.9.0.3\n", PAIR, EXIT_POLICY, "10.9.0.2");
	assert_not_chosen("Address 10.9.0.2 10.9.0.1\n", PAIR, EXIT_POLICY,
			  "write `Address 10.9.0.1 10.9.0.2`");
	assert_not_chosen("Address 10.9.0.1 10.9.0.2\n", "", EXIT_POLICY, "has no Address");
}

static void takes_the_smaller_size(void **state)
{
	static struct choice choice;
	struct failure failure;

	(void)state;
	assert_int_equal(
	    0, chosen("Address 10.9.0.1 10.9.0.2\nMru 1400\n", PAIR, &choice, &failure));
	assert_int_equal(1400, choice.mru);
	assert_int_equal(
	    0, chosen("Address 10.9.0.1 10.9.0.2\nMru 1501\n", PAIR, &choice, &failure));
	assert_int_equal(1500, choice.mru);
}

/* An interface of fewer than 1280 bytes has no IPv6. */
static void refuses_a_size_that_ipv6_does_not_fit(void **state)
{
	static struct choice choice;
	struct failure failure;

	(void)state;
	assert_int_equal(
	    0, chosen("Accept address\nMru 1280\n", PAIR PAIR6, &choice, &failure));
	assert_int_equal(
	    0, chosen("Address 10.9.0.1 10.9.0.2\nMru 296\n", PAIR, &choice, &failure));
	assert_int_equal(296, choice.mru);
	assert_not_chosen("Accept address\nMru 1279\n", PAIR PAIR6, EXIT_POLICY,
			  "p.conf: Mru 1279 is less than the 1280 that IPv6 needs");
	choose_small_remote = true;
	assert_int_equal(0, chosen("Accept address\n", PAIR, &choice, &failure));
	assert_int_equal(1279, choice.mru);
	assert_not_chosen("Accept address\nMru 1400\n", PAIR PAIR6, EXIT_PROTOCOL,
			  "the remote wants IPv6 on a link with an Mru of 1279");
	choose_small_remote = false;
}

static void asks_before_it_takes_the_addresses_of_the_remote(void **state)
{
	static struct choice choice;
	struct failure failure;

	(void)state;
	assert_int_equal(0, chosen("Accept address\n", PAIR PAIR6, &choice, &failure));
	assert_int_equal(AF_INET, choice.pair.local.family);
	assert_int_equal(AF_INET6, choice.pair6.local.family);
	assert_not_chosen("Address6 fd00:9::1 fd00:9::2\n", PAIR PAIR6, EXIT_POLICY,
			  "`Accept address`");
	assert_not_chosen("Accept address\n", "", EXIT_PROTOCOL, "no addresses");
}

static void refuses_addresses_that_no_link_has(void **state)
{
	static const char *const pairs[] = {
	    "address=0.0.0.0 peer-address=10.9.0.1",
	    "address=127.0.0.1 peer-address=10.9.0.1",
	    "address=10.9.0.2 peer-address=127.1.2.3",
	    "address=169.254.1.1 peer-address=10.9.0.1",
	    "address=224.0.0.1 peer-address=10.9.0.1",
	    "address=255.255.255.255 peer-address=10.9.0.1",
	    "address=198.51.100.1 peer-address=10.9.0.1",
	    "address6=::1 peer-address6=fd00::1",
	    "address6=:: peer-address6=fd00::1",
	    "address6=fe80::1 peer-address6=fe80::2",
	    "address6=ff02::1 peer-address6=fd00::1",
	    "address6=2001:db8::1 peer-address6=fd00::1",
	    "address=192.168.7.9 peer-address=10.9.0.1",
	    "address=10.9.0.2 peer-address=192.168.7.1",
	    "address=10.9.0.2 peer-address=10.8.0.1",
	    "address=10.9.0.2 peer-address=169.254.169.254",
	    "address6=2001:db8:7::1 peer-address6=fd00::1",
	    "address6=fd00::2 peer-address6=2001:db8:7::1",
	    "address6=fd00:1::1 peer-address6=fd00:2::1",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++)
		assert_not_chosen("Accept address\n", pairs[i], EXIT_PROTOCOL,
				  "cannot have");
}

/* The other end of the link is a route as well: to a single host. */
static void refuses_an_address_that_others_have(void **state)
{
	(void)state;
	assert_not_chosen("Accept address\n", "address=10.50.0.9 peer-address=10.9.0.1",
			  EXIT_PROTOCOL, "one is in a route of this host (10.50.0.0/16)");
	assert_not_chosen("Accept address\n", "address=10.60.0.9 peer-address=10.9.0.1",
			  EXIT_PROTOCOL,
			  "one is in a route of this host (10.60.0.0/16 table 100)");
	assert_not_chosen("Accept address\n", "address=192.0.2.53 peer-address=10.9.0.1",
			  EXIT_PROTOCOL, "one is a name server of this host (192.0.2.53)");
	assert_not_chosen("Accept address\n", "address=172.31.1.1 peer-address=10.9.0.1",
			  EXIT_PROTOCOL, "one is a router of this host (172.31.1.1)");
	/* The profile's own word stands. */
	assert_string_equal("", chosen_routes("Address 10.50.0.1 10.50.0.9\n",
					      "address=10.50.0.9 peer-address=10.50.0.1"));
}

static void adds_the_routes_of_the_profile(void **state)
{
	(void)state;
	assert_string_equal("10.5.0.0/16 10.2.0.0/16 ",
			    chosen_routes("Accept address any\nRoute 10.5.0.0/16\n", PAIR
					  " offer=10.5.0.0/16,10.2.0.0/16,10.2.0.0/16"));
	assert_not_chosen("Accept address\nRoute 198.51.0.0/16\n", PAIR, EXIT_POLICY,
			  "p.conf:4: Route 198.51.0.0/16 contains the ssh server");
	assert_not_chosen("Accept address\nRoute fd00:5::/32\n", PAIR, EXIT_POLICY,
			  "does not carry that family");
	/* Inside another's it is the administrator's word; the same cannot be twice. */
	assert_string_equal("10.50.1.0/24 ",
			    chosen_routes("Accept address\nRoute 10.50.1.0/24\n", PAIR));
	assert_not_chosen(
	    "Accept address\nRoute 10.50.0.0/16\n", PAIR, EXIT_SYSTEM,
	    "p.conf:4: cannot add the route to 10.50.0.0/16: it is a route of "
	    "this host (10.50.0.0/16) already");
}

/* It may say something else tomorrow: a link that was up does not end for good. */
static void blames_the_remote_for_its_word(void **state)
{
	static const struct {
		const char *lines, *fields;
		enum blame blame;
	} rows[] = {
	    {"Address 10.9.0.1 10.9.0.3\n", PAIR, BLAME_REMOTE},
	    {"Address 10.9.0.1 10.9.0.2\n", "", BLAME_REMOTE},
	    {"Address6 fd00:9::1 fd00:9::2\n", PAIR PAIR6, BLAME_REMOTE},
	    {"Accept address\nMru 1279\n", PAIR PAIR6, BLAME_REMOTE},
	    {"Accept address\n", "", BLAME_REMOTE},
	    {"Accept address\nRoute fd00:5::/32\n", PAIR, BLAME_REMOTE},
	    {"Accept address\nRoute 198.51.0.0/16\n", PAIR, BLAME_PROFILE},
	};
	static struct choice choice;
	struct failure failure;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(-1,
				 chosen(rows[i].lines, rows[i].fields, &choice, &failure));
		assert_int_equal(rows[i].blame, failure.blame);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_the_addresses_of_the_profile),
	    cmocka_unit_test(takes_the_smaller_size),
	    cmocka_unit_test(refuses_a_size_that_ipv6_does_not_fit),
	    cmocka_unit_test(asks_before_it_takes_the_addresses_of_the_remote),
	    cmocka_unit_test(refuses_addresses_that_no_link_has),
	    cmocka_unit_test(refuses_an_address_that_others_have),
	    cmocka_unit_test(adds_the_routes_of_the_profile),
	    cmocka_unit_test(blames_the_remote_for_its_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
