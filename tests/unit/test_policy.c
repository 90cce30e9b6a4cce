/* SPDX-License-Identifier: ISC */
/* agent.conf and peers as values. What each error says is in tests/cases/policy. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/language/parsed.h"
#include "tests/unit/keys.h"
#include "tests/unit/parse_text.h"

#define KEY_LINE "Key SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"

#define LINK                                                                               \
	KEY_LINE "Allow pppd\nAddress 10.9.0.2 10.9.0.1\nAddress6 fd00:9::2 fd00:9::1\n"

static struct agent_conf conf;
static struct peer peer, again;
static struct error err;

static int parse_ended(const char *lines)
{
	char text[16384 + sizeof "End\n"];

	(void)snprintf(text, sizeof text, "%sEnd\n", lines);
	return policy_parse_peer("p.conf", "alice", text, strlen(text), &peer, &err);
}

static void parse_peer(const char *lines)
{
	if (parse_ended(lines) != 0)
		fail_msg("line %u: %s", err.line, err.text);
}

static void an_agent_conf_of_its_end_alone_is_all_defaults(void **state)
{
	(void)state;
	assert_int_equal(policy_parse_agent("a.conf", "End\n", 4, &conf, &err), 0);
	assert_string_equal(conf.file, "a.conf");
	assert_string_equal(conf.account, "slave");
	assert_string_equal(conf.pppd, "/usr/sbin/pppd");
	assert_int_equal(conf.launch_as, LAUNCH_AUTO);
	assert_false(conf.tun_persistent);
	assert_false(conf.hooks);
	assert_int_equal(conf.landlock, LANDLOCK_AUTO);
	assert_false(conf.seccomp_kill);
	assert_true(conf.auth_info_required);
}

static void every_agent_keyword_reaches_its_field(void **state)
{
	static const char text[] = "Account vpn\nPppd /opt/pppd\nLaunchAs root\nHooks yes\n"
				   "Landlock required\nSeccomp kill\nAuthInfo optional\n"
				   "Tun persistent\nEnd\n";

	(void)state;
	assert_int_equal(policy_parse_agent("a.conf", text, strlen(text), &conf, &err), 0);
	assert_string_equal(conf.account, "vpn");
	assert_string_equal(conf.pppd, "/opt/pppd");
	assert_int_equal(conf.launch_as, LAUNCH_ROOT);
	assert_true(conf.hooks);
	assert_int_equal(conf.landlock, LANDLOCK_REQUIRED);
	assert_true(conf.seccomp_kill);
	assert_false(conf.auth_info_required);
	assert_true(conf.tun_persistent);
	assert_int_equal(conf.tun_line, 8);
}

static void peer_defaults_stand_where_nothing_is_said(void **state)
{
	(void)state;
	parse_peer(KEY_LINE "Allow status\n");
	assert_string_equal(peer.name, "alice");
	assert_string_equal(peer.file, "p.conf");
	assert_string_equal(peer.interface, "sp-alice");
	assert_int_equal(peer.mru, 1500);
	assert_int_equal(peer.sessions, 1);
	assert_int_equal(peer.sessions_line, 0);
	assert_int_equal(peer.begins, 0);
	assert_int_equal(peer.expires, 0);
	assert_int_equal(peer.nfrom, 0);
	assert_int_equal(peer.from_line, 0);
	assert_int_equal(peer.address.local.family, AF_UNSPEC);
	assert_true(peer.strict);
	assert_int_equal(peer.strict_line, 0);
	assert_int_equal(peer.legacy, 0);
	assert_int_equal(peer.legacy_line, 0);
}

static void every_peer_keyword_reaches_its_field(void **state)
{
	char text[64];

	(void)state;
	parse_peer(
	    "# one\n" KEY_LINE "FROM 10.0.0.0/8 ::/0\nfrom 192.0.2.0/24\n"
	    "Allow sshroute pppd\nAddress 10.9.0.2 10.9.0.1\n"
	    "Address6 fd00:9::2 fd00:9::1\nRoute 172.16.0.0/12\nRoute 2001:db8::/32\n"
	    "Offer 10.2.0.0/16\nInterface vpn0\nMru 9000\nSessions 3\n"
	    "Begins 2026-01-01T00:00:00Z\nExpires 2027-01-01T00:00:00Z\nLegacy yes\n"
	    "Strict no\n");
	assert_int_equal(peer.nkeys, 1);
	assert_int_equal(peer.keys[0].line, 2);
	assert_int_equal(peer.nfrom, 3);
	assert_int_equal(peer.from_line, 3);
	assert_int_equal(peer.from[2].line, 4);
	assert_int_equal(peer.allow, 1u << VERB_PPPD | 1u << VERB_SSHROUTE);
	assert_int_equal(peer.allow_line, 5);
	assert_string_equal(ip_addr_print(&peer.address.local, text), "10.9.0.2");
	assert_string_equal(ip_addr_print(&peer.address.remote, text), "10.9.0.1");
	assert_int_equal(peer.address.line, 6);
	assert_string_equal(ip_addr_print(&peer.address6.local, text), "fd00:9::2");
	assert_int_equal(peer.nroutes, 2);
	assert_string_equal(ip_prefix_print(&peer.routes[1].prefix, text), "2001:db8::/32");
	assert_int_equal(peer.routes[1].line, 9);
	assert_int_equal(peer.noffers, 1);
	assert_string_equal(peer.interface, "vpn0");
	assert_int_equal(peer.mru, 9000);
	assert_int_equal(peer.sessions, 3);
	assert_int_equal(peer.sessions_line, 13);
	assert_int_equal(peer.begins, 1767225600);
	assert_int_equal(peer.begins_line, 14);
	assert_int_equal(peer.expires, 1798761600);
	assert_true(peer.legacy);
	assert_int_equal(peer.legacy_line, 16);
	assert_false(peer.strict);
	assert_int_equal(peer.strict_line, 17);
}

static void assert_reach(const char *const *expected)
{
	struct ip_prefix list[PEER_REACH_ALL_MAX];
	const size_t count = peer_reach_all(&peer, list);
	char text[PREFIX_TEXT_MAX];
	size_t i;

	for (i = 0; i < count && expected[i] != NULL; i++)
		assert_string_equal(ip_prefix_print(&list[i], text), expected[i]);
	assert_int_equal(i, count);
	assert_null(expected[i]);
}
#define ASSERT_REACH(...) assert_reach((const char *const[]){__VA_ARGS__, NULL})

static void a_peer_reaches_this_end_and_what_is_said_or_offered(void **state)
{
	(void)state;
	parse_peer(LINK);
	ASSERT_REACH("10.9.0.2/32", "fd00:9::2/128");
	assert_false(peer_has_reach(&peer));
	parse_peer(LINK "Offer 10.2.0.0/16 2001:db8:2::/48\n");
	ASSERT_REACH("10.9.0.2/32", "fd00:9::2/128", "10.2.0.0/16", "2001:db8:2::/48");
	assert_false(peer_has_reach(&peer));
	parse_peer(LINK "Offer 10.2.0.0/16\nReach 10.3.0.0/16\nReach 0.0.0.0/0\n");
	ASSERT_REACH("10.9.0.2/32", "fd00:9::2/128", "10.3.0.0/16", "0.0.0.0/0");
	assert_true(peer_has_reach(&peer));
	assert_int_equal(peer.reach_line, 6);
	/* No limit, and this is the one way to say so. */
	parse_peer(LINK "Offer 10.2.0.0/16\nReach any\n");
	assert_reach((const char *const[]){NULL});
	assert_false(peer_has_reach(&peer));
}

