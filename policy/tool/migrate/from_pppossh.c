/* SPDX-License-Identifier: ISC */
/* OpenWrt's /etc/config/network: each interface whose proto is pppossh becomes a profile,
 * with the routes that other sections add to it. What else is there is not looked at. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/language/escape.h"
#include "policy/tool/base/grow.h"
#include "policy/tool/migrate/loose.h"
#include "policy/tool/migrate/sources.h"
#include "policy/tool/migrate/uci.h"

struct uci_value {
	unsigned line;
	/* within the file's text */
	char *name, *value;
};

/* A section: its options are those from first on. */
struct uci_section {
	struct uci_line head;
	size_t first, count;
};

struct openwrt {
	struct migration *m;
	const char *file;
	struct uci_section *sections;
	size_t nsections, sections_size;
	struct uci_value *values;
	size_t nvalues, values_size;
};

/* What is not taken over, and why. */
static const struct {
	const char *name, *why;
} dropped[] = {
    {"ssh_options", "put what it says into an ssh_config, and name that in SshConfig"},
    {"peer_pppd_options", "the remote's policy sets what runs there: the peer's file"},
    {"use_hostdep", "no route to the remote is set: only Route and Accept are routed"},
    {"defaultroute", "no default route is set through a link: name networks in Route"},
    {"pppd_options", "vpn-connect sets what PPP is told"},
    {"keepalive", "Keepalive is in seconds, and has a default: see policy.conf(5)"},
    {"peerdns", "name servers are left alone"},
    {"dns", "name servers are left alone: see Dns and Search in policy.conf(5)"},
    {"username", "ssh authenticates both sides, and PPP does not"},
    {"password", "ssh authenticates both sides, and PPP does not"},
    {"demand", "a link is there until it is taken down"},
    {"persist", "vpn-connect brings a link back by itself"},
    {"auto", "whether it comes up at boot: systemctl enable vpn-connect@NAME"},
    {"disabled", "whether it comes up at boot: systemctl enable vpn-connect@NAME"},
    {"metric", "routes of a link have no metric"},
    {"ip4table", "routes of a link are in the main table"},
};

static const char *find_value(const struct openwrt *o, const struct uci_section *section,
			      const char *name)
{
	for (size_t i = section->first; i < section->first + section->count; i++)
		if (strcmp(o->values[i].name, name) == 0)
			return o->values[i].value;
	return "";
}

static int read_sections(struct openwrt *o, char *text, struct error *err)
{
	struct uci uci = {.number = 0};
	struct uci_section *section;
	struct uci_line line;
	enum uci_kind kind;

	uci.at = text;
	while ((kind = uci_next(&uci, &line)) != UCI_END && kind != UCI_BAD) {
		const struct uci_value value = {line.line, line.name, line.value};

		if (kind == UCI_CONFIG) {
			const struct uci_section new = {line, o->nvalues, 0};

			if (!APPEND(o->sections, o->nsections, o->sections_size, &new))
				o->m->lost = true;
			continue;
		}
		if (o->nsections == 0)
			break;
		section = &o->sections[o->nsections - 1];
		if (APPEND(o->values, o->nvalues, o->values_size, &value))
			section->count++;
		else
			o->m->lost = true;
	}
	if (kind == UCI_END)
		return 0;
	return error_at(err, o->file, line.line, 0,
			"expected \"config TYPE 'NAME'\", or \"option KEY 'VALUE'\" below "
			"one");
}

static void take_unknown(struct openwrt *o, const struct uci_value *value)
{
	const struct origin at = {o->file, value->line};
	char shown[MIGRATE_SHOWN_MAX];

	for (size_t i = 0; i < sizeof dropped / sizeof dropped[0]; i++)
		if (strcmp(dropped[i].name, value->name) == 0) {
			migration_drop(o->m, at, value->name, dropped[i].why);
			return;
		}
	migration_note(
	    o->m, at, "not taken over: %s: a profile has no such thing",
	    escape_quoted(value->name, strlen(value->name), shown, sizeof shown));
}

