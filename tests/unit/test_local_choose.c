/* SPDX-License-Identifier: ISC */
/* Which of the remote's addresses and routes are taken: the profile's say, never the
 * remote's. */
#include <stdio.h>
#include <string.h>

#include "local/choose.h"
#include "unit.h"

#define NONCE "ABCDEFGHIJKLMNOPQRSTUVWX"
#define PAIR  "address=10.9.0.2 peer-address=10.9.0.1"
#define PAIR6 " address6=fd00:9::2 peer-address6=fd00:9::1"

static struct profile profile_of(const char *lines)
{
	struct profile profile;
	struct policy_error err;
	char text[1024] = "Host remote\nRunAs alice\n";

	strncat(text, lines, sizeof(text) - strlen(text) - 1);
	if (profile_parse("p.conf", "p", text, strlen(text), &profile, &err) != 0)
		fail_msg("profile: %s", err.text);
	return profile;
}

static struct ready ready_of(const char *fields)
{
	struct ready ready;
	struct policy_error err;
	char text[1024] = "sallyport/1 ready " NONCE " link=pppd mru=1500";

	if (fields[0] != '\0')
		strncat(text, " ", sizeof(text) - strlen(text) - 1);
	strncat(text, fields, sizeof(text) - strlen(text) - 1);
	if (ready_parse(text, strlen(text), NONCE, &ready, &err) != 0)
		fail_msg("ready line: %s", err.text);
	return ready;
}

/* ssh is connected to 198.51.100.1 and 2001:db8::1. */
static struct endpoints server(void)
{
	struct endpoints endpoints = {.count = 2};
	const char *why;

	assert_int_equal(0, ip_addr_parse("198.51.100.1", &endpoints.addresses[0], &why));
	assert_int_equal(0, ip_addr_parse("2001:db8::1", &endpoints.addresses[1], &why));
	return endpoints;
}

/* This host is 192.168.7.5/24 and 2001:db8:7::5/64, and has a link to 10.8.0.1. */
static struct link_networks here(void)
{
	static const char *const texts[] = {"192.168.7.0/24", "2001:db8:7::/64",
					    "10.8.0.1/32", "10.8.0.2/32", "127.0.0.0/8"};
	struct link_networks networks = {.count = COUNT(texts)};
	const char *why;

	for (size_t i = 0; i < COUNT(texts); i++)
		assert_int_equal(0, ip_prefix_parse(texts[i], &networks.list[i], &why));
	return networks;
}

static bool more_networks;

/* 0 with *choice, or -1 with *failure, for those lines and fields. */
static int choose(const char *lines, const char *fields, struct choice *choice,
		  struct failure *failure)
{
	static struct profile profile;
	static struct ready ready;
	const struct endpoints endpoints = server();
	struct link_networks networks = here();
	const struct surroundings around = {&endpoints, &networks};

	networks.more = more_networks;
	profile = profile_of(lines);
	ready = ready_of(fields);
	if (choose_addresses(&profile, &ready, &around, choice, failure) != 0)
		return -1;
	return choose_routes(&profile, &ready, &around, choice, failure);
}

static void assert_failure(const char *lines, const char *fields, enum exit_code code,
			   const char *part)
{
	static struct choice choice;
	struct failure failure;

	if (choose(lines, fields, &choice, &failure) == 0)
		fail_msg("taken: %s with %s", fields, lines);
	assert_int_equal(code, failure.code);
	if (strstr(failure.text, part) == NULL)
		fail_msg("`%s' is not in: %s", part, failure.text);
}

/* The routes, in text, with spaces between. */
static const char *routes(const char *lines, const char *fields)
{
	static struct choice choice;
	static char text[2048];
	char prefix[PREFIX_TEXT_MAX];
	struct failure failure;

	text[0] = '\0';
	if (choose(lines, fields, &choice, &failure) != 0)
		fail_msg("%s", failure.text);
	for (size_t i = 0; i < choice.nroutes; i++) {
		strncat(text, ip_prefix_print(&choice.routes[i].prefix, prefix),
			sizeof(text) - strlen(text) - 1);
		strncat(text, " ", sizeof(text) - strlen(text) - 1);
	}
	return text;
}

