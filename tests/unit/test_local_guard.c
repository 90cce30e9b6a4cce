/* SPDX-License-Identifier: ISC */
/* A default route and the packet filter: which rules and which text come of a profile. */
#include "local/guard.h"

#include <linux/rtnetlink.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { ALICE = 1000, TABLE = STEER_TABLE_FIRST };

static struct gate gate(const char *host, const char *address, uint16_t port)
{
	struct gate out = {.host = gates_host(host), .port = port};

	assert_int_equal(0, ip_addr_parse(address, &out.address, NULL));
	return out;
}

static struct gates two_gates(void)
{
	struct gates gates = {.count = 2};

	gates.list[0] = gate("gw", "192.0.2.1", 22);
	gates.list[1] = gate("gw", "2001:db8::1", 2222);
	return gates;
}

static void only_ssh_goes_by_the_main_table(void **state)
{
	static struct steer_rules rules;
	const struct gates gates = two_gates();
	unsigned passing = 0, refusing = 0;

	(void)state;
	guard_rules(&gates, ALICE, TABLE, &rules);
	for (size_t i = 0; i < rules.count; i++) {
		const struct steer_rule *const rule = &rules.list[i];

		assert_true(rule->priority >= RULE_FIRST && rule->priority <= RULE_LAST);
		if (rule->to.family == AF_UNSPEC)
			continue;
		assert_true(rule->priority < RULE_FIRST + 2);
		assert_int_equal(rule->family, rule->to.family);
		/* By a user who is not RunAs, what the host itself sends alone. */
		assert_true(rule->uid == ALICE || (rule->uid == 0 && rule->local));
		assert_int_equal(rule->family == AF_INET ? 22 : 2222, rule->port);
		passing += rule->table == RT_TABLE_MAIN;
		refusing += rule->table == 0;
	}
	assert_int_equal(3, passing);
	assert_int_equal(passing, refusing);
}

static void both_families_lead_to_the_table(void **state)
{
	static struct steer_rules rules;
	const struct gates none = {.count = 0};
	const struct steer_rule wanted[] = {
	    {.family = AF_INET,
	     .priority = RULE_LAST - 1,
	     .table = RT_TABLE_MAIN,
	     .suppress = 1},
	    {.family = AF_INET,
	     .priority = RULE_LAST,
	     .table = TABLE,
	     .suppress = STEER_NO_SUPPRESS},
	    {.family = AF_INET6,
	     .priority = RULE_LAST - 1,
	     .table = RT_TABLE_MAIN,
	     .suppress = 4},
	    {.family = AF_INET6,
	     .priority = RULE_LAST,
	     .table = TABLE,
	     .suppress = STEER_NO_SUPPRESS},
	};

	(void)state;
	guard_rules(&none, ALICE, TABLE, &rules);
	assert_int_equal(4, rules.count);
	for (size_t i = 0; i < 4; i++)
		assert_true(steer_rules_have(&rules, &wanted[i]));
}

static void the_most_gates_have_room(void **state)
{
	static struct steer_rules rules;
	static struct gates gates;

	(void)state;
	for (size_t i = 0; i < GATES_MAX; i++) {
		gates.list[i] = gate("gw", "192.0.2.1", 22);
		gates.list[i].address.bytes[3] = (uint8_t)i;
	}
	gates.count = GATES_MAX;
	guard_rules(&gates, ALICE, TABLE, &rules);
	assert_int_equal(4 * GATES_MAX + 4, rules.count);
}

/* Asked of what this host sends, and again where anything leaves. */
#define MAY_LEAVE                                                                          \
	"\t\toifname \"lo\" accept\n"                                                      \
	"\t\toifname \"sp-office\" accept\n"                                               \
	"\t\tmeta skuid 1000 ip daddr 192.0.2.1 tcp dport 22 accept\n"                     \
	"\t\tmeta skuid 1000 ip6 daddr 2001:db8::1 tcp dport 2222 accept\n"                \
	"\t\tip daddr { 255.255.255.255, 10.0.0.0/8, 100.64.0.0/10, 169.254.0.0/16, "      \
	"172.16.0.0/12, 192.168.0.0/16 } udp sport 68 udp dport 67 accept\n"               \
	"\t\tip6 daddr { ff02::1:2, fe80::/10 } udp sport 546 udp dport 547 accept\n"      \
	"\t\ticmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert, "   \
	"mld-listener-report, mld2-listener-report } accept\n"

