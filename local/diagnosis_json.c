/* SPDX-License-Identifier: ISC */
/* What `diagnose --json` prints: diagnose.schema.json says what is in it. */
#include "local/diagnosis.h"

#include <jansson.h>
#include <stdio.h>

static const char *const verdicts[VERDICTS] = {
    [VERDICT_OK] = "ok",
    [VERDICT_NOTE] = "note",
    [VERDICT_FAILED] = "failed",
    [VERDICT_SKIPPED] = "skipped",
};

static const char *or_null(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

static json_t *step_to_json(const struct remark *finding)
{
	enum { MICROSECONDS = 1000 };
	json_t *took = finding->took >= 0 ? json_real((double)finding->took / MICROSECONDS)
					  : json_null();

	return json_pack("{s:s, s:s, s:o, s:s?, s:s?, s:s?}", "step",
			 step_word(finding->step), "verdict", verdicts[finding->verdict],
			 "milliseconds", took, "what", or_null(finding->what), "text",
			 or_null(finding->text), "cure", or_null(finding->cure));
}

static json_t *frame_to_json(const struct told_frame *frame)
{
	return json_pack("{s:I, s:s}", "milliseconds", (json_int_t)frame->at, "text",
			 frame->text);
}

int diagnosis_print_json(const struct diagnosis *diagnosis)
{
	json_t *steps = json_array(), *frames = json_array(), *all;
	int result = 0;

	for (size_t i = 0; result == 0 && i < diagnosis->count; i++)
		result = json_array_append_new(steps, step_to_json(&diagnosis->list[i]));
	for (size_t i = 0; result == 0 && diagnosis->frames && i < diagnosis->ntold; i++)
		result = json_array_append_new(frames, frame_to_json(&diagnosis->told[i]));
	all = json_pack("{s:s, s:b, s:b, s:i, s:o, s:o}", "name", diagnosis->name, "ok",
			diagnosis_code(diagnosis) == EXIT_DONE, "link", diagnosis->has_link,
			"exit_status", (int)diagnosis_code(diagnosis), "steps", steps,
			"frames", frames);
	if (all == NULL)
		return -1;
	result = result == 0 ? json_dumpf(all, stdout, JSON_INDENT(2)) : -1;
	putchar('\n');
	json_decref(all);
	return result;
}
