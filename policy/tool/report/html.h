/* SPDX-License-Identifier: ISC */
/* Text within an HTML page, and within the SVG in it. */
#ifndef SALLYPORT_POLICY_TOOL_REPORT_HTML_H
#define SALLYPORT_POLICY_TOOL_REPORT_HTML_H

#include <stdio.h>

/* Any bytes, for the place of text and of a quoted attribute: nothing in it is markup
 * there. What is not printable ASCII becomes \xHH, so that no character turns the line
 * around or looks like another. */
void html_text(FILE *out, const char *text);

/* As fprintf(3), with the result as html_text() has it: nothing of fmt is markup either. */
void html_printf(FILE *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The first max bytes of it, the last two of which are dots when there are more. */
void html_cut(FILE *out, const char *text, size_t max);

#endif
