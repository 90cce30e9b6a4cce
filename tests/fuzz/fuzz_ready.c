/* SPDX-License-Identifier: ISC */
/* Any bytes from a server are a ready line or an error. */
#include "tests/fuzz/fuzz.h"

#include "local/ready.h"
#include "local/ready_confined.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ready ready;
	struct error err;

	if (ready_parse((const char *)data, size, "abcdefghijklmnopqrstuvwx", &ready,
			&err) != 0) {
		HOLDS(err.text[0] != '\0' && is_printable(err.text));
		return 0;
	}
	HOLDS(ready_is_sane(&ready));
	return 0;
}
