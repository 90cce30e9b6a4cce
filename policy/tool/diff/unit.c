/* SPDX-License-Identifier: ISC */
#include "policy/tool/diff/unit.h"

#include <stdlib.h>
#include <string.h>

#include "policy/tool/base/grow.h"

static int keep_prefixes(struct prefixes *kept, const struct prefix_line *lines,
			 size_t count)
{
	if (count == 0)
		return 0;
	/* No larger than need be: there are many. */
	kept->list = calloc(count, sizeof *kept->list);
	if (kept->list == NULL)
		return -1;
	kept->size = count;
	for (; kept->count < count; kept->count++)
		kept->list[kept->count] = lines[kept->count].prefix;
	return 0;
}

static int keep_everything(struct prefixes *kept)
{
	static const struct prefix_line anywhere[] = {{.prefix = {{AF_INET, {0}}, 0}},
						      {.prefix = {{AF_INET6, {0}}, 0}}};

	return keep_prefixes(kept, anywhere, sizeof anywhere / sizeof anywhere[0]);
}

/* The agent admits nobody whose address it does not know, with or without From. */
static int keep_from(struct prefixes *kept, const struct peer *peer)
{
	return peer->nfrom == 0 ? keep_everything(kept)
				: keep_prefixes(kept, peer->from, peer->nfrom);
}

static int keep_reach(struct kept_peer *kept, const struct peer *peer)
{
	size_t count;
	const struct prefix_line *list = peer_reach(peer, &count);

	kept->reach_given = peer->reach_line != 0;
	return list == NULL ? keep_everything(&kept->reach)
			    : keep_prefixes(&kept->reach, list, count);
}

static int compare_keys(const void *left, const void *right)
{
	const struct kept_key *a = left, *b = right;

	return memcmp(a->digest, b->digest, sizeof a->digest);
}

static int keep_keys(struct kept_peer *kept, const struct peer *peer)
{
	/* One more: of a peer without a key calloc(3) could return NULL. */
	kept->keys = calloc(peer->nkeys + 1, sizeof *kept->keys);
	if (kept->keys == NULL)
		return -1;
	for (; kept->nkeys < peer->nkeys; kept->nkeys++) {
		const struct public_key *key = &peer->keys[kept->nkeys].key;
		struct kept_key *new = &kept->keys[kept->nkeys];

		memcpy(new->digest, key->digest, sizeof new->digest);
		new->known = key->type[0] != '\0';
	}
	qsort(kept->keys, kept->nkeys, sizeof *kept->keys, compare_keys);
	return 0;
}

/* Few peers have any. */
static int keep_names(struct kept_peer *kept, const struct peer *peer)
{
	char text[NAMES_TEXT_MAX];

	if (peer->noffer_dns == 0)
		return 0;
	servers_text(peer->offer_dns, peer->noffer_dns, text);
	kept->offer_dns = strdup(text);
	domains_text(peer->offer_search, peer->noffer_search, text);
	kept->offer_search = strdup(text);
	return kept->offer_dns != NULL && kept->offer_search != NULL ? 0 : -1;
}

/* What is owned of a peer that could not be kept whole, unit_free() frees. */
static int keep_peer(struct unit *unit, const struct peer *peer)
{
	struct kept_peer *kept = malloc(sizeof *kept);

	unit->peer = kept;
	if (kept == NULL)
		return -1;
	*kept = (struct kept_peer){
	    .exists = true,
	    .any_source = !peer->strict,
	    .legacy = peer->legacy,
	    .certificate = peer->certificate,
	    .allow = peer->allow,
	    .mru = peer->mru,
	    .ppp = peer->ppp,
	    .ppp_line = peer->ppp_line,
	    .sessions = peer->sessions,
	    .begins = peer->begins,
	    .expires = peer->expires,
	    .hand_in_until = peer->hand_in_until,
	    .address = peer->address,
	    .address6 = peer->address6,
	};
	memcpy(kept->interface, peer->interface, sizeof kept->interface);
	memcpy(kept->hand_in, peer->hand_in_keys[0].key.digest, sizeof kept->hand_in);
	memcpy(unit->name, peer->name, sizeof unit->name);
	return keep_from(&kept->from, peer) != 0 ||
		       keep_prefixes(&kept->routes, peer->routes, peer->nroutes) != 0 ||
		       keep_prefixes(&kept->offers, peer->offers, peer->noffers) != 0 ||
		       keep_reach(kept, peer) != 0 || keep_names(kept, peer) != 0 ||
		       keep_keys(kept, peer) != 0
		   ? -1
		   : 0;
}

