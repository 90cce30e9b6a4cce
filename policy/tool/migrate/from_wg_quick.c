/* SPDX-License-Identifier: ISC */
/*
 * A wg-quick file. A [Peer] with an Endpoint is connected to, and becomes a profile; one
 * without comes in, and becomes a peer, which gets no key, as none of WireGuard's is one of
 * ssh's. Nothing of a PrivateKey or PresharedKey is told.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy/language/escape.h"
#include "policy/tool/base/grow.h"
#include "policy/tool/migrate/ini.h"
#include "policy/tool/migrate/loose.h"
#include "policy/tool/migrate/sources.h"

/* Whose section a line is in. */
enum wg_section { WG_NONE, WG_INTERFACE, WG_PEER };

/* Of one line's key; nobody has so many. */
enum { WG_NETWORKS_MAX = 1024 };

struct wg_network {
	unsigned line;
	struct ip_addr addr;
	struct ip_prefix network;
};

struct wg_networks {
	struct wg_network *list;
	size_t count, size;
};

struct wg_peer {
	unsigned line;
	/* "": nothing says it */
	char name[NAME_MAX_LEN + 1];
	struct wg_networks allowed;
	/* "[HOST]:PORT", within the file's text; NULL: it comes in */
	char *endpoint;
	unsigned endpoint_line;
};

struct wg {
	struct migration *m;
	const char *file;
	enum wg_section section;
	/* of a comment that stands right above a section */
	char comment[NAME_MAX_LEN + 1];
	unsigned comment_line;
	struct wg_networks addresses;
	struct wg_peer *peers;
	size_t npeers, peers_size;
	unsigned mru, incoming;
	bool no_routes;
	/* it listens, and what was seen last is written back */
	bool listens, saved;
};

/* What is not taken over, and why. */
static const struct wg_dropped {
	enum wg_section section;
	const char *name, *why;
} dropped[] = {
    {WG_INTERFACE, "PrivateKey",
     "ssh has keys of its own: ssh-keygen at the side that connects"},
    {WG_INTERFACE, "DNS",
     "name servers are left alone: see Dns and Search in policy.conf(5)"},
    {WG_INTERFACE, "FwMark", "set it in ssh's own way, if packets have to be marked"},
    {WG_INTERFACE, "PreUp", "no commands are run: look at what it is for"},
    {WG_INTERFACE, "PostUp", "no commands are run: look at what it is for"},
    {WG_INTERFACE, "PreDown", "no commands are run: look at what it is for"},
    {WG_INTERFACE, "PostDown", "no commands are run: look at what it is for"},
    {WG_PEER, "PresharedKey", "ssh needs none"},
    {WG_PEER, "PersistentKeepalive",
     "Keepalive has a default, and keeps a line through NAT open"},
};

static struct origin at_line(const struct wg *wg, unsigned line)
{
	return (struct origin){wg->file, line};
}

/* The one word of a comment, behind what people write in front of it. */
static void take_comment(struct wg *wg, const struct ini_line *line)
{
	static const char *const before[] = {"Client",	      "Name", "BEGIN_PEER",
					     "friendly_name", "Peer", NULL};
	char *rest = line->name, *word = loose_word(&rest, " \t=:");

	for (const char *const *what = before; word != NULL && *what != NULL; what++)
		if (strcasecmp(word, *what) == 0) {
			word = loose_word(&rest, " \t=:");
			break;
		}
	if (word == NULL || !policy_name_valid(word) || loose_word(&rest, " \t") != NULL)
		return;
	snprintf(wg->comment, sizeof wg->comment, "%s", word);
	wg->comment_line = line->line;
	if (wg->section == WG_PEER && wg->peers[wg->npeers - 1].name[0] == '\0')
		memcpy(wg->peers[wg->npeers - 1].name, wg->comment, sizeof wg->comment);
}

static int take_section(struct wg *wg, const struct ini_line *line, struct error *err)
{
	struct wg_peer peer = {.line = line->line};

	if (strcasecmp(line->name, "interface") == 0) {
		wg->section = WG_INTERFACE;
		return 0;
	}
	if (strcasecmp(line->name, "peer") != 0)
		return error_at(err, wg->file, line->line, 0,
				"expected [Interface] or [Peer]");
	/* A comment further up belongs to something else. */
	if (wg->comment_line > 0 && wg->comment_line + 1 == line->line)
		memcpy(peer.name, wg->comment, sizeof peer.name);
	wg->section = WG_PEER;
	if (!APPEND(wg->peers, wg->npeers, wg->peers_size, &peer)) {
		wg->m->lost = true;
		wg->section = WG_NONE;
	}
	return 0;
}

static void take_networks(struct wg *wg, const struct ini_line *line,
			  struct wg_networks *out)
{
	char shown[MIGRATE_SHOWN_MAX];
	char *rest = line->value, *word;

