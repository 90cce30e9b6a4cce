/* SPDX-License-Identifier: ISC */
/* Peers in groups for a drawing: those that may reach the same are together, and there are
 * never more groups than can be drawn. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "policy/tool/report/groups.h"

enum { PEERS = 300 };

static struct page_peer peers[PEERS];
static struct ip_prefix reach[PEERS], routes[PEERS];

static struct ip_prefix prefix(const char *text)
{
	struct ip_prefix out;
	const char *why;

	assert_int_equal(ip_network_parse(text, &out, &why), 0);
	return out;
}

/* With a network to reach, and one behind it unless that is NULL. */
static void add(unsigned i, const char *name, const char *reaches, const char *behind)
{
	memset(&peers[i], 0, sizeof peers[i]);
	snprintf(peers[i].name, sizeof peers[i].name, "%s", name);
	reach[i] = prefix(reaches);
	peers[i].reach = (struct page_networks){&reach[i], 1};
	if (behind == NULL)
		return;
	routes[i] = prefix(behind);
	peers[i].routes = (struct page_networks){&routes[i], 1};
}

static void assert_group(const struct groups *groups, size_t i, const char *names)
{
	char text[128] = "";

	for (size_t j = 0; j < groups->list[i].count; j++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s",
			 j > 0 ? " " : "", groups->list[i].peers[j]->name);
	assert_string_equal(text, names);
}

static void peers_that_reach_the_same_are_one_group(void **state)
{
	struct groups groups;

	(void)state;
	add(0, "c", "10.2.0.0/16", "10.20.3.0/24");
	add(1, "a", "10.2.0.0/16", "10.20.9.0/24");
	add(2, "b", "10.3.0.0/16", "10.20.1.0/24");
	add(3, "e", "10.2.0.0/16", NULL);
	add(4, "d", "10.2.0.0/16", NULL);
	assert_int_equal(groups_make(&groups, peers, 5), 0);
	assert_int_equal(groups.count, 3);
	/* Sites by the network behind them, machines by their names. */
	assert_group(&groups, 0, "c a");
	assert_true(groups.list[0].sites);
	assert_group(&groups, 1, "b");
	assert_group(&groups, 2, "d e");
	assert_false(groups.list[2].sites);
	groups_free(&groups);
}

static void who_reaches_anything_is_no_group_with_who_reaches_nothing(void **state)
{
	struct groups groups;

	(void)state;
	memset(peers, 0, sizeof peers);
	strcpy(peers[0].name, "any");
	peers[0].reach_any = true;
	strcpy(peers[1].name, "none");
	assert_int_equal(groups_make(&groups, peers, 2), 0);
	assert_int_equal(groups.count, 2);
	assert_group(&groups, 0, "any");
	groups_free(&groups);
}

static void many_small_groups_become_one(void **state)
{
	struct groups groups;
	char name[8], reaches[32];
	size_t drawn = 0;

	(void)state;
	/* Half of them reach the same, the others each something of its own. */
	for (unsigned i = 0; i < PEERS; i++) {
		snprintf(name, sizeof name, "p%03u", i);
		snprintf(reaches, sizeof reaches, "10.%u.%u.0/24", i % 2, i % 2 * (i / 2));
		add(i, name, reaches, i % 3 == 0 ? "192.0.2.0/24" : NULL);
	}
	assert_int_equal(groups_make(&groups, peers, PEERS), 0);
	assert_int_equal(groups.count, 4);
	for (size_t i = 0; i < groups.count; i++) {
		assert_int_equal(groups.list[i].various, i >= 2);
		drawn += groups.list[i].count;
	}
	assert_int_equal(drawn, PEERS);
	groups_free(&groups);
}

static void no_peer_is_no_group(void **state)
{
	struct groups groups;

	(void)state;
	assert_int_equal(groups_make(&groups, peers, 0), 0);
	assert_int_equal(groups.count, 0);
	groups_free(&groups);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(peers_that_reach_the_same_are_one_group),
	    cmocka_unit_test(who_reaches_anything_is_no_group_with_who_reaches_nothing),
	    cmocka_unit_test(many_small_groups_become_one),
	    cmocka_unit_test(no_peer_is_no_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