static int keep_profile(struct unit *unit, const struct profile *profile)
{
	unit->profile = malloc(sizeof *unit->profile);
	if (unit->profile == NULL)
		return -1;
	*unit->profile = *profile;
	memcpy(unit->name, profile->name, sizeof unit->name);
	return 0;
}

static int keep_agent(struct unit *unit, const struct agent_conf *agent)
{
	unit->agent = malloc(sizeof *unit->agent);
	if (unit->agent == NULL)
		return -1;
	*unit->agent = *agent;
	return 0;
}

static void unit_free(struct unit *unit)
{
	if (unit->peer != NULL) {
		prefixes_free(&unit->peer->from);
		prefixes_free(&unit->peer->routes);
		prefixes_free(&unit->peer->offers);
		prefixes_free(&unit->peer->reach);
		free(unit->peer->offer_dns);
		free(unit->peer->offer_search);
		free(unit->peer->keys);
	}
	free(unit->peer);
	free(unit->agent);
	free(unit->profile);
	free(unit->file);
}

void side_keep(void *context, enum file_kind kind, const char *shown,
	       const union parsed *parsed)
{
	struct side *side = context;
	struct unit new = {.kind = kind, .file = strdup(shown)};
	int r;

	if (kind == KIND_AGENT)
		r = keep_agent(&new, &parsed->agent);
	else if (kind == KIND_PEER)
		r = keep_peer(&new, &parsed->peer);
	else
		r = keep_profile(&new, &parsed->profile);
	if (r < 0 || new.file == NULL ||
	    !APPEND(side->units, side->count, side->size, &new)) {
		unit_free(&new);
		side->lost = true;
	}
}

int unit_compare(const struct unit *a, const struct unit *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return strcmp(a->name, b->name);
}

static int compare_units(const void *left, const void *right)
{
	return unit_compare(left, right);
}

/* A peer's name is in one file of a side only. */
static int compare_places(const void *left, const void *right)
{
	const struct key_place *a = left, *b = right;
	const int order = memcmp(a->digest, b->digest, sizeof a->digest);

	return order != 0 ? order : strcmp(a->unit->name, b->unit->name);
}

void side_sort(struct side *side)
{
	size_t total = 0;

	if (side->lost)
		return;
	SORT(side->units, side->count, compare_units);
	for (size_t i = 0; i < side->count; i++)
		total += side->units[i].kind == KIND_PEER ? side->units[i].peer->nkeys : 0;
	if (total == 0)
		return;
	side->keys = calloc(total, sizeof *side->keys);
	if (side->keys == NULL) {
		side->lost = true;
		return;
	}
	for (size_t i = 0; i < side->count; i++) {
		const struct unit *unit = &side->units[i];

		for (size_t k = 0; unit->kind == KIND_PEER && k < unit->peer->nkeys; k++) {
			struct key_place *place = &side->keys[side->nkeys++];

			memcpy(place->digest, unit->peer->keys[k].digest,
			       sizeof place->digest);
			place->unit = unit;
		}
	}
	qsort(side->keys, side->nkeys, sizeof *side->keys, compare_places);
}

const struct unit *side_key_owner(const struct side *side,
				  const uint8_t digest[KEY_DIGEST_SIZE], const char *except)
{
	size_t low = 0, high = side->nkeys;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (memcmp(side->keys[middle].digest, digest, KEY_DIGEST_SIZE) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < side->nkeys &&
	       memcmp(side->keys[low].digest, digest, KEY_DIGEST_SIZE) == 0;
	     low++)
		if (strcmp(side->keys[low].unit->name, except) != 0)
			return side->keys[low].unit;
	return NULL;
}

void side_free(struct side *side)
{
	for (size_t i = 0; i < side->count; i++)
		unit_free(&side->units[i]);
	free(side->units);
	free(side->keys);
	*side = (struct side){0};
}
