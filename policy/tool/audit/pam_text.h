/* SPDX-License-Identifier: ISC */
/* The lines of PAM's files, as pam.d(5) describes them, and the result of a stack. Pure. */
#ifndef SALLYPORT_POLICY_TOOL_AUDIT_PAM_TEXT_H
#define SALLYPORT_POLICY_TOOL_AUDIT_PAM_TEXT_H

#include <stdbool.h>
#include <stddef.h>

enum pam_kind {
	/* empty, a comment, of another type, or not understood */
	PAM_NOTHING,
	PAM_MODULE,
	/* module is the name of a service */
	PAM_INCLUDE,
	PAM_SUBSTACK,
};

struct pam_line {
	enum pam_kind kind;
	/* "success=ok default=bad", without brackets; "required" and the like are spelt out
	 * so */
	const char *control;
	const char *module;
	/* the rest of the line, for pam_word() */
	char *args;
};

/*
 * Takes a line apart, in place, which must outlive *line: of this type, "account", or
 * "@include".
 */
void pam_line_parse(char *text, const char *type, struct pam_line *line);

/* The next word, terminated, "[" and "]" around one with blanks left out; NULL at the end.
 */
char *pam_word(char **at);

/* The value of such a word that is NAME=VALUE; or NULL. */
const char *pam_value(const char *word, const char *name);

/* The state of a stack so far; zero at its beginning. */
struct pam_stack {
	/* some module has allowed, or refused, the login */
	bool allowed, refused;
	/* no module further down is asked */
	bool ended;
	/* how many modules are skipped next */
	unsigned long skip;
};

/* Takes the code that a module has answered, such as "success" or "auth_err". True when
 * this is what makes the stack refuse. */
bool pam_stack_take(struct pam_stack *stack, const char *control, const char *code);
/* Whether a failure of the module would change anything. */
bool pam_control_minds(const char *control);
bool pam_stack_allows(const struct pam_stack *stack);

#endif
