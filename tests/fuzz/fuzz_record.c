/* SPDX-License-Identifier: ISC */
/* The tests' own parser of log records takes any bytes. */
#include "tests/fuzz/fuzz.h"

#include "tests/record/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct record record;
	const char *why = NULL;

	if (record_parse((const char *)data, size, &record, &why) != 0) {
		HOLDS(why != NULL);
		return 0;
	}
	HOLDS(record.nfields > 0 && record_field(&record, "id") != NULL);
	HOLDS(record_field(&record, "id")->len == 8);
	return 0;
}
