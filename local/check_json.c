/* SPDX-License-Identifier: ISC */
/* check --json: check.schema.json says what it looks like. */
#include <jansson.h>
#include <stdio.h>

#include "local/check.h"

/* NULL when memory is short, as with each of these. */
static json_t *finding(const struct obstacle *one)
{
	json_t *object =
	    json_pack("{s:s, s:i, s:s, s:s}", "severity",
		      one->code == EXIT_DONE ? "warning" : "error", "exit_status",
		      (int)one->code, "file", one->file, "text", one->text);

	/* A line is told where it is known, and a column only with a line. */
	if (object != NULL && one->line > 0 &&
	    json_object_set_new(object, "line", json_integer(one->line)) == 0 &&
	    one->column > 0)
		json_object_set_new(object, "column", json_integer(one->column));
	return object;
}

json_t *check_to_json(const struct obstacles *all, const char *fine)
{
	const enum exit_code code = obstacle_code(all);
	json_t *list = json_array(), *object;
	int result = 0;

	for (size_t i = 0; result == 0 && i < all->count; i++)
		result = json_array_append_new(list, finding(&all->list[i]));
	object = json_pack("{s:s, s:s, s:b, s:i, s:s?}", "name", all->name, "file",
			   all->file, "ok", code == EXIT_DONE, "exit_status", (int)code,
			   "summary", code == EXIT_DONE ? fine : NULL);
	if (result == 0 && object != NULL &&
	    json_object_set(object, "findings", list) == 0) {
		json_decref(list);
		return object;
	}
	json_decref(list);
	json_decref(object);
	return NULL;
}
