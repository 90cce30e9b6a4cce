/* SPDX-License-Identifier: ISC */
/* Name servers and domains, of a link or offered: the words of a line. */
#include <stdio.h>

#include "policy/language/constraint.h"
#include "policy/language/parse.h"
#include "policy/language/profile.h"
#include "policy/language/value.h"

static int add_server(struct parse *p, size_t word)
{
	const struct keyword *k = p->keyword;
	struct server_line *list = parse_field(p, k->field);
	size_t *count = parse_field(p, k->count);
	struct ip_addr address;
	const char *why;

	if (ip_addr_parse(p->line.words[word].text, &address, &why) != 0 ||
	    server_check(&address, &why) != 0)
		return parse_refuse(p, word, why);
	for (size_t i = 0; i < *count; i++)
		if (ip_addr_equal(&list[i].address, &address))
			return parse_fail(p, word,
					  "%s: %s repeated: it is already on line %u",
					  k->name, p->line.words[word].text, list[i].line);
	if (*count == k->max)
		return parse_fail(p, word, "%s: too many servers: expected at most %u",
				  k->name, k->max);
	list[(*count)++] = (struct server_line){address, p->line.number};
	return 0;
}

int parse_name_servers(struct parse *p)
{
	for (size_t i = 1; i < p->line.nwords; i++)
		if (add_server(p, i) != 0)
			return -1;
	return 0;
}

static int add_domain(struct parse *p, size_t word)
{
	const struct keyword *k = p->keyword;
	struct domain_line *list = parse_field(p, k->field);
	size_t *count = parse_field(p, k->count);
	const char *text = p->line.words[word].text, *why = NULL;

	if ((p->scope == &scope_peer ? domain_check_offered : domain_check)(text, &why) !=
	    0)
		return parse_refuse(p, word, why);
	for (size_t i = 0; i < *count; i++)
		if (domain_equal(list[i].name, text))
			return parse_fail(p, word,
					  "%s: %s repeated: it is already on line %u",
					  k->name, text, list[i].line);
	if (*count == k->max)
		return parse_fail(p, word, "%s: too many domains: expected at most %u",
				  k->name, k->max);
	snprintf(list[*count].name, sizeof list->name, "%s", text);
	list[(*count)++].line = p->line.number;
	return 0;
}

int parse_search_domains(struct parse *p)
{
	for (size_t i = 1; i < p->line.nwords; i++)
		if (add_domain(p, i) != 0)
			return -1;
	return 0;
}
