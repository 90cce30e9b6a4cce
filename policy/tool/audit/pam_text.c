/* SPDX-License-Identifier: ISC */
#include "policy/tool/audit/pam_text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* As pam.conf(5) defines them. */
static const struct {
	const char *word, *control;
} controls[] = {
    {"required", "success=ok new_authtok_reqd=ok ignore=ignore default=bad"},
    {"requisite", "success=ok new_authtok_reqd=ok ignore=ignore default=die"},
    {"sufficient", "success=done new_authtok_reqd=done default=ignore"},
    {"optional", "success=ok new_authtok_reqd=ok default=ignore"},
};

enum { CONTROLS = sizeof controls / sizeof controls[0], ACTION_MAX = 16 };

static const char between[] = " \t\r";

char *pam_word(char **at)
{
	char *start = *at + strspn(*at, between), *end;

	if (*start == '\0')
		return NULL;
	if (*start == '[') {
		end = start + strcspn(start, "]");
		start++;
	} else {
		end = start + strcspn(start, between);
	}
	*at = end;
	if (*end != '\0') {
		*end = '\0';
		*at = end + 1;
	}
	return start;
}

const char *pam_value(const char *word, const char *name)
{
	const size_t len = strlen(name);

	return strncmp(word, name, len) == 0 && word[len] == '=' ? word + len + 1 : NULL;
}

static const char *control_of(const char *word)
{
	for (size_t i = 0; i < CONTROLS; i++)
		if (strcasecmp(word, controls[i].word) == 0)
			return controls[i].control;
	return word;
}

void pam_line_parse(char *text, const char *type, struct pam_line *line)
{
	char *at = text, *first, *control, *module;

	*line = (struct pam_line){.kind = PAM_NOTHING};
	text[strcspn(text, "#")] = '\0';
	first = pam_word(&at);
	if (first == NULL)
		return;
	if (strcasecmp(first, "@include") == 0) {
		line->module = pam_word(&at);
		line->kind = line->module == NULL ? PAM_NOTHING : PAM_INCLUDE;
		return;
	}
	if (strcasecmp(first[0] == '-' ? first + 1 : first, type) != 0)
		return;
	control = pam_word(&at);
	module = control == NULL ? NULL : pam_word(&at);
	if (module == NULL)
		return;
	line->module = module;
	line->args = at;
	line->control = control_of(control);
	if (strcasecmp(control, "include") == 0) {
		line->kind = PAM_INCLUDE;
	} else if (strcasecmp(control, "substack") == 0) {
		line->kind = PAM_SUBSTACK;
		line->control = control_of("required");
	} else {
		line->kind = PAM_MODULE;
	}
}

/* The action that the control gives for the code: "bad" when it names none. */
static void find_action(const char *control, const char *code, char action[ACTION_MAX])
{
	static const char otherwise[] = "default";
	bool found = false;

	memcpy(action, "bad", sizeof "bad");
	for (const char *at = control + strspn(control, between); *at != '\0' && !found;) {
		const size_t len = strcspn(at, between), name = strcspn(at, "=");
		const bool exact = name == strlen(code) && strncmp(at, code, name) == 0;

		if (name < len && len - name <= ACTION_MAX &&
		    (exact ||
		     (name == sizeof otherwise - 1 && strncmp(at, otherwise, name) == 0))) {
			memcpy(action, at + name + 1, len - name - 1);
			action[len - name - 1] = '\0';
			found = exact;
		}
		at += len + strspn(at + len, between);
	}
}

static bool take_ok(struct pam_stack *stack, const char *code)
{
	if (!stack->refused && strcmp(code, "ignore") != 0)
		stack->allowed = true;
	return false;
}

static bool take_bad(struct pam_stack *stack)
{
	const bool first = !stack->refused;

	stack->refused = true;
	return first;
}

bool pam_stack_take(struct pam_stack *stack, const char *control, const char *code)
{
	char action[ACTION_MAX];

	find_action(control, code, action);
	if (strcmp(action, "ignore") == 0)
		return false;
	if (strcmp(action, "reset") == 0) {
		stack->allowed = stack->refused = false;
		return false;
	}
	if (strcmp(action, "die") == 0) {
		stack->ended = true;
		return take_bad(stack);
	}
	if (action[0] >= '1' && action[0] <= '9') {
		stack->skip = strtoul(action, NULL, 10);
		return false;
	}
	if (strcmp(action, "ok") == 0 || strcmp(action, "done") == 0) {
		/* "ok" makes the code that of the stack, which refuses if it is a failure.
		 */
		if (strcmp(code, "success") != 0 && strcmp(code, "ignore") != 0 &&
		    strcmp(code, "new_authtok_reqd") != 0)
			return take_bad(stack);
		(void)take_ok(stack, code);
		stack->ended = strcmp(action, "done") == 0 && !stack->refused;
		return false;
	}
	return take_bad(stack);
}

bool pam_control_minds(const char *control)
{
	char action[ACTION_MAX];

	find_action(control, "auth_err", action);
	return strcmp(action, "ignore") != 0;
}

bool pam_stack_allows(const struct pam_stack *stack)
{
	return stack->allowed && !stack->refused;
}