static void lists_end_at_their_capacity(void **state)
{
	char text[16384];
	int used = 0;

	(void)state;
	used += snprintf(text, sizeof text, KEY_LINE "Allow status\n");
	for (unsigned i = 0; i < PEER_ROUTES_MAX; i++)
		used += snprintf(text + used, sizeof text - (size_t)used,
				 "Route 10.0.%u.0/24\n", i);
	parse_peer(text);
	assert_int_equal(peer.nroutes, PEER_ROUTES_MAX);
	(void)snprintf(text + used, sizeof text - (size_t)used, "Route 10.1.0.0/24\n");
	assert_int_equal(policy_parse_peer("p", "alice", text, strlen(text), &peer, &err),
			 -1);
	assert_int_equal(err.line, 3 + PEER_ROUTES_MAX);
	assert_non_null(strstr(err.text, "at most 64"));
}

static void keys_end_at_their_capacity(void **state)
{
	char text[4096];
	int used = snprintf(text, sizeof text, "Allow status\n");

	(void)state;
	for (unsigned i = 0; i <= PEER_KEYS_MAX; i++)
		used += snprintf(
		    text + used, sizeof text - (size_t)used,
		    "Key SHA256:%cAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", 'A' + i);
	assert_int_equal(policy_parse_peer("p", "alice", text, strlen(text), &peer, &err),
			 -1);
	assert_int_equal(err.line, 2 + PEER_KEYS_MAX);
	assert_non_null(strstr(err.text, "at most 16"));
}

static void a_failed_parse_leaves_nothing_that_allows(void **state)
{
	static const char text[] = KEY_LINE "Allow status\nLegacy yes\nBogus\nEnd\n";
	static const struct peer none;
	static const struct agent_conf no_conf;

	(void)state;
	assert_int_equal(policy_parse_peer("p", "alice", text, strlen(text), &peer, &err),
			 -1);
	assert_memory_equal(&peer, &none, sizeof none);
	assert_int_equal(policy_parse_agent("a", "Bogus", 5, &conf, &err), -1);
	assert_memory_equal(&conf, &no_conf, sizeof no_conf);
}