	while ((word = loose_word(&rest, ", \t")) != NULL) {
		struct wg_network network = {.line = line->line};
		const char *why;

		if (loose_network(word, &network.addr, &network.network, &why) != 0)
			migration_note(
			    wg->m, at_line(wg, line->line), "not taken over: %s: %s",
			    escape_quoted(word, strlen(word), shown, sizeof shown), why);
		else if (out->count == WG_NETWORKS_MAX)
			wg->m->full = true;
		else if (!APPEND(out->list, out->count, out->size, &network))
			wg->m->lost = true;
	}
}

static void take_dropped(struct wg *wg, const struct ini_line *line)
{
	char shown[MIGRATE_SHOWN_MAX];

	for (size_t i = 0; i < sizeof dropped / sizeof dropped[0]; i++)
		if (dropped[i].section == wg->section &&
		    strcasecmp(dropped[i].name, line->name) == 0) {
			migration_drop(wg->m, at_line(wg, line->line), dropped[i].name,
				       dropped[i].why);
			return;
		}
	migration_note(wg->m, at_line(wg, line->line),
		       "not taken over: %s: nothing that policy knows",
		       escape_quoted(line->name, strlen(line->name), shown, sizeof shown));
}

static void take_interface(struct wg *wg, const struct ini_line *line)
{
	const struct origin at = at_line(wg, line->line);

	if (strcasecmp(line->name, "Address") == 0) {
		take_networks(wg, line, &wg->addresses);
	} else if (strcasecmp(line->name, "MTU") == 0) {
		migration_mru(wg->m, at, "MTU", &wg->mru, line->value);
	} else if (strcasecmp(line->name, "Table") == 0) {
		if (strcasecmp(line->value, "auto") != 0) {
			wg->no_routes = true;
			migration_drop(wg->m, at, "Table",
				       "routes of a link are in the main table: set them "
				       "yourself, or name networks in Route");
		}
	} else if (strcasecmp(line->name, "SaveConfig") == 0) {
		wg->saved = strcasecmp(line->value, "true") == 0;
		if (wg->saved)
			migration_drop(wg->m, at, "SaveConfig",
				       "nothing writes policy but vpn-policy");
	} else if (strcasecmp(line->name, "ListenPort") == 0) {
		wg->listens = true;
		migration_drop(wg->m, at, "ListenPort",
			       "sshd listens: see its configuration");
	} else {
		take_dropped(wg, line);
	}
}

static void take_peer(struct wg *wg, const struct ini_line *line)
{
	struct wg_peer *peer = &wg->peers[wg->npeers - 1];

	if (strcasecmp(line->name, "AllowedIPs") == 0) {
		take_networks(wg, line, &peer->allowed);
	} else if (strcasecmp(line->name, "Endpoint") == 0) {
		peer->endpoint = line->value;
		peer->endpoint_line = line->line;
	} else if (strcasecmp(line->name, "PublicKey") != 0) {
		take_dropped(wg, line);
	}
}

static int read_lines(struct wg *wg, char *text, struct error *err)
{
	struct ini ini = {.comments_anywhere = true};
	struct ini_line line;
	enum ini_kind kind;

	ini.at = text;
	while ((kind = ini_next(&ini, &line)) != INI_END) {
		if (kind == INI_BAD || (kind == INI_ENTRY && wg->section == WG_NONE))
			return error_at(err, wg->file, line.line, 0,
					"expected [Interface], [Peer], or KEY = VALUE "
					"below one");
		if (kind == INI_COMMENT)
			take_comment(wg, &line);
		else if (kind == INI_SECTION && take_section(wg, &line, err) != 0)
			return -1;
		else if (kind == INI_ENTRY && wg->section == WG_INTERFACE)
			take_interface(wg, &line);
		else if (kind == INI_ENTRY && wg->section == WG_PEER)
			take_peer(wg, &line);
	}
	return 0;
}

/* The first address of the family, or NULL. */
static const struct wg_network *own_address(const struct wg *wg, sa_family_t family)
{
	for (size_t i = 0; i < wg->addresses.count; i++)
		if (wg->addresses.list[i].addr.family == family)
			return &wg->addresses.list[i];
	return NULL;
}

/* The first single address of the family: the peer's own. */
static const struct wg_network *peer_address(const struct wg_peer *peer, sa_family_t family)
{
	for (size_t i = 0; i < peer->allowed.count; i++)
		if (peer->allowed.list[i].addr.family == family &&
		    loose_is_single(&peer->allowed.list[i].network))
			return &peer->allowed.list[i];
	return NULL;
}

static bool holds_own_address(const struct wg *wg, const struct ip_prefix *network)
{
	for (size_t i = 0; i < wg->addresses.count; i++)
		if (ip_prefix_contains(network, &wg->addresses.list[i].addr))
			return true;
	return false;
}

/* With one peer this end is the interface's; with several, each link has one of its own. */
static void give_pair(const struct wg *wg, const struct wg_network *theirs,
		      struct address_pair *out)
{
	const struct wg_network *ours =
	    theirs == NULL ? NULL : own_address(wg, theirs->addr.family);

	if (theirs == NULL)
		return;
	out->remote = theirs->addr;
	if (wg->incoming == 1 && ours != NULL)
		out->local = ours->addr;
}

