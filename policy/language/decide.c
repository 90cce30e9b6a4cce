/* SPDX-License-Identifier: ISC */
/*
 * Each check returns true when it has denied. A verdict starts as denied, and only the end
 * of the list, with every check passed, turns it into "allow".
 */
#include "policy/language/decide.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "policy/language/value.h"

/* The code is set already: see decide(). */
__attribute__((format(printf, 3, 4))) static bool deny(struct verdict *out, unsigned line,
						       const char *fmt, ...)
{
	va_list args;

	out->line = line;
	va_start(args, fmt);
	error_show_cut(out->reason, sizeof out->reason,
		       vsnprintf(out->reason, sizeof out->reason, fmt, args));
	va_end(args);
	return true;
}

/* Nothing but HandInKey lets a key be handed in, and sshd has to tell that it was used. */
static bool denies_hand_in(const struct question *in, struct verdict *out)
{
	const struct peer *peer = in->peer;
	char when[TIME_TEXT_MAX];

	if (peer->nhand_in_keys == 0)
		return deny(out, 0, "no key is awaited (no HandInKey)");
	if (in->digest == NULL)
		return deny(out, peer->hand_in_keys[0].line,
			    "sshd did not tell which key was used, and it has to be "
			    "HandInKey");
	if (memcmp(peer->hand_in_keys[0].key.digest, *in->digest, KEY_DIGEST_SIZE) != 0)
		return deny(out, peer->hand_in_keys[0].line,
			    "the key used is not HandInKey");
	if (in->now < 0)
		return deny(out, peer->hand_in_until_line, "the time is not known");
	if (in->now >= peer->hand_in_until)
		return deny(out, peer->hand_in_until_line, "HandInKey ended at %s",
			    value_time_print(peer->hand_in_until, when));
	return false;
}

/* sshd has looked at its time already, by the same clock. */
static bool denies_validity(const struct question *in, struct verdict *out)
{
	const struct certificate *certificate = in->certificate;

	if (in->now < 0)
		return deny(out, 0, "the time is not known");
	if ((uint64_t)in->now < certificate->begins)
		return deny(out, 0, "the certificate is not valid yet");
	if ((uint64_t)in->now >= certificate->expires)
		return deny(out, 0, "the certificate has expired");
	return false;
}

static bool denies_certificate(const struct question *in, struct verdict *out)
{
	const struct certificate *certificate = in->certificate;

	if (!in->peer->certificate)
		return deny(out, in->peer->certificate_line,
			    "a certificate was used (Certificate no)");
	if (strcmp(certificate->principal, in->peer->name) != 0)
		return deny(out, 0, "the certificate is for %s, its principal",
			    certificate->principal);
	if (agent_authority(in->conf, certificate->authority) == NULL) {
		snprintf(out->file, sizeof out->file, "%s", in->conf->file);
		return deny(out, 0, "the certificate is not of an Authority");
	}
	return denies_validity(in, out);
}

/* Without a certificate, a peer whose key is awaited may have come in by HandInKey. */
static bool is_hand_in_at_most(const struct question *in)
{
	return in->peer->nhand_in_keys > 0 && in->certificate == NULL;
}

static bool denies_key(const struct question *in, struct verdict *out)
{
	if (in->request->verb == VERB_HAND_IN)
		return denies_hand_in(in, out);
	/* Whatever sshd told, or need not tell. */
	if (in->peer->nkeys == 0 && (!in->peer->certificate || is_hand_in_at_most(in)))
		return deny(out, in->peer->keys_line, "the peer has no key yet (Key none)");
	if (in->digest == NULL && in->conf->auth_info_required) {
		/* agent.conf is what decides here, by its line or by its default. */
		snprintf(out->file, sizeof out->file, "%s", in->conf->file);
		return deny(out, in->conf->auth_info_line,
			    "sshd did not tell which key was used (AuthInfo required)");
	}
	if (in->certificate != NULL)
		return denies_certificate(in, out);
	if (in->digest == NULL)
		return false;
	for (size_t i = 0; i < in->peer->nkeys && i < PEER_KEYS_MAX; i++)
		if (memcmp(in->peer->keys[i].key.digest, *in->digest, KEY_DIGEST_SIZE) == 0)
			return false;
	return deny(out, 0, "the key used is not one of this peer's");
}

static bool denies_time(const struct question *in, struct verdict *out)
{
	const struct peer *peer = in->peer;
	char when[TIME_TEXT_MAX];

	/* The clock is before 1970, or missing: nobody knows whether a limit is kept. */
	if (in->now < 0 && peer->begins != 0)
		return deny(out, peer->begins_line, "the time is not known");
	if (in->now < 0 && peer->expires != 0)
		return deny(out, peer->expires_line, "the time is not known");
	if (peer->begins != 0 && in->now < peer->begins)
		return deny(out, peer->begins_line, "not valid before %s",
			    value_time_print(peer->begins, when));
	if (peer->expires != 0 && in->now >= peer->expires)
		return deny(out, peer->expires_line, "expired at %s",
			    value_time_print(peer->expires, when));
	return false;
}

