/* SPDX-License-Identifier: ISC */
/* The parsers of other programs' files: what is there is read as its program reads it, and
 * nothing else is. */
#include "tests/unit/collected.h"

#include <stdio.h>
#include <string.h>

#include "policy/tool/migrate/ini.h"
#include "policy/tool/migrate/loose.h"
#include "policy/tool/migrate/shell_text.h"
#include "policy/tool/migrate/source_kind.h"
#include "policy/tool/migrate/uci.h"

static char copy[1024];

/* A text that may be taken apart; what was read before is forgotten. */
static char *begin(const char *text)
{
	collect_none();
	snprintf(copy, sizeof copy, "%s", text);
	return copy;
}

/* "LINE[SECTION]", "LINE:KEY=VALUE" or "LINE#COMMENT", each with "|" behind it. */
static const char *ini_of(const char *text, bool comments_anywhere)
{
	struct ini ini = {.at = begin(text), .comments_anywhere = comments_anywhere};
	struct ini_line line;
	enum ini_kind kind;

	while ((kind = ini_next(&ini, &line)) != INI_END)
		if (kind == INI_SECTION)
			collect("%u[%s]|", line.line, line.name);
		else if (kind == INI_ENTRY)
			collect("%u:%s=%s|", line.line, line.name, line.value);
		else if (kind == INI_COMMENT)
			collect("%u#%s|", line.line, line.name);
		else
			collect("%u bad|", line.line);
	return collected;
}

static void sections_and_keys(void **state)
{
	(void)state;
	assert_string_equal(ini_of("", false), "");
	assert_string_equal(ini_of("\n \r\n[ A b ]\r\nk = v w \n\nx=", false),
			    "3[A b]|4:k=v w|6:x=|");
	assert_string_equal(ini_of("a=b=c\n = v\nword\n[]\n[x\n=", false),
			    "1:a=b=c|2 bad|3 bad|4 bad|5 bad|6 bad|");
}

static void comments_of_a_line_are_wg_quicks_alone(void **state)
{
	(void)state;
	assert_string_equal(ini_of("## hi \n[P] # c\nk=v # c\nk=#v", true),
			    "1#hi|2[P]|3:k=v|4:k=|");
	assert_string_equal(ini_of("# hi\nk=v # c", false), "1#hi|2:k=v # c|");
	assert_string_equal(ini_of("k # = v", true), "1 bad|");
}

/* "LINE KIND NAME=VALUE|" */
static const char *uci_of(const char *text)
{
	static const char *const names[] = {
	    [UCI_CONFIG] = "config", [UCI_OPTION] = "option", [UCI_LIST] = "list"};
	struct uci uci = {.at = begin(text)};
	struct uci_line line;
	enum uci_kind kind;

	while ((kind = uci_next(&uci, &line)) != UCI_END) {
		if (kind == UCI_BAD) {
			collect("%u bad|", line.line);
			break;
		}
		collect("%u %s %s=%s|", line.line, names[kind], line.name, line.value);
	}
	return collected;
}

static void words_of_uci(void **state)
{
	(void)state;
	assert_string_equal(uci_of("config interface 'vpn'\n\toption proto pppossh\n"
				   "\tlist identity '/a b' # c\n"),
			    "1 config interface=vpn|2 option proto=pppossh|"
			    "3 list identity=/a b|");
	assert_string_equal(uci_of("package network\n\n# c\nconfig route"),
			    "4 config route=|");
	assert_string_equal(uci_of("option a 'b'\"c\"d"), "1 option a=bcd|");
	assert_string_equal(uci_of("option a \"b\\\"c\"\r\noption d 'e\\'"),
			    "1 option a=b\"c|2 option d=e\\|");
	assert_string_equal(uci_of("option a ''\noption b \"\""),
			    "1 option a=|2 option b=|");
	assert_string_equal(uci_of("option a 'b\nc'\noption d e"),
			    "1 option a=b\nc|3 option d=e|");
}

