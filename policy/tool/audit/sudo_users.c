/* SPDX-License-Identifier: ISC */
#include "policy/tool/audit/sudo_users.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy/tool/survey/sudoers.h"
#include "policy/tool/base/grow.h"

/* A limit of nested aliases that no real file reaches; sudo has none. */
enum { DEPTH_MAX = 64, NAME_TEXT_MAX = 256, UNKNOWN = SUDO_SILENT | SUDO_IN };

struct sudo_alias {
	const char *name;
	size_t len;
	/* the text after "=" */
	const char *list;
	/* its result; 0 while it is not known */
	unsigned match;
	bool being_read;
};

struct weighing {
	struct sudo_users *users;
	unsigned match;
};

void sudo_users_begin(struct sudo_users *users, const struct host *host)
{
	*users = (struct sudo_users){0};
	users->lost = host_names_read(host, &users->names) < 0 ||
		      host_names_read_groups(host, &users->groups) < 0;
	host_names_sort(&users->groups);
}

static void skip(void *context, const char *name, size_t len, bool negated)
{
	(void)context;
	(void)name;
	(void)len;
	(void)negated;
}

/* "NAME = list : NAME = list". */
void sudo_users_define(struct sudo_users *users, const char *text)
{
	for (;;) {
		const char *name = text + strspn(text, " \t");
		const size_t len = strcspn(name, " \t=");
		struct sudo_alias new = {.name = name, .len = len};

		text = strchr(name, '=');
		if (text == NULL)
			return;
		new.list = text + 1;
		if (!APPEND(users->aliases, users->naliases, users->aliases_size, &new)) {
			users->lost = true;
			return;
		}
		text = sudoers_list(text + 1, skip, NULL);
		if (*text != ':')
			return;
		text++;
	}
}

static int compare_aliases(const void *left, const void *right)
{
	const struct sudo_alias *a = left, *b = right;

	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return memcmp(a->name, b->name, a->len);
}

void sudo_users_sort(struct sudo_users *users)
{
	SORT(users->aliases, users->naliases, compare_aliases);
}

/* An alias that contains itself is an error to sudo; here it is unknown, as is one too
 * deep. */
static unsigned match_alias(struct sudo_users *users, struct sudo_alias *alias)
{
	if (alias->match != 0)
		return alias->match;
	if (alias->being_read || users->depth == DEPTH_MAX)
		return UNKNOWN;
	alias->being_read = true;
	users->depth++;
	alias->match = sudo_users_match(users, alias->list);
	users->depth--;
	alias->being_read = false;
	return alias->match;
}

/* 0 when there is no such alias. If it is defined twice, either may hold. */
static unsigned match_aliases(struct sudo_users *users, const char *name, size_t len)
{
	const struct sudo_alias wanted = {.name = name, .len = len};
	struct sudo_alias *found, *end = users->aliases + users->naliases;
	unsigned match = 0;

	found = FIND(&wanted, users->aliases, users->naliases, compare_aliases);
	for (; found != NULL && found < end && compare_aliases(found, &wanted) == 0;
	     found++)
		match |= match_alias(users, found);
	return match;
}

/* A group that this host does not know may come from a name service. */
static bool is_foreign(const struct sudo_users *users, const char *name)
{
	if (name[0] == '+' || strncmp(name, "%:", 2) == 0)
		return true;
	return name[0] == '%' && !host_names_find(&users->groups, name);
}

/* By default sudo ignores case. */
static bool is_the_account(const struct sudo_users *users, const char *name)
{
	for (size_t i = 0; i < users->names.count; i++)
		if (strcasecmp(users->names.list[i], name) == 0)
			return true;
	return false;
}

static unsigned match_member(struct sudo_users *users, const char *name, size_t len)
{
	char plain[NAME_TEXT_MAX];
	size_t used = 0;
	unsigned match;

	/* Removes backslashes; a name that is too long is nobody's. */
	for (size_t i = 0; i < len; i++) {
		if (used == sizeof plain - 1)
			return SUDO_SILENT;
		if (name[i] != '\\')
			plain[used++] = name[i];
	}
	plain[used] = '\0';
	if (strcmp(plain, "ALL") == 0)
		return SUDO_IN;
	match = match_aliases(users, plain, used);
	if (match != 0)
		return match;
	if (is_the_account(users, plain))
		return SUDO_IN;
	return is_foreign(users, plain) ? UNKNOWN : SUDO_SILENT;
}

/* A later member overrides the earlier ones if it matches. */
static void weigh(void *context, const char *name, size_t len, bool negated)
{
	struct weighing *weighing = context;
	const unsigned match = match_member(weighing->users, name, len);
	unsigned word = match & (SUDO_IN | SUDO_OUT);

	if (negated)
		word = ((word & SUDO_IN) != 0 ? SUDO_OUT : 0u) |
		       ((word & SUDO_OUT) != 0 ? SUDO_IN : 0u);
	weighing->match = ((match & SUDO_SILENT) != 0 ? weighing->match : 0) | word;
}

unsigned sudo_users_match(struct sudo_users *users, const char *text)
{
	struct weighing weighing = {users, SUDO_SILENT};

	(void)sudoers_list(text, weigh, &weighing);
	return weighing.match;
}

void sudo_users_free(struct sudo_users *users)
{
	host_names_free(&users->names);
	host_names_free(&users->groups);
	free(users->aliases);
	*users = (struct sudo_users){0};
}
