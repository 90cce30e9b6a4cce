/* SPDX-License-Identifier: ISC */
#include "policy/tool/diff/effect.h"

#include <stdlib.h>
#include <string.h>

#include "policy/tool/base/grow.h"

void effects_add(struct effects *effects, enum effect_kind kind, const char *keyword,
		 const char *phrase, const char *values, const char *was)
{
	struct effect new = {
	    .kind = kind,
	    .unit = effects->unit,
	    .keyword = keyword,
	    .phrase = phrase,
	    .values = strdup(values == NULL ? "" : values),
	    .was = was == NULL ? NULL : strdup(was),
	};

	if (new.values == NULL || (was != NULL && new.was == NULL) ||
	    !APPEND(effects->list, effects->count, effects->size, &new)) {
		free(new.values);
		free(new.was);
		effects->lost = true;
	}
}

void effects_add_switch(struct effects *effects, const struct effect_switch *setting,
			bool old, bool new)
{
	if (!old && new)
		effects_add(effects, EFFECT_GAINS, setting->keyword, setting->gains,
			    setting->on, NULL);
	if (old && !new)
		effects_add(effects, EFFECT_LOSES, setting->keyword, setting->loses,
			    setting->off, NULL);
}

void effects_add_prefixes(struct effects *effects, enum effect_kind kind,
			  const char *keyword, const char *phrase,
			  const struct prefixes *set)
{
	char *words, *at;

	if (set->count == 0)
		return;
	words = malloc(set->count * PREFIX_TEXT_MAX);
	if (words == NULL) {
		effects->lost = true;
		return;
	}
	at = words;
	for (size_t i = 0; i < set->count; i++) {
		if (i > 0)
			*at++ = ' ';
		at += strlen(ip_prefix_print(&set->list[i], at));
	}
	effects_add(effects, kind, keyword, phrase, words, NULL);
	free(words);
}

void effects_add_difference(struct effects *effects, const char *keyword, const char *loses,
			    const char *gains, struct prefixes *old, struct prefixes *new)
{
	struct prefixes lost = {0}, gained = {0};

	if (prefixes_subtract(old, new, &lost) != 0 ||
	    prefixes_subtract(new, old, &gained) != 0)
		effects->lost = true;
	effects_add_prefixes(effects, EFFECT_LOSES, keyword, loses, &lost);
	effects_add_prefixes(effects, EFFECT_GAINS, keyword, gains, &gained);
	prefixes_free(&lost);
	prefixes_free(&gained);
}

void effects_free(struct effects *effects)
{
	for (size_t i = 0; i < effects->count; i++) {
		free(effects->list[i].values);
		free(effects->list[i].was);
	}
	free(effects->list);
	*effects = (struct effects){0};
}
