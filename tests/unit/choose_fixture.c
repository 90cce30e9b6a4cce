/* SPDX-License-Identifier: ISC */
#include "tests/unit/choose_fixture.h"

#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/parse_text.h"

#define NONCE "ABCDEFGHIJKLMNOPQRSTUVWX"

static struct profile profile_of(const char *lines)
{
	struct profile profile;
	struct error err;
	char text[1024] = "Host remote\nRunAs alice\n";

	strncat(text, lines, sizeof(text) - strlen(text) - 1);
	strncat(text, "\nEnd\n", sizeof(text) - strlen(text) - 1);
	if (profile_parse("p.conf", "p", text, strlen(text), &profile, &err) != 0)
		fail_msg("profile: %s", err.text);
	return profile;
}

bool choose_small_remote;

static struct ready ready_of(const char *fields)
{
	struct ready ready;
	struct error err;
	char text[READY_LINE_MAX + 1];

	snprintf(text, sizeof(text), "sallyport/1 ready %s link=pppd mru=%d", NONCE,
		 choose_small_remote ? 1279 : 1500);
	if (fields[0] != '\0')
		strncat(text, " ", sizeof(text) - strlen(text) - 1);
	strncat(text, fields, sizeof(text) - strlen(text) - 1);
	if (ready_parse(text, strlen(text), NONCE, &ready, &err) != 0)
		fail_msg("ready line: %s", err.text);
	return ready;
}

/* ssh is connected to 198.51.100.1 and 2001:db8::1. */
static struct endpoints server(void)
{
	struct endpoints endpoints = {.count = 2};
	const char *why;

	assert_int_equal(0, ip_addr_parse("198.51.100.1", &endpoints.addresses[0], &why));
	assert_int_equal(0, ip_addr_parse("2001:db8::1", &endpoints.addresses[1], &why));
	return endpoints;
}

struct here {
	enum host_kind kind;
	const char *text;
	uint32_t table;
};

/*
 * This host is 192.168.7.5/24 and 2001:db8:7::5/64, and has a link to 10.8.0.1. Beyond, it
 * reaches the net by a router, and by other VPNs 10.50.0.0/16, 10.60.0.0/16 and
 * fd00:50::/32.
 */
static const struct here everything[] = {
    {HOST_NETWORK, "192.168.7.0/24", 0},
    {HOST_NETWORK, "2001:db8:7::/64", 0},
    {HOST_NETWORK, "10.8.0.1/32", 0},
    {HOST_NETWORK, "10.8.0.2/32", 0},
    {HOST_NETWORK, "127.0.0.0/8", 0},
    {HOST_ROUTE, "0.0.0.0/0", RT_TABLE_MAIN},
    {HOST_ROUTE, "0.0.0.0/1", RT_TABLE_MAIN},
    {HOST_ROUTE, "128.0.0.0/1", RT_TABLE_MAIN},
    {HOST_ROUTE, "0.0.0.0/0", 51820},
    {HOST_ROUTE, "::/0", RT_TABLE_MAIN},
    {HOST_ROUTE, "2000::/4", RT_TABLE_MAIN},
    {HOST_ROUTE, "10.50.0.0/16", RT_TABLE_MAIN},
    {HOST_ROUTE, "fd00:50::/32", RT_TABLE_MAIN},
    {HOST_ROUTE, "10.60.0.0/16", 100},
    {HOST_RULE, "10.70.0.0/16", 0},
    {HOST_RULE, "0.0.0.0/0", 0},
    {HOST_GATEWAY, "172.31.1.1/32", 0},
    {HOST_RESOLVER, "192.0.2.53/32", 0},
    {HOST_RESOLVER, "2001:db8:53::53/128", 0},
};

static struct host_map here(void)
{
	static struct host_entry list[COUNT(everything)];
	const struct host_map map = {.list = list, .count = COUNT(list)};
	const char *why;

	for (size_t i = 0; i < COUNT(list); i++) {
		list[i] = (struct host_entry){.kind = everything[i].kind,
					      .table = everything[i].table};
		assert_int_equal(
		    0, ip_prefix_parse(everything[i].text, &list[i].prefix, &why));
	}
	return map;
}

int chosen(const char *lines, const char *fields, struct choice *choice,
	   struct failure *failure)
{
	static struct profile profile;
	static struct ready ready;
	const struct endpoints endpoints = server();
	const struct surroundings around = {&endpoints, here()};

	profile = profile_of(lines);
	ready = ready_of(fields);
	if (choose_addresses(&profile, &ready, &around, choice, failure) != 0)
		return -1;
	return choose_routes(&profile, &ready, &around, choice, failure);
}

void assert_not_chosen(const char *lines, const char *fields, enum exit_code code,
		       const char *part)
{
	static struct choice choice;
	struct failure failure;

	if (chosen(lines, fields, &choice, &failure) == 0)
		fail_msg("taken: %s with %s", fields, lines);
	assert_int_equal(code, failure.code);
	if (strstr(failure.text, part) == NULL)
		fail_msg("`%s' is not in: %s", part, failure.text);
}

const char *chosen_routes(const char *lines, const char *fields)
{
	static struct choice choice;
	static char text[2048];
	char prefix[PREFIX_TEXT_MAX];
	struct failure failure;

	text[0] = '\0';
	if (chosen(lines, fields, &choice, &failure) != 0)
		fail_msg("%s", failure.text);
	for (size_t i = 0; i < choice.nroutes; i++) {
		strncat(text, ip_prefix_print(&choice.routes[i].prefix, prefix),
			sizeof(text) - strlen(text) - 1);
		strncat(text, " ", sizeof(text) - strlen(text) - 1);
	}
	return text;
}
