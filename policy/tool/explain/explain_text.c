/* SPDX-License-Identifier: ISC */
/* An explanation for people. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "agent/confine/confine_steps.h"
#include "policy/language/value.h"
#include "policy/tool/explain/explanation.h"
#include "policy/tool/report/report.h"

enum { LABEL_WIDTH = 14, LINE_WIDTH = 78, LIMIT_WORD_MAX = 32 };

/* "  label         text" */
__attribute__((format(printf, 2, 3))) static void row(const char *label, const char *fmt,
						      ...)
{
	va_list args;

	printf("  %-*s", LABEL_WIDTH, label);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
}

/* Words under one label, as many on a line as fit. A word may have blanks in it. */
struct wrapped {
	const char *label, *separator;
	size_t column;
};

static void wrap(struct wrapped *lines, const char *word)
{
	const size_t len = strlen(word), gap = strlen(lines->separator);

	if (lines->column == 0) {
		printf("  %-*s%s", LABEL_WIDTH, lines->label, word);
		lines->column = 2 + LABEL_WIDTH + len;
	} else if (lines->column + gap + len <= LINE_WIDTH) {
		printf("%s%s", lines->separator, word);
		lines->column += gap + len;
	} else {
		printf("%s\n  %-*s%s", lines->separator[0] == ',' ? "," : "", LABEL_WIDTH,
		       "", word);
		lines->column = 2 + LABEL_WIDTH + len;
	}
}

static void wrap_end(const struct wrapped *lines)
{
	if (lines->column > 0)
		putchar('\n');
}

static void wrap_all(const char *label, const char *separator, const char *const *words)
{
	struct wrapped lines = {label, separator, 0};

	for (; *words != NULL; words++)
		wrap(&lines, *words);
	wrap_end(&lines);
}

static void print_question(const struct explanation *e)
{
	const struct intake_identity *who = &e->login.intake.who;
	const struct finding place = {.file = (char *)e->login.rule.file,
				      .line = e->login.rule.line,
				      .column = e->login.rule.column};
	char address[ADDRESS_TEXT_MAX], when[TIME_TEXT_MAX], rule[REPORT_PLACE_MAX],
	    print[KEY_FINGERPRINT_TEXT_MAX];

	row("reason", "%s", e->reason);
	if (place.file[0] != '\0')
		row("rule", "%s", report_place(&place, rule));
	if (who->from.family != AF_UNSPEC)
		row("client", "%s%s", ip_addr_print(&who->from, address),
		    e->from_assumed ? " (assumed: --from was not given)" : "");
	if (who->server.family != AF_UNSPEC)
		row("server", "%s", ip_addr_print(&who->server, address));
	if (explain_key(e, print) != NULL)
		row("key", "%s%s", print,
		    e->key_assumed ? " (assumed: the peer's first)" : "");
	else if (who->state == INTAKE_OK && !who->key_told && !who->certified)
		row("key", "not told by sshd");
	if (explain_authority(e, print) != NULL)
		row("certificate", "of %s%s", print,
		    e->authority_assumed ? " (assumed: the first Authority)" : "");
	row("time", "%s", value_time_print(e->now, when));
}

static void print_pair(const char *label, const struct address_pair *pair)
{
	char local[ADDRESS_TEXT_MAX], remote[ADDRESS_TEXT_MAX];

	if (pair->local.family != AF_UNSPEC)
		row(label, "%s here, %s there", ip_addr_print(&pair->local, local),
		    ip_addr_print(&pair->remote, remote));
}

static void print_networks(const struct explanation *e)
{
	const bool reach = login_launches_ppp(&e->login);
	struct wrapped lines = {reach ? "may reach" : "routes", ", ", 0};
	struct ip_prefix list[PEER_REACH_ALL_MAX];
	const size_t count = explain_networks(e, list);
	char text[PREFIX_TEXT_MAX];

	for (size_t i = 0; i < count; i++)
		wrap(&lines, ip_prefix_print(&list[i], text));
	if (count == 0 && reach)
		wrap(&lines, "anything");
	wrap_end(&lines);
}

