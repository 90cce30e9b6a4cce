/* SPDX-License-Identifier: ISC */
/* PAM's stacks: what is overlooked here lets audit believe that logins succeed. */
#include "tests/unit/unit.h"

#include <string.h>

#include "policy/tool/audit/pam_text.h"

enum { TEXT_MAX = 256, LINES_MAX = 8 };

static char text[TEXT_MAX];
static struct pam_line line;

static enum pam_kind parse(const char *from)
{
	assert_true(strlen(from) < sizeof text);
	memcpy(text, from, strlen(from) + 1);
	pam_line_parse(text, "account", &line);
	return line.kind;
}

static void lines_of_the_type(void **state)
{
	(void)state;
	assert_int_equal(parse("account required pam_x.so a=b  c # why"), PAM_MODULE);
	assert_string_equal(line.module, "pam_x.so");
	assert_string_equal(pam_word(&line.args), "a=b");
	assert_string_equal(pam_word(&line.args), "c");
	assert_null(pam_word(&line.args));
	assert_int_equal(parse("-Account\t[success=1 default=ignore]\tx"), PAM_MODULE);
	assert_string_equal(line.control, "success=1 default=ignore");
	assert_null(pam_word(&line.args));
	assert_int_equal(parse("@include common-account"), PAM_INCLUDE);
	assert_string_equal(line.module, "common-account");
	assert_int_equal(parse("account include x"), PAM_INCLUDE);
	assert_int_equal(parse("account substack x"), PAM_SUBSTACK);
}

static void other_lines_are_nothing(void **state)
{
	static const char *const nothing[] = {
	    "",	       "# account required x", "auth required x",
	    "account", "account required",     "@include",
	    "  \t"};

	(void)state;
	for (size_t i = 0; i < sizeof nothing / sizeof nothing[0]; i++)
		assert_int_equal(parse(nothing[i]), PAM_NOTHING);
}

/* Each line "CONTROL CODE", up to NULL: whether all of it lets in. */
static bool lets_in(const char *const *lines)
{
	struct pam_stack stack = {0};

	for (; *lines != NULL && !stack.ended; lines++) {
		char control[TEXT_MAX] = "account ", *code;

		strncat(control, *lines, sizeof control - sizeof "account ");
		code = strrchr(control, ' ');
		assert_non_null(code);
		assert_int_equal(parse(control), PAM_MODULE);
		if (stack.skip > 0)
			stack.skip--;
		else
			(void)pam_stack_take(&stack, line.control, code + 1);
	}
	return pam_stack_allows(&stack);
}

#define LETS_IN(...)   assert_true(lets_in((const char *const[]){__VA_ARGS__, NULL}))
#define KEEPS_OUT(...) assert_false(lets_in((const char *const[]){__VA_ARGS__, NULL}))

static void controls(void **state)
{
	(void)state;
	LETS_IN("required success");
	KEEPS_OUT("required auth_err", "required success");
	KEEPS_OUT("requisite auth_err", "sufficient success");
	LETS_IN("sufficient success", "required auth_err");
	KEEPS_OUT("required auth_err", "sufficient success");
	LETS_IN("sufficient auth_err", "required success");
	LETS_IN("optional auth_err", "required success");
	LETS_IN("required ignore", "required success");
	/* Nobody who lets in. */
	KEEPS_OUT("required ignore");
	KEEPS_OUT("optional auth_err");
	/* As Debian's common-account has it. */
	LETS_IN("[success=1 default=ignore] success", "requisite perm_denied",
		"required success");
}

static void actions(void **state)
{
	struct pam_stack stack = {0};

	(void)state;
	assert_false(pam_stack_take(&stack, "success=1 default=ignore", "success"));
	assert_int_equal(stack.skip, 1);
	assert_true(pam_stack_take(&stack, "success=ok default=bad", "acct_expired"));
	/* The first is what is to blame. */
	assert_false(pam_stack_take(&stack, "success=ok default=bad", "acct_expired"));
	assert_false(pam_stack_allows(&stack));
	(void)pam_stack_take(&stack, "default=reset", "auth_err");
	(void)pam_stack_take(&stack, "success=ok", "success");
	assert_true(pam_stack_allows(&stack));
	/* What the control says nothing of refuses. */
	assert_true(pam_stack_take(&stack, "success=ok", "auth_err"));
}

static void what_a_refusal_would_change(void **state)
{
	(void)state;
	assert_true(pam_control_minds("success=ok default=bad"));
	assert_true(pam_control_minds("success=ok"));
	assert_false(pam_control_minds("success=done default=ignore"));
	assert_false(pam_control_minds("auth_err=ignore default=die"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines_of_the_type),
	    cmocka_unit_test(other_lines_are_nothing),
	    cmocka_unit_test(controls),
	    cmocka_unit_test(actions),
	    cmocka_unit_test(what_a_refusal_would_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
