/* SPDX-License-Identifier: ISC */
#include "policy/tool/audit/key_lines.h"

#include <string.h>
#include <strings.h>
#include <time.h>

#include "policy/tool/survey/survey.h"

/* The options of sshd(8); those that are not good allow more than the agent does. */
static const struct option_kind {
	const char *name;
	bool value, good;
} option_kinds[] = {
    {"command", true, true},
    {"restrict", false, true},
    {"from", true, true},
    {"expiry-time", true, true},
    {"no-agent-forwarding", false, true},
    {"no-port-forwarding", false, true},
    {"no-pty", false, true},
    {"no-user-rc", false, true},
    {"no-X11-forwarding", false, true},
    {"touch-required", false, true},
    {"verify-required", false, true},
    /* only for peers with Legacy yes: key_lines.c checks that */
    {"pty", false, true},
    /* certificate_lines.c checks these */
    {"cert-authority", false, true},
    {"principals", true, true},
    {"agent-forwarding", false, false},
    {"environment", true, false},
    {"no-touch-required", false, false},
    {"permitlisten", true, false},
    {"permitopen", true, false},
    {"port-forwarding", false, false},
    {"tunnel", true, false},
    {"user-rc", false, false},
    {"X11-forwarding", false, false},
};

enum { OPTION_KINDS = sizeof option_kinds / sizeof option_kinds[0] };

static const struct option_kind *find_kind(const char *name)
{
	for (size_t i = 0; i < OPTION_KINDS; i++)
		if (strcasecmp(option_kinds[i].name, name) == 0)
			return &option_kinds[i];
	return NULL;
}

/* Why sshd ignores the line because of the option; or NULL. */
static const char *refusal(const struct option_kind *kind,
			   const struct authorized_option *option, time_t now)
{
	time_t end;

	if (kind == NULL)
		return "is not a known option";
	if (kind->value != (option->value != NULL))
		return kind->value ? "needs a value: sshd ignores the line"
				   : "has a value: sshd ignores the line";
	if (option->value == NULL || strcmp(kind->name, "expiry-time") != 0)
		return NULL;
	if (!authorized_time(option->value, &end))
		return "is not a time: sshd ignores the line";
	return end < now ? "has passed: sshd ignores the line" : NULL;
}

/* False, with a finding, for an option because of which sshd ignores the whole line. */
static bool judge_option(struct host *host, const char *path, unsigned line,
			 const struct authorized_option *option)
{
	const struct option_kind *kind = find_kind(option->name);
	const char *why = refusal(kind, option, host->survey->now);

	if (why != NULL)
		host_find(host, RULE_KEYS_LINE, path, line, "%s %s", option->name, why);
	else if (!kind->good)
		host_find(host, RULE_KEYS_OPTION, path, line,
			  "%s allows more than the agent does", kind->name);
	return why == NULL;
}

bool key_options_judge(struct host *host, const char *path,
		       const struct authorized_line *line)
{
	unsigned commands = 0;
	bool taken = true;

	for (size_t i = 0; i < line->noptions; i++) {
		const struct authorized_option *option = &line->options[i];

		taken = judge_option(host, path, line->number, option) && taken;
		commands += strcasecmp(option->name, "command") == 0 ? 1 : 0;
	}
	if (commands > 1)
		host_find(host, RULE_KEYS_LINE, path, line->number,
			  "command is given twice: sshd ignores the line");
	if (authorized_option(line, "restrict") == NULL)
		host_find(host, RULE_KEYS_RESTRICT, path, line->number, "no restrict");
	return taken && commands <= 1;
}
