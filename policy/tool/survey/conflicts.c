/* SPDX-License-Identifier: ISC */
/* Conflicts between peers. Everything is sorted once and looked at in one pass: prefixes
 * either nest or are disjoint (RFC 4632 section 3.1), so that the prefixes that cover the
 * current one form a stack. */
#include <stdlib.h>
#include <string.h>

#include "policy/tool/base/grow.h"
#include "policy/tool/survey/survey.h"

/* At most one prefix of each length, 0 to 128, can cover an address. */
enum { NEST_MAX = IPV6_BITS + 1 };

/* A file that was given twice is the same peer. */
static bool is_other(char *const *files, uint32_t a, uint32_t b)
{
	return a != b && strcmp(files[a], files[b]) != 0;
}

/* A prefix comes before those that it covers; equal ones are in the order of the files. */
static int compare_claims(const void *left, const void *right)
{
	const struct claim *a = left, *b = right;
	const int order = ip_prefix_compare(&a->prefix, &b->prefix);

	if (order == 0 && a->peer != b->peer)
		return a->peer < b->peer ? -1 : 1;
	if (order == 0 && a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

/* outer covers inner, or both are the same prefix and outer's peer comes first. */
static void judge_pair(struct survey *survey, const struct claim *outer,
		       const struct claim *inner)
{
	char first[PREFIX_TEXT_MAX], second[ADDRESS_TEXT_MAX], prefix[PREFIX_TEXT_MAX];
	const char *file = survey->peers[inner->peer], *other = survey->peers[outer->peer];

	ip_prefix_print(&outer->prefix, first);
	ip_prefix_print(&inner->prefix, prefix);
	ip_addr_print(&inner->prefix.addr, second);
	if (outer->kind != CLAIM_ROUTE && inner->kind != CLAIM_ROUTE)
		findings_add(survey->findings, RULE_ADDRESS_SHARED, file, inner->line, 1,
			     "%s is an address of %s:%u as well", second, other,
			     outer->line);
	else if (outer->kind == CLAIM_ROUTE && inner->kind == CLAIM_ROUTE)
		findings_add(survey->findings, RULE_ROUTE_OVERLAP, file, inner->line, 1,
			     "Route %s and Route %s of %s:%u overlap", prefix, first, other,
			     outer->line);
	else if (outer->kind == CLAIM_ROUTE)
		findings_add(survey->findings, RULE_ROUTE_COVERS_PEER, other, outer->line,
			     1, "Route %s covers the link address %s of %s:%u", first,
			     second, file, inner->line);
	else
		findings_add(survey->findings, RULE_ROUTE_COVERS_PEER, file, inner->line, 1,
			     "Route %s covers a link address of %s:%u", prefix, other,
			     outer->line);
}

/* The innermost of the stack that is another peer's: one finding for each claim is enough.
 */
static const struct claim *innermost_other(char *const *files,
					   const struct claim *const *nest, size_t depth,
					   const struct claim *claim)
{
	while (depth > 0)
		if (is_other(files, nest[--depth]->peer, claim->peer))
			return nest[depth];
	return NULL;
}

/* Of several claims of the same prefix only the first is put on the stack; the others are
 * compared with it. */
void survey_nest(struct survey *survey, struct claim *claims, size_t count,
		 char *const *files,
		 void (*judge)(struct survey *survey, const struct claim *outer,
			       const struct claim *inner))
{
	const struct claim *nest[NEST_MAX];
	size_t depth = 0;

	SORT(claims, count, compare_claims);
	for (size_t i = 0; i < count; i++) {
		const struct claim *claim = &claims[i], *other;

		while (depth > 0 &&
		       !ip_prefix_covers(&nest[depth - 1]->prefix, &claim->prefix))
			depth--;
		other = innermost_other(files, nest, depth, claim);
		if (other != NULL)
			judge(survey, other, claim);
		if (depth == 0 ||
		    ip_prefix_compare(&nest[depth - 1]->prefix, &claim->prefix) != 0)
			nest[depth++] = claim;
	}
}

static void judge_server(struct survey *survey)
{
	char prefix[PREFIX_TEXT_MAX], address[ADDRESS_TEXT_MAX];

	for (size_t i = 0; i < survey->nclaims; i++) {
		const struct claim *claim = &survey->claims[i];

		for (size_t j = 0; claim->kind == CLAIM_ROUTE && j < survey->naddresses;
		     j++)
			if (ip_prefix_contains(&claim->prefix, &survey->addresses[j]))
				findings_add(survey->findings, RULE_ROUTE_COVERS_SERVER,
					     survey->peers[claim->peer], claim->line, 1,
					     "Route %s covers this host's own address %s",
					     ip_prefix_print(&claim->prefix, prefix),
					     ip_addr_print(&survey->addresses[j], address));
	}
}

static void judge_pools(struct survey *survey)
{
	char prefix[PREFIX_TEXT_MAX], pool[PREFIX_TEXT_MAX];

	for (size_t i = 0; i < survey->nclaims; i++) {
		const struct claim *claim = &survey->claims[i];

		for (size_t j = 0; claim->kind == CLAIM_ROUTE && j < survey->npools; j++)
			if (ip_prefix_overlaps(&claim->prefix, &survey->pools[j].prefix))
				findings_add(
				    survey->findings, RULE_POOL_ROUTE,
				    survey->peers[claim->peer], claim->line, 1,
				    "Route %s and Pool %s overlap",
				    ip_prefix_print(&claim->prefix, prefix),
				    ip_prefix_print(&survey->pools[j].prefix, pool));
	}
}

static int compare_keys(const void *left, const void *right)
{
	const struct key_claim *a = left, *b = right;
	const int order = memcmp(a->digest, b->digest, sizeof a->digest);

	return order != 0 ? order : (a->peer > b->peer) - (a->peer < b->peer);
}

void survey_keys(struct survey *survey)
{
	const struct key_claim *first = survey->keys;

	SORT(survey->keys, survey->nkeys, compare_keys);
	survey_sort_certified(survey);
	for (size_t i = 1; i < survey->nkeys; i++) {
		const struct key_claim *key = &survey->keys[i];

		if (memcmp(key->digest, first->digest, sizeof key->digest) != 0)
			first = key;
		else if (is_other(survey->peers, key->peer, first->peer))
			findings_add(survey->findings, RULE_KEY_SHARED,
				     survey->peers[key->peer], key->line, 1,
				     "Key is another peer's as well (%s:%u): expected one "
				     "peer for a key",
				     survey->peers[first->peer], first->line);
	}
}

static int compare_interfaces(const void *left, const void *right)
{
	const struct interface_claim *a = left, *b = right;
	const int order = strcmp(a->name, b->name);

	return order != 0 ? order : (a->peer > b->peer) - (a->peer < b->peer);
}

static void judge_interfaces(struct survey *survey)
{
	const struct interface_claim *list = survey->interfaces;

	SORT(survey->interfaces, survey->ninterfaces, compare_interfaces);
	for (size_t i = 1; i < survey->ninterfaces; i++)
		if (strcmp(list[i].name, list[i - 1].name) == 0 &&
		    is_other(survey->peers, list[i].peer, list[i - 1].peer))
			findings_add(survey->findings, RULE_INTERFACE_SHARED,
				     survey->peers[list[i].peer], 0, 0,
				     "the interface %s is that of %s as well", list[i].name,
				     survey->peers[list[i - 1].peer]);
}

void survey_conflicts(struct survey *survey)
{
	survey_nest(survey, survey->claims, survey->nclaims, survey->peers, judge_pair);
	judge_server(survey);
	judge_pools(survey);
	survey_keys(survey);
	judge_interfaces(survey);
	survey_authorities(survey);
}
