/* SPDX-License-Identifier: ISC */
/*
 * What diff tells of two peers, held against the agent's own decision: peers are made of a
 * few values each and spelled in different ways. Equal values must be no change, other
 * values one, and a request that is decided otherwise a gain or a loss.
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/language/decide.h"
#include "policy/tool/diff/effect.h"
#include "tests/unit/parse_text.h"

enum {
	ROUNDS = 1000,
	SEED = 20261125,
	TEXT_SIZE = 4096,
	/* addresses that a set of a peer's may have, as bits */
	ADDRESSES = 8,
	ADDRESSES_ALL = (1 << ADDRESSES) - 1,
	KEYS = 3,
	VERBS_ALL = (1 << VERB_COUNT) - 1,
	LINES_MAX = 32,
	LINE_SIZE = 80,
};

/* In order; 0 stands for no limit. */
static const char *const moments[] = {NULL, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z",
				      "2028-01-01T00:00:00Z"};
/* The seconds of each, and before the first. */
static const time_t samples[] = {1700000000, 1767225600, 1798761600, 1830297600};

/* All that a peer is; 0 in a set of addresses: no such line. */
struct values {
	/* bits */
	unsigned keys, from, allow, routes, offers;
	unsigned begins, expires;
	unsigned local, remote, mru, sessions, legacy, strict, interface;
};

static unsigned chance(unsigned limit)
{
	static uint32_t state = SEED;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % limit;
}

/* Lines of a file, to be put in any order. */
struct lines {
	char text[LINES_MAX][LINE_SIZE];
	size_t count;
};

__attribute__((format(printf, 2, 3))) static void add_line(struct lines *lines,
							   const char *fmt, ...)
{
	va_list args;

	assert_true(lines->count < LINES_MAX);
	va_start(args, fmt);
	(void)vsnprintf(lines->text[lines->count++], LINE_SIZE, fmt, args);
	va_end(args);
}

/* The set below base, in blocks that are whole and now and then in their halves. */
static void add_set(struct lines *lines, const char *keyword, const char *base,
		    unsigned set, unsigned first, unsigned count)
{
	const unsigned block = ((1U << count) - 1) << first;
	unsigned len = IPV4_BITS;

	for (unsigned n = count; n > 1; n /= 2)
		len--;
	if ((set & block) == 0)
		return;
	if ((set & block) == block && (count == 1 || chance(3) > 0)) {
		add_line(lines, "%s %s%u/%u", keyword, base, first, len);
		return;
	}
	add_set(lines, keyword, base, set, first, count / 2);
	add_set(lines, keyword, base, set, first + count / 2, count / 2);
}

static void add_from(struct lines *lines, unsigned set)
{
	add_set(lines, "From", "198.51.100.", set, 0, ADDRESSES);
	if (set != 0 || chance(2) == 0)
		return;
	add_line(lines, "From ::/1 0.0.0.0/0");
	add_line(lines, "From 8000::/1");
}

/* The values as a file, otherwise every time. */
static void spell(const struct values *v, char text[TEXT_SIZE])
{
	struct lines lines = {.count = 0};
	size_t used = 0;

	for (unsigned key = 0; key < KEYS; key++)
		if ((v->keys & 1u << key) != 0)
			add_line(&lines, "Key SHA256:%042uA", key);
	add_from(&lines, v->from);
	add_line(&lines, "allow%s%s%s", v->allow & 1u << VERB_STATUS ? " status" : "",
		 v->allow & 1u << VERB_PPPD ? " pppd" : "",
		 v->allow & 1u << VERB_SSHROUTE ? " sshroute" : "");
	add_line(&lines, "Address 10.9.0.%u 10.9.1.%u", 1 + v->local, 1 + v->remote);
	add_set(&lines, "Route", "192.0.2.", v->routes, 0, ADDRESSES);
	add_set(&lines, "Offer", "203.0.113.", v->offers, 0, ADDRESSES);
	if (v->begins != 0)
		add_line(&lines, "Begins %s", moments[v->begins]);
	if (v->expires != 0)
		add_line(&lines, "Expires %s", moments[v->expires]);
	/* What is a default may as well stand there. */
	if (v->mru != 0 || chance(2) == 0)
		add_line(&lines, "Mru %u", 1500 - v->mru);
	if (v->sessions != 0 || chance(2) == 0)
		add_line(&lines, "Sessions %u", 1 + v->sessions);
	if (v->legacy != 0 || chance(2) == 0)
		add_line(&lines, "Legacy %s", v->legacy != 0 ? "yes" : "no");
	if (v->strict != 0 || chance(2) == 0)
		add_line(&lines, "Strict %s", v->strict != 0 ? "no" : "yes");
	if (v->interface != 0 || chance(2) == 0)
		add_line(&lines, "Interface %s", v->interface != 0 ? "vpn0" : "sp-alice");
	while (lines.count > 0) {
		const size_t at = chance((unsigned)lines.count);

		used +=
		    (size_t)snprintf(text + used, TEXT_SIZE - used, "%s\n", lines.text[at]);
		assert_true(used < TEXT_SIZE);
		lines.count--;
		memmove(lines.text[at], lines.text[lines.count], LINE_SIZE);
	}
	used += (size_t)snprintf(text + used, TEXT_SIZE - used, "End\n");
	assert_true(used < TEXT_SIZE);
}

