/* SPDX-License-Identifier: ISC */
#include "policy/tool/migrate/migration.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy/language/constraint.h"
#include "policy/tool/base/grow.h"

void migration_free(struct migration *m)
{
	for (size_t i = 0; i < m->npeers; i++) {
		free(m->peers[i].key);
		free(m->peers[i].from.list);
		free(m->peers[i].routes.list);
		free(m->peers[i].offers.list);
	}
	for (size_t i = 0; i < m->nprofiles; i++) {
		free(m->profiles[i].routes.list);
		free(m->profiles[i].accept.list);
	}
	free(m->peers);
	free(m->profiles);
	free(m->script_routes);
	free(m->behind.list);
	free(m->taken.list);
	free(m->notes);
	*m = (struct migration){.run_as = NULL};
}

void migration_note(struct migration *m, struct origin at, const char *fmt, ...)
{
	char text[2 * ERROR_TEXT_MAX];
	struct error note;
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	error_at(&note, at.file, at.line, 0, "%s", text);
	if (m->nnotes == MIGRATE_NOTES_MAX)
		m->full = true;
	else if (!APPEND(m->notes, m->nnotes, m->notes_size, &note))
		m->lost = true;
}

void migration_drop(struct migration *m, struct origin at, const char *what,
		    const char *why)
{
	migration_note(m, at, "not taken over: %s: %s", what, why);
}

/* A letter or a digit in front, and then what a name may have; of other bytes '-'. */
static void make_name(const char *wanted, char out[NAME_MAX_LEN + 1])
{
	size_t used = 0;

	for (; *wanted != '\0' && used < MIGRATE_NAME_MAX; wanted++) {
		const unsigned char byte = (unsigned char)*wanted;

		if (isalnum(byte) || (used > 0 && (byte == '_' || byte == '-')))
			out[used++] = (char)byte;
		else if (used > 0 && out[used - 1] != '-')
			out[used++] = '-';
	}
	while (used > 0 && (out[used - 1] == '-' || out[used - 1] == '_'))
		used--;
	out[used] = '\0';
	if (used == 0)
		snprintf(out, NAME_MAX_LEN + 1, "peer");
}

/* Gives name another ending, so that it is the number-th of that name. */
static void number_name(char name[NAME_MAX_LEN + 1], size_t number)
{
	char ending[24];
	const int len = snprintf(ending, sizeof ending, "-%zu", number);
	size_t keep = strlen(name);

	if (keep + (size_t)len > MIGRATE_NAME_MAX)
		keep = MIGRATE_NAME_MAX - (size_t)len;
	snprintf(name + keep, NAME_MAX_LEN + 1 - keep, "%s", ending);
}

static bool peer_is_there(const struct migration *m, const char *name)
{
	for (size_t i = 0; i < m->npeers; i++)
		if (strcasecmp(m->peers[i].name, name) == 0)
			return true;
	return false;
}

static bool profile_is_there(const struct migration *m, const char *name)
{
	for (size_t i = 0; i < m->nprofiles; i++)
		if (strcasecmp(m->profiles[i].name, name) == 0)
			return true;
	return false;
}

static bool is_numbered(const struct migration *m, const char *first, size_t number,
			bool (*is_there)(const struct migration *, const char *),
			char out[NAME_MAX_LEN + 1])
{
	snprintf(out, NAME_MAX_LEN + 1, "%s", first);
	number_name(out, number);
	return is_there(m, out);
}

/*
 * One that no other has, in either case: a copy may be on a file system that knows none. A
 * number is looked for where one is taken and a larger one is free, as all may have one
 * name.
 */
static void choose_name(const struct migration *m, const char *wanted,
			bool (*is_there)(const struct migration *, const char *),
			char out[NAME_MAX_LEN + 1])
{
	char first[NAME_MAX_LEN + 1];
	size_t taken = 1, free_one = 2;

	make_name(wanted, first);
	memcpy(out, first, sizeof first);
	if (!is_there(m, out))
		return;
	while (is_numbered(m, first, free_one, is_there, out)) {
		taken = free_one;
		free_one *= 2;
	}
	while (free_one - taken > 1) {
		const size_t middle = taken + (free_one - taken) / 2;

		if (is_numbered(m, first, middle, is_there, out))
			taken = middle;
		else
			free_one = middle;
	}
	(void)is_numbered(m, first, free_one, is_there, out);
}

struct made_peer *migration_peer(struct migration *m, struct origin at, const char *wanted)
{
	struct made_peer peer = {.origin = at};

	m->remote = true;
	m->full = m->full || m->npeers == MIGRATE_PEERS_MAX;
	if (m->full)
		return NULL;
	choose_name(m, wanted, peer_is_there, peer.name);
	if (APPEND(m->peers, m->npeers, m->peers_size, &peer))
		return &m->peers[m->npeers - 1];
	m->lost = true;
	return NULL;
}

struct made_profile *migration_profile(struct migration *m, struct origin at,
				       const char *wanted)
{
	struct made_profile profile = {.origin = at};

	m->full = m->full || m->nprofiles == MIGRATE_PEERS_MAX;
	if (m->full)
		return NULL;
	choose_name(m, wanted, profile_is_there, profile.name);
	if (APPEND(m->profiles, m->nprofiles, m->profiles_size, &profile))
		return &m->profiles[m->nprofiles - 1];
	m->lost = true;
	return NULL;
}

bool network_listed(const struct network_list *list, const struct ip_prefix *network)
{
	for (size_t i = 0; i < list->count; i++)
		if (ip_prefix_compare(&list->list[i], network) == 0)
			return true;
	return false;
}

void migration_network(struct migration *m, struct network_list *list,
		       const struct ip_prefix *network)
{
	if (!network_listed(list, network) &&
	    !APPEND(list->list, list->count, list->size, network))
		m->lost = true;
}

void migration_route(struct migration *m, struct origin at, const char *what,
		     struct network_list *list, const struct ip_prefix *network)
{
	char text[PREFIX_TEXT_MAX];
	const char *why = constraint_route(network);

	if (why == NULL && list->count == PEER_ROUTES_MAX && !network_listed(list, network))
		why = "there are too many";
	if (why == NULL)
		migration_network(m, list, network);
	else
		migration_note(m, at, "not taken over: %s %s: %s", what,
			       ip_prefix_print(network, text), why);
}

void migration_pool(struct migration *m, const struct ip_prefix *network)
{
	const unsigned longest =
	    network->addr.family == AF_INET ? POOL_LEN_MAX : POOL6_LEN_MAX;

	if (network->len > longest || constraint_route(network) != NULL ||
	    m->npools == AGENT_POOLS_MAX)
		return;
	for (size_t i = 0; i < m->npools; i++)
		if (m->pools[i].addr.family == network->addr.family)
			return;
	m->pools[m->npools++] = *network;
}

void source_stem(const char *file, char out[NAME_MAX_LEN + 1])
{
	const char *name = basename(file);

	snprintf(out, NAME_MAX_LEN + 1, "%.*s", (int)strcspn(name, "."), name);
}
