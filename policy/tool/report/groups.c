/* SPDX-License-Identifier: ISC */
#include "policy/tool/report/groups.h"

#include <stdlib.h>
#include <string.h>

#include "policy/tool/base/grow.h"

static int compare_networks(const struct page_networks *a, const struct page_networks *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++) {
		const int order = ip_prefix_compare(&a->list[i], &b->list[i]);

		if (order != 0)
			return order;
	}
	return (a->count > b->count) - (a->count < b->count);
}

/* 0: both are of one group. */
static int compare_groups(const struct page_peer *a, const struct page_peer *b)
{
	if (a->various != b->various)
		return a->various ? 1 : -1;
	if ((a->routes.count > 0) != (b->routes.count > 0))
		return a->routes.count > 0 ? -1 : 1;
	if (a->various)
		return 0;
	if (a->reach_any != b->reach_any)
		return a->reach_any ? -1 : 1;
	return compare_networks(&a->reach, &b->reach);
}

static int compare_peers(const void *left, const void *right)
{
	const struct page_peer *a = *(struct page_peer *const *)left,
			       *b = *(struct page_peer *const *)right;
	int order = compare_groups(a, b);

	if (order == 0 && a->routes.count > 0)
		order = ip_prefix_compare(&a->routes.list[0], &b->routes.list[0]);
	return order != 0 ? order : strcmp(a->name, b->name);
}

/* How many of the sorted peers from `first` on are of its group. */
static size_t group_size(const struct groups *groups, size_t count, size_t first)
{
	size_t size = 1;

	while (first + size < count &&
	       compare_groups(groups->order[first], groups->order[first + size]) == 0)
		size++;
	return size;
}

/* How many groups have that many peers at least. */
static size_t count_groups(const struct groups *groups, size_t count, size_t least)
{
	size_t found = 0, size;

	for (size_t i = 0; i < count; i += size) {
		size = group_size(groups, count, i);
		found += size >= least;
	}
	return found;
}

/* Makes one of those that have fewer peers than that. */
static void merge_below(struct groups *groups, size_t count, size_t least)
{
	size_t size;

	for (size_t i = 0; i < count; i += size) {
		size = group_size(groups, count, i);
		for (size_t j = i; size < least && j < i + size; j++)
			groups->order[j]->various = true;
	}
	list_sort(groups->order, count, sizeof(struct page_peer *), compare_peers);
}

int groups_make(struct groups *groups, struct page_peer *peers, size_t count)
{
	size_t least = 1, size;

	*groups = (struct groups){.order = calloc(count + 1, sizeof(struct page_peer *))};
	if (groups->order == NULL)
		return -1;
	for (size_t i = 0; i < count; i++) {
		peers[i].various = false;
		groups->order[i] = &peers[i];
	}
	list_sort(groups->order, count, sizeof(struct page_peer *), compare_peers);
	while (count_groups(groups, count, least) > GROUPS_MAX)
		least *= 2;
	/* A group's end is found by its peers before any of them is marked. */
	if (least > 1)
		merge_below(groups, count, least);
	for (size_t i = 0; i < count; i += size) {
		const struct page_peer *first = groups->order[i];

		size = group_size(groups, count, i);
		groups->list[groups->count++] = (struct group){
		    .peers = &groups->order[i],
		    .count = size,
		    .sites = first->routes.count > 0,
		    .various = first->various,
		};
	}
	return 0;
}

void groups_free(struct groups *groups)
{
	free(groups->order);
	*groups = (struct groups){0};
}
