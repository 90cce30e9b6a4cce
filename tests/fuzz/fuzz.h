/* SPDX-License-Identifier: ISC */
/*
 * What fuzz targets share. Each target is a file fuzz_NAME.c with libFuzzer's entry
 * (https://llvm.org/docs/LibFuzzer.html); a property that does not hold aborts.
 */
#ifndef SALLYPORT_TESTS_FUZZ_FUZZ_H
#define SALLYPORT_TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/language/error.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HOLDS(property)                                                                    \
	do {                                                                               \
		if (!(property)) {                                                         \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__,  \
				#property);                                                \
			abort();                                                           \
		}                                                                          \
	} while (0)

static inline bool is_printable(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

static inline bool same_bytes(const void *a, const void *b, size_t size)
{
	return memcmp(a, b, size) == 0;
}

/* An error is one printable line, and points into the text if it points anywhere. */
static inline void check_error(const struct error *err, const uint8_t *data, size_t size)
{
	unsigned lines = 1;

	HOLDS(err->text[0] != '\0' && is_printable(err->text) && is_printable(err->file));
	HOLDS(memchr(err->text, '\0', sizeof err->text) != NULL);
	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	HOLDS(err->line <= lines);
	HOLDS(err->column <= size + 1);
}

#endif
