/* SPDX-License-Identifier: ISC */
/* agent.conf: what the table cannot say, because it is about two values. */
#include <string.h>

#include "policy/language/load.h"
#include "policy/language/parse.h"

static int check_pool(struct parse *p, const struct prefix_line *pool,
		      const struct prefix_line *before)
{
	const bool four = pool->prefix.addr.family == AF_INET;
	const unsigned max = four ? POOL_LEN_MAX : POOL6_LEN_MAX;
	char prefix[PREFIX_TEXT_MAX];

	ip_prefix_print(&pool->prefix, prefix);
	if (pool->prefix.len > max)
		return error_at(
		    p->err, p->file, pool->line, 1,
		    "Pool: %s has no room for a link: expected a /%u or shorter", prefix,
		    max);
	if (before != NULL && before->prefix.addr.family == pool->prefix.addr.family)
		return error_at(
		    p->err, p->file, pool->line, 1,
		    "Pool: %s is a second one of IPv%d: the first is on line %u", prefix,
		    four ? 4 : 6, before->line);
	return 0;
}

static int check_agent(struct parse *p)
{
	const struct agent_conf *conf = p->out;

	for (size_t i = 0; i < conf->npools; i++)
		if (parse_stops(
			p, check_pool(p, &conf->pools[i], i > 0 ? &conf->pools[0] : NULL)))
			return -1;
	return parse_end(p);
}

const struct parse_kind parse_agent_kind = {
    .scope = &scope_agent,
    .size = sizeof(struct agent_conf),
    .file = offsetof(struct agent_conf, file),
    .name = KEYWORD_NOWHERE,
    .check = check_agent,
};

const struct key_line *agent_authority(const struct agent_conf *conf,
				       const uint8_t digest[KEY_DIGEST_SIZE])
{
	for (size_t i = 0; i < conf->nauthorities && i < AGENT_AUTHORITIES_MAX; i++)
		if (memcmp(conf->authorities[i].key.digest, digest, KEY_DIGEST_SIZE) == 0)
			return &conf->authorities[i];
	return NULL;
}

const struct key_line *peer_authorities(const struct peer *peer,
					const struct agent_conf *conf, size_t *count)
{
	const bool any = peer != NULL && conf != NULL && peer->certificate;

	*count = any ? conf->nauthorities : 0;
	return any ? conf->authorities : NULL;
}

int policy_parse_agent(const char *file, const char *text, size_t len,
		       struct agent_conf *out, struct error *err)
{
	return parse_file(&parse_agent_kind, file, NULL, text, len, out, err, NULL);
}

int policy_load_agent(const char *path, enum trust trust, struct agent_conf *out,
		      struct error *err)
{
	const char *text;
	size_t len;

	memset(out, 0, sizeof *out);
	if (policy_read(path, trust, &text, &len, err) != 0)
		return -1;
	return policy_parse_agent(path, text, len, out, err);
}