static struct error told[PEER_KEYS_MAX];
static unsigned ntold;

static void tell(void *context, const struct error *error)
{
	(void)context;
	if (ntold < PEER_KEYS_MAX)
		told[ntold] = *error;
	ntold++;
}

static void all_errors_are_told_and_a_login_stops_at_the_first(void **state)
{
	static const char text[] =
	    KEY_LINE "Allow status\nBogus\nMru 1\nMru 1500\nLegacy perhaps\nEnd\n";
	static const struct error_list list = {tell, NULL};
	static const struct peer none;
	static union parsed parsed;

	(void)state;
	ntold = 0;
	assert_int_equal(
	    parsed_read_all(KIND_PEER, "alice.conf", text, strlen(text), &parsed, &list),
	    -1);
	assert_memory_equal(&parsed.peer, &none, sizeof none);
	assert_int_equal(ntold, 4);
	for (unsigned i = 0; i < ntold; i++)
		assert_int_equal(told[i].line, 3 + i);
	assert_int_equal(policy_parse_peer("p", "alice", text, strlen(text), &peer, &err),
			 -1);
	assert_int_equal(err.line, told[0].line);
	assert_string_equal(err.text, told[0].text);
}

static void a_name_that_is_no_name_is_refused(void **state)
{
	static const char text[] = KEY_LINE "Allow status\nEnd\n";

	(void)state;
	assert_int_equal(policy_parse_peer("p", "../etc", text, strlen(text), &peer, &err),
			 -1);
	assert_int_equal(policy_parse_peer("p", "", text, strlen(text), &peer, &err), -1);
}

static void a_file_over_the_limit_is_refused_whole(void **state)
{
	static const char end[] = {'E', 'n', 'd'};
	char *text = malloc(POLICY_FILE_MAX + 1);

	(void)state;
	assert_non_null(text);
	memset(text, '\n', POLICY_FILE_MAX + 1);
	memcpy(text, end, sizeof end);
	assert_int_equal(policy_parse_agent("a", text, POLICY_FILE_MAX, &conf, &err), 0);
	assert_int_equal(policy_parse_agent("a", text, POLICY_FILE_MAX + 1, &conf, &err),
			 -1);
	assert_int_equal(err.line, 0);
	free(text);
}

static char *print_to_text(const struct peer *value)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	print_values(&scope_peer, value, out);
	assert_int_equal(fclose(out), 0);
	return text;
}

/* But for the lines, which move. */
static void what_is_printed_parses_to_the_same(void **state)
{
	char source[2048], *first, *second;

	(void)state;
	(void)snprintf(source, sizeof source,
		       KEY_LINE "Key %s %s x\nAllow status pppd\nFrom ::/0 10.0.0.0/8\n"
				"Address 10.9.0.2 10.9.0.1\nRoute 172.16.0.0/12 fd00::/8\n"
				"Sessions 2\nExpires 2027-01-01T00:00:00Z\nLegacy yes\n",
		       key_samples[1].type, key_samples[1].base64);
	parse_peer(source);
	first = print_to_text(&peer);
	if (policy_parse_peer("p", "alice", first, strlen(first), &again, &err) != 0)
		fail_msg("line %u: %s", err.line, err.text);
	second = print_to_text(&again);
	assert_string_equal(first, second);
	assert_int_equal(again.nkeys, 2);
	assert_string_equal(again.keys[1].key.base64, key_samples[1].base64);
	assert_int_equal(again.allow, peer.allow);
	assert_int_equal(again.nfrom, 2);
	assert_int_equal(again.nroutes, 2);
	assert_true(ip_addr_equal(&again.address.remote, &peer.address.remote));
	assert_int_equal(again.expires, peer.expires);
	assert_int_equal(again.sessions, 2);
	free(first);
	free(second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_agent_conf_of_its_end_alone_is_all_defaults),
	    cmocka_unit_test(every_agent_keyword_reaches_its_field),
	    cmocka_unit_test(peer_defaults_stand_where_nothing_is_said),
	    cmocka_unit_test(every_peer_keyword_reaches_its_field),
	    cmocka_unit_test(a_peer_reaches_this_end_and_what_is_said_or_offered),
	    cmocka_unit_test(lists_end_at_their_capacity),
	    cmocka_unit_test(keys_end_at_their_capacity),
	    cmocka_unit_test(a_failed_parse_leaves_nothing_that_allows),
	    cmocka_unit_test(all_errors_are_told_and_a_login_stops_at_the_first),
	    cmocka_unit_test(a_name_that_is_no_name_is_refused),
	    cmocka_unit_test(a_file_over_the_limit_is_refused_whole),
	    cmocka_unit_test(what_is_printed_parses_to_the_same),
	};

	return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
