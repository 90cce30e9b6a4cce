/* SPDX-License-Identifier: ISC */
/* What differs in effect between two policies: who gains or loses what, and what else
 * changes. */
#ifndef SALLYPORT_POLICY_TOOL_DIFF_EFFECT_H
#define SALLYPORT_POLICY_TOOL_DIFF_EFFECT_H

#include "policy/tool/diff/unit.h"
#include "policy/tool/report/report.h"

enum effect_kind { EFFECT_LOSES, EFFECT_GAINS, EFFECT_CHANGES, EFFECT_KIND_COUNT };

/* Values are words separated by blanks; "" for none. */
struct effect {
	enum effect_kind kind;
	/* of NEW where it is in both */
	const struct unit *unit;
	/* what the file says it by; NULL when the whole file came or went */
	const char *keyword;
	/* "%V" stands for the values, "%W" for the former ones */
	const char *phrase;
	/* owned: what is gained or lost, or what is in force now */
	char *values;
	/* owned: what was in force before; of a key that moves, the other peer; or NULL */
	char *was;
};

struct effects {
	struct effect *list;
	size_t count, size;
	/* of what the next effect is */
	const struct unit *unit;
	/* memory ran out: something is missing */
	bool lost;
};

/* values (NULL for "") and was are copied; the others must stay. */
void effects_add(struct effects *effects, enum effect_kind kind, const char *keyword,
		 const char *phrase, const char *values, const char *was);
/* What one gains or loses as a setting is switched on or off, and that word of its keyword.
 */
struct effect_switch {
	const char *keyword, *gains, *on, *loses, *off;
};
void effects_add_switch(struct effects *effects, const struct effect_switch *setting,
			bool old, bool new);
/* As effects_add(), with a set of prefixes, unless that is empty. */
void effects_add_prefixes(struct effects *effects, enum effect_kind kind,
			  const char *keyword, const char *phrase,
			  const struct prefixes *set);
/*
 * What a set of prefixes loses and gains: two effects at most. The sets are sorted on the
 * way.
 */
void effects_add_difference(struct effects *effects, const char *keyword, const char *loses,
			    const char *gains, struct prefixes *old, struct prefixes *new);
/* compare_names.c: of lists of words what is lost and gained; two effects at most. */
struct word_set {
	const char *keyword, *loses, *gains;
};
void compare_words(struct effects *effects, const struct word_set *set, const char *old,
		   const char *new);
void effects_free(struct effects *effects);

/* compare.c: the whole of two sides, which must be sorted; a pair is one file each. */
void compare_sides(struct effects *effects, const struct side *old, const struct side *new);
void compare_pair(struct effects *effects, const struct side *old, const struct side *new);

/* compare_peer.c: with the sides for keys that go from one peer to another. */
void compare_peers(struct effects *effects, const struct side *old_side,
		   const struct side *new_side, const struct unit *old,
		   const struct unit *new);

/* compare_settings.c: what the tables of keywords can tell. */
void compare_agents(struct effects *effects, const struct agent_conf *old,
		    const struct agent_conf *new);
void compare_profiles(struct effects *effects, const struct profile *old,
		      const struct profile *new);

/* diff_print.c: 0, or -1 when memory ran out, which is said on standard error. */
int effects_print(const struct effects *effects, enum report_format format);

#endif
