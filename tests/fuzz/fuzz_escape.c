/* SPDX-License-Identifier: ISC */
/*
 * Any bytes, into a buffer of any size: one printable quoted string, which a log record
 * gives back as the bytes, or as their beginning when it says that it was cut.
 */
#include "tests/fuzz/fuzz.h"

#include "policy/language/escape.h"
#include "tests/record/record.h"

enum { BUFFER_MAX = 700 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct record record;
	const struct record_field *field;
	char line[BUFFER_MAX + 128], *shown;
	const char *why;
	size_t room;

	if (size < 2)
		return 0;
	room = ((size_t)data[0] << 8 | data[1]) % BUFFER_MAX + 1;
	data += 2;
	size -= 2;
	/* Of its own, so that a byte too much is seen. */
	shown = malloc(room);
	HOLDS(shown != NULL && escape_quoted(data, size, shown, room) == shown);
	HOLDS(memchr(shown, '\0', room) != NULL && is_printable(shown));
	if (room >= ESCAPE_SIZE_MIN) {
		snprintf(line, sizeof line, "verdict=failed id=01234567 code=71 reason=%s",
			 shown);
		HOLDS(record_parse(line, strlen(line), &record, &why) == 0);
		field = record_field(&record, "reason");
		HOLDS(field != NULL && field->len <= size &&
		      memcmp(field->value, data, field->len) == 0);
		HOLDS(field->cut == (field->len < size));
	}
	free(shown);
	return 0;
}