static void what_is_not_uci(void **state)
{
	(void)state;
	assert_string_equal(uci_of("option a 'b"), "1 bad|");
	assert_string_equal(uci_of("option a"), "1 bad|");
	assert_string_equal(uci_of("option a b c"), "1 bad|");
	assert_string_equal(uci_of("\nhello"), "2 bad|");
	assert_string_equal(uci_of("config"), "1 bad|");
}

static const char *text_of(const char *text)
{
	return text == NULL ? "-" : text;
}

/* "LINE NAME=VALUE|", or "LINE NETWORK MASK GATEWAY|" */
static const char *shell_of(const char *text)
{
	struct shell_text shell = {.at = begin(text)};
	struct shell_line line;
	enum shell_kind kind;

	while ((kind = shell_next(&shell, &line)) != SHELL_END)
		if (kind == SHELL_VARIABLE)
			collect("%u %s=%s|", line.line, line.name, line.value);
		else
			collect("%u %s %s %s|", line.line, line.network, text_of(line.mask),
				text_of(line.gateway));
	return collected;
}

static void variables_of_a_script(void **state)
{
	(void)state;
	assert_string_equal(
	    shell_of("#!/bin/sh\nA=b c\n _1='x y'\nB=\"z\"; C=d\n# D=e\nE=f#g"),
	    "2 A=b|3 _1=x y|4 B=z|6 E=f|");
	assert_string_equal(shell_of("1A=b\n=c\nA =b\necho A=b\nA='b"), "");
}

static void routes_of_a_script(void **state)
{
	(void)state;
	assert_string_equal(
	    shell_of("/sbin/route add -net 10.0.0.0 netmask 255.0.0.0 gw 10.9.0.1\n"
		     "\tsudo route add -net $NET gw $GW # c\n"
		     "ip route add 10.1.0.0/16 via 10.9.0.1 dev x\nroute add -host h"),
	    "1 10.0.0.0 255.0.0.0 10.9.0.1|2 $NET - $GW|3 10.1.0.0/16 - 10.9.0.1|"
	    "4 h - -|");
	assert_string_equal(
	    shell_of("route del -net x\nroute\nip link add x\nroute add\necho route add x"),
	    "");
	assert_string_equal(shell_of("route add -net 1.2.3.0 netmask\nroute add x gw"),
			    "1 1.2.3.0 - -|2 x - -|");
}

static const char *network_of(const char *text)
{
	char address[ADDRESS_TEXT_MAX], prefix[PREFIX_TEXT_MAX];
	struct ip_prefix network;
	struct ip_addr addr;
	const char *why;

	begin("");
	if (loose_network(text, &addr, &network, &why) != 0)
		return "bad";
	collect("%s in %s", ip_addr_print(&addr, address),
		ip_prefix_print(&network, prefix));
	return collected;
}

static void networks_may_have_host_bits(void **state)
{
	(void)state;
	assert_string_equal(network_of("10.0.0.7/24"), "10.0.0.7 in 10.0.0.0/24");
	assert_string_equal(network_of("10.0.0.7"), "10.0.0.7 in 10.0.0.7/32");
	assert_string_equal(network_of("fd00::7/64"), "fd00::7 in fd00::/64");
	assert_string_equal(network_of("0.0.0.0/0"), "0.0.0.0 in 0.0.0.0/0");
	assert_string_equal(network_of("10.0.0.7/33"), "bad");
	assert_string_equal(network_of("10.0.0.7/"), "bad");
	assert_string_equal(network_of("10.0.0.7/024"), "bad");
	assert_string_equal(network_of("/24"), "bad");
	assert_string_equal(network_of(""), "bad");
	assert_string_equal(
	    network_of("1111111111111111111111111111111111111111111111111111/8"), "bad");
}

static int class_of(const char *text)
{
	struct ip_addr addr;

	assert_int_equal(ip_addr_parse(text, &addr, NULL), 0);
	return loose_class(&addr);
}

