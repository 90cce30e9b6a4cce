/* SPDX-License-Identifier: ISC */
/*
 * Build time: copies standard input to standard output. Where a line reads "@KEYWORDS
 * kind@" it puts the list of a scope's keywords, in mdoc(7), where it reads "@RULES@" that
 * of vpn-policy's rules, and where it reads "@LEGACY kind@" that of the words which the
 * HOWTO's commands may have. So the manuals cannot say other than what the programs do.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/language/keyword.h"
#include "policy/language/legacy.h"
#include "policy/tool/report/finding.h"

static const char *const arguments[VALUE_TYPE_COUNT] = {
    [VALUE_NUMBER] = "Ar number",
    [VALUE_TIME] = "Ar time",
    [VALUE_PATH] = "Ar path",
    [VALUE_ACCOUNT] = "Ar account",
    [VALUE_INTERFACE] = "Ar name",
    [VALUE_HOST] = "Ar host",
    [VALUE_PAIR4] = "Ar address address",
    [VALUE_PAIR6] = "Ar address address",
    [VALUE_PREFIXES] = "Ar prefix ...",
    [VALUE_ROUTES] = "Ar prefix ...",
    [VALUE_VERBS] = "Ar request ...",
    [VALUE_KEY] = "Ar type base64 | Cm SHA256: Ns Ar fingerprint",
    [VALUE_AUTHORITY] = "Ar type base64",
    [VALUE_ACCEPT] = "Cm address | dns | any | Ar prefix ...",
    [VALUE_PROFILE_ROUTES] = "Cm default | Ar prefix ...",
    [VALUE_REACH] = "Cm any | Ar prefix ...",
    [VALUE_SECRET] = "Ar base64",
    [VALUE_SERVERS] = "Ar address ...",
    [VALUE_DOMAINS] = "Ar domain ...",
    [VALUE_USERS] = "Ar user | Cm @ Ns Ar group ...",
    [VALUE_END] = "",
};

static void print_words(const char *words)
{
	fputs("Cm ", stdout);
	for (; *words != '\0'; words++)
		fputs(*words == ' ' ? " | " : (char[]){*words, '\0'}, stdout);
}

/* Sentences each on a line of their own, as mdoc wants them. */
static void print_sentences(const char *text)
{
	for (; *text != '\0'; text++) {
		bool ends =
		    text[0] == '.' && text[1] == ' ' && text[2] >= 'A' && text[2] <= 'Z';

		putchar(*text);
		if (ends) {
			putchar('\n');
			text++;
		}
	}
	putchar('\n');
}

static void print_keyword(const struct keyword *k)
{
	printf(".It Ic %s%s", k->name, k->type == VALUE_END ? "" : " ");
	if ((k->flags & KEYWORD_WHOLE) != 0)
		fputs("Ar type base64", stdout);
	else if (k->words != NULL)
		print_words(k->words);
	else
		fputs(arguments[k->type], stdout);
	putchar('\n');
	print_sentences(k->help);
	if (k->type == VALUE_NUMBER)
		printf("From %u to %u.\n", k->min, k->max);
	if (k->fallback != NULL)
		printf("The default is\n.Cm %s .\n", k->fallback);
	if ((k->flags & KEYWORD_REQUIRED) != 0)
		puts("Required.");
	if ((k->flags & KEYWORD_REPEATS) != 0)
		printf("May be repeated, up to %u values in all.\n", k->max);
}

static bool print_list(const char *kind)
{
	static const struct scope *const scopes[] = {&scope_agent, &scope_peer,
						     &scope_profile};

	for (size_t i = 0; i < sizeof scopes / sizeof scopes[0]; i++) {
		if (strcmp(scopes[i]->kind, kind) != 0)
			continue;
		puts(".Bl -tag -width Ds");
		for (size_t j = 0; j < scopes[i]->count; j++)
			print_keyword(&scopes[i]->keywords[j]);
		puts(".El");
		return true;
	}
	return false;
}

static void print_rules(void)
{
	puts(".Bl -tag -width Ds");
	for (unsigned i = 0; i < RULE_COUNT; i++) {
		printf(".It Ic %s Pq %s\n%s.\n", rules[i].id,
		       severity_name(rules[i].severity), rules[i].title);
		print_sentences(rules[i].why);
		print_sentences(rules[i].remedy);
	}
	puts(".El");
}

/* A word of pppd's may begin with what mdoc takes for a hyphen. */
static void print_legacy_words(const struct legacy_word *row)
{
	fputs(".It Cm ", stdout);
	for (const char *c = row->words; *c != '\0'; c++)
		fputs(*c == '-' ? "\\-" : *c == ' ' ? " , " : (char[]){*c, '\0'}, stdout);
	if (row->argument != NULL)
		printf(" %s", row->kind == LEGACY_POLICY ? "Ar " : "");
	printf("%s\n", row->argument != NULL ? row->argument : "");
}

static bool print_legacy(const char *kind)
{
	static const char *const names[LEGACY_KIND_COUNT] = {"taken", "taken", "policy",
							     "refused"};
	bool any = false;

	puts(".Bl -tag -width Ds -compact");
	for (size_t i = 0; i < legacy_word_count; i++) {
		const struct legacy_word *row = &legacy_words[i];

		if (strcmp(names[row->kind], kind) != 0)
			continue;
		any = true;
		print_legacy_words(row);
		printf("%s.\n", row->why);
	}
	puts(".El");
	return any;
}

int main(void)
{
	char line[1024], kind[16];

	while (fgets(line, sizeof line, stdin) != NULL) {
		if (strcmp(line, "@RULES@\n") == 0)
			print_rules();
		else if (sscanf(line, "@LEGACY %15[a-z]@", kind) == 1) {
			if (!print_legacy(kind))
				return EXIT_FAILURE;
		} else if (sscanf(line, "@KEYWORDS %15[a-z]@", kind) != 1)
			fputs(line, stdout);
		else if (!print_list(kind))
			return EXIT_FAILURE;
	}
	return ferror(stdin) || fflush(stdout) != 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
