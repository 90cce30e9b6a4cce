/* SPDX-License-Identifier: ISC */
/* Profiles as values. What each error says is in tests/cases/policy. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/language/parsed.h"
#include "tests/unit/parse_text.h"

static struct profile profile, again;
static struct error err;

static void parse(const char *lines)
{
	char text[1024];

	(void)snprintf(text, sizeof text, "%sEnd\n", lines);
	if (profile_parse("c.conf", "office", text, strlen(text), &profile, &err) != 0)
		fail_msg("line %u: %s", err.line, err.text);
}

static void defaults_stand_where_nothing_is_said(void **state)
{
	(void)state;
	parse("Host gate\nRunAs alice\nAccept address\n");
	assert_string_equal(profile.name, "office");
	assert_string_equal(profile.hosts[0].name, "gate");
	assert_int_equal(profile.nhosts, 1);
	assert_int_equal(profile.prefer, PREFER_ORDER);
	assert_int_equal(profile.port, 0);
	assert_string_equal(profile.account, "slave");
	assert_string_equal(profile.run_as, "alice");
	assert_string_equal(profile.identity, "");
	assert_string_equal(profile.ssh_config, "");
	assert_true(profile.accept_address);
	assert_false(profile.accept_any);
	assert_string_equal(profile.interface, "sp-office");
	assert_int_equal(profile.mru, 0);
	assert_int_equal(profile.timeout, 30);
	assert_int_equal(profile.keepalive, KEEPALIVE_DEFAULT);
	assert_true(profile.remote_routes);
	assert_string_equal(profile.pppd, "/usr/sbin/pppd");
	assert_false(profile.hooks);
	assert_false(profile.fallback);
	assert_false(profile.route_default);
	assert_false(profile.kill_switch);
	assert_false(profile.clamp_mss);
	assert_true(profile.strict);
}

static const char full[] =
    "Host 2001:db8::1\nHost gw2\nPrefer fastest\nPort 2222\nAccount vpn\nRunAs "
    "bob\nIdentityFile /home/bob/.ssh/id\n"
    "SshConfig /home/bob/.ssh/c\nAddress 10.9.0.1 10.9.0.2\nAddress6 fd00::1 fd00::2\n"
    "Accept any 10.0.0.0/8\nAccept 192.0.2.0/24\nRoute 172.16.0.0/12 default\nInterface "
    "vpn1\n"
    "Mru 4000\nTimeout 600\nKeepalive 60\nRemoteRoutes no\nPppd /opt/ppptun\nHooks yes\n"
    "Strict no\nFallback yes\nClampMss auto\nUsers carol @staff\n"
    "Up /opt/up\nDown /opt/down\nHookAs root\n";

static void every_keyword_reaches_its_field(void **state)
{
	(void)state;
	parse(full);
	assert_string_equal(profile.hosts[0].name, "2001:db8::1");
	assert_string_equal(profile.hosts[1].name, "gw2");
	assert_int_equal(profile.hosts[1].line, 2);
	assert_int_equal(profile.nhosts, 2);
	assert_int_equal(profile.prefer, PREFER_FASTEST);
	assert_int_equal(profile.port, 2222);
	assert_string_equal(profile.account, "vpn");
	assert_string_equal(profile.run_as, "bob");
	assert_string_equal(profile.identity, "/home/bob/.ssh/id");
	assert_string_equal(profile.ssh_config, "/home/bob/.ssh/c");
	assert_int_equal(profile.address.line, 9);
	assert_int_equal(profile.address6.line, 10);
	assert_false(profile.accept_address);
	assert_true(profile.accept_any);
	assert_int_equal(profile.naccept, 2);
	assert_int_equal(profile.nroutes, 1);
	assert_string_equal(profile.interface, "vpn1");
	assert_int_equal(profile.mru, 4000);
	assert_int_equal(profile.timeout, 600);
	assert_int_equal(profile.keepalive, 60);
	assert_false(profile.remote_routes);
	assert_string_equal(profile.pppd, "/opt/ppptun");
	assert_true(profile.hooks);
	assert_true(profile.fallback);
	assert_true(profile.route_default);
	assert_int_equal(profile.route_default_line, 13);
	assert_true(profile.clamp_mss);
	assert_false(profile.strict);
	assert_int_equal(profile.strict_line, 21);
	assert_int_equal(profile.nusers, 2);
	assert_string_equal(profile.users[0].name, "carol");
	assert_string_equal(profile.users[1].name, "@staff");
	assert_string_equal(profile.up, "/opt/up");
	assert_string_equal(profile.down, "/opt/down");
	assert_int_equal(profile.up_line + 1, profile.down_line);
	assert_int_equal(profile.hook_as, HOOK_AS_ROOT);
	assert_int_equal(profile.users[1].line, 24);
}

static void what_is_printed_parses_to_the_same(void **state)
{
	char *text[2];
	size_t len;

	(void)state;
	parse(full);
	for (size_t i = 0; i < 2; i++) {
		FILE *out = open_memstream(&text[i], &len);

		assert_non_null(out);
		print_values(&scope_profile, i == 0 ? &profile : &again, out);
		assert_int_equal(fclose(out), 0);
		assert_int_equal(profile_parse("c", "office", text[i], len, &again, &err),
				 0);
	}
	assert_string_equal(text[0], text[1]);
	assert_int_equal(again.naccept, 2);
	assert_true(again.accept_any);
	assert_true(again.route_default);
	assert_int_equal(again.timeout, 600);
	free(text[0]);
	free(text[1]);
}

static void a_failed_parse_leaves_nothing(void **state)
{
	static const char text[] = "Host gate\nRunAs alice\nEnd\n";
	static const struct profile none;

	(void)state;
	assert_int_equal(profile_parse("c", "office", text, strlen(text), &profile, &err),
			 -1);
	assert_non_null(strstr(err.text, "Accept address"));
	assert_memory_equal(&profile, &none, sizeof none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(defaults_stand_where_nothing_is_said),
	    cmocka_unit_test(every_keyword_reaches_its_field),
	    cmocka_unit_test(what_is_printed_parses_to_the_same),
	    cmocka_unit_test(a_failed_parse_leaves_nothing),
	};

	return cmocka_run_group_tests_name("profile", tests, NULL, NULL);
}
