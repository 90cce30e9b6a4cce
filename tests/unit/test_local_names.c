/* SPDX-License-Identifier: ISC */
/* Which name servers are asked through a link, and when they are in force. */
#include <stdio.h>
#include <string.h>

#include "local/names.h"
#include "tests/unit/choose_fixture.h"
#include "tests/unit/parse_text.h"

#define NONCE	"ABCDEFGHIJKLMNOPQRSTUVWX"
#define ADDRESS "Address 10.9.0.1 10.9.0.2\n"

static struct link_names names;
static struct failure failure;

/* 0 or -1 for those lines of the profile, and fields of the ready line. */
static int choose(const char *lines, const char *fields)
{
	static struct profile profile;
	static struct choice choice;
	struct ready ready;
	struct error err;
	char text[1024];

	snprintf(text, sizeof text, "Host remote\nRunAs alice\n" ADDRESS "%sEnd\n", lines);
	assert_int_equal(0,
			 profile_parse("p.conf", "p", text, strlen(text), &profile, &err));
	snprintf(text, sizeof text,
		 "sallyport/1 ready " NONCE " link=ppptun mru=1500 " PAIR "%s", fields);
	assert_int_equal(0, ready_parse(text, strlen(text), NONCE, &ready, &err));
	snprintf(text, sizeof text, ADDRESS "%s", lines);
	assert_int_equal(0, chosen(text, PAIR " offer=10.2.0.0/16", &choice, &failure));
	return choose_names(&profile, &ready, &choice, &names, &failure);
}

static void takes_what_is_offered_and_accepted(void **state)
{
	(void)state;
	assert_int_equal(
	    0, choose("Accept 10.2.0.0/16 dns\n",
		      " dns=10.2.0.53,10.9.0.2 search=corp.example,~lab.example"));
	assert_int_equal(2, names.nservers);
	assert_int_equal(2, names.ndomains);
	assert_int_equal(0, names.servers[0].line);
	assert_string_equal("~lab.example", names.domains[1].name);
	assert_int_equal(0, names.nrefused);
	assert_false(names_have_all(&names));
}

static void takes_nothing_that_the_profile_does_not_accept(void **state)
{
	(void)state;
	assert_int_equal(
	    0, choose("Accept 10.2.0.0/16\n", " dns=10.2.0.53 search=corp.example"));
	assert_int_equal(0, names.nservers);
	assert_int_equal(0, names.ndomains);
	assert_int_equal(2, names.nrefused);
	assert_false(names.refused[0].accepted);
}

/* It would be asked by another way, in the clear, or not at all. */
static void refuses_a_server_outside_of_what_is_routed(void **state)
{
	static const char *const outside[] = {"8.8.8.8",      "10.3.0.1",     "10.9.0.1",
					      "198.51.100.1", "2001:db8::53", "fe80::1"};
	char fields[128];

	(void)state;
	for (size_t i = 0; i < COUNT(outside); i++) {
		snprintf(fields, sizeof fields, " dns=%s search=corp.example", outside[i]);
		assert_int_equal(0, choose("Accept 10.2.0.0/16 dns\n", fields));
		assert_int_equal(0, names.nservers);
		/* Nobody would be asked for it. */
		assert_int_equal(0, names.ndomains);
		assert_int_equal(1, names.nrefused);
		assert_string_equal(outside[i], names.refused[0].what);
		assert_true(names.refused[0].accepted);
	}
	assert_int_equal(0, choose("Accept dns\n", " dns=127.0.0.1"));
	assert_non_null(strstr(names.refused[0].why, "loopback"));
}

/* Whoever listens here would be asked for the names of the link. */
static void refuses_this_hosts_own_end(void **state)
{
	(void)state;
	assert_int_equal(0, choose("Route default\nAccept dns\n", " dns=10.9.0.1"));
	assert_int_equal(0, names.nservers);
	assert_int_equal(1, names.nrefused);
	assert_int_equal(-1, choose("Route default\nDns 10.9.0.1\n", ""));
}

/* What a remote offers must not keep the profile's own names from resolvconf. */
static void has_room_for_all_that_resolvconf_is_told(void **state)
{
	static char text[RESOLVCONF_TEXT_MAX];
	const char *why;

	(void)state;
	names = (struct link_names){.nservers = NAMES_SERVERS_MAX,
				    .ndomains = NAMES_DOMAINS_MAX};
	for (size_t i = 0; i < names.nservers; i++) {
		assert_int_equal(0, ip_addr_parse("2001:db8:1234:5678:9abc:def0:1234:5678",
						  &names.servers[i].address, &why));
		names.servers[i].address.bytes[15] = (uint8_t)i;
	}
	for (size_t i = 0; i < names.ndomains; i++) {
		memset(names.domains[i].name, 'x', DOMAIN_MAX_LEN);
		names.domains[i].name[0] = (char)('a' + i);
	}
	assert_true(resolvconf_text(&names, text, sizeof text) > 0);
}

static void refuses_domains_that_nobody_may_offer(void **state)
{
	static const char *const bad[] = {"~.", "a", "com", "~com"};
	char fields[128];

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		snprintf(fields, sizeof fields, " dns=10.9.0.2 search=%s,corp.example",
			 bad[i]);
		assert_int_equal(0, choose("Accept dns\n", fields));
		assert_int_equal(1, names.nservers);
		assert_int_equal(1, names.ndomains);
		assert_int_equal(1, names.nrefused);
		assert_string_equal(bad[i], names.refused[0].what);
	}
}

