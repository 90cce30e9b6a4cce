/* SPDX-License-Identifier: ISC */
/* One key, one peer: sshd takes the first authorized_keys line that has the key. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/vpn-policy.h"

enum { OWNERS_STEP = 64 };

struct key_owner {
	uint8_t digest[KEY_DIGEST_SIZE];
	char file[POLICY_PATH_MAX];
	unsigned line;
};

static const struct key_owner *find_owner(const struct key_owners *owners,
					  const struct public_key *key)
{
	for (size_t i = 0; i < owners->count; i++)
		if (memcmp(owners->list[i].digest, key->digest, sizeof key->digest) == 0)
			return &owners->list[i];
	return NULL;
}

static int make_room(struct key_owners *owners, struct policy_error *err)
{
	struct key_owner *grown;

	if (owners->count < owners->size)
		return 0;
	grown = reallocarray(owners->list, owners->size + OWNERS_STEP, sizeof *grown);
	if (grown == NULL)
		return error_set(err, "out of memory");
	owners->list = grown;
	owners->size += OWNERS_STEP;
	return 0;
}

int key_owners_add(struct key_owners *owners, const struct peer *peer,
		   struct policy_error *err)
{
	for (size_t i = 0; i < peer->nkeys; i++) {
		const struct key_line *line = &peer->keys[i];
		const struct key_owner *other = find_owner(owners, &line->key);
		struct key_owner *new;

		if (other != NULL && strcmp(other->file, peer->file) == 0)
			continue; /* named twice on the command line */
		if (other != NULL)
			return error_at(err, peer->file, line->line, 1,
					"Key is another peer's as well (%s:%u): expected "
					"one peer for a key",
					other->file, other->line);
		if (make_room(owners, err) < 0)
			return -1;
		new = &owners->list[owners->count++];
		memcpy(new->digest, line->key.digest, sizeof new->digest);
		memcpy(new->file, peer->file, sizeof new->file);
		new->line = line->line;
	}
	return 0;
}

void key_owners_free(struct key_owners *owners)
{
	free(owners->list);
	*owners = (struct key_owners){0};
}
