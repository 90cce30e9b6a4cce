/* SPDX-License-Identifier: ISC */
/* The mini-HOWTO's script that makes the link, by the variables at its head; and the one
 * on the other side that sets routes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/language/escape.h"
#include "policy/tool/base/grow.h"
#include "policy/tool/migrate/loose.h"
#include "policy/tool/migrate/shell_text.h"
#include "policy/tool/migrate/sources.h"

struct script {
	struct migration *m;
	struct origin origin;
	/* the first of the lines that belong to a link */
	unsigned first;
	/* it adds routes */
	bool routes;
	struct made_profile link;
	struct network_list behind;
};

static void refuse(struct script *script, const char *what, const char *value,
		   const char *why)
{
	char shown[MIGRATE_SHOWN_MAX];

	migration_note(script->m, script->origin, "not taken over: %s %s: %s", what,
		       escape_quoted(value, strlen(value), shown, sizeof shown), why);
}

/* Without a mask or a length, as route(8) of that time took it. */
static bool take_network(struct script *script, const char *what, const char *value,
			 const char *mask, struct ip_prefix *out)
{
	char shown[PREFIX_TEXT_MAX];
	struct ip_addr addr;
	const char *why;
	int len;

	if (loose_network(value, &addr, out, &why) != 0) {
		refuse(script, what, value, why);
		return false;
	}
	if (strchr(value, '/') != NULL || addr.family != AF_INET)
		return true;
	len = mask != NULL ? loose_mask(mask) : loose_class(&addr);
	if (len < 0) {
		refuse(script, what, value,
		       mask != NULL ? "its netmask is not plain"
				    : "it has no netmask, and is of no class");
		return false;
	}
	*out = ip_prefix_around(&addr, (unsigned)len);
	/* Host bits mean a host. */
	if (mask == NULL && !ip_addr_equal(&out->addr, &addr))
		*out = ip_prefix_single(&addr);
	if (mask == NULL)
		migration_note(script->m, script->origin,
			       "%s has no netmask: taken over as %s, as route took it: see "
			       "whether that is meant",
			       what, ip_prefix_print(out, shown));
	return true;
}

static void take_networks(struct script *script, const char *name, char *value,
			  struct network_list *list)
{
	struct ip_prefix network;
	char *word;

	while ((word = loose_word(&value, " ,")) != NULL)
		if (take_network(script, name, word, NULL, &network))
			migration_route(script->m, script->origin, name, list, &network);
}

static void take_known(struct script *script, const char *name, char *value)
{
	struct made_profile *link = &script->link;
	struct migration *m = script->m;

	if (strcmp(name, "MYPPPIP") == 0)
		migration_end(m, script->origin, name, &link->address.local, AF_INET,
			      value);
	else if (strcmp(name, "TARGETIP") == 0)
		migration_end(m, script->origin, name, &link->address.remote, AF_INET,
			      value);
	else if (strcmp(name, "TARGETNET") == 0)
		take_networks(script, name, value, &link->routes);
	else if (strcmp(name, "MYNET") == 0)
		take_networks(script, name, value, &script->behind);
	else if (strcmp(name, "SLAVEWALL") == 0)
		migration_host(m, script->origin, name, link, value);
	else if (strcmp(name, "SLAVEACC") == 0)
		migration_account(m, script->origin, name, link, value);
}

static bool is_known(const char *name)
{
	static const char *const names[] = {"MYPPPIP", "TARGETIP",  "TARGETNET",
					    "MYNET",   "SLAVEWALL", "SLAVEACC"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static void take_variable(struct script *script, const char *name, char *value)
{
	if (*value == '\0' || !is_known(name))
		return;
	if (strpbrk(value, "$`") != NULL)
		migration_drop(script->m, script->origin, name,
			       "what its value is, only the shell knows");
	else
		take_known(script, name, value);
	if (script->first == 0)
		script->first = script->origin.line;
}

static void take_route(struct script *script, const struct shell_line *line)
{
	struct script_route route = {.origin = script->origin};

	script->routes = true;
	/* What a variable stands for was taken where it is set. */
	if (strchr(line->network, '$') != NULL ||
	    (line->gateway != NULL && strchr(line->gateway, '$') != NULL) ||
	    !take_network(script, "the route", line->network, line->mask, &route.network))
		return;
	if (line->gateway == NULL ||
	    ip_addr_parse(line->gateway, &route.gateway, NULL) != 0)
		route.gateway = (struct ip_addr){.family = AF_UNSPEC};
	if (!APPEND(script->m->script_routes, script->m->nscript_routes,
		    script->m->script_routes_size, &route))
		script->m->lost = true;
}

/* The remote's first label, as import has it; of an address, all of it. */
static void name_link(const struct made_profile *link, char out[NAME_MAX_LEN + 1])
{
	const char *host = link->host[0] == '\0' ? "vpn" : link->host;
	const bool is_address = ip_addr_parse(host, &(struct ip_addr){0}, NULL) == 0;

	snprintf(out, NAME_MAX_LEN + 1, "%.*s",
		 (int)(is_address ? strlen(host) : strcspn(host, ".")), host);
}

static void add_link(struct script *script)
{
	struct migration *m = script->m;
	const struct origin at = {script->origin.file, script->first};
	char name[NAME_MAX_LEN + 1];
	struct made_profile *profile;

	if (m->scripted)
		migration_note(m, at,
			       "not taken over as a peer's: another script says what is "
			       "on that side already");
	name_link(&script->link, name);
	profile = migration_profile(m, at, name);
	if (profile == NULL)
		return;
	memcpy(script->link.name, profile->name, sizeof profile->name);
	script->link.origin = at;
	*profile = script->link;
	script->link = (struct made_profile){.port = 0};
	if (m->scripted)
		return;
	m->scripted = true;
	m->script_profile = m->nprofiles - 1;
	m->behind = script->behind;
	script->behind = (struct network_list){.count = 0};
}

int from_script(struct migration *m, const char *file, char *text, struct error *err)
{
	struct script script = {.m = m, .origin = {file, 0}};
	struct shell_text reader = {.number = 0};
	struct shell_line line;
	enum shell_kind kind;

	reader.at = text;
	while ((kind = shell_next(&reader, &line)) != SHELL_END) {
		script.origin.line = line.line;
		if (kind == SHELL_VARIABLE)
			take_variable(&script, line.name, line.value);
		else
			take_route(&script, &line);
	}
	if (script.first != 0)
		add_link(&script);
	free(script.link.routes.list);
	free(script.behind.list);
	if (script.first != 0 || script.routes)
		return 0;
	return error_at(err, file, 0, 0,
			"is a script, but says nothing of a link: expected the HOWTO's "
			"variables (MYPPPIP, TARGETIP, TARGETNET, SLAVEWALL), or routes "
			"that are added");
}
