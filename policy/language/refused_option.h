/* SPDX-License-Identifier: ISC */
/* The option that getopt_long(3) refused, for a message. */
#ifndef SALLYPORT_POLICY_LANGUAGE_REFUSED_OPTION_H
#define SALLYPORT_POLICY_LANGUAGE_REFUSED_OPTION_H

#include <stddef.h>

struct option;

/*
 * After getopt_long(3) has returned '?' or ':': what was given, "--word" or "-x", as
 * escape_quoted() writes it. options are those that it was called with. Returns buf.
 */
const char *refused_option(char *const *argv, const struct option *options, char *buf,
			   size_t size);

#endif
