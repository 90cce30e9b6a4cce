/* SPDX-License-Identifier: ISC */
/* The journal: it reads back what was written, and nothing else. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "local/journal.h"
#include "unit.h"

#define HEAD "sallyport-journal 1 0123-boot\n"
#define ALL                                                                                \
	"supervisor 100 12345 1700000000\nheld 4294967280 10.2.0.0/16\n"                   \
	"held 4294967265 fd00:2::/32\ncontrol\nprocess ssh 101 12346\nendpoint "           \
	"192.0.2.1\nendpoint 2001:db8::1\nlink "                                           \
	"sp-office\n"                                                                      \
	"pair 10.9.0.1 10.9.0.2\npair fd00:9::1 fd00:9::2\nprocess pppd 102 12347\n"       \
	"route 7 10.2.0.0/16 0\nroute 7 fd00:2::/32 12\ndevice 7 1500\nup 1700000001\n"

static struct journal journal;
static struct error err;

static int parse(const char *text)
{
	return journal_parse(text, strlen(text), &journal, &err);
}

static void prints_what_it_parsed(void **state)
{
	char text[2 * JOURNAL_LINE_MAX] = "", line[JOURNAL_LINE_MAX];

	(void)state;
	assert_int_equal(0, parse(HEAD ALL));
	assert_string_equal("0123-boot", journal.boot);
	assert_int_equal(15, journal.count);
	for (size_t i = 0; i < journal.count; i++) {
		assert_true(journal_print(&journal.entries[i], line, sizeof(line)) > 0);
		strncat(text, line, sizeof(text) - strlen(text) - 1);
	}
	assert_string_equal(ALL, text);
	assert_int_equal(102, journal_find(&journal, JOURNAL_PROCESS)->pid);
	assert_string_equal("sp-office", journal_find(&journal, JOURNAL_LINK)->name);
	assert_int_equal(7, journal_find(&journal, JOURNAL_DEVICE)->index);
	assert_int_equal(1500, journal_find(&journal, JOURNAL_DEVICE)->mtu);
	assert_int_equal(12, journal_find(&journal, JOURNAL_ROUTE)->line);
}

/* Between two attempts: why the last one failed, and when the next one is due. */
static void tells_of_a_failure_in_its_own_words(void **state)
{
	static const char text[] = "failed 1700000002 remote 77 the policy of vpn.example "
				   "denies this [\"no: 1\"]\n"
				   "waiting 1700000007\n";
	char line[2 * JOURNAL_LINE_MAX], long_text[JOURNAL_TEXT_MAX] = "";
	struct journal_entry failed = {.kind = JOURNAL_FAILED,
				       .time = INT64_MAX,
				       .blame = BLAME_PROFILE,
				       .code = UINT8_MAX};

	(void)state;
	snprintf(line, sizeof line, "%s%s", HEAD, text);
	assert_int_equal(0, parse(line));
	assert_int_equal(2, journal.count);
	assert_int_equal(BLAME_REMOTE, journal.entries[0].blame);
	assert_int_equal(77, journal.entries[0].code);
	assert_string_equal("the policy of vpn.example denies this [\"no: 1\"]",
			    journal.failed);
	assert_int_equal(1700000007, journal_find(&journal, JOURNAL_WAITING)->time);
	/* The longest one fits. */
	memset(long_text, 'x', sizeof long_text - 1);
	failed.text = long_text;
	assert_true(journal_print(&failed, line, JOURNAL_LINE_MAX) > 0);
	memmove(line + strlen(HEAD), line, strlen(line) + 1);
	memcpy(line, HEAD, strlen(HEAD));
	assert_int_equal(0, parse(line));
	assert_string_equal(long_text, journal.failed);
}

/* Whatever becomes of the profile: Down is in the journal, with who runs it. */
static void tells_of_down_until_it_has_run(void **state)
{
	static const char due[] =
	    "up 1700000001\nhook-down root alice /etc/sallyport/down\nhook-failed\n";
	char text[2 * JOURNAL_LINE_MAX], line[JOURNAL_LINE_MAX];
	char long_path[POLICY_PATH_MAX] = "/", name[ACCOUNT_MAX_LEN + 1] = "";
	const struct journal_entry longest = {.kind = JOURNAL_HOOK_DOWN,
					      .hook_as = HOOK_AS_RUN_AS,
					      .account = name,
					      .text = long_path};
	const char *path = NULL, *account = NULL;
	const struct journal_entry *entry;

	(void)state;
	snprintf(text, sizeof text, "%s%s", HEAD, due);
	assert_int_equal(0, parse(text));
	entry = journal_hook_due(&journal, &path, &account);
	assert_non_null(entry);
	assert_int_equal(HOOK_AS_ROOT, entry->hook_as);
	assert_string_equal("/etc/sallyport/down", path);
	assert_string_equal("alice", account);
	assert_non_null(journal_find(&journal, JOURNAL_HOOK_FAILED));
	strncat(text, "hook-ran\n", sizeof text - strlen(text) - 1);
	assert_int_equal(0, parse(text));
	assert_null(journal_hook_due(&journal, &path, &account));
	/* The longest one fits, and is the same again. */
	memset(long_path + 1, 'x', sizeof long_path - 2);
	memset(name, 'y', sizeof name - 1);
	assert_in_range(journal_print(&longest, line, sizeof line), 1,
			JOURNAL_HOOK_LINE_MAX);
	snprintf(text, sizeof text, "%s%s", HEAD, line);
	assert_int_equal(0, parse(text));
	assert_int_equal(HOOK_AS_RUN_AS,
			 journal_hook_due(&journal, &path, &account)->hook_as);
	assert_string_equal(long_path, path);
	assert_string_equal(name, account);
}

