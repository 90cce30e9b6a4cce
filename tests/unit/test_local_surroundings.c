/* SPDX-License-Identifier: ISC */
/* What of this host is in a route's way: name servers as the C library reads them. */
#include <stdio.h>
#include <string.h>

#include "local/surroundings.h"
#include "unit.h"

static struct host_map map;

/* The name servers of that text, with spaces between. */
static const char *resolvers(const char *text)
{
	static char found[256];
	struct error err;
	char one[ADDRESS_TEXT_MAX];

	found[0] = '\0';
	map.count = 0;
	assert_int_equal(0, surroundings_add_resolvers(&map, text, strlen(text), &err));
	for (size_t i = 0; i < map.count; i++) {
		assert_int_equal(HOST_RESOLVER, map.list[i].kind);
		assert_int_equal(map.list[i].prefix.addr.family == AF_INET ? 32 : 128,
				 map.list[i].prefix.len);
		strncat(found, ip_addr_print(&map.list[i].prefix.addr, one),
			sizeof(found) - strlen(found) - 1);
		strncat(found, " ", sizeof(found) - strlen(found) - 1);
	}
	return found;
}

static void reads_name_servers_as_the_c_library_does(void **state)
{
	(void)state;
	assert_string_equal("192.0.2.53 ", resolvers("nameserver 192.0.2.53\n"));
	assert_string_equal("192.0.2.53 ", resolvers("nameserver 192.0.2.53"));
	assert_string_equal("192.0.2.53 2001:db8::53 ",
			    resolvers("# a comment\nsearch example.org\n"
				      "nameserver\t192.0.2.53 # and more\r\n"
				      "options edns0\n  nameserver 2001:db8::53\n"));
	assert_string_equal("fe80::1 192.0.2.7 ",
			    resolvers("nameserver fe80::1%eth0\n"
				      "nameserver ::ffff:192.0.2.7\n"));
	/* inet_aton(3)'s forms */
	assert_string_equal("10.0.0.53 ", resolvers("nameserver 10.53\n"));
}

static void passes_over_what_is_no_name_server(void **state)
{
	char text[512];

	(void)state;
	assert_string_equal("", resolvers(""));
	assert_string_equal("", resolvers("\n\n"));
	assert_string_equal("",
			    resolvers("nameserver\nnameserver \nnameservers 10.0.0.1\n"
				      "#nameserver 10.0.0.1\n;nameserver 10.0.0.1\n"
				      "nameserver example.org\nnameserver 10.0.0.256\n"));
	/* A long line is one line. */
	memset(text, 'x', sizeof(text));
	snprintf(text + 400, sizeof(text) - 400,
		 " nameserver 10.0.0.1\nnameserver 10.0.0.2");
	assert_string_equal("10.0.0.2 ", resolvers(text));
}

static void says_what_is_in_the_way(void **state)
{
	const char *why;
	struct host_entry entry = {.kind = HOST_ROUTE, .table = 254};
	char text[SURROUNDING_TEXT_MAX];

	(void)state;
	assert_int_equal(0, ip_prefix_parse("10.50.0.0/16", &entry.prefix, &why));
	assert_string_equal("a route of this host (10.50.0.0/16)",
			    surroundings_print(&entry, text));
	entry.index = 1;
	assert_string_equal("a route of this host (10.50.0.0/16 dev lo)",
			    surroundings_print(&entry, text));
	entry.table = 51820;
	assert_string_equal("a route of this host (10.50.0.0/16 dev lo table 51820)",
			    surroundings_print(&entry, text));
	/* Gone since it was read. */
	entry.index = 0x7fffffff;
	assert_string_equal("a route of this host (10.50.0.0/16 table 51820)",
			    surroundings_print(&entry, text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_name_servers_as_the_c_library_does),
	    cmocka_unit_test(passes_over_what_is_no_name_server),
	    cmocka_unit_test(says_what_is_in_the_way),
	};
	const int result = cmocka_run_group_tests(tests, NULL, NULL);

	host_map_free(&map);
	return result;
}
