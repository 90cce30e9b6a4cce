/* SPDX-License-Identifier: ISC */
#include "policy/language/parsed.h"

#include <string.h>

#include "policy/language/profile.h"
#include "policy/language/value.h"

struct print {
	const struct keyword *keyword;
	const void *values;
	FILE *out;
};

static const void *field_of(const struct print *p)
{
	return (const char *)p->values + p->keyword->field;
}

static size_t count_of(const struct print *p)
{
	return *(const size_t *)(const void *)((const char *)p->values + p->keyword->count);
}

static void print_text(const struct print *p)
{
	const char *text = field_of(p);

	if (text[0] != '\0')
		fprintf(p->out, "%s %s\n", p->keyword->name, text);
}

static void print_hosts(const struct print *p)
{
	const struct host_line *list = field_of(p);

	for (size_t i = 0; i < count_of(p); i++)
		fprintf(p->out, "%s %s\n", p->keyword->name, list[i].name);
}

/* Zero is in no range of the language: such a number is one that is not given. */
static void print_number(const struct print *p)
{
	unsigned value = *(const unsigned *)field_of(p);

	if (value != 0)
		fprintf(p->out, "%s %u\n", p->keyword->name, value);
}

/* Left to what another file says. */
static bool is_left_open(const struct print *p)
{
	const struct keyword *k = p->keyword;

	return k->fallback == NULL && k->line != KEYWORD_NOWHERE &&
	       *(const unsigned *)(const void *)((const char *)p->values + k->line) == 0;
}

static void print_choice(const struct print *p)
{
	unsigned index = p->keyword->type == VALUE_FLAG ? *(const bool *)field_of(p)
							: *(const unsigned *)field_of(p);
	const char *words = p->keyword->words;

	if (is_left_open(p))
		return;
	while (index-- > 0)
		words += strcspn(words, " ") + 1;
	fprintf(p->out, "%s %.*s\n", p->keyword->name, (int)strcspn(words, " "), words);
}

static void print_time(const struct print *p)
{
	char text[TIME_TEXT_MAX];
	time_t when = *(const time_t *)field_of(p);

	if (when != 0)
		fprintf(p->out, "%s %s\n", p->keyword->name, value_time_print(when, text));
}

static void print_pair(const struct print *p)
{
	const struct address_pair *pair = field_of(p);
	char local[ADDRESS_TEXT_MAX], remote[ADDRESS_TEXT_MAX];

	if (pair->local.family != AF_UNSPEC)
		fprintf(p->out, "%s %s %s\n", p->keyword->name,
			ip_addr_print(&pair->local, local),
			ip_addr_print(&pair->remote, remote));
}

static void print_prefixes(const struct print *p)
{
	const struct prefix_line *list = field_of(p);
	char text[PREFIX_TEXT_MAX];

	for (size_t i = 0; i < count_of(p); i++)
		fprintf(p->out, "%s %s\n", p->keyword->name,
			ip_prefix_print(&list[i].prefix, text));
}

static void print_verbs(const struct print *p)
{
	unsigned allow = *(const unsigned *)field_of(p);

	fputs(p->keyword->name, p->out);
	for (unsigned verb = 0; verb < VERB_COUNT; verb++)
		if (verbs_have(allow, verb))
			fprintf(p->out, " %s", verb_name(verb));
	fputc('\n', p->out);
}

static void print_keys(const struct print *p)
{
	const struct key_line *list = field_of(p);
	char text[KEY_FINGERPRINT_TEXT_MAX];

	/* Of a list that may be empty: a peer's. */
	if (count_of(p) == 0 && p->keyword->line != KEYWORD_NOWHERE)
		fprintf(p->out, "%s none\n", p->keyword->name);
	for (size_t i = 0; i < count_of(p); i++) {
		const struct public_key *key = &list[i].key;

		if (key->type[0] != '\0')
			fprintf(p->out, "%s %s %s\n", p->keyword->name, key->type,
				key->base64);
		else
			fprintf(p->out, "%s %s\n", p->keyword->name,
				key_fingerprint(key->digest, text));
	}
}

static void print_accept(const struct print *p)
{
	const struct profile *profile = p->values;

	if (profile->accept_address)
		fprintf(p->out, "%s address\n", p->keyword->name);
	if (profile->accept_dns)
		fprintf(p->out, "%s dns\n", p->keyword->name);
	if (profile->accept_any)
		fprintf(p->out, "%s any\n", p->keyword->name);
	print_prefixes(p);
}

static void print_profile_routes(const struct print *p)
{
	const struct profile *profile = p->values;

	if (profile->route_default)
		fprintf(p->out, "%s default\n", p->keyword->name);
	print_prefixes(p);
}

static void print_reach(const struct print *p)
{
	const struct peer *peer = p->values;

	if (peer->reach_any)
		fprintf(p->out, "%s any\n", p->keyword->name);
	print_prefixes(p);
}

static void print_users(const struct print *p)
{
	const struct user_line *list = field_of(p);

	for (size_t i = 0; i < count_of(p); i++)
		fprintf(p->out, "%s %s\n", p->keyword->name, list[i].name);
}

static void print_servers(const struct print *p)
{
	const struct server_line *list = field_of(p);
	char text[ADDRESS_TEXT_MAX];

	for (size_t i = 0; i < count_of(p); i++)
		fprintf(p->out, "%s %s\n", p->keyword->name,
			ip_addr_print(&list[i].address, text));
}

static void print_domains(const struct print *p)
{
	const struct domain_line *list = field_of(p);

	for (size_t i = 0; i < count_of(p); i++)
		fprintf(p->out, "%s %s\n", p->keyword->name, list[i].name);
}

static void print_end(const struct print *p)
{
	fprintf(p->out, "%s\n", p->keyword->name);
}

void print_values(const struct scope *scope, const void *values, FILE *out)
{
	static void (*const printers[VALUE_TYPE_COUNT])(const struct print *) = {
	    [VALUE_NUMBER] = print_number,
	    [VALUE_FLAG] = print_choice,
	    [VALUE_CHOICE] = print_choice,
	    [VALUE_TIME] = print_time,
	    [VALUE_PATH] = print_text,
	    [VALUE_ACCOUNT] = print_text,
	    [VALUE_INTERFACE] = print_text,
	    [VALUE_HOST] = print_hosts,
	    [VALUE_PAIR4] = print_pair,
	    [VALUE_PAIR6] = print_pair,
	    [VALUE_PREFIXES] = print_prefixes,
	    [VALUE_ROUTES] = print_prefixes,
	    [VALUE_VERBS] = print_verbs,
	    [VALUE_KEY] = print_keys,
	    [VALUE_ACCEPT] = print_accept,
	    [VALUE_REACH] = print_reach,
	    [VALUE_USERS] = print_users,
	    [VALUE_SECRET] = print_text,
	    [VALUE_AUTHORITY] = print_keys,
	    [VALUE_SERVERS] = print_servers,
	    [VALUE_DOMAINS] = print_domains,
	    [VALUE_END] = print_end,
	    [VALUE_PROFILE_ROUTES] = print_profile_routes,
	};

	for (size_t i = 0; i < scope->count; i++) {
		struct print p = {&scope->keywords[i], values, out};

		printers[p.keyword->type](&p);
	}
}