static const char closed[] =
    "create table inet sallyport-office\n"
    "table inet sallyport-office {\n"
    "\tcounter refused { }\n"
    "\tchain output {\n"
    "\t\ttype filter hook output priority filter; policy drop;\n" MAY_LEAVE
    "\t\tcounter name refused reject with icmpx admin-prohibited\n"
    "\t}\n"
    "\tchain forward {\n"
    "\t\ttype filter hook forward priority filter; policy drop;\n"
    "\t\toifname \"sp-office\" accept\n"
    "\t\tiifname \"sp-office\" accept\n"
    "\t\tcounter name refused reject with icmpx admin-prohibited\n"
    "\t}\n"
    "\tchain leaving {\n"
    "\t\ttype filter hook postrouting priority 300; policy drop;\n" MAY_LEAVE
    "\t\tiifname \"sp-office\" accept\n"
    "\t\tcounter name refused drop\n"
    "\t}\n"
    "}\n";

static void the_kill_switch_passes_exactly_this(void **state)
{
	static char text[FILTER_TEXT_MAX];
	const struct gates gates = two_gates();
	const struct filter_plan plan = {.name = "office",
					 .interface = "sp-office",
					 .closes = true,
					 .uid = ALICE,
					 .gates = &gates};
	struct filter_counts counts;

	(void)state;
	assert_int_equal(0, filter_text(&plan, true, text, &counts, NULL));
	assert_string_equal(closed, text);
	assert_int_equal(3, counts.chains);
	assert_int_equal(3, counts.closed);
	assert_int_equal(20, counts.rules);
}

static void one_that_is_there_is_replaced_in_one_transaction(void **state)
{
	static char text[FILTER_TEXT_MAX];
	const struct gates none = {.count = 0};
	const struct filter_plan plan = {
	    .name = "office", .interface = "sp-office", .clamps = true, .gates = &none};
	struct filter_counts counts;

	(void)state;
	assert_int_equal(0, filter_text(&plan, false, text, &counts, NULL));
	assert_string_equal(
	    "add table inet sallyport-office\n"
	    "delete table inet sallyport-office\n"
	    "table inet sallyport-office {\n"
	    "\tchain clamp {\n"
	    "\t\ttype filter hook forward priority mangle; policy accept;\n"
	    "\t\toifname \"sp-office\" tcp flags syn tcp option maxseg size set rt mtu\n"
	    "\t\tiifname \"sp-office\" tcp flags syn tcp option maxseg size set rt mtu\n"
	    "\t}\n"
	    "}\n",
	    text);
	assert_int_equal(1, counts.chains);
	assert_int_equal(0, counts.closed);
	assert_int_equal(2, counts.rules);
}

static void the_longest_names_and_most_gates_fit(void **state)
{
	static char text[FILTER_TEXT_MAX];
	static struct gates gates;
	const struct filter_plan plan = {.name = "abcdefghijklmnopqrstuvwxyz012345",
					 .interface = "sp-abcdefghijkl",
					 .closes = true,
					 .uid = UINT32_MAX - 1,
					 .gates = &gates,
					 .clamps = true};
	struct filter_counts counts;

	(void)state;
	for (size_t i = 0; i < GATES_MAX; i++)
		gates.list[i] =
		    gate("gw", "2001:db8:1111:2222:3333:4444:5555:6666", UINT16_MAX);
	gates.count = GATES_MAX;
	assert_int_equal(0, filter_text(&plan, false, text, &counts, NULL));
}