/* As many domains as there can be, and of any length. */
static void tells_of_names(void **state)
{
	static char text[JOURNAL_FILE_MAX] =
	    HEAD "names 7 sp-office resolved\nserver 10.2.0.53 0\nserver fd00::53 12\n";
	char line[JOURNAL_LINE_MAX], name[DOMAIN_TEXT_MAX] = "~";
	struct journal_entry domain = {.kind = JOURNAL_DOMAIN, .line = 9, .text = name};

	(void)state;
	for (size_t i = 1; i < DOMAIN_TEXT_MAX - 1; i++)
		name[i] = i % 2 == 1 ? 'a' : '.';
	assert_true(journal_print(&domain, line, JOURNAL_DOMAIN_LINE_MAX) > 0);
	for (size_t i = 0; i < JOURNAL_DOMAINS_MAX; i++)
		strncat(text, line, sizeof text - strlen(text) - 1);
	assert_int_equal(0, parse(text));
	assert_int_equal(3 + JOURNAL_DOMAINS_MAX, journal.count);
	assert_int_equal(NAMES_RESOLVED, journal.entries[0].manager);
	assert_string_equal("sp-office", journal.entries[0].name);
	assert_int_equal(12, journal.entries[2].line);
	assert_string_equal(name,
			    journal.domains[journal.entries[journal.count - 1].domain]);
	strncat(text, "domain a.b 0\n", sizeof text - strlen(text) - 1);
	assert_int_equal(-1, parse(text));
}

static void tells_which_gateway_it_is(void **state)
{
	char text[2 * JOURNAL_LINE_MAX] = HEAD, long_name[HOST_MAX_LEN + 1] = "";
	const struct journal_entry gateway = {.kind = JOURNAL_GATEWAY, .text = long_name};

	(void)state;
	memset(long_name, 'x', sizeof long_name - 1);
	assert_true(journal_print(&gateway, text + strlen(HEAD), JOURNAL_GATEWAY_LINE_MAX) >
		    0);
	assert_int_equal(0, parse(text));
	assert_string_equal(long_name, journal.gateway);
	assert_non_null(journal_find(&journal, JOURNAL_GATEWAY));
}

/* Otherwise nothing of a link could be undone any more. */
static void keeps_to_one_line_whatever_is_said(void **state)
{
	const struct journal_entry failed = {.kind = JOURNAL_FAILED,
					     .blame = BLAME_LINE,
					     .text = " no\nroute 1 ::/0\r\t\x9b[2J"};
	char line[2 * JOURNAL_LINE_MAX];

	(void)state;
	assert_true(journal_print(&failed, line, JOURNAL_LINE_MAX) > 0);
	assert_string_equal("failed 0 line 0  no?route 1 ::/0???[2J\n", line);
	memmove(line + strlen(HEAD), line, strlen(line) + 1);
	memcpy(line, HEAD, strlen(HEAD));
	assert_int_equal(0, parse(line));
	assert_int_equal(1, journal.count);
}

/* A crash in the middle of a write: the thing had not been done yet. */
static void passes_over_an_unfinished_line(void **state)
{
	const char text[] = HEAD ALL;

	(void)state;
	for (size_t len = 0; len <= strlen(text); len++)
		assert_int_equal(0, journal_parse(text, len, &journal, &err));
	assert_int_equal(15, journal.count);
	assert_int_equal(0, journal_parse(text, strlen(text) - 1, &journal, &err));
	assert_int_equal(14, journal.count);
}

