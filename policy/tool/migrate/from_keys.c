/* SPDX-License-Identifier: ISC */
/* Each line of the account's authorized_keys becomes a peer. Where its options allow less
 * than a peer's file can say, the peer gets no key: nobody may gain by a migration. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy/language/escape.h"
#include "policy/language/legacy.h"
#include "policy/tool/migrate/loose.h"
#include "policy/tool/migrate/sources.h"
#include "policy/tool/survey/authorized_keys.h"

/* The first moment that policy can name: 2000-01-01T00:00:00Z. */
enum { EXPIRES_MIN = 946684800 };

struct key_source {
	struct migration *m;
	struct origin origin;
	struct authorized_line line;
	/* an option that cannot be kept limits the key */
	bool limited;
};

/* The options that only take away what the agent does not give anyway, or give what it
 * never does. */
static const char *const implied[] = {
    "restrict",
    "no-agent-forwarding",
    "no-port-forwarding",
    "no-pty",
    "no-user-rc",
    "no-X11-forwarding",
    "pty",
    "agent-forwarding",
    "port-forwarding",
    "X11-forwarding",
    "user-rc",
    NULL,
};
/* The others that no line gains by losing. */
static const char *const more_given[] = {
    "environment", "tunnel", "permitopen", "permitlisten", "no-touch-required", NULL};

static bool is_one_of(const char *const *words, const char *name)
{
	for (; *words != NULL; words++)
		if (strcasecmp(*words, name) == 0)
			return true;
	return false;
}

/* "10.1.2.*" is what sshd lets it be: all of 10.1.2.0/24. */
static bool take_wildcard(const char *pattern, struct ip_prefix *out)
{
	char text[ADDRESS_TEXT_MAX + 8];
	const size_t len = strlen(pattern);
	struct ip_addr addr;
	unsigned dots = 0;
	const char *why;

	if (len < 3 || len >= ADDRESS_TEXT_MAX || strcmp(pattern + len - 2, ".*") != 0)
		return false;
	memcpy(text, pattern, len - 2);
	text[len - 2] = '\0';
	for (const char *at = text; *at != '\0'; at++)
		dots += *at == '.';
	if (dots > 2)
		return false;
	for (unsigned i = dots; i < 3; i++)
		memcpy(text + strlen(text), ".0", sizeof ".0");
	if (ip_addr_parse(text, &addr, &why) != 0 || addr.family != AF_INET)
		return false;
	*out = ip_prefix_around(&addr, 8 * (dots + 1));
	return true;
}

static void take_from(struct key_source *source, struct made_peer *peer, char *value)
{
	char shown[MIGRATE_SHOWN_MAX];
	struct ip_prefix network;
	struct ip_addr addr;
	const char *why;
	char *pattern;

	/* sshd ignores a line that has two. */
	source->limited = source->limited || peer->from.count > 0;
	while ((pattern = loose_word(&value, ",")) != NULL) {
		if (peer->from.count < PEER_FROM_MAX &&
		    (take_wildcard(pattern, &network) ||
		     loose_network(pattern, &addr, &network, &why) == 0)) {
			migration_network(source->m, &peer->from, &network);
			continue;
		}
		/* Without an exception, or with no network at all, it would be wider. */
		source->limited = source->limited || pattern[0] == '!';
		migration_note(source->m, source->origin,
			       "not taken over: from %s: From takes up to %d networks, and "
			       "no names or exceptions",
			       escape_quoted(pattern, strlen(pattern), shown, sizeof shown),
			       PEER_FROM_MAX);
	}
	source->limited = source->limited || peer->from.count == 0;
}

/* What a forced command says of the link. */
static void take_command(struct key_source *source, struct made_peer *peer,
			 const char *value)
{
	struct span words = {value, strlen(value)};
	struct legacy_asks asks = {.mru = 0};
	bool route = false, more = false;
	struct error why;

	/* Whoever could run only something else could not make a link. */
	if (!legacy_command(&words, &route, &more) || route) {
		source->limited = true;
		migration_drop(
		    source->m, source->origin, "command=",
		    "it is none of the commands that run pppd, and the agent runs instead");
		return;
	}
	if (more && legacy_take(words, 1, &asks, &why) != 0)
		migration_note(source->m, source->origin,
			       "not taken over: words of command=: %s", why.text);
	peer->mru = asks.mru != 0 ? asks.mru : asks.mtu;
	if (peer->mru < MRU_MIN || peer->mru > MRU_MAX)
		peer->mru = 0;
	peer->address = (struct address_pair){.local = asks.local, .remote = asks.remote};
}

/* The earliest counts. */
static bool take_expiry(struct made_peer *peer, const char *value)
{
	time_t when;

	if (!authorized_time(value, &when) || when < EXPIRES_MIN)
		return false;
	if (peer->expires == 0 || when < peer->expires)
		peer->expires = when;
	return true;
}

