/* SPDX-License-Identifier: ISC */
/* A connection of NetworkManager-ssh, as a keyfile (nm-settings-keyfile(5)): a profile.
 * Nothing of its secrets is told. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/language/escape.h"
#include "policy/language/value.h"
#include "policy/tool/migrate/ini.h"
#include "policy/tool/migrate/loose.h"
#include "policy/tool/migrate/sources.h"

static const char service[] = "org.freedesktop.NetworkManager.ssh";

struct nm {
	struct migration *m;
	const char *file;
	/* "" before the first */
	const char *section;
	struct made_profile link;
	/* id and service-type, within the file's text; or "" */
	const char *id, *service;
	bool never_default;
};

static struct origin at_line(const struct nm *nm, const struct ini_line *line)
{
	return (struct origin){nm->file, line->line};
}

/* What is not taken over, and why; with "" in any section. NULL: it says nothing of the
 * link. */
static const struct nm_dropped {
	const char *section, *name, *why;
} dropped[] = {
    {"connection", "type", NULL},
    {"connection", "uuid", NULL},
    {"connection", "timestamp", NULL},
    {"", "method", NULL},
    {"connection", "autoconnect", "systemctl enable vpn-connect@NAME brings it up at boot"},
    {"vpn", "netmask", "a link has two ends, and no netmask"},
    {"vpn", "netmask-6", "a link has two ends, and no netmask"},
    {"vpn", "ip-6", NULL},
    {"vpn", "remote-dev", "the remote's policy names its device (Interface)"},
    {"vpn", "tap-dev", "a link carries IP, and no Ethernet"},
    {"vpn", "sudo", "the agent needs no sudo: install it on the remote"},
    {"vpn", "no-remote-command", "the agent sets the remote up: install it there"},
    {"vpn", "no-tunnel-interface", "a link has an interface"},
    {"vpn", "socks-bind-address", "a link forwards no ports"},
    {"vpn", "local-bind-address", "a link forwards no ports"},
    {"vpn", "remote-bind-address", "a link forwards no ports"},
    {"vpn", "extra-opts", "put it into an ssh_config, and name that in SshConfig"},
    {"vpn", "password-flags", "the agent takes keys alone: make one (ssh-keygen)"},
    {"vpn", "sshpass-prompt", "the agent takes keys alone: make one (ssh-keygen)"},
    {"vpn-secrets", "password", "the agent takes keys alone: make one (ssh-keygen)"},
    {"vpn-secrets", "ssh-auth-sock", "RunAs's ssh_config says where its agent is"},
    {"", "dns", "name servers are left alone: see Dns and Search in policy.conf(5)"},
    {"", "dns-search", "name servers are left alone: see Dns and Search in policy.conf(5)"},
    {"", "ignore-auto-dns", "name servers are left alone"},
    {"", "dns-priority", "name servers are left alone"},
    {"", "addr-gen-mode", NULL},
};

static void drop(struct nm *nm, const struct ini_line *line)
{
	char shown[MIGRATE_SHOWN_MAX];

	for (size_t i = 0; i < sizeof dropped / sizeof dropped[0]; i++) {
		const struct nm_dropped *row = &dropped[i];

		if ((*row->section != '\0' && strcmp(row->section, nm->section) != 0) ||
		    strcmp(row->name, line->name) != 0)
			continue;
		if (row->why != NULL)
			migration_drop(nm->m, at_line(nm, line), row->name, row->why);
		return;
	}
	migration_note(nm->m, at_line(nm, line),
		       "not taken over: %s: a profile has no such thing",
		       escape_quoted(line->name, strlen(line->name), shown, sizeof shown));
}

static void take_auth(struct nm *nm, const struct ini_line *line)
{
	if (strcmp(line->value, "password") == 0)
		migration_drop(nm->m, at_line(nm, line), "auth-type",
			       "the agent takes keys alone: make one (ssh-keygen)");
	else if (strcmp(line->value, "ssh-agent") == 0)
		migration_drop(nm->m, at_line(nm, line), "auth-type",
			       "the desktop's ssh-agent is out of reach: name the key in "
			       "IdentityFile");
}

static void take_vpn(struct nm *nm, const struct ini_line *line)
{
	const struct origin at = at_line(nm, line);
	struct made_profile *link = &nm->link;
	const char *name = line->name, *value = line->value;

	if (strcmp(name, "service-type") == 0)
		nm->service = value;
	else if (strcmp(name, "remote") == 0)
		migration_host(nm->m, at, name, link, value);
	else if (strcmp(name, "port") == 0)
		migration_port(nm->m, at, name, link, value);
	else if (strcmp(name, "remote-username") == 0)
		migration_account(nm->m, at, name, link, value);
	else if (strcmp(name, "key-file") == 0)
		migration_identity(nm->m, at, name, link, value);
	else if (strcmp(name, "local-ip") == 0)
		migration_end(nm->m, at, name, &link->address.local, AF_INET, value);
	else if (strcmp(name, "remote-ip") == 0)
		migration_end(nm->m, at, name, &link->address.remote, AF_INET, value);
	else if (strcmp(name, "local-ip-6") == 0)
		migration_end(nm->m, at, name, &link->address6.local, AF_INET6, value);
	else if (strcmp(name, "remote-ip-6") == 0)
		migration_end(nm->m, at, name, &link->address6.remote, AF_INET6, value);
	else if (strcmp(name, "tunnel-mtu") == 0)
		migration_mru(nm->m, at, name, &link->mru, value);
	else if (strcmp(name, "auth-type") == 0)
		take_auth(nm, line);
	else
		drop(nm, line);
}

