/* SPDX-License-Identifier: ISC */
/* As much of a shell script as the HOWTO's need: variables that are set to a plain value,
 * and the commands that add a route. Allocates nothing. */
#ifndef SALLYPORT_POLICY_TOOL_MIGRATE_SHELL_TEXT_H
#define SALLYPORT_POLICY_TOOL_MIGRATE_SHELL_TEXT_H

enum shell_kind { SHELL_END, SHELL_VARIABLE, SHELL_ROUTE };

struct shell_text {
	/* what is not read yet, terminated; it is taken apart in place */
	char *at;
	/* of the line that was read last, from 1 */
	unsigned number;
};

struct shell_line {
	unsigned line;
	/* a variable and its value, without quotes */
	char *name, *value;
	/* of a route: each NULL when it is not said */
	char *network, *mask, *gateway;
};

/* The next line that is one of these; all others are passed over. */
enum shell_kind shell_next(struct shell_text *text, struct shell_line *out);

#endif
