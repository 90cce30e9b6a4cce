/* SPDX-License-Identifier: ISC */
/* What answers through a link mean: no more is said than they show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <linux/icmp.h>
#include <netinet/icmp6.h>
#include <string.h>

#include "local/link_meaning.h"
#include "local/tcp_probe.h"

static struct ip_addr address(const char *text)
{
	struct ip_addr out;
	const char *why;

	assert_int_equal(ip_addr_parse(text, &out, &why), 0);
	return out;
}

static struct ping_result refused(uint8_t type, uint8_t code)
{
	return (struct ping_result){
	    .end = PING_REFUSED, .type = type, .code = code, .by = address("10.9.0.2")};
}

static const struct ping_result silent = {.end = PING_SILENT},
				answered = {.end = PING_ANSWERED};

static struct remark behind(struct ping_result itself, struct ping_result one,
			    struct ping_result two, bool answers)
{
	const struct link_question question = {
	    .ask = LINK_ASK_BEHIND, .from = address("10.9.0.1"), .to = address("10.2.0.5")};
	const struct link_answer answer = {
	    .itself = itself, .one_hop = one, .two_hops = two};
	struct remark out = {.step = STEP_FORWARDING};

	link_meaning_behind(&question, &answer, answers, &out);
	return out;
}

static void says(const struct remark *finding, enum verdict verdict, const char *words)
{
	assert_int_equal(finding->verdict, verdict);
	assert_non_null(
	    strstr(verdict == VERDICT_OK ? finding->what : finding->text, words));
}

static void not_forwarded_and_no_way_back_are_told_apart(void **state)
{
	const struct ping_result exceeded = refused(ICMP_TIME_EXCEEDED, 0);
	struct remark out;

	(void)state;
	out = behind(silent, silent, silent, true);
	says(&out, VERDICT_FAILED, "not forwarded");
	out = behind(silent, exceeded, silent, true);
	says(&out, VERDICT_FAILED, "no way back: 10.9.0.2 forwards");
	out = behind(silent, exceeded, exceeded, true);
	says(&out, VERDICT_FAILED, "forwarded as far as 10.9.0.2");
	out = behind(answered, silent, silent, true);
	says(&out, VERDICT_OK, "10.2.0.5 answers");
}

static void nothing_is_said_where_nothing_is_known(void **state)
{
	struct remark out;

	(void)state;
	out = behind(silent, silent, silent, false);
	assert_int_equal(out.verdict, VERDICT_SKIPPED);
	out = behind((struct ping_result){.end = PING_IMPOSSIBLE}, silent, silent, true);
	assert_int_equal(out.verdict, VERDICT_SKIPPED);
}

static void who_refuses_is_named(void **state)
{
	struct remark out;

	(void)state;
	out = behind(refused(ICMP_DEST_UNREACH, ICMP_PKT_FILTERED), silent, silent, true);
	says(&out, VERDICT_FAILED, "10.9.0.2 says that a packet filter forbids it");
	out = behind(refused(ICMP_DEST_UNREACH, ICMP_NET_UNREACH), silent, silent, true);
	says(&out, VERDICT_FAILED, "10.9.0.2 has no route to 10.2.0.5");
	out = behind(refused(ICMP_DEST_UNREACH, ICMP_HOST_UNREACH), silent, silent, true);
	says(&out, VERDICT_FAILED, "finds no host 10.2.0.5");
	out = behind(refused(ICMP_TIME_EXCEEDED, 0), silent, silent, true);
	says(&out, VERDICT_FAILED, "in circles");
	out = behind((struct ping_result){.end = PING_UNSENT, .sys = EPERM}, silent, silent,
		     true);
	says(&out, VERDICT_FAILED, "this host does not let the packet go");
}

static void reasons_of_both_families(void **state)
{
	struct ping_result six = refused(ICMP6_TIME_EXCEEDED, 0);

	(void)state;
	six.by = address("fd00::1");
	assert_int_equal(ping_reason(&six), PING_TIME_EXCEEDED);
	six.type = ICMP6_DST_UNREACH;
	six.code = ICMP6_DST_UNREACH_ADMIN;
	assert_int_equal(ping_reason(&six), PING_PROHIBITED);
	six.code = ICMP6_DST_UNREACH_NOROUTE;
	assert_int_equal(ping_reason(&six), PING_NO_ROUTE);
	six.type = 77;
	assert_int_equal(ping_reason(&six), PING_OTHER);
}

static void sizes(void **state)
{
	const struct link_question question = {.ask = LINK_ASK_SIZE, .most = 1500};
	struct link_answer answer = {.itself = answered, .size = 1500};
	struct remark out = {.step = STEP_SIZE};

	(void)state;
	link_meaning_size(&question, &answer, &out);
	says(&out, VERDICT_OK, "1500 bytes, there and back");
	answer = (struct link_answer){.itself = silent, .size = 1200};
	link_meaning_size(&question, &answer, &out);
	says(&out, VERDICT_FAILED, "more than 1200 bytes vanish");
}

/* RFC 4253 6 and 7.1: an sshd takes it as it takes ssh's own. */
static void what_is_sent_to_an_sshd_is_well_formed(void **state)
{
	unsigned char bulk[TCP_PROBE_BULK_SIZE], *at = (unsigned char *)0;
	const size_t size = tcp_probe_bulk(bulk);
	size_t len, left;

	(void)state;
	assert_in_range(size, 3000, TCP_PROBE_BULK_SIZE);
	assert_memory_equal(bulk, "SSH-2.0-", 8);
	at = memchr(bulk, '\n', size);
	assert_non_null(at);
	at++;
	len = (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
	assert_int_equal(at + 4 + len - bulk, size);
	assert_int_equal((len + 4) % 8, 0);
	assert_in_range(at[4], 4, 16);
	assert_int_equal(at[5], 20);
	left = len - 1 - at[4] - 1 - 16;
	at += 6 + 16;
	for (int i = 0; i < 10; i++) {
		const size_t list = (size_t)at[2] << 8 | at[3];

		assert_true(list + 4 <= left);
		at += 4 + list;
		left -= 4 + list;
	}
	assert_int_equal(left, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(not_forwarded_and_no_way_back_are_told_apart),
	    cmocka_unit_test(nothing_is_said_where_nothing_is_known),
	    cmocka_unit_test(who_refuses_is_named),
	    cmocka_unit_test(reasons_of_both_families),
	    cmocka_unit_test(sizes),
	    cmocka_unit_test(what_is_sent_to_an_sshd_is_well_formed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