static void take_value(struct openwrt *o, struct made_profile *profile,
		       const struct uci_value *value)
{
	const struct origin at = {o->file, value->line};
	struct migration *m = o->m;
	const char *name = value->name;

	if (strcmp(name, "proto") == 0)
		return;
	if (strcmp(name, "server") == 0)
		migration_host(m, at, name, profile, value->value);
	else if (strcmp(name, "port") == 0)
		migration_port(m, at, name, profile, value->value);
	else if (strcmp(name, "sshuser") == 0)
		migration_account(m, at, name, profile, value->value);
	else if (strcmp(name, "identity") == 0)
		migration_identity(m, at, name, profile, value->value);
	else if (strcmp(name, "ipaddr") == 0)
		migration_end(m, at, name, &profile->address.local, AF_INET, value->value);
	else if (strcmp(name, "peeraddr") == 0)
		migration_end(m, at, name, &profile->address.remote, AF_INET, value->value);
	else if (strcmp(name, "mtu") == 0)
		migration_mru(m, at, name, &profile->mru, value->value);
	else
		take_unknown(o, value);
}

/* "config route" and "config route6". */
static void take_route(struct openwrt *o, struct made_profile *profile,
		       const struct uci_section *section)
{
	const struct origin at = {o->file, section->head.line};
	const char *target = find_value(o, section, "target"),
		   *mask = find_value(o, section, "netmask"), *why;
	char shown[MIGRATE_SHOWN_MAX];
	struct ip_prefix network = {.len = 0};
	struct ip_addr addr;
	int len = -1;

	if (loose_network(target, &addr, &network, &why) == 0 && *mask != '\0') {
		len = loose_mask(mask);
		why = "its netmask is not plain";
		if (len >= 0 && addr.family == AF_INET)
			network = ip_prefix_around(&addr, (unsigned)len);
	}
	if (network.addr.family == AF_UNSPEC || (*mask != '\0' && len < 0))
		migration_note(o->m, at, "not taken over: the route to %s: %s",
			       escape_quoted(target, strlen(target), shown, sizeof shown),
			       why);
	else
		migration_route(o->m, at, "the route", &profile->routes, &network);
}

static bool is_route_of(const struct openwrt *o, const struct uci_section *section,
			const char *interface)
{
	return strncmp(section->head.name, "route", 5) == 0 && *interface != '\0' &&
	       strcmp(find_value(o, section, "interface"), interface) == 0;
}

static void take_interface(struct openwrt *o, const struct uci_section *section)
{
	const struct origin at = {o->file, section->head.line};
	struct made_profile *profile = migration_profile(o->m, at, section->head.value);

	if (profile == NULL)
		return;
	for (size_t i = section->first; i < section->first + section->count; i++)
		take_value(o, profile, &o->values[i]);
	for (size_t i = 0; i < o->nsections; i++)
		if (is_route_of(o, &o->sections[i], section->head.value))
			take_route(o, profile, &o->sections[i]);
	if (*find_value(o, section, "defaultroute") == '\0')
		migration_drop(o->m, at, "the default route, which OpenWrt sets",
			       "none is set through a link: name networks in Route");
}

int from_pppossh(struct migration *m, const char *file, char *text, struct error *err)
{
	struct openwrt o = {.m = m, .file = file};
	int r = read_sections(&o, text, err);
	bool any = false;

	for (size_t i = 0; r == 0 && i < o.nsections; i++) {
		if (strcmp(o.sections[i].head.name, "interface") != 0 ||
		    strcmp(find_value(&o, &o.sections[i], "proto"), "pppossh") != 0)
			continue;
		any = true;
		take_interface(&o, &o.sections[i]);
	}
	if (r == 0 && !any)
		r = error_at(err, file, 0, 0,
			     "no interface in it has the proto pppossh: nothing to take "
			     "over");
	free(o.sections);
	free(o.values);
	return r;
}
