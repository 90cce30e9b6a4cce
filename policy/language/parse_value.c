/* SPDX-License-Identifier: ISC */
/* From the words of a line to the field of a struct, by the type of the keyword. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "policy/language/constraint.h"
#include "policy/language/parse.h"
#include "policy/language/profile.h"
#include "policy/language/value.h"

static const char *first_value(const struct parse *p)
{
	return p->line.words[1].text;
}

static int set_number(struct parse *p)
{
	const struct keyword *k = p->keyword;
	const char *why;

	if (value_number(first_value(p), k->min, k->max, parse_field(p, k->field), &why) <
	    0)
		return parse_refuse(p, 1, why);
	return 0;
}

static int set_choice(struct parse *p)
{
	const char *why;
	unsigned index;

	if (value_choice(first_value(p), p->keyword->words, &index, &why) != 0)
		return parse_refuse(p, 1, why);
	if (p->keyword->type == VALUE_FLAG)
		*(bool *)parse_field(p, p->keyword->field) = index != 0;
	else
		*(unsigned *)parse_field(p, p->keyword->field) = index;
	return 0;
}

static int set_time(struct parse *p)
{
	const char *why;

	if (value_time(first_value(p), parse_field(p, p->keyword->field), &why) != 0)
		return parse_refuse(p, 1, why);
	return 0;
}

static int set_pair(struct parse *p)
{
	struct address_pair *pair = parse_field(p, p->keyword->field);
	sa_family_t family = p->keyword->type == VALUE_PAIR4 ? AF_INET : AF_INET6;
	struct ip_addr ends[2];
	const char *why;

	for (size_t i = 0; i < 2; i++) {
		if (ip_addr_parse(p->line.words[1 + i].text, &ends[i], &why) < 0)
			return parse_refuse(p, 1 + i, why);
		if (ends[i].family != family)
			return parse_refuse(p, 1 + i, "an address of the other IP version");
		why = constraint_link_end(&ends[i]);
		if (why != NULL)
			return parse_refuse(p, 1 + i, why);
	}
	why = constraint_link_pair(&ends[0], &ends[1]);
	if (why != NULL)
		return parse_refuse(p, 2, why);
	pair->local = ends[0];
	pair->remote = ends[1];
	pair->line = p->line.number;
	return 0;
}

/* What is wrong with a prefix where that type of value stands; NULL: nothing. */
static const char *check_prefix(enum value_type type, const struct ip_prefix *prefix)
{
	if (type == VALUE_PREFIXES)
		return NULL;
	if (type == VALUE_PROFILE_ROUTES && prefix->len < ROUTE_LEN_MIN)
		return "a default route, or a half of one, is written default, for both "
		       "families";
	return type == VALUE_REACH ? constraint_reach(prefix) : constraint_route(prefix);
}

static int add_prefix(struct parse *p, size_t word)
{
	const struct keyword *k = p->keyword;
	struct prefix_line *list = parse_field(p, k->field);
	size_t *count = parse_field(p, k->count);
	struct ip_prefix prefix;
	const char *why;

	if (ip_prefix_parse(p->line.words[word].text, &prefix, &why) != 0)
		return parse_refuse(p, word, why);
	why = check_prefix(k->type, &prefix);
	if (why != NULL)
		return parse_refuse(p, word, why);
	for (size_t i = 0; i < *count; i++)
		if (ip_prefix_covers(&list[i].prefix, &prefix) &&
		    list[i].prefix.len == prefix.len)
			return parse_fail(p, word,
					  "%s: %s repeated: it is already on line %u",
					  k->name, p->line.words[word].text, list[i].line);
	if (*count == k->max)
		return parse_fail(p, word, "%s: too many prefixes: expected at most %u",
				  k->name, k->max);
	list[*count].prefix = prefix;
	list[(*count)++].line = p->line.number;
	return 0;
}

static int set_prefixes(struct parse *p)
{
	for (size_t i = 1; i < p->line.nwords; i++)
		if (add_prefix(p, i) != 0)
			return -1;
	return 0;
}

static int set_verbs(struct parse *p)
{
	unsigned *allow = parse_field(p, p->keyword->field);

	for (size_t i = 1; i < p->line.nwords; i++) {
		const char *text = p->line.words[i].text;
		enum verb verb = verb_parse(text, strlen(text));

		if (verb == VERB_COUNT)
			return parse_refuse(p, i, "not a request");
		if (verbs_have(*allow, verb))
			return parse_refuse(p, i, "repeated");
		*allow |= 1u << verb;
	}
	return 0;
}

