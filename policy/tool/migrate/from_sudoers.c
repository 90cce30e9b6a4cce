/* SPDX-License-Identifier: ISC */
/* Of sudo's rules, those that let an account run pppd: whose they are, and which pppd. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/language/escape.h"
#include "policy/language/value.h"
#include "policy/tool/base/grow.h"
#include "policy/tool/migrate/loose.h"
#include "policy/tool/migrate/sources.h"
#include "policy/tool/survey/sudoers.h"

/* Aliases may name each other, again and again; sudo refuses loops. */
enum { ALIAS_DEPTH_MAX = 16, COMMANDS_MAX = 1024 };

struct sudo_rules {
	struct migration *m;
	const char *file;
	struct sudoers_line *lines;
	size_t count, size;
};

/* What a rule lets run. */
struct sudo_grant {
	struct sudo_rules *rules;
	struct origin origin;
	/* Tell what is not taken over; otherwise only look for pppd. */
	bool tell;
	bool pppd;
	char path[POLICY_PATH_MAX];
	/* the only user, and whether there is no other */
	char user[ACCOUNT_MAX_LEN + 1];
	bool plain;
	unsigned users, commands;
};

static void take_commands(struct sudo_grant *grant, char *text, unsigned depth);

static const char *after_word(const char *text, const char *word)
{
	const size_t len = strlen(word);

	return strncmp(text, word, len) == 0 && text[len] == ' ' ? text + len : NULL;
}

/* The commands of "Cmnd_Alias NAME = COMMANDS", as a copy to be freed, or NULL. */
static char *find_alias(const struct sudo_rules *rules, const char *name)
{
	const size_t len = strlen(name);

	for (size_t i = 0; i < rules->count; i++) {
		const char *text = rules->lines[i].text, *rest;

		rest = after_word(text, "Cmnd_Alias");
		if (rest == NULL)
			rest = after_word(text, "Cmd_Alias");
		if (rest == NULL)
			continue;
		rest += strspn(rest, " ");
		if (strncmp(rest, name, len) != 0)
			continue;
		rest += len + strspn(rest + len, " ");
		if (*rest == '=')
			return strdup(rest + 1);
	}
	return NULL;
}