static void masks_and_classes(void **state)
{
	(void)state;
	assert_int_equal(loose_mask("255.255.255.0"), 24);
	assert_int_equal(loose_mask("255.255.255.255"), 32);
	assert_int_equal(loose_mask("0.0.0.0"), 0);
	assert_int_equal(loose_mask("128.0.0.0"), 1);
	assert_int_equal(loose_mask("255.0.255.0"), -1);
	assert_int_equal(loose_mask("0.0.0.255"), -1);
	assert_int_equal(loose_mask("24"), -1);
	assert_int_equal(class_of("10.0.0.0"), 8);
	assert_int_equal(class_of("127.1.0.0"), 8);
	assert_int_equal(class_of("172.16.0.0"), 16);
	assert_int_equal(class_of("193.6.35.0"), 24);
	assert_int_equal(class_of("224.0.0.0"), -1);
	assert_int_equal(class_of("fd00::1"), -1);
}

static int recognised(const char *text)
{
	enum source_kind kind;
	struct error err;

	return source_recognise("f", text, &kind, &err) == 0 ? (int)kind : -1;
}

static void a_file_is_known_by_its_lines(void **state)
{
	(void)state;
	assert_int_equal(recognised("\n# c\n[Interface]\nPrivateKey = x\n"),
			 SOURCE_WG_QUICK);
	assert_int_equal(recognised("[peer]\nPostUp = slave ALL=NOPASSWD: x\n"),
			 SOURCE_WG_QUICK);
	assert_int_equal(recognised("[connection]\nid=x\n[vpn]\n"), SOURCE_NM_SSH);
	assert_int_equal(recognised("config interface 'x'\n\toption proto y\n"),
			 SOURCE_PPPOSSH);
	assert_int_equal(recognised("slave ALL=NOPASSWD: VPN\n"), SOURCE_SUDOERS);
	assert_int_equal(recognised("Defaults:slave !requiretty\n"), SOURCE_SUDOERS);
	assert_int_equal(recognised("Cmnd_Alias VPN=/usr/sbin/pppd\n"), SOURCE_SUDOERS);
	assert_int_equal(recognised("ssh-ed25519 AAAA alice\n"), SOURCE_KEYS);
	assert_int_equal(recognised("command=\"sudo x ALL=\" ssh-rsa AAAA alice\n"),
			 SOURCE_KEYS);
	assert_int_equal(recognised("1024 35 12345 root@x\n"), SOURCE_KEYS);
	assert_int_equal(recognised("#!/bin/sh\n[ -f x ]\nconfig a\n"), SOURCE_SCRIPT);
	assert_int_equal(recognised("MYPPPIP=10.0.0.1\n"), SOURCE_SCRIPT);
	assert_int_equal(recognised("/sbin/route add -net x\n"), SOURCE_SCRIPT);
}

static void what_is_unknown_or_mixed_is_refused(void **state)
{
	enum source_kind kind;
	struct error err;

	(void)state;
	assert_int_equal(recognised(""), -1);
	assert_int_equal(recognised("# [Peer]\nhello\n"), -1);
	assert_int_equal(recognised("[Peer]\n[connection]\n"), -1);
	assert_int_equal(recognised("config interface x\n[Peer]\n"), -1);
	assert_int_equal(recognised("ssh-rsa AAAA\nslave ALL=NOPASSWD: x\n"), -1);
	assert_int_equal(source_recognise("f", "#\n[Peer]\nx\nconfig y\n", &kind, &err),
			 -1);
	assert_int_equal(err.line, 4);
	assert_non_null(strstr(err.text, "line 2 like a wg-quick file"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sections_and_keys),
	    cmocka_unit_test(comments_of_a_line_are_wg_quicks_alone),
	    cmocka_unit_test(words_of_uci),
	    cmocka_unit_test(what_is_not_uci),
	    cmocka_unit_test(variables_of_a_script),
	    cmocka_unit_test(routes_of_a_script),
	    cmocka_unit_test(networks_may_have_host_bits),
	    cmocka_unit_test(masks_and_classes),
	    cmocka_unit_test(a_file_is_known_by_its_lines),
	    cmocka_unit_test(what_is_unknown_or_mixed_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
