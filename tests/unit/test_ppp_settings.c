/* SPDX-License-Identifier: ISC */
/* Protects: ppptun takes the options of pppd that plans use, and no other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "agent/ppp/settings.h"

/* 0, or -1 when the line, of words, is refused. */
static int parse(const char *line, struct settings *settings, struct error *err)
{
	/* What settings point to stays until the next. */
	static char text[1024];
	char *argv[2 * REACH_MAX + 8] = {(char[]){"ppptun"}};
	int argc = 1;

	(void)snprintf(text, sizeof text, "%s", line);
	for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " "))
		argv[argc++] = word;
	return settings_parse(settings, argc, argv, err);
}

/* What it means; it has to be taken. */
static struct settings take(const char *line)
{
	struct error err = {0};
	struct settings settings;

	if (parse(line, &settings, &err) != 0)
		fail_msg("%s: %s", line, err.text);
	return settings;
}

static int refuse(const char *line)
{
	struct error err = {0};
	struct settings settings;

	return parse(line, &settings, &err);
}

/* All that plans and the HOWTO use, at once. */
static void options_mean_what_pppd_has_them_mean(void **state)
{
	const struct settings s = take(
	    "10.9.0.1:10.9.0.2 notty nodetach noauth local mru 1400 mtu 1300 ifname sp-a "
	    "unit 3 linkname x ipparam y lcp-echo-interval 20 lcp-echo-failure 3 "
	    "lcp-echo-adaptive "
	    "lcp-max-configure 7 lcp-restart 2 passive silent noccp novj noaccomp nopcomp "
	    "asyncmap a0000 noipdefault ipcp-accept-local ipcp-accept-remote +ipv6 "
	    "ipv6 ::1,::2 idle 60 maxconnect 90 debug logfd 2 nodefaultroute "
	    "/dev/pts/1");

	(void)state;
	assert_true(s.ip && s.ipv6 && s.accept_local && s.accept_remote);
	assert_true(s.passive && s.silent && s.debug);
	assert_false(s.field_compression[0] || s.field_compression[1] || s.default_accm);
	assert_int_equal(s.mru, 1400);
	assert_int_equal(s.mtu, 1300);
	assert_string_equal(s.ifname, "sp-a");
	assert_string_equal(s.tty, "/dev/pts/1");
	assert_int_equal(s.echo_interval, 20);
	assert_int_equal(s.echo_failure, 3);
	assert_true(s.echo_adaptive);
	assert_int_equal(s.max_configure, 7);
	assert_int_equal(s.restart, 2);
	assert_int_equal(s.accm, 0xa0000);
	assert_int_equal(s.idle, 60);
	assert_int_equal(s.max_connect, 90);
	assert_int_equal(s.log_fd, 2);
	assert_int_equal(s.local_id[7], 1);
	assert_int_equal(s.remote_id[7], 2);
}

static void defaults_are_those_of_pppd(void **state)
{
	const struct settings s = take("");

	(void)state;
	assert_true(s.ip && s.field_compression[0] && s.field_compression[1]);
	assert_false(s.ipv6 || s.passive || s.silent || s.default_accm || s.accept_local);
	assert_int_equal(s.mru, 1500);
	assert_int_equal(s.mtu, 1500);
	assert_int_equal(s.accm, 0);
	assert_int_equal(s.echo_interval, 0);
	assert_false(s.echo_adaptive);
	assert_int_equal(s.max_configure, 10);
	assert_int_equal(s.restart, 3);
	assert_string_equal(s.ifname, "");
}

static void options_act_on_each_other_as_in_pppd(void **state)
{
	(void)state;
	assert_string_equal(take("unit 3").ifname, "ppp3");
	assert_string_equal(take("ifname x unit 3").ifname, "x");
	assert_string_equal(take("unit 3 ifname x").ifname, "x");
	assert_int_equal(take("asyncmap a0000 asyncmap 1").accm, 0xa0001);
	assert_int_equal(take("-as 0xff").accm, 0xff);
	assert_int_equal(take("default-asyncmap asyncmap 0").accm, 0xffffffff);
	assert_int_equal(take("mru 1400 mru 1300").mru, 1300);
	assert_string_equal(take("logfd 5 logfile a").log_file, "a");
	assert_int_equal(take("logfd 5 logfile a").log_fd, -1);
	assert_null(take("logfile a logfd 5").log_file);
	assert_int_equal(take("logfile a logfd 5").log_fd, 5);
	/* In the foreground on a terminal; the line is never where the log goes. */
	assert_int_equal(take("nodetach /dev/pts/1").log_fd, 1);
	assert_int_equal(take("nodetach /dev/pts/1 logfile a").log_fd, -1);
	assert_int_equal(take("nodetach /dev/pts/1 logfd 5").log_fd, 5);
	assert_int_equal(take("nodetach").log_fd, -1);
	assert_int_equal(take("/dev/pts/1").log_fd, -1);
	assert_false(take("ipv6 ::1, noipv6").ipv6);
	assert_true(take("noipv6 ipv6 ::1,").ipv6);
}

