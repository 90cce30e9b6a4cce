/* SPDX-License-Identifier: ISC */
#include "policy/language/keyword.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "policy/language/policy.h"
#include "policy/language/profile.h"

#define NOWHERE KEYWORD_NOWHERE
#define ROW(name, type, flags, min, max, words, fallback, field, count, line, help)        \
	{name, type, flags, min, max, words, fallback, field, count, line, help},

static const struct keyword agent_keywords[] = {
#define AT(member)    offsetof(struct agent_conf, member)
#define AGENT_KEYWORD ROW
#include "policy/language/keywords.def"
#undef AGENT_KEYWORD
#undef AT
};

static const struct keyword peer_keywords[] = {
#define AT(member)   offsetof(struct peer, member)
#define PEER_KEYWORD ROW
#include "policy/language/keywords.def"
#undef PEER_KEYWORD
#undef AT
};

static const struct keyword profile_keywords[] = {
#define AT(member)	offsetof(struct profile, member)
#define PROFILE_KEYWORD ROW
#include "policy/language/keywords.def"
#undef PROFILE_KEYWORD
#undef AT
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

_Static_assert(COUNT(agent_keywords) <= KEYWORDS_MAX,
	       "the parser counts lines in an array");
_Static_assert(COUNT(peer_keywords) <= KEYWORDS_MAX, "as above");
_Static_assert(COUNT(profile_keywords) <= KEYWORDS_MAX, "as above");
/* VALUE_CHOICE is stored through a pointer to unsigned. */
_Static_assert(sizeof(enum launch_as) == sizeof(unsigned), "enum launch_as is an unsigned");
_Static_assert(sizeof(enum landlock_use) == sizeof(unsigned),
	       "enum landlock_use is an unsigned");
_Static_assert(sizeof(enum prefer) == sizeof(unsigned), "enum prefer is an unsigned");
_Static_assert(sizeof(enum hook_as) == sizeof(unsigned), "enum hook_as is an unsigned");

const struct scope scope_agent = {"agent", "agent.conf", agent_keywords,
				  COUNT(agent_keywords)};
const struct scope scope_peer = {"peer", "a peer's file", peer_keywords,
				 COUNT(peer_keywords)};
const struct scope scope_profile = {"profile", "a profile", profile_keywords,
				    COUNT(profile_keywords)};

/* The bit in which upper and lower case differ in ASCII. */
enum { CASE_BIT = 0x20 };

const struct keyword *keyword_find(const struct scope *scope, const char *name)
{
	for (size_t i = 0; i < scope->count; i++) {
		const struct keyword *keyword = &scope->keywords[i];

		/* Most differ in their first letter. */
		if (((keyword->name[0] ^ name[0]) & ~CASE_BIT) == 0 &&
		    strcasecmp(keyword->name, name) == 0)
			return keyword;
	}
	return NULL;
}

enum { NEAR_LEN_MAX = 24, NEAR_MAX = 2 };

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	unsigned ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* How many bytes must be added, dropped or changed (Levenshtein), ignoring case. */
static unsigned distance(const char *a, const char *b)
{
	unsigned row[NEAR_LEN_MAX + 1];
	size_t len = strlen(b);

	for (size_t j = 0; j <= len; j++)
		row[j] = (unsigned)j;
	for (size_t i = 0; a[i] != '\0'; i++) {
		unsigned diagonal = row[0];

		row[0]++;
		for (size_t j = 1; j <= len; j++) {
			unsigned above = row[j];
			bool same = tolower((unsigned char)a[i]) ==
				    tolower((unsigned char)b[j - 1]);

			row[j] = least(above + 1, row[j - 1] + 1, diagonal + !same);
			diagonal = above;
		}
	}
	return row[len];
}

const struct keyword *keyword_nearest(const struct scope *scope, const char *name)
{
	const struct keyword *nearest = NULL;
	unsigned best = NEAR_MAX + 1;

	if (strlen(name) > NEAR_LEN_MAX)
		return NULL;
	for (size_t i = 0; i < scope->count; i++) {
		unsigned d = distance(scope->keywords[i].name, name);

		if (d >= best || d >= strlen(scope->keywords[i].name))
			continue;
		best = d;
		nearest = &scope->keywords[i];
	}
	return nearest;
}

/* "auto account root" as "auto, account or root". */
static void join_words(const char *words, char *buf, size_t size)
{
	size_t used = 0;

	buf[0] = '\0';
	while (*words != '\0' && used + 1 < size) {
		size_t n = strcspn(words, " ");
		const char *next = words + n + (words[n] == ' ');
		const char *between = "";

		if (*next != '\0')
			between = strchr(next, ' ') == NULL ? " or " : ", ";
		snprintf(buf + used, size - used, "%.*s%s", (int)n, words, between);
		used += strlen(buf + used);
		words = next;
	}
}

const char *keyword_expected(const struct keyword *keyword, char buf[KEYWORD_EXPECTED_MAX])
{
	static const char *const phrases[VALUE_TYPE_COUNT] = {
	    [VALUE_TIME] = "a time in UTC such as 2027-01-31T00:00:00Z",
	    [VALUE_PATH] = "an absolute path",
	    [VALUE_ACCOUNT] = "the name of an account",
	    [VALUE_INTERFACE] = "a name of at most 15 characters",
	    [VALUE_HOST] = "a host name, an address or an alias",
	    [VALUE_PAIR4] = "two IPv4 addresses: this end, the other end",
	    [VALUE_PAIR6] = "two IPv6 addresses: this end, the other end",
	    [VALUE_PREFIXES] = "prefixes such as 192.0.2.0/24 or 2001:db8::/32",
	    [VALUE_ROUTES] = "prefixes such as 192.0.2.0/24 or 2001:db8::/32",
	    [VALUE_VERBS] = "some of pppd, sshroute and status",
	    [VALUE_KEY] = "a key's type and base64, SHA256: and its fingerprint, or none",
	    [VALUE_AUTHORITY] = "a key's type and base64",
	    [VALUE_SERVERS] = "addresses such as 10.2.0.53 or 2001:db8::53",
	    [VALUE_DOMAINS] = "domains such as corp.example or ~corp.example",
	    [VALUE_ACCEPT] = "address, dns, any, or prefixes such as 192.0.2.0/24",
	    [VALUE_PROFILE_ROUTES] = "default, or prefixes such as 192.0.2.0/24",
	    [VALUE_REACH] = "any, or prefixes such as 192.0.2.0/24 or 2001:db8::/32",
	    [VALUE_USERS] = "users, or groups such as @staff",
	    [VALUE_SECRET] = "a private key in base64",
	    [VALUE_END] = "nothing after it, on its line or below",
	};

	if (keyword->type == VALUE_NUMBER)
		snprintf(buf, KEYWORD_EXPECTED_MAX, "a number from %u to %u", keyword->min,
			 keyword->max);
	else if ((keyword->flags & KEYWORD_WHOLE) != 0)
		snprintf(buf, KEYWORD_EXPECTED_MAX, "a key's type and base64");
	else if (keyword->words != NULL)
		join_words(keyword->words, buf, KEYWORD_EXPECTED_MAX);
	else
		snprintf(buf, KEYWORD_EXPECTED_MAX, "%s", phrases[keyword->type]);
	return buf;
}