static void each_attempt_has_the_next_address_of_its_host(void **state)
{
	struct gates gates = two_gates();

	(void)state;
	gates.list[gates.count++] = gate("other", "192.0.2.9", 22);
	assert_int_equal(2, gates_count(&gates, "gw"));
	assert_ptr_equal(&gates.list[0], gates_choose(&gates, "GW", 0));
	assert_ptr_equal(&gates.list[1], gates_choose(&gates, "gw", 1));
	assert_ptr_equal(&gates.list[0], gates_choose(&gates, "gw", 2));
	assert_ptr_equal(&gates.list[2], gates_choose(&gates, "other", 7));
	assert_null(gates_choose(&gates, "third", 0));
}

static void hosts_that_the_profile_has_no_more_are_forgotten(void **state)
{
	static struct profile profile = {.hosts = {{.name = "other"}}, .nhosts = 1};
	struct gates gates = two_gates();

	(void)state;
	gates.list[gates.count++] = gate("other", "192.0.2.9", 22);
	gates_keep(&gates, &profile);
	assert_int_equal(1, gates.count);
	assert_int_equal(gates_host("other"), gates.list[0].host);
}

static void the_first_jump_host_is_where_ssh_connects_to(void **state)
{
	static const struct {
		const char *value, *user, *host, *port;
	} rows[] = {
	    {"jump", "", "jump", ""},
	    {"hop@jump:2222,b", "hop", "jump", "2222"},
	    {"hop@[2001:db8::1]:22", "hop", "2001:db8::1", "22"},
	    {"[2001:db8::1]", "", "2001:db8::1", ""},
	    {"a@realm@jump", "a@realm", "jump", ""},
	};
	static const char *const bad[] = {"",	     ",b",
					  "hop@",    "[2001:db8::1",
					  "[::1]x",  "-oProxyCommand=x",
					  "-l@jump", "jump:123456789"};
	struct gate_jump jump;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_true(gates_first_jump(rows[i].value, &jump));
		assert_string_equal(rows[i].user, jump.user);
		assert_string_equal(rows[i].host, jump.host);
		assert_string_equal(rows[i].port, jump.port);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(gates_first_jump(bad[i], &jump));
}

static void what_a_run_left_is_taken_over(void **state)
{
	static struct journal journal = {.fd = -1, .count = 3};
	static struct journal_entry again[GUARD_ENTRIES_MAX];
	struct guard guard = {.table = 0};

	(void)state;
	journal.entries[0] = (struct journal_entry){
	    .kind = JOURNAL_GATE, .uid = ALICE, .gate = gate("gw", "192.0.2.1", 22)};
	journal.entries[1] = (struct journal_entry){.kind = JOURNAL_FILTER, .print = 7};
	journal.entries[2] = (struct journal_entry){.kind = JOURNAL_TABLE, .table = TABLE};
	assert_true(guard_is_empty(&guard));
	guard_adopt(&guard, &journal);
	assert_false(guard_is_empty(&guard));
	assert_int_equal(3, guard_entries(&guard, again));
	assert_int_equal(JOURNAL_GATE, again[0].kind);
	assert_int_equal(ALICE, again[0].uid);
	/* It may have been changed meanwhile: it is written anew. */
	assert_int_equal(0, again[1].print);
	assert_int_equal(TABLE, again[2].table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_ssh_goes_by_the_main_table),
	    cmocka_unit_test(both_families_lead_to_the_table),
	    cmocka_unit_test(the_most_gates_have_room),
	    cmocka_unit_test(the_kill_switch_passes_exactly_this),
	    cmocka_unit_test(one_that_is_there_is_replaced_in_one_transaction),
	    cmocka_unit_test(the_longest_names_and_most_gates_fit),
	    cmocka_unit_test(each_attempt_has_the_next_address_of_its_host),
	    cmocka_unit_test(hosts_that_the_profile_has_no_more_are_forgotten),
	    cmocka_unit_test(the_first_jump_host_is_where_ssh_connects_to),
	    cmocka_unit_test(what_a_run_left_is_taken_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
