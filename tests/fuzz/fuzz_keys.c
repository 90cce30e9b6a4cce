/* SPDX-License-Identifier: ISC */
/* authorized_keys: any bytes; and what was read, written down again, is read as the same.
 */
#include "tests/fuzz/fuzz.h"

#include "policy/tool/survey/authorized_keys.h"

/* Room for a line of quotes, each of which takes two bytes. */
static char again[2 * AUTHORIZED_LINE_MAX + 2];

static char *put_option(char *at, const struct authorized_option *option)
{
	at = stpcpy(at, option->name);
	if (option->value == NULL)
		return at;
	at = stpcpy(at, "=\"");
	for (const char *from = option->value; *from != '\0'; from++) {
		if (*from == '"')
			*at++ = '\\';
		*at++ = *from;
	}
	return stpcpy(at, "\"");
}

static size_t write_down(const struct authorized_line *line)
{
	char *at = again;

	for (size_t i = 0; i < line->noptions; i++) {
		at = put_option(at, &line->options[i]);
		*at++ = i + 1 < line->noptions ? ',' : ' ';
	}
	at = stpcpy(stpcpy(at, line->type), " ");
	return (size_t)(stpcpy(at, line->base64) - again);
}

static void check_same(const struct authorized_line *a, const struct authorized_line *b)
{
	HOLDS(a->noptions == b->noptions);
	for (size_t i = 0; i < a->noptions; i++) {
		HOLDS(strcmp(a->options[i].name, b->options[i].name) == 0);
		HOLDS((a->options[i].value == NULL) == (b->options[i].value == NULL));
		HOLDS(a->options[i].value == NULL ||
		      strcmp(a->options[i].value, b->options[i].value) == 0);
	}
	HOLDS(strcmp(a->type, b->type) == 0 && strcmp(a->base64, b->base64) == 0);
}

static void check_line(const struct authorized_line *line)
{
	static struct authorized_line second;
	struct authorized_keys keys;
	struct error err;
	size_t len = write_down(line);

	HOLDS(line->type[0] != '\0' && is_printable(line->type) &&
	      is_printable(line->base64));
	HOLDS(line->noptions <= AUTHORIZED_OPTIONS_MAX);
	for (size_t i = 0; i < line->noptions; i++)
		HOLDS(line->options[i].name[0] != '\0' &&
		      is_printable(line->options[i].name));
	if (len > AUTHORIZED_LINE_MAX)
		return;
	authorized_keys_start(&keys, "again", again, len);
	HOLDS(authorized_keys_next(&keys, &second, &err) == 1);
	check_same(line, &second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct authorized_line line;
	struct authorized_keys keys;
	struct error err;
	unsigned last = 0;
	int r;

	authorized_keys_start(&keys, "fuzz", (const char *)data, size);
	while ((r = authorized_keys_next(&keys, &line, &err)) != 0) {
		HOLDS(line.number > last);
		last = line.number;
		if (r > 0)
			check_line(&line);
		else
			check_error(&err, data, size);
	}
	return 0;
}
