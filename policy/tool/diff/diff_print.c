/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/tool/base/memory.h"
#include "policy/tool/diff/effect.h"
#include "policy/tool/report/json.h"

static const struct {
	const char *name, *sign, *colour;
	enum rule_name rule;
} kinds[EFFECT_KIND_COUNT] = {
    [EFFECT_LOSES] = {"loses", "-", "\033[31m", RULE_LOSES},
    [EFFECT_GAINS] = {"gains", "+", "\033[32m", RULE_GAINS},
    [EFFECT_CHANGES] = {"changes", "~", "\033[33m", RULE_CHANGES},
};

/* Words separated by blanks, as people write lists. */
static void print_words(const char *words, FILE *out)
{
	size_t len = strcspn(words, " ");

	fwrite(words, 1, len, out);
	while (words[len] == ' ') {
		words += len + 1;
		len = strcspn(words, " ");
		fputs(", ", out);
		fwrite(words, 1, len, out);
	}
}

/* The phrase with values in the place of what stands for them. */
static void print_phrase(const struct effect *effect, const char *values, FILE *out)
{
	const char *at = effect->phrase;

	for (;;) {
		const size_t len = strcspn(at, "%");

		fwrite(at, 1, len, out);
		at += len;
		if (*at == '\0' || at[1] == '\0')
			return;
		if (at[1] == 'V')
			print_words(values, out);
		else if (at[1] == 'W' && effect->was != NULL)
			print_words(effect->was, out);
		else if (at[1] == 'K' && effect->keyword != NULL)
			fputs(effect->keyword, out);
		at += 2;
	}
}

/* "peer alice", or "agent.conf". */
static void print_unit(const struct unit *unit, FILE *out)
{
	if (unit->kind == KIND_AGENT)
		fputs("agent.conf", out);
	else
		fprintf(out, "%s %s", kind_name(unit->kind), unit->name);
}

static void print_text(const struct effects *effects)
{
	const bool colour = report_wants_colour(STDOUT_FILENO);
	const struct unit *unit = NULL;

	for (size_t i = 0; i < effects->count; i++) {
		const struct effect *effect = &effects->list[i];

		if (effect->unit != unit) {
			print_unit(effect->unit, stdout);
			putchar('\n');
			unit = effect->unit;
		}
		printf("%s%s ", colour ? kinds[effect->kind].colour : "",
		       kinds[effect->kind].sign);
		print_phrase(effect, effect->values, stdout);
		puts(colour ? "\033[0m" : "");
	}
}

/* The phrase into a string, to be freed; 0, or -1 when memory ran out. */
static int phrase_text(struct memory *text, const struct effect *effect, const char *values,
		       bool with_unit)
{
	if (memory_open(text) != 0)
		return -1;
	if (with_unit) {
		print_unit(effect->unit, text->out);
		fputc(' ', text->out);
	}
	print_phrase(effect, values, text->out);
	return memory_close(text);
}

static void put_values(json_t **out, const struct effect *effect)
{
	const bool moves = effect->kind != EFFECT_CHANGES && effect->keyword != NULL &&
			   strcmp(effect->keyword, "Key") == 0;

	if (effect->keyword != NULL)
		json_put(out, "keyword", json_string(effect->keyword));
	if (effect->values[0] != '\0')
		json_put(out, "values", json_words(effect->values));
	if (effect->was != NULL)
		json_put(out, moves ? "peer" : "was",
			 moves ? json_string(effect->was) : json_words(effect->was));
}

static json_t *effect_json(const void *context, size_t i)
{
	const struct effect *effect = &((const struct effects *)context)->list[i];
	json_t *out = json_pack("{s:s}", "kind", kind_name(effect->unit->kind));
	struct memory text;
	const int r = phrase_text(&text, effect, effect->values, false);

	if (effect->unit->kind != KIND_AGENT)
		json_put(&out, "name", json_string(effect->unit->name));
	json_put(&out, "file", json_text(effect->unit->file));
	json_put(&out, "effect", json_string(kinds[effect->kind].name));
	put_values(&out, effect);
	json_put(&out, "text", r == 0 ? json_string(text.text) : NULL);
	memory_free(&text);
	return out;
}

static json_t *effects_json(const struct effects *effects)
{
	size_t counts[EFFECT_KIND_COUNT] = {0};
	json_t *out = json_envelope("diff"), *by;

	for (size_t i = 0; i < effects->count; i++)
		counts[effects->list[i].kind]++;
	by = json_pack("{s:I, s:I, s:I}", kinds[EFFECT_GAINS].name,
		       (json_int_t)counts[EFFECT_GAINS], kinds[EFFECT_LOSES].name,
		       (json_int_t)counts[EFFECT_LOSES], kinds[EFFECT_CHANGES].name,
		       (json_int_t)counts[EFFECT_CHANGES]);
	json_put(&out, "counts", by);
	json_put(&out, "changes", json_list_here());
	return out;
}

static void add_finding(struct findings *findings, const struct effect *effect,
			const char *values)
{
	struct memory text;

	if (phrase_text(&text, effect, values, true) != 0)
		findings->lost = true;
	else
		findings_add(findings, kinds[effect->kind].rule, effect->unit->file, 0, 0,
			     "%s", text.text);
	memory_free(&text);
}

/* One for each value, as a finding's text has an end. */
static void add_findings(struct findings *findings, const struct effect *effect)
{
	char *values = strdup(effect->values), *rest = NULL;
	const char *value = values == NULL ? NULL : strtok_r(values, " ", &rest);

	findings->lost |= values == NULL;
	if (value == NULL)
		add_finding(findings, effect, "");
	for (; value != NULL; value = strtok_r(NULL, " ", &rest))
		add_finding(findings, effect, value);
	free(values);
}

static int print_sarif(const struct effects *effects)
{
	struct findings findings = {0};
	int r;

	for (size_t i = 0; i < effects->count; i++)
		add_findings(&findings, &effects->list[i]);
	findings_sort(&findings);
	r = report_findings(&findings, "diff", REPORT_SARIF);
	findings_free(&findings);
	return r;
}

int effects_print(const struct effects *effects, enum report_format format)
{
	if (effects->lost) {
		fputs("vpn-policy: out of memory\n", stderr);
		return -1;
	}
	if (format == REPORT_JSON)
		return json_print_list(effects_json(effects), effects->count, effect_json,
				       effects);
	if (format == REPORT_SARIF)
		return print_sarif(effects);
	print_text(effects);
	return 0;
}