static void takes_the_profiles_own_words_first(void **state)
{
	(void)state;
	assert_int_equal(0,
			 choose("Accept 10.2.0.0/16 dns\nDns 10.2.0.54\nSearch ~. corp\n",
				" dns=10.2.0.53,10.2.0.54 search=corp.example"));
	assert_int_equal(2, names.nservers);
	assert_int_not_equal(0, names.servers[0].line);
	assert_int_equal(0, names.servers[1].line);
	assert_int_equal(3, names.ndomains);
	assert_true(names_have_all(&names));
}

/* Whether the remote routes its network may be the remote's word. */
static void fails_for_an_own_server_that_is_not_routed(void **state)
{
	(void)state;
	assert_int_equal(-1, choose("Accept 10.4.0.0/16\nDns 10.4.0.53\n", ""));
	assert_int_equal(EXIT_POLICY, failure.code);
	assert_int_equal(BLAME_REMOTE, failure.blame);
	assert_non_null(
	    strstr(failure.text, "p.conf:5: Dns 10.4.0.53 is not in a network"));
	assert_int_equal(0, choose("Route 10.4.0.0/16\nDns 10.4.0.53 10.9.0.2\n", ""));
}

/* Of the families that the link has. */
static void has_a_default_route_lead_to_any_server(void **state)
{
	(void)state;
	assert_int_equal(0, choose("Route default\nDns 192.0.2.53\n", ""));
	assert_int_equal(1, names.nservers);
	assert_int_equal(
	    0, choose("Route default\nAccept dns\n", " dns=192.0.2.53,2001:db8::53"));
	assert_int_equal(1, names.nservers);
	assert_int_equal(1, names.nrefused);
}

static void add_found(struct names_found *found, const char *server, const char *domain)
{
	const char *why;

	if (server != NULL)
		assert_int_equal(
		    0, ip_addr_parse(server, &found->servers[found->nservers++], &why));
	if (domain != NULL)
		snprintf(found->domains[found->ndomains++], DOMAIN_TEXT_MAX, "%s", domain);
}

static void knows_what_is_in_force(void **state)
{
	struct names_state now = {.manager = NAMES_RESOLVED};

	(void)state;
	assert_int_equal(
	    0, choose("Accept 10.2.0.0/16 dns\n", " dns=10.2.0.53 search=corp.example"));
	assert_false(names_stand(&now, &names));
	add_found(&now.found, "10.2.0.53", NULL);
	assert_false(names_stand(&now, &names));
	add_found(&now.found, NULL, "Corp.Example");
	assert_true(names_stand(&now, &names));
	now.found.asks_rest = true;
	assert_false(names_stand(&now, &names));
	now.found.asks_rest = false;
	/* Somebody else's beside it. */
	add_found(&now.found, "8.8.8.8", NULL);
	assert_false(names_stand(&now, &names));
}

/* resolv.conf has room for three, and says nothing of what a server of this host asks. */
static void knows_what_resolvconf_can_show(void **state)
{
	struct names_state now = {.manager = NAMES_RESOLVCONF, .found.asks_rest = true};

	(void)state;
	assert_int_equal(0, choose("Accept 10.2.0.0/16 dns\n",
				   " dns=10.2.0.53 search=corp.example,~lab.example"));
	add_found(&now.found, "192.0.2.1", "corp.example");
	assert_false(names_stand(&now, &names));
	add_found(&now.found, "10.2.0.53", NULL);
	assert_true(names_stand(&now, &names));
	now.found.nservers = 0;
	add_found(&now.found, "127.0.0.1", NULL);
	assert_true(names_stand(&now, &names));
	now.found.ndomains = 0;
	assert_false(names_stand(&now, &names));
}

static void tells_resolvconf_no_routes(void **state)
{
	char text[512], record[RESOLVCONF_RECORD_MAX];

	(void)state;
	assert_int_equal(
	    0, choose("Accept 10.2.0.0/16 dns\n",
		      " dns=10.2.0.53,10.9.0.2 search=~lab.example,a.example,b.c"));
	assert_true(resolvconf_text(&names, text, sizeof text) > 0);
	assert_string_equal(
	    "nameserver 10.2.0.53\nnameserver 10.9.0.2\nsearch a.example b.c\n", text);
	assert_int_equal(-1, resolvconf_text(&names, text, 20));
	names.ndomains = 1;
	assert_true(resolvconf_text(&names, text, sizeof text) > 0);
	assert_string_equal("nameserver 10.2.0.53\nnameserver 10.9.0.2\n", text);
	assert_string_equal("tun0.sp-office", resolvconf_record("sp-office", record));
	assert_string_equal("tun0.sp-fifteen-long",
			    resolvconf_record("sp-fifteen-long", record));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_what_is_offered_and_accepted),
	    cmocka_unit_test(takes_nothing_that_the_profile_does_not_accept),
	    cmocka_unit_test(refuses_a_server_outside_of_what_is_routed),
	    cmocka_unit_test(refuses_this_hosts_own_end),
	    cmocka_unit_test(refuses_domains_that_nobody_may_offer),
	    cmocka_unit_test(has_room_for_all_that_resolvconf_is_told),
	    cmocka_unit_test(takes_the_profiles_own_words_first),
	    cmocka_unit_test(fails_for_an_own_server_that_is_not_routed),
	    cmocka_unit_test(has_a_default_route_lead_to_any_server),
	    cmocka_unit_test(knows_what_is_in_force),
	    cmocka_unit_test(knows_what_resolvconf_can_show),
	    cmocka_unit_test(tells_resolvconf_no_routes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