/* One value anew; which of them are good together is for the caller to see to. */
static void draw_value(struct values *v, unsigned which)
{
	unsigned *const fields[] = {&v->keys,	&v->from,   &v->allow,	  &v->routes,
				    &v->offers, &v->begins, &v->local,	  &v->remote,
				    &v->mru,	&v->legacy, &v->sessions, &v->interface,
				    &v->strict};
	static const unsigned limits[] = {1 << KEYS,
					  1 << ADDRESSES,
					  1 << VERB_COUNT,
					  1 << ADDRESSES,
					  1 << ADDRESSES,
					  3,
					  2,
					  2,
					  2,
					  2,
					  2,
					  2,
					  2};

	if (which >= COUNT(fields)) {
		v->expires = chance(COUNT(moments));
		return;
	}
	*fields[which] = chance(limits[which]);
	if (*fields[which] == 0 &&
	    (fields[which] == &v->keys || fields[which] == &v->allow))
		*fields[which] = 1;
	if (fields[which] == &v->from && chance(4) == 0)
		v->from = 0;
}
enum { FIELDS = 14 };

static void draw(struct values *v)
{
	for (unsigned which = 0; which < FIELDS; which++)
		draw_value(v, which);
}

/* Expires must be after Begins. */
static void make_good(struct values *v)
{
	if (v->expires != 0 && v->begins >= v->expires)
		v->expires = 0;
}

static void parse(const struct values *v, struct peer *peer)
{
	char text[TEXT_SIZE];
	struct error err = {0};

	spell(v, text);
	if (policy_parse_peer("alice.conf", "alice", text, strlen(text), peer, &err) < 0)
		fail_msg("%u: %s\n%s", err.line, err.text, text);
}

/* Whether more is allowed to some request by b than by a. */
static bool decides_more(const struct peer *a, const struct peer *b)
{
	static const char *const from[] = {"198.51.100.0", "198.51.100.3", "198.51.100.4",
					   "198.51.100.7", "10.0.0.1",	   "2001:db8::1"};
	struct agent_conf conf;
	struct request request = {.ready = ""};
	struct ip_addr addr;
	struct question in = {.conf = &conf, .request = &request, .from = &addr};
	struct public_key key;
	struct verdict in_a, in_b;
	char text[LINE_SIZE];

	assert_int_equal(policy_parse_agent("agent.conf", "End\n", 4, &conf, NULL), 0);
	for (unsigned n = 0; n < KEYS * COUNT(from) * VERB_COUNT * 2 * COUNT(samples);
	     n++) {
		unsigned left = n;

		(void)snprintf(text, sizeof text, "SHA256:%042uA", left % KEYS);
		assert_int_equal(key_parse(text, NULL, &key, NULL), 0);
		in.digest = (const void *)key.digest;
		left /= KEYS;
		assert_int_equal(ip_addr_parse(from[left % COUNT(from)], &addr, NULL), 0);
		left /= COUNT(from);
		request.verb = left % VERB_COUNT;
		left /= VERB_COUNT;
		request.legacy = left % 2 != 0;
		in.now = samples[left / 2];
		in.peer = a;
		decide(&in, &in_a);
		in.peer = b;
		decide(&in, &in_b);
		if (!in_a.allow && in_b.allow)
			return true;
	}
	return false;
}

static size_t count_kind(const struct effects *effects, enum effect_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < effects->count; i++)
		n += effects->list[i].kind == kind;
	return n;
}

static void check_round(const struct values *old_values, const struct values *new_values)
{
	static union parsed old, new;
	struct side old_side = {0}, new_side = {0};
	struct effects effects = {0};

	parse(old_values, &old.peer);
	parse(new_values, &new.peer);
	side_keep(&old_side, KIND_PEER, "old/alice.conf", &old);
	side_keep(&new_side, KIND_PEER, "new/alice.conf", &new);
	side_sort(&old_side);
	side_sort(&new_side);
	compare_pair(&effects, &old_side, &new_side);
	assert_false(effects.lost);
	assert_int_equal(effects.count == 0,
			 memcmp(old_values, new_values, sizeof *old_values) == 0);
	if (decides_more(&old.peer, &new.peer))
		assert_true(count_kind(&effects, EFFECT_GAINS) > 0);
	if (decides_more(&new.peer, &old.peer))
		assert_true(count_kind(&effects, EFFECT_LOSES) > 0);
	effects_free(&effects);
	side_free(&old_side);
	side_free(&new_side);
}

static void agrees_with_what_the_agent_decides(void **state)
{
	struct values old = {0}, new;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		draw(&old);
		make_good(&old);
		new = old;
		for (unsigned n = chance(3); n > 0; n--)
			draw_value(&new, chance(FIELDS));
		make_good(&new);
		check_round(&old, &new);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(agrees_with_what_the_agent_decides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
