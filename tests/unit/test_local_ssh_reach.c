/* SPDX-License-Identifier: ISC */
/* What `ssh -G` says of where ssh would connect to, and what each address then has. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "local/ssh_reach.h"
#include "unit.h"

static struct ssh_reach reach_of(const char *answer)
{
	struct ssh_reach reach = {.addresses = 0};
	char *text = strdup(answer);

	assert_non_null(text);
	ssh_reach_parse(text, &reach);
	free(text);
	return reach;
}

static void reads_what_ssh_says(void **state)
{
	struct ssh_reach reach =
	    reach_of("host office\nuser slave\nhostname vpn.example\nport 22\n"
		     "addressfamily any\nconnecttimeout none\ncontrolpath /hostname/x\n");

	(void)state;
	assert_string_equal("vpn.example", reach.host);
	assert_string_equal("22", reach.port);
	assert_int_equal(AF_UNSPEC, reach.family);
	assert_false(reach.timed);
	assert_false(reach.proxied);
	reach = reach_of("hostname a\naddressfamily inet6\nconnecttimeout 7\n"
			 "proxyjump hop@jump\n");
	assert_int_equal(AF_INET6, reach.family);
	assert_string_equal("", reach.port);
	assert_true(reach.timed);
	assert_true(reach.proxied);
	assert_true(reach_of("proxycommand nc %h %p\n").proxied);
	assert_false(reach_of("proxycommand none\nproxyjump none\n").proxied);
	assert_string_equal("", reach_of("").host);
}

static void gives_each_address_its_part(void **state)
{
	static const struct {
		unsigned addresses, timeout, share;
	} samples[] = {{0, 10, 10}, {1, 10, 10}, {2, 10, 5},
		       {3, 10, 4},  {16, 10, 1}, {2, 1, 1}};

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		const struct ssh_reach reach = {.addresses = samples[i].addresses};

		assert_int_equal(samples[i].share,
				 ssh_reach_share(&reach, samples[i].timeout));
	}
	assert_int_equal(250, ssh_reach_patience(1));
	assert_int_equal(SSH_REACH_MS_MAX, ssh_reach_patience(300));
}

/* The real ssh, of an address that needs no resolver. */
static void asks_the_real_ssh(void **state)
{
	enum { PATIENCE_MS = 60 * 1000 };
	char *argv[] = {(char[]){"ssh"},    (char[]){"-F"},
			(char[]){"none"},   (char[]){"-oHostName=198.51.100.1"},
			(char[]){"office"}, NULL};
	char *wrong[] = {(char[]){"ssh"}, (char[]){"-oNonsense=1"}, (char[]){"office"},
			 NULL};
	struct ssh_reach reach;

	(void)state;
	ssh_reach_find(argv, environ, monotonic_ms() + PATIENCE_MS, &reach);
	assert_string_equal("198.51.100.1", reach.host);
	assert_int_equal(1, reach.addresses);
	ssh_reach_find(wrong, environ, monotonic_ms() + PATIENCE_MS, &reach);
	assert_int_equal(0, reach.addresses);
	assert_string_equal("", reach.host);
	/* No time, no answer. */
	ssh_reach_find(argv, environ, monotonic_ms() - 1, &reach);
	assert_int_equal(0, reach.addresses);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_what_ssh_says),
	    cmocka_unit_test(gives_each_address_its_part),
	    cmocka_unit_test(asks_the_real_ssh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