/* Only a peer can do without a Key: then no line may have one. */
static bool takes_none(const struct parse *p, const struct peer **peer)
{
	*peer = p->scope == &scope_peer && (p->keyword->flags & KEYWORD_WHOLE) == 0 ? p->out
										    : NULL;
	return *peer != NULL && strcmp(first_value(p), "none") == 0;
}

static int set_no_key(struct parse *p)
{
	struct peer *peer = p->out;

	if (peer->key_none)
		return parse_refuse(p, 1, "repeated");
	if (peer->nkeys > 0)
		return parse_refuse(p, 1, "none and keys exclude each other");
	peer->key_none = true;
	return 0;
}

static int set_key(struct parse *p)
{
	const struct keyword *k = p->keyword;
	struct key_line *list = parse_field(p, k->field);
	size_t *count = parse_field(p, k->count);
	const char *type = first_value(p), *base64 = NULL, *why;
	const struct peer *peer;
	struct key_line *added;

	if (takes_none(p, &peer))
		return set_no_key(p);
	if (peer != NULL && peer->key_none)
		return parse_refuse(p, 1, "none and keys exclude each other");
	if (*count == k->max)
		return parse_fail(p, 0, "%s: too many keys: expected at most %u", k->name,
				  k->max);
	if (!key_is_fingerprint(type) && p->line.nwords > 2)
		base64 = p->line.words[2].text;
	if ((k->flags & KEYWORD_WHOLE) != 0 && key_is_fingerprint(type))
		return parse_refuse(p, 1, "only its fingerprint");
	/* From it alone nobody could make a line of authorized_keys. */
	if (k->type == VALUE_AUTHORITY && key_is_fingerprint(type))
		return parse_refuse(p, 1, "a fingerprint alone");
	added = &list[*count];
	if (key_parse(type, base64, &added->key, &why) != 0)
		return parse_refuse(p, base64 != NULL && key_type_known(type) ? 2 : 1, why);
	for (size_t i = 0; i < *count; i++)
		if (key_same(&list[i].key, &added->key))
			return parse_fail(p, 1, "%s repeated: it is already on line %u",
					  k->name, list[i].line);
	added->line = p->line.number;
	(*count)++;
	return 0;
}

static int set_accept(struct parse *p)
{
	struct profile *profile = p->out;

	for (size_t i = 1; i < p->line.nwords; i++) {
		const char *text = p->line.words[i].text;
		bool *flag = NULL;

		if (strcmp(text, "address") == 0)
			flag = &profile->accept_address;
		else if (strcmp(text, "any") == 0)
			flag = &profile->accept_any;
		else if (strcmp(text, "dns") == 0)
			flag = &profile->accept_dns;
		if (flag != NULL && *flag)
			return parse_refuse(p, i, "repeated");
		if (flag != NULL)
			*flag = true;
		else if (add_prefix(p, i) != 0)
			return -1;
	}
	return 0;
}

/* The default route takes what no network beside it does. */
static int set_profile_routes(struct parse *p)
{
	struct profile *profile = p->out;

	for (size_t i = 1; i < p->line.nwords; i++) {
		const bool is_default = strcmp(p->line.words[i].text, "default") == 0;

		if (is_default && profile->route_default)
			return parse_refuse(p, i, "repeated");
		if (is_default) {
			profile->route_default = true;
			profile->route_default_line = p->line.number;
		} else if (add_prefix(p, i) != 0) {
			return -1;
		}
	}
	return 0;
}

/* "any" is everything: a network beside it would only look like a limit. */
static int set_reach(struct parse *p)
{
	struct peer *peer = p->out;

	for (size_t i = 1; i < p->line.nwords; i++) {
		const bool any = strcmp(p->line.words[i].text, "any") == 0;

		if (peer->reach_any || (any && peer->nreach > 0))
			return parse_refuse(p, i, "any and networks exclude each other");
		if (any)
			peer->reach_any = true;
		else if (add_prefix(p, i) != 0)
			return -1;
	}
	return 0;
}

static int add_user(struct parse *p, size_t word)
{
	const struct keyword *k = p->keyword;
	struct user_line *list = parse_field(p, k->field);
	size_t *count = parse_field(p, k->count);
	const char *text = p->line.words[word].text, *why;

	if (value_account(text[0] == '@' ? text + 1 : text, &why) != 0)
		return parse_refuse(p, word, why);
	for (size_t i = 0; i < *count; i++)
		if (strcmp(list[i].name, text) == 0)
			return parse_fail(p, word,
					  "%s: %s repeated: it is already on line %u",
					  k->name, text, list[i].line);
	if (*count == k->max)
		return parse_fail(p, word, "%s: too many names: expected at most %u",
				  k->name, k->max);
	snprintf(list[*count].name, sizeof list->name, "%s", text);
	list[(*count)++].line = p->line.number;
	return 0;
}

