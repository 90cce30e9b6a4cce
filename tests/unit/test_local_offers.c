/* SPDX-License-Identifier: ISC */
/* Which of the remote's offers become routes: none that takes over what this host has.
 */
#include <stdio.h>
#include <string.h>

#include "tests/unit/choose_fixture.h"

static void takes_only_accepted_offers(void **state)
{
	const char *offers =
	    PAIR " offer=10.2.0.0/16,10.2.3.0/24,192.168.0.0/24,10.2.0.0/16";

	(void)state;
	assert_string_equal("", chosen_routes("Accept address\n", offers));
	assert_string_equal("10.2.0.0/16 10.2.3.0/24 ",
			    chosen_routes("Accept address 10.2.0.0/16\n", offers));
	assert_string_equal("10.2.3.0/24 ",
			    chosen_routes("Accept address 10.2.3.0/24\n", offers));
	assert_string_equal("10.2.0.0/16 10.2.3.0/24 192.168.0.0/24 ",
			    chosen_routes("Accept address any\n", offers));
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
		if (chosen_routes("Accept address any\n", fields)[0] != '\0')
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
		if (chosen_routes("Accept address any\n", fields)[0] != '\0')
			fail_msg("taken: %s", offers[i]);
		snprintf(lines, sizeof(lines), "Accept address any %s\n", offers[i]);
		taken = chosen_routes(lines, fields);
		if (strncmp(taken, offers[i], strlen(offers[i])) != 0)
			fail_msg("named, and not taken: %s", offers[i]);
	}
	/* The profile's own word stands. */
	assert_string_equal("",
			    chosen_routes("Address 192.168.7.1 192.168.7.9\n",
					  "address=192.168.7.9 peer-address=192.168.7.1"));
}

/* Why the one offer is not taken; "" when it is. */
static const char *refusal(const char *lines, const char *offer)
{
	static struct choice choice;
	struct failure failure;
	char fields[256];

	snprintf(fields, sizeof(fields), PAIR PAIR6 " offer=%s", offer);
	if (chosen(lines, fields, &choice, &failure) != 0)
		fail_msg("%s", failure.text);
	assert_int_equal(1, choice.nroutes + choice.nrefused);
	return choice.nrefused == 1 ? choice.refused[0].why : "";
}

static void assert_refusal(const char *lines, const char *offer, const char *part)
{
	const char *why = refusal(lines, offer);

	if (strstr(why, part) == NULL)
		fail_msg("%s: `%s' is not in: `%s'", offer, part, why);
}

/* A route inside another's pulls its packets away, and so does one beside a rule. */
static void leaves_others_their_routes(void **state)
{
	static const struct {
		const char *offer, *why;
	} offers[] = {
	    {"10.50.0.0/16", "a route of this host (10.50.0.0/16) already"},
	    {"10.50.1.0/24", "overlaps a route of this host (10.50.0.0/16), and no Accept"},
	    {"10.50.1.1/32", "overlaps a route of this host (10.50.0.0/16), and no Accept"},
	    {"fd00:50:1::/48", "overlaps a route of this host (fd00:50::/32)"},
	    {"10.60.1.0/24", "overlaps a route of this host (10.60.0.0/16 table 100)"},
	    {"10.60.0.0/16", "overlaps a route of this host (10.60.0.0/16 table 100)"},
	    {"10.60.0.0/14", "overlaps a route of this host (10.60.0.0/16 table 100)"},
	    {"10.70.1.0/24", "overlaps a routing rule of this host (10.70.0.0/16)"},
	    {"10.64.0.0/12", "overlaps a routing rule of this host (10.70.0.0/16)"},
	};
	char lines[256];

	(void)state;
	for (size_t i = 0; i < COUNT(offers); i++) {
		assert_refusal("Accept address any\n", offers[i].offer, offers[i].why);
		/* Except for a second route to the same, the administrator may. */
		snprintf(lines, sizeof(lines), "Accept address any %s\n", offers[i].offer);
		if (i == 0)
			assert_refusal(lines, offers[i].offer, offers[i].why);
		else
			assert_string_equal("", refusal(lines, offers[i].offer));
	}
}

/* The longer prefix wins in the main table: 10.50.0.0/16 goes where it went. */
static void takes_what_is_around_a_route(void **state)
{
	(void)state;
	assert_string_equal("", refusal("Accept address any\n", "10.48.0.0/13"));
	assert_string_equal("", refusal("Accept address any\n", "fd00:50::/31"));
}

/* Else there would be nothing to offer to a host that is in the net, or all in a VPN. */
static void takes_what_only_a_default_route_leads_to(void **state)
{
	(void)state;
	assert_string_equal("", refusal("Accept address any\n", "10.2.0.0/16"));
	assert_string_equal("", refusal("Accept address any\n", "203.0.113.0/24"));
	assert_string_equal("", refusal("Accept address any\n", "2a00:1::/32"));
}

static void leaves_this_host_its_routers_and_name_servers(void **state)
{
	static const struct {
		const char *offer, *why;
	} offers[] = {
	    {"172.31.0.0/16", "contains a router of this host (172.31.1.1), and no Accept"},
	    {"172.31.1.1/32", "contains a router of this host (172.31.1.1)"},
	    {"192.0.2.0/24", "contains a name server of this host (192.0.2.53)"},
	    {"2001:db8:53::/48", "contains a name server of this host (2001:db8:53::53)"},
	};
	char lines[256];

	(void)state;
	for (size_t i = 0; i < COUNT(offers); i++) {
		assert_refusal("Accept address any\n", offers[i].offer, offers[i].why);
		snprintf(lines, sizeof(lines), "Accept address any %s\n", offers[i].offer);
		assert_string_equal("", refusal(lines, offers[i].offer));
	}
}

