/* SPDX-License-Identifier: ISC */
/*
 * decide() is total: whatever policy, request, addresses, key and time there are, it says
 * the same twice, in full; and what it allows is allowed by each rule by itself.
 */
#include "tests/fuzz/fuzz.h"

#include "policy/language/decide.h"

/* Values from the input, zero when it has ended. */
struct bytes {
	const uint8_t *at;
	size_t left;
};

static unsigned take(struct bytes *in, unsigned limit)
{
	unsigned value = 0;

	if (in->left > 0) {
		value = *in->at++;
		in->left--;
	}
	return value % limit;
}

/* Few distinct values, so that they meet. */
static struct ip_addr take_address(struct bytes *in)
{
	struct ip_addr address = {.family = AF_UNSPEC};
	const unsigned kind = take(in, 8);

	if (kind == 0)
		return address;
	address.family = kind < 5 ? AF_INET : AF_INET6;
	address.bytes[0] = (uint8_t)take(in, 3);
	address.bytes[3] = (uint8_t)take(in, 4);
	if (address.family == AF_INET6)
		address.bytes[15] = (uint8_t)take(in, 4);
	return address;
}

static struct ip_prefix take_prefix(struct bytes *in)
{
	struct ip_prefix prefix = {.addr = take_address(in)};

	if (prefix.addr.family == AF_UNSPEC)
		prefix.addr.family = AF_INET;
	prefix.len = (uint8_t)take(in, prefix.addr.family == AF_INET ? 33 : 129);
	for (unsigned bit = prefix.len; bit < 128; bit++)
		prefix.addr.bytes[bit / 8] &= (uint8_t)(~(0x80u >> bit % 8));
	return prefix;
}

static time_t take_time(struct bytes *in)
{
	static const time_t times[] = {0, -1, 1, 946684800, 946684801, 4102444800};

	return times[take(in, sizeof times / sizeof times[0])];
}

static void take_peer(struct bytes *in, struct peer *peer)
{
	memset(peer, 0, sizeof *peer);
	snprintf(peer->file, sizeof peer->file, "peer.conf");
	snprintf(peer->name, sizeof peer->name, "p");
	peer->nkeys = take(in, 3);
	for (size_t i = 0; i < peer->nkeys; i++)
		peer->keys[i].key.digest[0] = (uint8_t)take(in, 4);
	peer->nfrom = take(in, 3);
	for (size_t i = 0; i < peer->nfrom; i++)
		peer->from[i].prefix = take_prefix(in);
	peer->from_line = take(in, 9);
	peer->allow = take(in, 8);
	peer->allow_line = take(in, 9);
	peer->nroutes = take(in, 3);
	for (size_t i = 0; i < peer->nroutes; i++)
		peer->routes[i] = (struct prefix_line){take_prefix(in), take(in, 9)};
	peer->begins = take_time(in);
	peer->expires = take_time(in);
	peer->legacy = take(in, 2) != 0;
}

/* Of the peer's, so that they meet, and after them what the HOWTO's words asked for. */
static void take_asks(struct bytes *in, struct peer *peer, struct legacy_asks *asks)
{
	peer->address.local = take_address(in);
	peer->address.remote = take_address(in);
	peer->address6.local = take_address(in);
	peer->mru = take(in, 3);
	asks->local = take_address(in);
	asks->remote = take_address(in);
	asks->mru = (uint16_t)take(in, 3);
	asks->mtu = (uint16_t)take(in, 3);
	asks->ipv6 = take(in, 4) == 1;
	asks->noipv6 = take(in, 4) == 1;
}

/* Last of all, so that inputs without one mean what they meant. */
static bool take_certificate(struct bytes *in, struct agent_conf *conf, struct peer *peer,
			     struct certificate *out)
{
	static const char *const names[] = {"p", "q", "", "pp"};
	static const uint64_t times[] = {0, 1, 946684800, 946684801, UINT64_MAX};

	peer->certificate = take(in, 2) != 0;
	conf->nauthorities = take(in, AGENT_AUTHORITIES_MAX + 1);
	for (size_t i = 0; i < conf->nauthorities; i++)
		conf->authorities[i].key.digest[0] = (uint8_t)take(in, 4);
	*out = (struct certificate){.serial = take(in, 9)};
	out->authority[0] = (uint8_t)take(in, 4);
	snprintf(out->principal, sizeof out->principal, "%s", names[take(in, 4)]);
	out->begins = times[take(in, 5)];
	out->expires = times[take(in, 5)];
	return take(in, 2) != 0;
}

static bool in_list(const struct prefix_line *list, size_t count,
		    const struct ip_addr *address)
{
	for (size_t i = 0; i < count; i++)
		if (ip_prefix_contains(&list[i].prefix, address))
			return true;
	return false;
}

static bool has_key(const struct question *in)
{
	for (size_t i = 0; i < in->peer->nkeys; i++)
		if (memcmp(in->peer->keys[i].key.digest, *in->digest, KEY_DIGEST_SIZE) == 0)
			return true;
	return false;
}

static bool has_authority(const struct question *in)
{
	for (size_t i = 0; i < in->conf->nauthorities; i++)
		if (memcmp(in->conf->authorities[i].key.digest, in->certificate->authority,
			   KEY_DIGEST_SIZE) == 0)
			return true;
	return false;
}