static int set_users(struct parse *p)
{
	for (size_t i = 1; i < p->line.nwords; i++)
		if (add_user(p, i) != 0)
			return -1;
	return 0;
}

/* Of a type of text: what checks it and bounds its length, and the size of the field. */
static const struct {
	int (*check)(const char *text, const char **why);
	size_t size;
} texts[VALUE_TYPE_COUNT] = {
    [VALUE_PATH] = {value_path, POLICY_PATH_MAX},
    [VALUE_ACCOUNT] = {value_account, ACCOUNT_MAX_LEN + 1},
    [VALUE_INTERFACE] = {value_interface, IFNAME_MAX_LEN + 1},
    [VALUE_SECRET] = {value_secret, SECRET_TEXT_MAX},
};

static int set_text(struct parse *p)
{
	const enum value_type type = p->keyword->type;
	const char *why;

	if (texts[type].check(first_value(p), &why) != 0)
		return parse_refuse(p, 1, why);
	snprintf(parse_field(p, p->keyword->field), texts[type].size, "%s", first_value(p));
	return 0;
}

/* Name servers do not tell upper from lower case, so that it would be the same host. */
static int add_host(struct parse *p)
{
	const struct keyword *k = p->keyword;
	struct host_line *list = parse_field(p, k->field);
	size_t *count = parse_field(p, k->count);
	const char *why;

	if (value_host(first_value(p), &why) != 0)
		return parse_refuse(p, 1, why);
	for (size_t i = 0; i < *count; i++)
		if (strcasecmp(list[i].name, first_value(p)) == 0)
			return parse_fail(p, 1, "%s: %s repeated: it is already on line %u",
					  k->name, first_value(p), list[i].line);
	if (*count == k->max)
		return parse_fail(p, 0, "%s: too many hosts: expected at most %u", k->name,
				  k->max);
	snprintf(list[*count].name, sizeof list[*count].name, "%s", first_value(p));
	list[(*count)++].line = p->line.number;
	return 0;
}

/* How a line of each type is taken: by whom, and how many values it has; 0: any number. */
static const struct {
	int (*set)(struct parse *p);
	size_t values;
} setters[VALUE_TYPE_COUNT] = {
    [VALUE_NUMBER] = {set_number, 1},
    [VALUE_FLAG] = {set_choice, 1},
    [VALUE_CHOICE] = {set_choice, 1},
    [VALUE_TIME] = {set_time, 1},
    [VALUE_PATH] = {set_text, 1},
    [VALUE_ACCOUNT] = {set_text, 1},
    [VALUE_INTERFACE] = {set_text, 1},
    [VALUE_HOST] = {add_host, 1},
    [VALUE_PAIR4] = {set_pair, 2},
    [VALUE_PAIR6] = {set_pair, 2},
    [VALUE_PREFIXES] = {set_prefixes, 0},
    [VALUE_ROUTES] = {set_prefixes, 0},
    [VALUE_VERBS] = {set_verbs, 0},
    [VALUE_KEY] = {set_key, 0},
    [VALUE_ACCEPT] = {set_accept, 0},
    [VALUE_REACH] = {set_reach, 0},
    [VALUE_USERS] = {set_users, 0},
    [VALUE_SECRET] = {set_text, 1},
    [VALUE_AUTHORITY] = {set_key, 0},
    [VALUE_SERVERS] = {parse_name_servers, 0},
    [VALUE_DOMAINS] = {parse_search_domains, 0},
    [VALUE_PROFILE_ROUTES] = {set_profile_routes, 0},
};

int parse_value(struct parse *p)
{
	size_t values = setters[p->keyword->type].values, given = p->line.nwords - 1;
	char expected[KEYWORD_EXPECTED_MAX];

	if (values != 0 && given > values)
		return parse_fail(p, values + 1, "%s: too many values: expected %s",
				  p->keyword->name, keyword_expected(p->keyword, expected));
	if (given < values)
		return parse_fail(p, given, "%s: too few values: expected %s",
				  p->keyword->name, keyword_expected(p->keyword, expected));
	return setters[p->keyword->type].set(p);
}
