/* SPDX-License-Identifier: ISC */
/* Two sides, file by file: what is in one of them only, and what is in both. */
#include <string.h>

#include "policy/tool/diff/effect.h"

static const char *gone_phrase(enum file_kind kind)
{
	return kind == KIND_AGENT ? "is gone: the agent admits nobody" : "is gone";
}

static void compare_units(struct effects *effects, const struct side *old_side,
			  const struct side *new_side, const struct unit *old,
			  const struct unit *new)
{
	const struct unit *unit = new == NULL ? old : new;

	/* At least one of the two is there. */
	if (unit == NULL)
		return;
	effects->unit = unit;
	if (old == NULL)
		effects_add(effects, EFFECT_GAINS, NULL, "is new", NULL, NULL);
	if (new == NULL)
		effects_add(effects, EFFECT_LOSES, NULL, gone_phrase(unit->kind), NULL,
			    NULL);
	if (unit->kind == KIND_PEER)
		compare_peers(effects, old_side, new_side, old, new);
	else if (unit->kind == KIND_PROFILE)
		compare_profiles(effects, old == NULL ? NULL : old->profile,
				 new == NULL ? NULL : new->profile);
	else if (old != NULL && new != NULL)
		compare_agents(effects, old->agent, new->agent);
}

void compare_sides(struct effects *effects, const struct side *old, const struct side *new)
{
	size_t i = 0, j = 0;

	while (i < old->count || j < new->count) {
		int order;

		if (i == old->count)
			order = 1;
		else if (j == new->count)
			order = -1;
		else
			order = unit_compare(&old->units[i], &new->units[j]);
		compare_units(effects, old, new, order <= 0 ? &old->units[i] : NULL,
			      order >= 0 ? &new->units[j] : NULL);
		i += order <= 0;
		j += order >= 0;
	}
}

void compare_pair(struct effects *effects, const struct side *old, const struct side *new)
{
	const struct unit *a = &old->units[0], *b = &new->units[0];

	effects->unit = b;
	if (strcmp(a->name, b->name) != 0)
		effects_add(effects, EFFECT_CHANGES, NULL, "is called %V, was %W", b->name,
			    a->name);
	compare_units(effects, old, new, a, b);
}
