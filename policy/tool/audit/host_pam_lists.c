/* SPDX-License-Identifier: ISC */
/* What pam_listfile and pam_succeed_if answer for the account, by its name, groups, shell
 * and ids. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "policy/tool/audit/host.h"
#include "policy/tool/audit/host_names.h"
#include "policy/tool/audit/host_pam.h"
#include "policy/tool/audit/pam_text.h"
#include "policy/tool/audit/sshd_text.h"
#include "policy/tool/audit/word_list.h"

enum { NUMBER_TEXT_MAX = 16 };

bool host_pam_in_group(struct host *host, const char *group)
{
	struct host_names names = {0};
	bool in = false;

	if (host_names_read(host, &names) < 0)
		host->findings->lost = true;
	for (size_t i = 0; i < names.count; i++)
		in |= names.list[i][0] == '%' && strcmp(names.list[i] + 1, group) == 0;
	host_names_free(&names);
	return in;
}

/* The arguments of pam_listfile(8). */
struct list {
	const char *item, *file;
	bool allow, succeed, apply;
};

static void read_list(char *args, struct list *list)
{
	const char *value;

	*list = (struct list){.item = ""};
	for (const char *word; (word = pam_word(&args)) != NULL;) {
		if ((value = pam_value(word, "item")) != NULL)
			list->item = value;
		else if ((value = pam_value(word, "file")) != NULL)
			list->file = value;
		else if (pam_value(word, "apply") != NULL)
			list->apply = true;
		list->allow |= strcmp(word, "sense=allow") == 0;
		list->succeed |= strcmp(word, "onerr=succeed") == 0;
	}
}

static bool line_is(struct host *host, const struct list *list, const char *line)
{
	if (strcmp(list->item, "user") == 0)
		return strcmp(line, host->account.name) == 0;
	if (strcmp(list->item, "shell") == 0)
		return strcmp(line, host->account.shell) == 0;
	return line[0] != '\0' && host_pam_in_group(host, line);
}

void host_pam_listfile(struct host *host, struct pam_answer *answer)
{
	struct list list;
	char *text, *rest;
	bool found = false;

	read_list(answer->args, &list);
	if (list.file == NULL || list.apply ||
	    !word_list_has("user group shell", " ", list.item)) {
		pam_doubt(answer);
		return;
	}
	text = rest = host_read(host, list.file, NULL);
	if (text == NULL) {
		if (!list.succeed)
			pam_refuse(answer, "service_err", "%s: %s", list.file, host_why());
		return;
	}
	for (char *line; (line = strsep(&rest, "\n")) != NULL;)
		found |= line_is(host, &list, line);
	free(text);
	if (found != list.allow)
		pam_refuse(answer, "auth_err", "%s %s", list.file,
			   found ? "has it" : "does not have it");
}

/* The attribute of the account that pam_succeed_if(8) names, or NULL. */
static const char *attribute(const struct host *host, const char *name,
			     char number[NUMBER_TEXT_MAX])
{
	const struct host_account *account = &host->account;

	if (strcmp(name, "user") == 0)
		return account->name;
	if (strcmp(name, "shell") == 0)
		return account->shell;
	if (strcmp(name, "home") == 0)
		return account->home;
	if (strcmp(name, "service") == 0)
		return "sshd";
	if (strcmp(name, "uid") != 0 && strcmp(name, "gid") != 0)
		return NULL;
	snprintf(number, NUMBER_TEXT_MAX, "%u",
		 name[0] == 'u' ? (unsigned)account->uid : (unsigned)account->gid);
	return number;
}

/* 1 or 0; -1 when op does not compare numbers. */
static int compare(const char *op, long left, long right)
{
	static const char *const ops[] = {
	    "<", "lt", "<=", "le", ">", "gt", ">=", "ge", "eq", "eq", "ne", "ne", NULL};
	const int are[] = {left<right, left <= right, left> right, left >= right,
			   left == right, left != right};

	for (size_t i = 0; ops[i] != NULL; i++)
		if (strcmp(op, ops[i]) == 0)
			return are[i / 2];
	return -1;
}

static int holds(struct host *host, const char *value, const char *op, const char *wanted)
{
	const int numbers = compare(op, strtol(value, NULL, 10), strtol(wanted, NULL, 10));

	if (numbers >= 0)
		return numbers;
	if (strcmp(op, "=") == 0)
		return strcmp(value, wanted) == 0;
	if (strcmp(op, "!=") == 0)
		return strcmp(value, wanted) != 0;
	if (strcmp(op, "=~") == 0)
		return sshd_pattern_fits(wanted, value);
	if (strcmp(op, "!~") == 0)
		return !sshd_pattern_fits(wanted, value);
	if (strcmp(op, "in") == 0)
		return word_list_has(wanted, ":", value);
	if (strcmp(op, "notin") == 0)
		return !word_list_has(wanted, ":", value);
	if (strcmp(op, "ingroup") == 0)
		return host_pam_in_group(host, wanted);
	if (strcmp(op, "notingroup") == 0)
		return !host_pam_in_group(host, wanted);
	return -1;
}

void host_pam_succeed_if(struct host *host, struct pam_answer *answer)
{
	static const char flags[] = "debug use_uid quiet quiet_fail quiet_success audit";
	char number[NUMBER_TEXT_MAX];

	for (const char *word; (word = pam_word(&answer->args)) != NULL;) {
		const char *op, *wanted, *value;
		int result;

		if (word_list_has(flags, " ", word))
			continue;
		op = pam_word(&answer->args);
		wanted = op == NULL ? NULL : pam_word(&answer->args);
		value = attribute(host, word, number);
		result =
		    value == NULL || wanted == NULL ? -1 : holds(host, value, op, wanted);
		if (result < 0)
			pam_doubt(answer);
		if (result == 0)
			pam_refuse(answer, "auth_err", "it wants %s %s %s", word, op,
				   wanted);
		if (result <= 0)
			return;
	}
}