/* How many are taken of others and of count offers before|NUMBER|after; of IPv6 in hex. */
static size_t count_taken(const char *lines, const char *others, const char *before,
			  const char *after, unsigned count)
{
	static struct choice choice;
	struct failure failure;
	char fields[READY_LINE_MAX - 128], one[PREFIX_TEXT_MAX];
	const bool six = strchr(after, ':') != NULL;

	size_t used =
	    (size_t)snprintf(fields, sizeof(fields), PAIR PAIR6 " offer=%s", others);

	for (unsigned i = 0; i < count; i++) {
		if (six)
			snprintf(one, sizeof(one), "%s%x%s", before, i + 1, after);
		else
			snprintf(one, sizeof(one), "%s%u%s", before, i, after);
		used += (size_t)snprintf(fields + used, sizeof(fields) - used, "%s%s",
					 i > 0 || others[0] != '\0' ? "," : "", one);
		assert_true(used < sizeof(fields));
	}
	if (chosen(lines, fields, &choice, &failure) != 0)
		fail_msg("%s", failure.text);
	for (size_t i = 0; i < choice.nrefused; i++)
		if (strstr(choice.refused[i].why, "covers more of IPv") == NULL)
			fail_msg("refused: %s", choice.refused[i].why);
	return choice.nroutes;
}

#define ANY "Accept address any\n"

static void never_takes_a_default_route_in_pieces(void **state)
{
	(void)state;
	/* Twice the largest that is taken, of each family by itself, and not an address
	 * more.
	 */
	assert_int_equal(2, count_taken(ANY, "", "4", ".0.0.0/8", 10));
	assert_int_equal(2, count_taken(ANY, "", "2a0", "::/16", 10));
	assert_int_equal(2, count_taken(ANY, "", "3f", "::/16", 64));
	assert_int_equal(3, count_taken(ANY, "40.0.0.0/8", "2a0", "::/16", 10));
	assert_int_equal(2, count_taken(ANY, "40.0.0.0/8,41.0.0.0/8", "42.0.0.", "/32", 2));
	assert_int_equal(2, count_taken(ANY, "2a00::/16,2a01::/16", "2a02:", "::/128", 2));
	/* What is covered already costs nothing, in either order. */
	assert_int_equal(12,
			 count_taken(ANY, "40.0.0.0/8,41.0.0.0/8", "40.", ".0.0/16", 10));
	assert_int_equal(5, count_taken(ANY,
					"40.0.0.0/9,40.128.0.0/9,40.1.0.0/16,40.0.0.0/8,"
					"41.0.0.0/8",
					"", "", 0));
	/* The private networks, and many small ones. */
	assert_int_equal(10, count_taken(ANY,
					 "11.0.0.0/8,100.64.0.0/10,172.16.0.0/13,"
					 "192.168.128.0/17",
					 "41.", ".0.0/16", 6));
	assert_int_equal(60, count_taken(ANY, "", "2a00:", "::/32", 60));
	/* A prefix that is named is the administrator's word. */
	assert_int_equal(
	    15, count_taken("Accept address any 2a00::/8\n", "", "2a0", "::/16", 15));
}

static void refuses_what_even_an_accepted_prefix_covers(void **state)
{
	(void)state;
	/* The administrator meant the network, not the link or the way to it. */
	assert_string_equal(
	    "10.9.1.0/24 ",
	    chosen_routes("Accept address 10.9.0.0/16 198.51.0.0/16\n",
			  PAIR " offer=10.9.0.0/24,10.9.1.0/24,198.51.100.0/24"));
	/* The link has no IPv6. */
	assert_string_equal(
	    "", chosen_routes("Accept address fd00::/8\n", PAIR " offer=fd00:2::/32"));
}

static void says_why_an_offer_is_not_taken(void **state)
{
	static struct choice choice;
	struct failure failure;

	(void)state;
	assert_int_equal(
	    0, chosen("Accept address\n", PAIR " offer=10.2.0.0/16", &choice, &failure));
	assert_int_equal(1, choice.nrefused);
	assert_string_equal("the profile does not accept it", choice.refused[0].why);
	/* What the profile would have is worth telling to a person. */
	assert_false(choice.refused[0].accepted);
	assert_int_equal(0,
			 chosen("Accept address any\n",
				PAIR " offer=10.50.1.0/24,16.0.0.0/7", &choice, &failure));
	assert_int_equal(2, choice.nrefused);
	assert_true(choice.refused[0].accepted);
	assert_false(choice.refused[1].accepted);
	assert_string_equal("Accept any takes a /8 and longer, and no Accept names it",
			    choice.refused[1].why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_only_accepted_offers),
	    cmocka_unit_test(never_takes_what_would_take_over),
	    cmocka_unit_test(leaves_this_host_its_networks),
	    cmocka_unit_test(leaves_others_their_routes),
	    cmocka_unit_test(takes_what_is_around_a_route),
	    cmocka_unit_test(takes_what_only_a_default_route_leads_to),
	    cmocka_unit_test(leaves_this_host_its_routers_and_name_servers),
	    cmocka_unit_test(never_takes_a_default_route_in_pieces),
	    cmocka_unit_test(refuses_what_even_an_accepted_prefix_covers),
	    cmocka_unit_test(says_why_an_offer_is_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