static bool is_alias_name(const char *word)
{
	return *word != '\0' &&
	       word[strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")] == '\0';
}

/* Whether the command is called that, in whatever directory. */
static bool is_called(const char *command, const char *name)
{
	return command[0] == '/' && strcmp(basename(command), name) == 0;
}

static void take_command(struct sudo_grant *grant, char *text)
{
	char shown[MIGRATE_SHOWN_MAX];
	char *command = loose_word(&text, " ");
	const char *why;

	if (command == NULL)
		return;
	if (is_called(command, "pppd") || is_called(command, "ppp")) {
		grant->pppd = true;
		if (is_called(command, "pppd") && strlen(command) < sizeof grant->path &&
		    value_path(command, &why) == 0)
			memcpy(grant->path, command, strlen(command) + 1);
		if (grant->tell && loose_word(&text, " ") != NULL)
			migration_drop(grant->rules->m, grant->origin,
				       "the words after pppd",
				       "the agent sets its own, from each peer's file");
	} else if (grant->tell && !is_called(command, "route") &&
		   !is_called(command, "sshroute")) {
		migration_note(
		    grant->rules->m, grant->origin,
		    "not taken over: %s: peers run nothing but what Allow says",
		    escape_quoted(command, strlen(command), shown, sizeof shown));
	}
}

/* Without "(USER)" and "NOPASSWD:" and their like in front. */
static char *skip_tags(char *item)
{
	for (;;) {
		const size_t tag =
		    strspn(item += strspn(item, " "), "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");
		char *end;

		if (*item == '(' && (end = strchr(item, ')')) != NULL)
			item = end + 1;
		else if (tag > 0 && item[tag] == ':')
			item += tag + 1;
		else
			return item;
	}
}

static void take_alias(struct sudo_grant *grant, char *name, unsigned depth)
{
	char *commands = depth < ALIAS_DEPTH_MAX ? find_alias(grant->rules, name) : NULL;

	if (commands != NULL)
		take_commands(grant, commands, depth + 1);
	else
		take_command(grant, name);
	free(commands);
}

/* At the commas that are not escaped. */
static void take_commands(struct sudo_grant *grant, char *text, unsigned depth)
{
	while (text != NULL && grant->commands < COMMANDS_MAX) {
		char *item = text, *end = text;

		grant->commands++;
		while (*end != '\0' && *end != ',')
			end += end[0] == '\\' && end[1] != '\0' ? 2 : 1;
		text = *end == ',' ? end + 1 : NULL;
		*end = '\0';
		item = skip_tags(item);
		while (end > item && end[-1] == ' ')
			*--end = '\0';
		if (is_alias_name(item) && strcmp(item, "ALL") != 0)
			take_alias(grant, item, depth);
		else
			take_command(grant, item);
	}
}

static void take_user(void *context, const char *name, size_t len, bool negated)
{
	struct sudo_grant *grant = context;
	const struct span span = {name, len};
	const char *why;

	grant->users++;
	grant->plain = !negated && span_copy(span, grant->user, sizeof grant->user) &&
		       value_account(grant->user, &why) == 0 && !is_alias_name(grant->user);
}

static bool is_rule(const char *text)
{
	static const char *const others[] = {"Defaults",   "Cmnd_Alias", "Cmd_Alias",
					     "User_Alias", "Host_Alias", "Runas_Alias",
					     NULL};

	for (const char *const *other = others; *other != NULL; other++)
		if (strncmp(text, *other, strlen(*other)) == 0)
			return false;
	return true;
}

/* Fills the grant of a rule; false for one that has no commands. */
static bool read_rule(struct sudo_grant *grant, const char *text)
{
	const char *rest = sudoers_list(text, take_user, grant);
	const char *sign = strchr(rest, '=');
	char *commands;

	if (sign == NULL)
		return false;
	commands = strdup(sign + 1);
	if (commands == NULL)
		grant->rules->m->lost = true;
	else
		take_commands(grant, commands, 0);
	free(commands);
	return true;
}

static bool take_account(struct sudo_grant *grant)
{
	struct migration *m = grant->rules->m;

	if (grant->users != 1 || !grant->plain) {
		migration_drop(m, grant->origin, "whom the rule is for",
			       "the agent has one account: name it in agent.conf "
			       "(Account)");
		return false;
	}
	if (m->account[0] != '\0' && strcmp(m->account, grant->user) != 0) {
		migration_note(m, grant->origin,
			       "not taken over: the account %s: the agent has one account, "
			       "and another rule names %s",
			       grant->user, m->account);
		return false;
	}
	if (strcmp(grant->user, "root") == 0) {
		migration_drop(m, grant->origin, "root",
			       "the agent's account is never root");
		return false;
	}
	memcpy(m->account, grant->user, sizeof m->account);
	migration_note(m, grant->origin,
		       "taken over as Account %s; the agent needs no sudo: remove the rule "
		       "when the old way is not used any more",
		       grant->user);
	return true;
}

static void take_rule(struct sudo_rules *rules, const struct sudoers_line *line)
{
	struct sudo_grant grant = {.rules = rules, .origin = {rules->file, line->line}};

	if (!is_rule(line->text) || !read_rule(&grant, line->text) || !grant.pppd)
		return;
	/* Once more: now it is known that the rule is the VPN's. */
	grant.tell = true;
	grant.users = grant.commands = 0;
	(void)read_rule(&grant, line->text);
	if (grant.commands == COMMANDS_MAX)
		migration_drop(rules->m, grant.origin, "the other commands of the rule",
			       "there are too many: peers run nothing but what Allow says");
	if (take_account(&grant) && grant.path[0] != '\0')
		memcpy(rules->m->pppd, grant.path, sizeof rules->m->pppd);
}

static void tell_include(struct sudo_rules *rules, const struct sudoers_line *line)
{
	const struct origin at = {rules->file, line->line};
	char shown[MIGRATE_SHOWN_MAX];
	bool directory;
	const char *path = sudoers_include(line->text, &directory);

	if (path != NULL)
		migration_note(rules->m, at,
			       "not looked at: %s: give what it includes as well, if the "
			       "VPN's rules are there",
			       escape_quoted(path, strlen(path), shown, sizeof shown));
}

/* NOLINTNEXTLINE(readability-non-const-parameter): the others take theirs apart */
int from_sudoers(struct migration *m, const char *file, char *text, struct error *err)
{
	struct sudo_rules rules = {.m = m, .file = file};
	const struct origin whole = {file, 0};
	const char *at = text;
	struct sudoers_line line;
	unsigned number = 1;

	(void)err;
	m->remote = true;
	while (sudoers_next(&at, &number, &line, &m->lost))
		if (!APPEND(rules.lines, rules.count, rules.size, &line)) {
			m->lost = true;
			free(line.text);
		}
	for (size_t i = 0; i < rules.count; i++) {
		tell_include(&rules, &rules.lines[i]);
		take_rule(&rules, &rules.lines[i]);
	}
	if (m->account[0] == '\0')
		migration_note(m, whole,
			       "no rule lets a single account run pppd: nothing is taken "
			       "over of it");
	for (size_t i = 0; i < rules.count; i++)
		free(rules.lines[i].text);
	free(rules.lines);
	return 0;
}