static void take_option(struct key_source *source, struct made_peer *peer,
			const struct authorized_option *option)
{
	char shown[MIGRATE_SHOWN_MAX];

	if (is_one_of(implied, option->name))
		return;
	if (option->value != NULL && strcasecmp(option->name, "command") == 0) {
		take_command(source, peer, option->value);
		return;
	}
	if (option->value != NULL && strcasecmp(option->name, "expiry-time") == 0 &&
	    take_expiry(peer, option->value))
		return;
	source->limited = source->limited || !is_one_of(more_given, option->name);
	migration_note(
	    source->m, source->origin,
	    "not taken over: the option %s: a peer's file has no such thing",
	    escape_quoted(option->name, strlen(option->name), shown, sizeof shown));
}

static void take_options(struct key_source *source, struct made_peer *peer)
{
	for (size_t i = 0; i < source->line.noptions; i++) {
		const struct authorized_option *option = &source->line.options[i];
		char *value;

		if (option->value == NULL || strcasecmp(option->name, "from") != 0) {
			take_option(source, peer, option);
			continue;
		}
		value = strdup(option->value);
		if (value == NULL)
			source->m->lost = true;
		else
			take_from(source, peer, value);
		free(value);
	}
}

/* Who a comment such as "alice@laptop" means; of root, the host is what tells it apart. */
static void name_key(const char *comment, char out[NAME_MAX_LEN + 1])
{
	static const char root[] = "root@";

	if (strncmp(comment, root, sizeof root - 1) == 0)
		comment += sizeof root - 1;
	snprintf(out, NAME_MAX_LEN + 1, "%.*s", (int)strcspn(comment, "@. \t"), comment);
}

static bool is_known(const struct migration *m, const struct public_key *key)
{
	for (size_t i = 0; i < m->npeers; i++)
		if (m->peers[i].key != NULL && key_same(m->peers[i].key, key))
			return true;
	return false;
}

/* A key of its own, or NULL, with a note. */
static struct public_key *take_key(struct key_source *source)
{
	struct public_key *key = malloc(sizeof *key);
	const char *base64 = source->line.base64[0] == '\0' ? NULL : source->line.base64;
	const char *why = "the line allows a certificate authority, not a key";
	char shown[MIGRATE_SHOWN_MAX];
	bool good;

	if (key == NULL) {
		source->m->lost = true;
		return NULL;
	}
	good = authorized_option(&source->line, "cert-authority") == NULL;
	if (good) {
		/* A fingerprint is for policy files alone. */
		why = "not a type of key";
		good = !key_is_fingerprint(source->line.type) &&
		       key_parse(source->line.type, base64, key, &why) == 0;
	}
	if (good && is_known(source->m, key)) {
		good = false;
		why = "another line has this key";
	}
	if (good)
		return key;
	free(key);
	migration_note(source->m, source->origin, "not taken over: %s: %s",
		       escape_quoted(source->line.type, strlen(source->line.type), shown,
				     sizeof shown),
		       why);
	return NULL;
}

static void take_line(struct key_source *source)
{
	struct migration *m = source->m;
	struct public_key *key = take_key(source);
	char name[NAME_MAX_LEN + 1];
	struct made_peer *peer;

	if (key == NULL)
		return;
	name_key(source->line.comment, name);
	peer = migration_peer(m, source->origin, name);
	if (peer == NULL) {
		free(key);
		return;
	}
	peer->key = key;
	peer->legacy = true;
	source->limited = false;
	take_options(source, peer);
	if (!source->limited)
		return;
	migration_note(m, source->origin,
		       "Key none for %s: without that it would be let in where it was not: "
		       "set From and its like, then: vpn-policy set-peer %s --key FILE",
		       peer->name, peer->name);
	free(peer->key);
	peer->key = NULL;
}

/* Bits, exponent and modulus. */
static bool is_protocol_1(const char *text, unsigned line)
{
	while (--line > 0)
		text += strcspn(text, "\n") + 1;
	for (unsigned numbers = 0; numbers < 3; numbers++) {
		text += strspn(text, " \t");
		if (!isdigit((unsigned char)*text))
			return false;
		text += strspn(text, "0123456789");
		if (*text != ' ' && *text != '\t' && *text != '\n' && *text != '\0')
			return false;
	}
	return true;
}

int from_keys(struct migration *m, const char *file, char *text, struct error *err)
{
	static struct key_source source;
	struct authorized_keys keys;
	int r;

	source.m = m;
	m->remote = true;
	authorized_keys_start(&keys, file, text, strlen(text));
	while ((r = authorized_keys_next(&keys, &source.line, err)) != 0) {
		source.origin = (struct origin){file, keys.number};
		if (!is_protocol_1(text, keys.number) && r < 0)
			return -1;
		if (is_protocol_1(text, keys.number))
			migration_drop(m, source.origin, "a key of SSH's first protocol",
				       "no ssh takes it any more: make a new one "
				       "(ssh-keygen)");
		else
			take_line(&source);
	}
	return 0;
}