static void a_device_that_is_there_has_a_name_and_addresses(void **state)
{
	(void)state;
	assert_true(take("tun-persistent ifname x 10.9.0.1:10.9.0.2").persistent);
	assert_true(take("tun-persistent ifname x noip ipv6 ::1,::2").persistent);
	assert_false(take("ifname x 10.9.0.1:10.9.0.2").persistent);
	assert_int_equal(refuse("tun-persistent 10.9.0.1:10.9.0.2"), -1);
	assert_int_equal(refuse("tun-persistent ifname x 10.9.0.1:"), -1);
	assert_int_equal(refuse("tun-persistent ifname x 10.9.0.1:10.9.0.2 +ipv6"), -1);
	assert_int_equal(
	    refuse("tun-persistent ifname x 10.9.0.1:10.9.0.2 ipcp-accept-remote"), -1);
}

/* A descriptor that it can have been given, and not one of the three. */
static void echo_times_go_to_a_descriptor_of_their_own(void **state)
{
	(void)state;
	assert_int_equal(take("").rtt_fd, 0);
	assert_int_equal(take("lcp-rtt-fd 3").rtt_fd, 3);
	assert_int_equal(take("lcp-rtt-fd 63").rtt_fd, 63);
	assert_int_equal(refuse("lcp-rtt-fd 2"), -1);
	assert_int_equal(refuse("lcp-rtt-fd 64"), -1);
	assert_int_equal(refuse("lcp-rtt-fd -1"), -1);
	assert_int_equal(refuse("lcp-rtt-fd /tmp/x"), -1);
	assert_int_equal(refuse("lcp-rtt-fd"), -1);
}

static void networks_add_up(void **state)
{
	const struct settings s =
	    take("source 10.9.0.1/32 reach 10.9.0.2/32 reach fd00:9::2/128 "
		 "source 192.0.2.0/24 reach 10.2.0.0/16");
	char line[1024] = "", text[PREFIX_TEXT_MAX];

	(void)state;
	assert_int_equal(take("").nsources, 0);
	assert_int_equal(take("").nreach, 0);
	assert_int_equal(s.nsources, 2);
	assert_int_equal(s.nreach, 3);
	assert_string_equal(ip_prefix_print(&s.sources[1], text), "192.0.2.0/24");
	assert_string_equal(ip_prefix_print(&s.reach[0], text), "10.9.0.2/32");
	assert_string_equal(ip_prefix_print(&s.reach[2], text), "10.2.0.0/16");
	for (unsigned i = 0; i < REACH_MAX; i++)
		strncat(line, "reach ::/0 ", sizeof(line) - strlen(line) - 1);
	assert_int_equal(refuse(line), 0);
	strncat(line, "reach ::/0", sizeof(line) - strlen(line) - 1);
	assert_int_equal(refuse(line), -1);
}

static void options_are_taken_or_refused(void **state)
{
	static const char *const refused[] = {
	    "plugin x",
	    "pty x",
	    "connect x",
	    "call x",
	    "file x",
	    "defaultroute",
	    "proxyarp",
	    "auth",
	    "mru 127",
	    "mru 65536",
	    "mru",
	    "10.9.0.1:x",
	    "ifname a/b",
	    "ipv6 1,2",
	    "ipv6 fe80::1,",
	    "ipv6 ::0:0:0:0,::1",
	    "ipv6 ::1,::",
	    "asyncmap x",
	    "asyncmap 1ffffffff",
	    "noip",
	    "/dev/../x",
	    "source 10.0.0.1/8",
	    "reach 10.0.0.1/8",
	    "reach any",
	    "reach",
	    "--Help",
	    "mru 0x10",
	    "logfd 64",
	    "logfile",
	    "unit -1",
	    "unit 1000000",
	    "unit x",
	    "default-asyncmap 0",
	    "lcp-max-configure 0",
	    "idle -1",
	    "/dev",
	    "ttyS0",
	    "0.0.0.0:10.0.0.1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		char text[64], *argv[3] = {(char[]){"ppptun"}, text, NULL}, *blank;
		struct settings settings;
		struct error err = {0};

		(void)strncpy(text, refused[i], sizeof text - 1);
		text[sizeof text - 1] = '\0';
		blank = strchr(text, ' ');
		if (blank != NULL) {
			*blank = '\0';
			argv[2] = blank + 1;
		}
		if (settings_parse(&settings, blank != NULL ? 3 : 2, argv, &err) == 0)
			fail_msg("%s is taken", refused[i]);
		assert_string_not_equal(err.text, "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(options_mean_what_pppd_has_them_mean),
	    cmocka_unit_test(defaults_are_those_of_pppd),
	    cmocka_unit_test(options_act_on_each_other_as_in_pppd),
	    cmocka_unit_test(echo_times_go_to_a_descriptor_of_their_own),
	    cmocka_unit_test(networks_add_up),
	    cmocka_unit_test(a_device_that_is_there_has_a_name_and_addresses),
	    cmocka_unit_test(options_are_taken_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