static void takes_the_addresses_of_the_profile(void **state)
{
	static struct choice choice;
	struct failure failure;
	char text[ADDRESS_TEXT_MAX];

	(void)state;
	assert_int_equal(0, choose("Address 10.9.0.1 10.9.0.2\n", PAIR, &choice, &failure));
	assert_string_equal("10.9.0.1", ip_addr_print(&choice.pair.local, text));
	assert_string_equal("10.9.0.2", ip_addr_print(&choice.pair.remote, text));
	assert_int_equal(AF_UNSPEC, choice.pair6.local.family);
	assert_int_equal(1500, choice.mru);
	assert_failure("Address 10.9.0.1 10.9.0.3\n", PAIR, EXIT_POLICY, "10.9.0.2");
	assert_failure("Address 10.9.0.2 10.9.0.1\n", PAIR, EXIT_POLICY,
		       "write `Address 10.9.0.1 10.9.0.2`");
	assert_failure("Address 10.9.0.1 10.9.0.2\n", "", EXIT_POLICY, "has no Address");
}

static void takes_the_smaller_size(void **state)
{
	static struct choice choice;
	struct failure failure;

	(void)state;
	assert_int_equal(
	    0, choose("Address 10.9.0.1 10.9.0.2\nMru 1400\n", PAIR, &choice, &failure));
	assert_int_equal(1400, choice.mru);
	assert_int_equal(
	    0, choose("Address 10.9.0.1 10.9.0.2\nMru 1501\n", PAIR, &choice, &failure));
	assert_int_equal(1500, choice.mru);
}

static void asks_before_it_takes_the_addresses_of_the_remote(void **state)
{
	static struct choice choice;
	struct failure failure;

	(void)state;
	assert_int_equal(0, choose("Accept address\n", PAIR PAIR6, &choice, &failure));
	assert_int_equal(AF_INET, choice.pair.local.family);
	assert_int_equal(AF_INET6, choice.pair6.local.family);
	assert_failure("Address6 fd00:9::1 fd00:9::2\n", PAIR PAIR6, EXIT_POLICY,
		       "`Accept address`");
	assert_failure("Accept address\n", "", EXIT_PROTOCOL, "no addresses");
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
		assert_failure("Accept address\n", pairs[i], EXIT_PROTOCOL, "cannot have");
}

static void takes_only_accepted_offers(void **state)
{
	const char *offers =
	    PAIR " offer=10.2.0.0/16,10.2.3.0/24,192.168.0.0/24,10.2.0.0/16";

	(void)state;
	assert_string_equal("", routes("Accept address\n", offers));
	assert_string_equal("10.2.0.0/16 10.2.3.0/24 ",
			    routes("Accept address 10.2.0.0/16\n", offers));
	assert_string_equal("10.2.3.0/24 ", routes("Accept address 10.2.3.0/24\n", offers));
	assert_string_equal("10.2.0.0/16 10.2.3.0/24 192.168.0.0/24 ",
			    routes("Accept address any\n", offers));
}

static void never_takes_what_would_take_over(void **state)
{
	static const char *const offers[] = {
	    "0.0.0.0/0",       "::/0",
	    "0.0.0.0/1",       "128.0.0.0/1",
	    "64.0.0.0/2",      "192.0.0.0/7",
	    "2000::/3",	       "fc00::/7",
	    "10.9.0.0/24",     "10.9.0.2/32",
	    "10.9.0.1/32",     "fd00:9::/64",
	    "198.51.100.0/24", "198.51.100.1/32",
	    "2001:db8::/32",   "127.0.0.0/8",
	    "127.0.0.1/32",    "224.0.0.0/8",
	    "fe80::/64",       "ff00::/16",
	    "169.254.0.0/16",  "255.255.255.255/32",
	    "0.0.0.0/8",
	};
	char fields[256];

	(void)state;
	for (size_t i = 0; i < COUNT(offers); i++) {
		strcpy(fields, PAIR PAIR6 " offer=");
		strncat(fields, offers[i], sizeof(fields) - strlen(fields) - 1);
		if (routes("Accept address any\n", fields)[0] != '\0')
			fail_msg("taken: %s", offers[i]);
	}
}