static bool is_certified(const struct question *in)
{
	const struct certificate *certificate = in->certificate;

	return in->peer->certificate && has_authority(in) &&
	       strcmp(certificate->principal, in->peer->name) == 0 && in->now >= 0 &&
	       (uint64_t)in->now >= certificate->begins &&
	       (uint64_t)in->now < certificate->expires;
}

static void check_asks(const struct legacy_asks *asks, const struct peer *peer)
{
	HOLDS(asks->local.family == AF_UNSPEC ||
	      ip_addr_equal(&asks->local, &peer->address.local));
	HOLDS(asks->remote.family == AF_UNSPEC ||
	      ip_addr_equal(&asks->remote, &peer->address.remote));
	HOLDS((asks->mru == 0 || asks->mru == peer->mru) &&
	      (asks->mtu == 0 || asks->mtu == peer->mru));
	HOLDS(!asks->ipv6 || peer->address6.local.family != AF_UNSPEC);
	HOLDS(!asks->noipv6 || peer->address6.local.family == AF_UNSPEC);
}

static bool is_awaited(const struct peer *peer)
{
	return peer->nkeys == 0 && peer->nhand_in_keys > 0;
}

static void check_handed_in(const struct question *in)
{
	const struct peer *peer = in->peer;

	HOLDS(peer->nhand_in_keys == 1 && in->digest != NULL);
	HOLDS(memcmp(peer->hand_in_keys[0].key.digest, *in->digest, KEY_DIGEST_SIZE) == 0);
	HOLDS(in->now >= 0 && in->now < peer->hand_in_until);
}

/* Each rule, written down a second time. */
static void check_allowed(const struct question *in)
{
	const struct peer *peer = in->peer;

	HOLDS(in->conf != NULL && peer != NULL && in->request != NULL);
	HOLDS(in->digest != NULL || !in->conf->auth_info_required);
	if (in->request->verb == VERB_HAND_IN)
		check_handed_in(in);
	else
		HOLDS(in->certificate != NULL
			  ? is_certified(in)
			  : !is_awaited(peer) && (in->digest == NULL || has_key(in)));
	HOLDS(in->now >= 0 || (peer->begins == 0 && peer->expires == 0));
	HOLDS(peer->begins == 0 || in->now >= peer->begins);
	HOLDS(peer->expires == 0 || in->now < peer->expires);
	HOLDS(peer->nfrom == 0 || in_list(peer->from, peer->nfrom, in->from));
	HOLDS(verb_name(in->request->verb) != NULL);
	HOLDS(in->request->verb == VERB_HAND_IN ||
	      (peer->allow & 1u << in->request->verb) != 0);
	HOLDS(!in->request->legacy || peer->legacy);
	if (in->request->legacy)
		check_asks(&in->request->asks, peer);
	if (in->request->verb != VERB_SSHROUTE || peer->nroutes == 0)
		return;
	HOLDS(in->from != NULL && in->from->family != AF_UNSPEC);
	HOLDS(!in_list(peer->routes, peer->nroutes, in->from));
	HOLDS(in->server == NULL || !in_list(peer->routes, peer->nroutes, in->server));
}

static void check_verdict(const struct question *in, const struct verdict *verdict)
{
	HOLDS(verdict->file[0] != '\0' || in->peer == NULL || in->conf == NULL ||
	      in->request == NULL);
	HOLDS(verdict->reason[0] != '\0' && is_printable(verdict->reason));
	HOLDS(verdict->allow == (verdict->code == EXIT_DONE));
	if (verdict->allow)
		check_allowed(in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct peer peer;
	static struct agent_conf conf;
	struct certificate certificate;
	struct bytes in = {data, size};
	struct request request = {.ready = ""};
	struct verdict once, twice;
	uint8_t digest[KEY_DIGEST_SIZE] = {0};
	struct ip_addr from, server;
	struct question decision = {.peer = &peer, .conf = &conf, .request = &request};
	const unsigned missing = take(&in, 32);

	conf = (struct agent_conf){.file = "agent.conf"};
	conf.auth_info_required = take(&in, 2) != 0;
	take_peer(&in, &peer);
	request.verb = (enum verb)take(&in, VERB_COUNT + 2);
	request.legacy = take(&in, 4) == 0;
	from = take_address(&in);
	server = take_address(&in);
	digest[0] = (uint8_t)take(&in, 4);
	decision.now = take_time(&in);
	decision.from = take(&in, 8) != 0 ? &from : NULL;
	decision.server = take(&in, 4) != 0 ? &server : NULL;
	decision.digest = take(&in, 4) != 0 ? (const void *)&digest : NULL;
	decision.conf = missing != 1 ? &conf : NULL;
	decision.peer = missing != 2 ? &peer : NULL;
	decision.request = missing != 3 ? &request : NULL;
	take_asks(&in, &peer, &request.asks);
	peer.nhand_in_keys = take(&in, 2);
	peer.hand_in_keys[0].key.digest[0] = (uint8_t)take(&in, 4);
	peer.hand_in_until = take_time(&in);
	if (take_certificate(&in, &conf, &peer, &certificate))
		decision.certificate = &certificate;

	memset(&once, 0x55, sizeof once);
	memset(&twice, 0xaa, sizeof twice);
	decide(&decision, &once);
	decide(&decision, &twice);
	HOLDS(same_bytes(&once, &twice, sizeof once));
	check_verdict(&decision, &once);
	return 0;
}