static bool has_user(const struct made_profile *link, const char *user)
{
	for (size_t i = 0; i < link->nusers; i++)
		if (strcmp(link->users[i], user) == 0)
			return true;
	return false;
}

/* "user:NAME:;user:NAME:;" */
static void take_permissions(struct nm *nm, struct ini_line *line)
{
	struct made_profile *link = &nm->link;
	char *rest = line->value, *entry;
	const char *why;

	while ((entry = loose_word(&rest, ";")) != NULL) {
		char *kind = loose_word(&entry, ":"), *user = loose_word(&entry, ":");

		if (user != NULL && has_user(link, user))
			continue;
		if (kind != NULL && user != NULL && strcmp(kind, "user") == 0 &&
		    link->nusers < PROFILE_USERS_MAX &&
		    strlen(user) < sizeof link->users[0] && value_account(user, &why) == 0)
			memcpy(link->users[link->nusers++], user, strlen(user) + 1);
		else
			migration_drop(nm->m, at_line(nm, line), "one of permissions",
				       "Users takes names of users, and no more than 32");
	}
}

static void take_connection(struct nm *nm, struct ini_line *line)
{
	const char *why;

	if (strcmp(line->name, "id") == 0)
		nm->id = line->value;
	else if (strcmp(line->name, "permissions") == 0)
		take_permissions(nm, line);
	else if (strcmp(line->name, "interface-name") == 0 &&
		 value_interface(line->value, &why) == 0)
		snprintf(nm->link.interface, sizeof nm->link.interface, "%s", line->value);
	else
		drop(nm, line);
}

/* "routeN=NETWORK[,GATEWAY[,METRIC]]" */
static void take_route(struct nm *nm, const struct ini_line *line)
{
	const struct origin at = at_line(nm, line);
	char shown[MIGRATE_SHOWN_MAX];
	char *rest = line->value, *word = loose_word(&rest, ",; ");
	struct ip_prefix network;
	struct ip_addr addr;
	const char *why = "it is empty";

	if (word != NULL && loose_network(word, &addr, &network, &why) == 0)
		migration_route(nm->m, at, "the route", &nm->link.routes, &network);
	else
		migration_note(
		    nm->m, at, "not taken over: the route %s: %s",
		    escape_quoted(line->value, strlen(line->value), shown, sizeof shown),
		    why);
}

static bool is_route(const char *name)
{
	static const char word[] = "route";

	return strncmp(name, word, sizeof word - 1) == 0 &&
	       name[sizeof word - 1 + strspn(name + sizeof word - 1, "0123456789")] == '\0';
}

static void take_ip(struct nm *nm, const struct ini_line *line)
{
	if (is_route(line->name))
		take_route(nm, line);
	else if (strcmp(line->name, "never-default") == 0)
		nm->never_default =
		    nm->never_default ||
		    (strcmp(line->value, "true") == 0 && strcmp(nm->section, "ipv4") == 0);
	else
		drop(nm, line);
}

static void take_entry(struct nm *nm, struct ini_line *line)
{
	if (strcmp(nm->section, "connection") == 0)
		take_connection(nm, line);
	else if (strcmp(nm->section, "vpn") == 0)
		take_vpn(nm, line);
	else if (strcmp(nm->section, "ipv4") == 0 || strcmp(nm->section, "ipv6") == 0)
		take_ip(nm, line);
	else
		drop(nm, line);
}

static int read_lines(struct nm *nm, char *text, struct error *err)
{
	struct ini ini = {.number = 0};
	struct ini_line line;
	enum ini_kind kind;

	ini.at = text;
	while ((kind = ini_next(&ini, &line)) != INI_END) {
		if (kind == INI_BAD || (kind == INI_ENTRY && nm->section[0] == '\0'))
			return error_at(err, nm->file, line.line, 0,
					"expected [SECTION], or KEY=VALUE below one");
		if (kind == INI_SECTION)
			nm->section = line.name;
		else if (kind == INI_ENTRY)
			take_entry(nm, &line);
	}
	return 0;
}

static void add_link(struct nm *nm)
{
	const struct origin at = {nm->file, 0};
	char name[NAME_MAX_LEN + 1];
	struct made_profile *profile;

	if (nm->id[0] == '\0')
		source_stem(nm->file, name);
	else
		snprintf(name, sizeof name, "%s", nm->id);
	profile = migration_profile(nm->m, at, name);
	if (profile == NULL)
		return;
	nm->link.origin = at;
	memcpy(nm->link.name, profile->name, sizeof profile->name);
	*profile = nm->link;
	nm->link = (struct made_profile){.port = 0};
	if (!nm->never_default)
		migration_drop(nm->m, at, "the default route, which NetworkManager sets",
			       "none is set through a link: name networks in Route");
}

int from_nm_ssh(struct migration *m, const char *file, char *text, struct error *err)
{
	struct nm nm = {.m = m, .file = file, .section = "", .id = "", .service = ""};
	const size_t notes = m->nnotes;
	int r = read_lines(&nm, text, err);

	if (r == 0 && strcmp(nm.service, service) != 0) {
		/* What was said of it is of no use. */
		m->nnotes = notes;
		r = error_at(err, file, 0, 0,
			     "is no connection of NetworkManager-ssh: expected "
			     "service-type=%s below [vpn]",
			     service);
	}
	if (r == 0)
		add_link(&nm);
	free(nm.link.routes.list);
	return r;
}