static const char *const not_ours[] = {
    "\n",
    "control\n",
    "sallyport-journal 2 boot\n",
    "sallyport-journal 1\n",
    HEAD "\n",
    HEAD "nonsense\n",
    HEAD "control \n",
    HEAD " control\n",
    HEAD "control now\n",
    HEAD "device 7\n",
    HEAD "hook-ran 1\n",
    HEAD "hook-down root alice\n",
    HEAD "hook-down bob alice /bin/down\n",
    HEAD "hook-down root a/b /bin/down\n",
    HEAD "hook-down root alice bin/down\n",
    HEAD "hook-down root alice /bin/../down\n",
    HEAD "hook-down root alice /bin/down now\n",
    HEAD "device 0 1500\n",
    HEAD "device 7 -1\n",
    HEAD "device 7 4294967296\n",
    HEAD "process ssh 101\n",
    HEAD "process ssh 101 1 2\n",
    HEAD "process ssh  101 1\n",
    HEAD "process ssh 0 1\n",
    HEAD "process ssh 1 1\n",
    HEAD "process ssh -1 1\n",
    HEAD "process ssh 4294967297 1\n",
    HEAD "process ssh 101 99999999999999999999\n",
    HEAD "process ssh 101 1x\n",
    HEAD "process sixteen-bytes-xx 101 1\n",
    HEAD "link sixteen-bytes-xx\n",
    HEAD "pair 10.9.0.1 fd00::1\n",
    HEAD "pair 10.9.0.1\n",
    HEAD "route 0 10.2.0.0/16 0\n",
    HEAD "route 7 10.2.0.1/16 0\n",
    HEAD "route 7 10.2.0.0 0\n",
    HEAD "route 7 10.2.0.0/16\n",
    HEAD "route 7 10.2.0.0/16 -1\n",
    HEAD "route 7 10.2.0.0/16 2147483648\n",
    HEAD "route 7 10.2.0.0/16 1 2\n",
    HEAD "gateway\n",
    HEAD "gateway -oProxyCommand=x\n",
    HEAD "gateway gw1 gw2\n",
    HEAD "endpoint remote\n",
    HEAD "endpoint 192.0.2.1 192.0.2.2\n",
    HEAD "held 10.2.0.0/16\n",
    HEAD "held 4294967281 10.2.0.0/16\n",
    HEAD "held 4294967264 10.2.0.0/16\n",
    HEAD "held 0 10.2.0.0/16\n",
    HEAD "held 4294967280 10.2.0.1/16\n",
    HEAD "names 7 sp-office\n",
    HEAD "names 0 sp-office resolved\n",
    HEAD "names 7 -office resolvconf\n",
    HEAD "names 7 sp/office resolvconf\n",
    HEAD "names 7 sp-office somebody\n",
    HEAD "server corp.example 0\n",
    HEAD "server 10.2.0.53\n",
    HEAD "domain a..b 0\n",
    HEAD "domain a.b -1\n",
    HEAD "gate 1 1000 22\n",
    HEAD "gate 4294967296 1000 22 192.0.2.1\n",
    HEAD "gate 1 1000 0 192.0.2.1\n",
    HEAD "gate 1 1000 65536 192.0.2.1\n",
    HEAD "gate 1 1000 22 remote\n",
    HEAD "filter\n",
    HEAD "filter sallyport-office\n",
    HEAD "filter 18446744073709551616\n",
    HEAD "table 254\n",
    HEAD "table 8299\n",
    HEAD "table 8316\n",
    HEAD "table\n",
    HEAD "up soon\n",
    HEAD "waiting\n",
    HEAD "failed 1 remote 77\n",
    HEAD "failed 1 remote 77 \n",
    HEAD "failed 1 nobody 77 no\n",
    HEAD "failed 1 remote 256 no\n",
    HEAD "failed -1 remote 77 no\n",
};

static void refuses_what_it_did_not_write(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(not_ours); i++)
		if (parse(not_ours[i]) == 0)
			fail_msg("taken: %s", not_ours[i]);
	assert_int_equal(-1, journal_parse(HEAD "control\0\n",
					   sizeof(HEAD "control\0\n") - 1, &journal, &err));
}

static void refuses_more_than_it_can_hold(void **state)
{
	static char text[JOURNAL_FILE_MAX + 64] = HEAD;

	(void)state;
	for (size_t i = 0; i < JOURNAL_ENTRIES_MAX; i++)
		strncat(text, "control\n", sizeof text - strlen(text) - 1);
	assert_int_equal(0, parse(text));
	strncat(text, "control\n", sizeof text - strlen(text) - 1);
	assert_int_equal(-1, parse(text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(prints_what_it_parsed),
	    cmocka_unit_test(passes_over_an_unfinished_line),
	    cmocka_unit_test(refuses_what_it_did_not_write),
	    cmocka_unit_test(refuses_more_than_it_can_hold),
	    cmocka_unit_test(tells_of_a_failure_in_its_own_words),
	    cmocka_unit_test(tells_of_down_until_it_has_run),
	    cmocka_unit_test(tells_of_names),
	    cmocka_unit_test(tells_which_gateway_it_is),
	    cmocka_unit_test(keeps_to_one_line_whatever_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
