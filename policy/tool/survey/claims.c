/* SPDX-License-Identifier: ISC */
/* What a good peer claims: addresses, routes, interfaces and keys, for survey_conflicts().
 */
#include <stdlib.h>
#include <string.h>

#include "policy/tool/base/grow.h"
#include "policy/tool/survey/survey.h"

static bool add_claim(struct survey *survey, enum claim_kind kind, struct ip_prefix prefix,
		      unsigned line)
{
	const struct claim new = {prefix, kind, (uint32_t)(survey->npeers - 1), line};

	return APPEND(survey->claims, survey->nclaims, survey->claims_size, &new);
}

static bool add_pair(struct survey *survey, const struct address_pair *pair)
{
	return pair->local.family == AF_UNSPEC ||
	       (add_claim(survey, CLAIM_HERE, ip_prefix_single(&pair->local), pair->line) &&
		add_claim(survey, CLAIM_THERE, ip_prefix_single(&pair->remote),
			  pair->line));
}

static bool add_key(struct survey *survey, const struct key_line *line)
{
	struct key_claim new = {.peer = (uint32_t)(survey->npeers - 1), .line = line->line};

	memcpy(new.digest, line->key.digest, sizeof new.digest);
	return APPEND(survey->keys, survey->nkeys, survey->keys_size, &new);
}

static bool add_certified(struct survey *survey, const struct peer *peer)
{
	const struct certified_claim new = {.peer = (uint32_t)(survey->npeers - 1),
					    .line = peer->certificate_line};

	return !peer->certificate ||
	       APPEND(survey->certified, survey->ncertified, survey->certified_size, &new);
}

static bool add_interface(struct survey *survey, const char *name)
{
	struct interface_claim new = {.peer = (uint32_t)(survey->npeers - 1)};

	memcpy(new.name, name, sizeof new.name);
	return APPEND(survey->interfaces, survey->ninterfaces, survey->interfaces_size,
		      &new);
}

/* The interface of each session, as the agent names it. */
static bool add_interfaces(struct survey *survey, const struct peer *peer)
{
	char name[IFNAME_MAX_LEN + 1];
	bool good = add_interface(survey, peer->interface);

	for (unsigned session = 1; good && session < peer->sessions; session++) {
		peer_interface(peer, session, name);
		good = add_interface(survey, name);
	}
	return good;
}

bool survey_keep_peer(struct survey *survey, const char *shown)
{
	const struct peer *peer = &survey->parsed->peer;
	char *path = strdup(shown);
	size_t count;
	const struct key_line *keys = peer_login_keys(peer, &count);
	bool good;

	if (path == NULL ||
	    !APPEND(survey->peers, survey->npeers, survey->peers_size, &path)) {
		free(path);
		return false;
	}
	good = add_pair(survey, &peer->address) && add_pair(survey, &peer->address6) &&
	       add_interfaces(survey, peer);
	for (size_t i = 0; good && i < peer->nroutes; i++)
		good = add_claim(survey, CLAIM_ROUTE, peer->routes[i].prefix,
				 peer->routes[i].line);
	/* For one that has ended nobody needs a line any more. */
	if (peer->nkeys == 0 && peer->hand_in_until <= survey->now)
		count = 0;
	for (size_t i = 0; good && i < count; i++)
		good = add_key(survey, &keys[i]);
	return good && add_certified(survey, peer);
}