/* What it is called with, and what of the network it makes. */
static void print_plan(const struct explanation *e)
{
	const struct login *login = &e->login;
	const struct peer *peer = &login->peer;
	struct text ready = {0};

	if (!login_launches(login)) {
		row("program", "none: the agent answers by itself");
		return;
	}
	row("program", "%s", login->plan.target);
	wrap_all("arguments", " ", (const char *const *)login->plan.words.argv + 1);
	wrap_all("environment", " ", (const char *const *)login->plan.envp);
	row("interface", "%s%s", login->session.interface,
	    peer->sessions > 1 ? ", or that of another session" : "");
	print_pair("addresses", &peer->address);
	print_pair("addresses", &peer->address6);
	print_networks(e);
	if (login->intake.what.request.ready[0] == '\0')
		return;
	login_print_ready(login, &ready);
	row("ready line", "%.*s", (int)strcspn(ready.bytes, "\n"), ready.bytes);
}

static void print_path(const char *label, const char *path, uint64_t rights)
{
	struct wrapped lines = {label, " ", 0};

	wrap(&lines, path);
	for (unsigned bit = 0; explain_right(bit) != NULL; bit++)
		if ((rights >> bit & 1) != 0)
			wrap(&lines, explain_right(bit));
	wrap_end(&lines);
}

static void print_landlock(const struct explanation *e)
{
	const struct confine *confine = &e->login.confine;
	struct path_rule rule;

	if (confine->target_fd < 0)
		row("landlock", "no file at all");
	for (size_t i = 0; explain_path(e, i, &rule); i++)
		print_path(i == 0 && confine->target_fd >= 0 ? "landlock" : "", rule.path,
			   rule.rights);
	if (landlock_denies_others(confine))
		row("",
		    "no TCP (from Linux 6.7 on), abstract socket, or signal to another's "
		    "process (6.12)");
}

static void print_limits(const struct confine *confine)
{
	struct wrapped lines = {"limits", ", ", 0};
	char word[LIMIT_WORD_MAX];

	for (size_t i = 0; i < CONFINE_LIMITS; i++) {
		const struct confine_limit *limit = &confine_limits[i];

		if (!confine_limit_holds(limit, confine, EXPLAIN_LANDLOCK_ABI))
			continue;
		snprintf(word, sizeof word, "%s %llu", limit->name,
			 (unsigned long long)limit->most);
		wrap(&lines, word);
	}
	wrap_end(&lines);
}

static void print_confinement(const struct explanation *e)
{
	const struct confine *confine = &e->login.confine;

	if (confine->uid != EXPLAIN_NO_ID)
		row("ids", "uid %u, gid %u, no other group", (unsigned)confine->uid,
		    (unsigned)confine->gid);
	else
		row("ids", "those of the account %s, no other group",
		    e->login.conf.account);
	row("capabilities", "%s",
	    confine_capabilities(confine) == 0 ? "none"
					       : "cap_net_admin, in all five sets");
	if (confine->unprivileged)
		row("", "the bounding set, and securebits, stay as they were");
	else
		row("securebits", "%#x, locked", confine_securebits());
	row("privileges", "no_new_privs");
	print_limits(confine);
	print_landlock(e);
	row("seccomp", "what is not named here %s:",
	    confine->seccomp_kill ? "kills the process" : "fails with EPERM");
	wrap_all("", ", ", explain_calls(confine));
}

void explain_verdict(const struct explanation *e)
{
	printf("%s: %s: %s (%d)\n", e->peer,
	       e->request == NULL ? "a shell" : e->login.intake.what.shown,
	       e->code == EXIT_DONE ? "allow" : "deny", (int)e->code);
	print_question(e);
}

void explain_text(const struct explanation *e)
{
	const char *text;

	explain_verdict(e);
	if (e->code != EXIT_DONE)
		return;
	print_plan(e);
	print_confinement(e);
	for (size_t i = 0; (text = explain_depends(e, i)) != NULL; i++)
		row(i == 0 ? "depends on" : "", "%s", text);
}