static void add_peer(struct wg *wg, const struct wg_peer *peer, size_t number)
{
	struct migration *m = wg->m;
	char numbered[NAME_MAX_LEN + 1];
	const struct wg_network *own = peer_address(peer, AF_INET),
				*own6 = peer_address(peer, AF_INET6);
	struct made_peer *made;

	snprintf(numbered, sizeof numbered, "peer%zu", number);
	made = migration_peer(m, at_line(wg, peer->line),
			      peer->name[0] == '\0' ? numbered : peer->name);
	if (made == NULL)
		return;
	made->mru = wg->mru;
	give_pair(wg, own, &made->address);
	give_pair(wg, own6, &made->address6);
	for (size_t i = 0; i < peer->allowed.count; i++) {
		const struct wg_network *one = &peer->allowed.list[i];

		if (one != own && one != own6)
			migration_route(m, at_line(wg, one->line), "AllowedIPs",
					&made->routes, &one->network);
	}
	migration_note(m, at_line(wg, peer->line),
		       "taken over as the peer %s without its PublicKey, which is none of "
		       "ssh's: vpn-policy set-peer %s --key FILE",
		       made->name, made->name);
}

/* Without its port, which is WireGuard's, and without brackets. */
static void take_endpoint(struct wg *wg, const struct wg_peer *peer,
			  struct made_profile *profile)
{
	char *host = peer->endpoint, *end;

	if (*host == '[' && (end = strchr(host, ']')) != NULL) {
		host++;
		*end = '\0';
	} else if ((end = strrchr(host, ':')) != NULL) {
		*end = '\0';
	}
	migration_host(wg->m, at_line(wg, peer->endpoint_line), "Endpoint", profile, host);
	migration_drop(wg->m, at_line(wg, peer->endpoint_line), "the port of Endpoint",
		       "sshd has another one: set Port if it is not 22");
}

static void add_profile(struct wg *wg, const struct wg_peer *peer, const char *stem)
{
	struct migration *m = wg->m;
	struct made_profile *made = migration_profile(
	    m, at_line(wg, peer->line), peer->name[0] == '\0' ? stem : peer->name);

	if (made == NULL)
		return;
	made->mru = wg->mru;
	take_endpoint(wg, peer, made);
	for (size_t i = 0; i < peer->allowed.count; i++) {
		const struct wg_network *one = &peer->allowed.list[i];
		const struct origin at = at_line(wg, one->line);

		/* The network of the link itself: what of it there is a way to, the remote
		 * says. */
		if (wg->no_routes)
			break;
		migration_route(m, at, "AllowedIPs",
				holds_own_address(wg, &one->network) ? &made->accept
								     : &made->routes,
				&one->network);
	}
}

/* What becomes of an address of the interface. */
static void tell_address(struct wg *wg, const struct wg_network *own)
{
	const struct origin at = at_line(wg, own->line);
	const struct ip_prefix single = ip_prefix_single(&own->addr);

	if (wg->incoming < wg->npeers)
		migration_drop(wg->m, at, "Address, for what is connected to",
			       "the remote says what the link has (Accept address)");
	if (wg->incoming > 1)
		migration_drop(wg->m, at, "Address",
			       "each link has an address of its own at this end: Offer "
			       "what peers should reach");
	if (wg->incoming == 0)
		return;
	migration_pool(wg->m, &own->network);
	migration_network(wg->m, &wg->m->taken, &single);
}

/* What comes in has an Endpoint as well, once it was seen and saved. */
static void check_endpoint(struct wg *wg, struct wg_peer *peer)
{
	if (peer->endpoint == NULL || !wg->saved || !wg->listens)
		return;
	migration_drop(
	    wg->m, at_line(wg, peer->endpoint_line), "Endpoint",
	    "with SaveConfig it is where the peer was last: without that line, it "
	    "would be connected to");
	peer->endpoint = NULL;
}

static void add_all(struct wg *wg)
{
	char stem[NAME_MAX_LEN + 1];
	size_t number = 0;

	source_stem(wg->file, stem);
	for (size_t i = 0; i < wg->npeers; i++) {
		check_endpoint(wg, &wg->peers[i]);
		wg->incoming += wg->peers[i].endpoint == NULL;
	}
	for (size_t i = 0; i < wg->npeers && !wg->m->full; i++) {
		number += wg->peers[i].endpoint == NULL;
		if (wg->peers[i].endpoint == NULL)
			add_peer(wg, &wg->peers[i], number);
		else
			add_profile(wg, &wg->peers[i], stem);
	}
	for (size_t i = 0; i < wg->addresses.count; i++)
		tell_address(wg, &wg->addresses.list[i]);
}

int from_wg_quick(struct migration *m, const char *file, char *text, struct error *err)
{
	struct wg wg = {.m = m, .file = file};
	int r = read_lines(&wg, text, err);

	if (r == 0 && wg.npeers == 0 && !m->lost)
		r = error_at(err, file, 0, 0, "there is no [Peer]: nothing to take over");
	if (r == 0)
		add_all(&wg);
	for (size_t i = 0; i < wg.npeers; i++)
		free(wg.peers[i].allowed.list);
	free(wg.peers);
	free(wg.addresses.list);
	return r;
}
