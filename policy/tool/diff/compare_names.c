/* SPDX-License-Identifier: ISC */
/* Two versions of who is asked for names, and for which: lists of words, in any order. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "policy/tool/diff/comparison.h"

void servers_text(const struct server_line *list, size_t count, char buf[NAMES_TEXT_MAX])
{
	char text[ADDRESS_TEXT_MAX];
	size_t used = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < count; i++)
		used += (size_t)snprintf(buf + used, NAMES_TEXT_MAX - used, "%s%s",
					 i > 0 ? " " : "",
					 ip_addr_print(&list[i].address, text));
}

void domains_text(const struct domain_line *list, size_t count, char buf[NAMES_TEXT_MAX])
{
	size_t used = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < count; i++)
		used += (size_t)snprintf(buf + used, NAMES_TEXT_MAX - used, "%s%s",
					 i > 0 ? " " : "", list[i].name);
}

/* Upper and lower case are the same name. */
static bool has_word(const char *words, const char *word, size_t len)
{
	while (*words != '\0') {
		const size_t n = strcspn(words, " ");

		if (n == len && strncasecmp(words, word, len) == 0)
			return true;
		words += n + (words[n] == ' ');
	}
	return false;
}

/* The words of one that another lacks. */
static void subtract(const char *of, const char *other, char buf[NAMES_TEXT_MAX])
{
	size_t used = 0;

	buf[0] = '\0';
	while (*of != '\0') {
		const size_t n = strcspn(of, " ");

		if (!has_word(other, of, n))
			used += (size_t)snprintf(buf + used, NAMES_TEXT_MAX - used,
						 "%s%.*s", used > 0 ? " " : "", (int)n, of);
		of += n + (of[n] == ' ');
	}
}

void compare_words(struct effects *effects, const struct word_set *set, const char *old,
		   const char *new)
{
	char words[NAMES_TEXT_MAX];

	subtract(old, new, words);
	if (words[0] != '\0')
		effects_add(effects, EFFECT_LOSES, set->keyword, set->loses, words, NULL);
	subtract(new, old, words);
	if (words[0] != '\0')
		effects_add(effects, EFFECT_GAINS, set->keyword, set->gains, words, NULL);
}

void compare_offered_names(const struct comparison *c)
{
	static const struct word_set
	    servers = {"OfferDns", "is no longer told to ask %V for names (%K)",
		       "is told to ask %V for names (%K)"},
	    domains = {"OfferSearch", "is no longer told to ask for names in %V (%K)",
		       "is told to ask for names in %V (%K)"};

	compare_words(c->out, &servers, c->old->offer_dns == NULL ? "" : c->old->offer_dns,
		      c->new->offer_dns == NULL ? "" : c->new->offer_dns);
	compare_words(c->out, &domains,
		      c->old->offer_search == NULL ? "" : c->old->offer_search,
		      c->new->offer_search == NULL ? "" : c->new->offer_search);
}
