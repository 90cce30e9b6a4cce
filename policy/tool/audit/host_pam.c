/* SPDX-License-Identifier: ISC */
/* Whether PAM lets the account log in after its key: runs through the stacks "account" and
 * "session" of sshd's service, module by module. A module that audit does not know is
 * assumed to succeed, and is reported as not looked at if its refusal would count. */
#include "policy/tool/audit/host_pam.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/tool/audit/host.h"
#include "policy/tool/audit/pam_text.h"

/* The first is libpam's; files with more lines are not PAM's. */
enum { DEPTH_MAX = 16, LINES_MAX = 4096 };

struct pam_run {
	struct host *host;
	const char *type;
	unsigned depth, lines;
	/* the stack has at least one module */
	bool any;
	/* where the stack was refused, and the finding's text, owned */
	char path[PATH_TEXT_MAX], *told;
	unsigned line;
	enum rule_name rule;
};

static void run_service(struct pam_run *run, struct pam_stack *stack, const char *from,
			const char *service);

static void blame(struct pam_run *run, const char *path, unsigned line, const char *module,
		  enum rule_name rule, const char *why)
{
	run->rule = rule;
	snprintf(run->path, sizeof run->path, "%s", path);
	run->line = line;
	free(run->told);
	if (asprintf(&run->told, "%s refuses a login of %s (%s)%s%s", module,
		     run->host->conf.account, run->type, why[0] == '\0' ? "" : ": ",
		     why) < 0) {
		run->told = NULL;
		run->host->findings->lost = true;
	}
}

static void run_module(struct pam_run *run, struct pam_stack *stack, const char *path,
		       unsigned number, const struct pam_line *line)
{
	const char *name = basename(line->module);
	struct pam_answer answer = {
	    .args = line->args, .code = "success", .sure = true, .rule = RULE_PAM_REFUSES};

	/* A module without a path is in libpam's own directory. */
	if (line->module[0] == '/')
		(void)host_trust_file(run->host, RULE_PAM_UNTRUSTED, line->module);
	host_pam_ask(run->host, run->type, line->module, &answer);
	if (!answer.sure && pam_control_minds(line->control))
		host_find(run->host, RULE_NOT_LOOKED_AT, path, number,
			  "whether %s allows a login of %s", name, run->host->conf.account);
	if (pam_stack_take(stack, line->control, answer.code))
		blame(run, path, number, name, answer.rule,
		      answer.why == NULL ? "" : answer.why);
	free(answer.why);
}

static void run_substack(struct pam_run *run, struct pam_stack *stack, const char *path,
			 const struct pam_line *line)
{
	struct pam_stack inner = {0};

	run_service(run, &inner, path, line->module);
	(void)pam_stack_take(stack, line->control,
			     pam_stack_allows(&inner) ? "success" : "perm_denied");
}

static void run_line(struct pam_run *run, struct pam_stack *stack, const char *path,
		     unsigned number, char *text)
{
	struct pam_line line;

	pam_line_parse(text, run->type, &line);
	if (line.kind == PAM_NOTHING)
		return;
	if (line.kind == PAM_INCLUDE) {
		run_service(run, stack, path, line.module);
		return;
	}
	run->any = true;
	if (stack->skip > 0)
		stack->skip--;
	else if (line.kind == PAM_SUBSTACK)
		run_substack(run, stack, path, &line);
	else
		run_module(run, stack, path, number, &line);
}

/* A backslash at the end of a line joins it with the next. */
static void run_text(struct pam_run *run, struct pam_stack *stack, const char *path,
		     char *text)
{
	unsigned number = 1;

	while (text != NULL && !stack->ended && run->lines++ < LINES_MAX) {
		char *end = text + strcspn(text, "\n");
		unsigned lines = 1;

		while (*end == '\n' && end > text && end[-1] == '\\') {
			end[-1] = end[0] = ' ';
			end += strcspn(end, "\n");
			lines++;
		}
		if (*end == '\n')
			*end++ = '\0';
		else
			end = NULL;
		run_line(run, stack, path, number, text);
		number += lines;
		text = end;
	}
}

/* The host's own file, or else the one that the distribution ships. */
static char *read_service(const struct host *host, const char *service,
			  char path[PATH_TEXT_MAX])
{
	static const char *const dirs[] = {"/usr/lib/pam.d", "/etc/pam.d"};
	char *text = NULL;

	if (service[0] == '/')
		return path_tidy(service, path) != 0 ? NULL : host_read(host, path, NULL);
	for (size_t i = sizeof dirs / sizeof dirs[0]; i-- > 0 && text == NULL;) {
		if (path_join(dirs[i], service, path) != 0)
			return NULL;
		text = host_read(host, path, NULL);
		if (text == NULL && errno != ENOENT)
			return NULL;
	}
	if (text == NULL)
		(void)path_join(dirs[1], service, path);
	return text;
}

static void run_service(struct pam_run *run, struct pam_stack *stack, const char *from,
			const char *service)
{
	char path[PATH_TEXT_MAX] = "";
	char *text = NULL;

	if (run->depth < DEPTH_MAX)
		text = read_service(run->host, service, path);
	else
		errno = ELOOP;
	if (text == NULL) {
		const char *why = host_why();

		if (errno == EACCES || errno == EPERM)
			host_not_read(run->host, path, "");
		else if (pam_stack_take(stack, "default=die", "abort"))
			blame(run, from, 0, service, RULE_PAM_REFUSES, why);
		return;
	}
	(void)host_trust_file(run->host, RULE_PAM_UNTRUSTED, path);
	run->depth++;
	run_text(run, stack, path, text);
	run->depth--;
	free(text);
}

static void run_type(struct host *host, const char *service, const char *type)
{
	static const char other[] = "other";
	struct pam_run run = {.host = host, .type = type};
	struct pam_stack stack = {0};
	char path[PATH_TEXT_MAX], *text = read_service(host, service, path);

	free(text);
	if (text != NULL)
		run_service(&run, &stack, path, service);
	/* libpam uses "other" for a service without a file, or without a module of this
	 * type. */
	if (!run.any && !stack.refused)
		run_service(&run, &stack, path, other);
	if (stack.refused && run.told != NULL)
		host_find(host, run.rule, run.path, run.line, "%s", run.told);
	else if (!pam_stack_allows(&stack))
		host_find(host, RULE_PAM_REFUSES, path, 0, "no module lets %s in (%s)",
			  host->conf.account, type);
	free(run.told);
}

void host_pam(struct host *host, const char *service)
{
	/* Without the directory libpam reads a single file, as it used to. */
	if (!host_is_there(host, "/etc/pam.d")) {
		host_find(host, RULE_NOT_LOOKED_AT, "/etc/pam.conf", 0,
			  "whether PAM allows a login of %s", host->conf.account);
		return;
	}
	run_type(host, service, "account");
	run_type(host, service, "session");
}
