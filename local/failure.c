/* SPDX-License-Identifier: ISC */
#include "local/failure.h"

#include <stdarg.h>
#include <stdio.h>

int failure_set(struct failure *failure, enum exit_code code, const char *fmt, ...)
{
	va_list args;

	failure->code = code;
	va_start(args, fmt);
	vsnprintf(failure->text, sizeof(failure->text), fmt, args);
	va_end(args);
	return -1;
}

int failure_from(struct failure *failure, enum exit_code code, const struct error *err)
{
	failure->code = code;
	error_print(err, failure->text, sizeof(failure->text));
	return -1;
}