static void leaves_this_host_its_networks(void **state)
{
	static const char *const offers[] = {
	    "192.168.7.0/24",	 "192.168.7.1/32",  "192.168.7.128/25", "192.168.0.0/16",
	    "2001:db8:7::1/128", "2001:db8:7::/48", "10.8.0.0/24",
	};
	char fields[256], lines[256];
	const char *taken;

	(void)state;
	for (size_t i = 0; i < COUNT(offers); i++) {
		snprintf(fields, sizeof(fields), PAIR PAIR6 " offer=%s", offers[i]);
		if (routes("Accept address any\n", fields)[0] != '\0')
			fail_msg("taken: %s", offers[i]);
		snprintf(lines, sizeof(lines), "Accept address any %s\n", offers[i]);
		taken = routes(lines, fields);
		if (strncmp(taken, offers[i], strlen(offers[i])) != 0)
			fail_msg("named, and not taken: %s", offers[i]);
	}
	/* The profile's own word stands. */
	assert_string_equal("", routes("Address 192.168.7.1 192.168.7.9\n",
				       "address=192.168.7.9 peer-address=192.168.7.1"));
}

/* What is not known of this host may be anything. */
static void is_careful_with_a_host_of_many_networks(void **state)
{
	(void)state;
	more_networks = true;
	assert_string_equal("10.2.0.0/16 ",
			    routes("Address 10.9.0.1 10.9.0.2\nAccept any 10.2.0.0/16\n",
				   PAIR " offer=10.2.0.0/16,10.3.0.0/16"));
	assert_failure("Accept address\n", PAIR, EXIT_PROTOCOL, "network of this host");
	more_networks = false;
}

static void refuses_what_even_an_accepted_prefix_covers(void **state)
{
	(void)state;
	/* The administrator meant the network, not the link or the way to it. */
	assert_string_equal("10.9.1.0/24 ",
			    routes("Accept address 10.9.0.0/16 198.51.0.0/16\n",
				   PAIR " offer=10.9.0.0/24,10.9.1.0/24,198.51.100.0/24"));
	/* The link has no IPv6. */
	assert_string_equal("",
			    routes("Accept address fd00::/8\n", PAIR " offer=fd00:2::/32"));
}

static void adds_the_routes_of_the_profile(void **state)
{
	(void)state;
	assert_string_equal("10.5.0.0/16 10.2.0.0/16 ",
			    routes("Accept address any\nRoute 10.5.0.0/16\n",
				   PAIR " offer=10.5.0.0/16,10.2.0.0/16,10.2.0.0/16"));
	assert_failure("Accept address\nRoute 198.51.0.0/16\n", PAIR, EXIT_POLICY,
		       "p.conf:4: Route 198.51.0.0/16 contains the ssh server");
	assert_failure("Accept address\nRoute fd00:5::/32\n", PAIR, EXIT_POLICY,
		       "does not carry that family");
}

static void says_why_an_offer_is_not_taken(void **state)
{
	static struct choice choice;
	struct failure failure;

	(void)state;
	assert_int_equal(
	    0, choose("Accept address\n", PAIR " offer=10.2.0.0/16", &choice, &failure));
	assert_int_equal(1, choice.nrefused);
	assert_string_equal("the profile does not accept it", choice.refused[0].why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_the_addresses_of_the_profile),
	    cmocka_unit_test(takes_the_smaller_size),
	    cmocka_unit_test(asks_before_it_takes_the_addresses_of_the_remote),
	    cmocka_unit_test(refuses_addresses_that_no_link_has),
	    cmocka_unit_test(takes_only_accepted_offers),
	    cmocka_unit_test(never_takes_what_would_take_over),
	    cmocka_unit_test(leaves_this_host_its_networks),
	    cmocka_unit_test(is_careful_with_a_host_of_many_networks),
	    cmocka_unit_test(refuses_what_even_an_accepted_prefix_covers),
	    cmocka_unit_test(adds_the_routes_of_the_profile),
	    cmocka_unit_test(says_why_an_offer_is_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
