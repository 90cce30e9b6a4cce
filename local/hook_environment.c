/* SPDX-License-Identifier: ISC */
#include "local/hook_environment.h"

/* As a login of root's has it on Debian. */
#define HOOK_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

const char *hook_keyword(enum hook_event event)
{
	return event == HOOK_UP ? "Up" : "Down";
}

static void add_pair(struct words *out, const char *suffix, const struct link_pair *pair)
{
	char local[ADDRESS_TEXT_MAX] = "", remote[ADDRESS_TEXT_MAX] = "";

	if (pair != NULL) {
		ip_addr_print(&pair->local, local);
		ip_addr_print(&pair->remote, remote);
	}
	words_add(out, "SALLYPORT_LOCAL%s=%s", suffix, local);
	words_add(out, "SALLYPORT_REMOTE%s=%s", suffix, remote);
}

static const struct link_pair *find_pair(const struct journal *journal, sa_family_t family)
{
	for (size_t i = 0; i < journal->count; i++)
		if (journal->entries[i].kind == JOURNAL_PAIR &&
		    journal->entries[i].pair.local.family == family)
			return &journal->entries[i].pair;
	return NULL;
}

static void add_routes(struct words *out, const struct journal *journal)
{
	static struct text routes;
	char prefix[PREFIX_TEXT_MAX];

	routes = (struct text){.used = 0};
	if (journal_find(journal, JOURNAL_TABLE) != NULL)
		text_add(&routes, "default");
	for (size_t i = 0; i < journal->count; i++)
		if (journal->entries[i].kind == JOURNAL_ROUTE)
			text_add(
			    &routes, "%s%s", routes.used == 0 ? "" : " ",
			    ip_prefix_print(&journal->entries[i].route.prefix, prefix));
	words_add(out, "SALLYPORT_ROUTES=%s", routes.bytes);
	out->overflow |= routes.overflow;
}

int hook_environment(enum hook_event event, const char *name, const struct journal *journal,
		     struct words *out, struct error *err)
{
	const struct journal_entry *const link = journal_find(journal, JOURNAL_LINK);

	out->argc = out->used = 0;
	out->overflow = false;
	words_add(out, "PATH=%s", HOOK_PATH);
	words_add(out, "SALLYPORT_EVENT=%s", event == HOOK_UP ? "up" : "down");
	words_add(out, "SALLYPORT_PROFILE=%s", name);
	words_add(out, "SALLYPORT_GATEWAY=%s", journal_gateway(journal));
	words_add(out, "SALLYPORT_INTERFACE=%s", link == NULL ? "" : link->name);
	add_pair(out, "", find_pair(journal, AF_INET));
	add_pair(out, "6", find_pair(journal, AF_INET6));
	add_routes(out, journal);
	return out->overflow ? error_set(err, "the environment for %s is too long",
					 hook_keyword(event))
			     : 0;
}