static bool is_known(const struct ip_addr *addr)
{
	return addr != NULL && addr->family != AF_UNSPEC;
}

static bool denies_from(const struct question *in, struct verdict *out)
{
	const struct peer *peer = in->peer;

	if (peer->nfrom == 0)
		return false;
	if (!is_known(in->from))
		return deny(out, peer->from_line, "the client's address is not known");
	for (size_t i = 0; i < peer->nfrom && i < PEER_FROM_MAX; i++)
		if (ip_prefix_contains(&peer->from[i].prefix, in->from))
			return false;
	return deny(out, peer->from_line, "the client's address is not in From");
}

static bool denies_request(const struct question *in, struct verdict *out)
{
	const struct peer *peer = in->peer;
	const char *verb = verb_name(in->request->verb);

	if (in->request->legacy && !peer->legacy)
		return deny(out, peer->legacy_line, "a command of the HOWTO (Legacy no)");
	if (verb == NULL)
		return deny(out, 0, "not a request");
	/* What allows it was looked at: denies_hand_in(). */
	if (in->request->verb == VERB_HAND_IN)
		return false;
	if (!verbs_have(peer->allow, in->request->verb))
		return deny(out, peer->allow_line, "%s is not in Allow", verb);
	return false;
}

static bool asks_for_another(const struct ip_addr *asked, const struct ip_addr *policys)
{
	return is_known(asked) && !ip_addr_equal(asked, policys);
}

/* Behind one of the HOWTO's commands: no word may ask for what is not in policy. */
static bool denies_words(const struct question *in, struct verdict *out)
{
	const struct legacy_asks *asks = &in->request->asks;
	const struct peer *peer = in->peer;
	char local[ADDRESS_TEXT_MAX], remote[ADDRESS_TEXT_MAX];

	if (!in->request->legacy)
		return false;
	if (asks_for_another(&asks->local, &peer->address.local) ||
	    asks_for_another(&asks->remote, &peer->address.remote))
		return deny(out, peer->address.line,
			    "the addresses asked for are not those of Address: %s %s",
			    ip_addr_print(&peer->address.local, local),
			    ip_addr_print(&peer->address.remote, remote));
	if ((asks->mru != 0 && asks->mru != peer->mru) ||
	    (asks->mtu != 0 && asks->mtu != peer->mru))
		return deny(out, 0, "the %s asked for is not Mru: %u",
			    asks->mru != 0 && asks->mru != peer->mru ? "mru" : "mtu",
			    peer->mru);
	if (asks->ipv6 && peer->address6.local.family == AF_UNSPEC)
		return deny(out, 0, "+ipv6 was asked for, and there is no Address6");
	if (asks->noipv6 && peer->address6.local.family != AF_UNSPEC)
		return deny(out, peer->address6.line,
			    "noipv6 was asked for, and there is an Address6");
	return false;
}

static bool denies_routes(const struct question *in, struct verdict *out)
{
	const struct peer *peer = in->peer;
	char text[PREFIX_TEXT_MAX];

	if (in->request->verb != VERB_SSHROUTE || peer->nroutes == 0)
		return false;
	if (!is_known(in->from))
		return deny(out, peer->routes[0].line, "the client's address is not known");
	for (size_t i = 0; i < peer->nroutes && i < PEER_ROUTES_MAX; i++) {
		const struct prefix_line *route = &peer->routes[i];

		if (ip_prefix_contains(&route->prefix, in->from))
			return deny(out, route->line,
				    "Route %s covers the address the client comes from",
				    ip_prefix_print(&route->prefix, text));
		if (is_known(in->server) && ip_prefix_contains(&route->prefix, in->server))
			return deny(out, route->line,
				    "Route %s covers the server's own address",
				    ip_prefix_print(&route->prefix, text));
	}
	return false;
}

void decide(const struct question *in, struct verdict *out)
{
	static bool (*const checks[])(const struct question *, struct verdict *) = {
	    denies_key,	    denies_time,  denies_from,
	    denies_request, denies_words, denies_routes,
	};

	memset(out, 0, sizeof *out);
	out->code = EXIT_INTERNAL;
	if (in->conf == NULL || in->peer == NULL || in->request == NULL) {
		(void)deny(out, 0, "nothing to decide by");
		return;
	}
	out->code = EXIT_DENIED;
	snprintf(out->file, sizeof out->file, "%s", in->peer->file);
	for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++)
		if (checks[i](in, out))
			return;
	out->allow = true;
	out->code = EXIT_DONE;
	if (in->request->verb == VERB_HAND_IN) {
		out->line = in->peer->hand_in_keys[0].line;
		snprintf(out->reason, sizeof out->reason, "the key used is HandInKey");
		return;
	}
	out->line = in->peer->allow_line;
	if (in->certificate != NULL)
		snprintf(out->reason, sizeof out->reason,
			 "%s is in Allow, certificate %llu of the Authority on line %u",
			 verb_name(in->request->verb),
			 (unsigned long long)in->certificate->serial,
			 agent_authority(in->conf, in->certificate->authority)->line);
	else
		snprintf(out->reason, sizeof out->reason, "%s is in Allow",
			 verb_name(in->request->verb));
}
