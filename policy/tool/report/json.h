/* SPDX-License-Identifier: ISC */
/*
 * What the commands of vpn-policy share to print JSON: one document to standard output,
 * with its keys in the order in which they were put in, so that the same input gives the
 * same bytes. Values are jansson's; NULL is memory that ran out, and is handed on:
 * json_pack() with "o" fails on it, and json_print() says so.
 */
#ifndef SALLYPORT_POLICY_TOOL_REPORT_JSON_H
#define SALLYPORT_POLICY_TOOL_REPORT_JSON_H

#include <jansson.h>

/* {"sallyport": version, "command": command}: what every document begins with. */
json_t *json_envelope(const char *command);

/* Any bytes as a string: each byte that is not part of valid UTF-8 becomes U+FFFD. */
json_t *json_text(const char *text);

/*
 * Each takes value over. When it or the whole is NULL, or memory runs out, the whole is
 * released and becomes NULL, so that a failure is seen at the end.
 */
void json_put(json_t **object, const char *key, json_t *value);
void json_append(json_t **array, json_t *value);

/* A mark for the place in a document where json_print_list() puts its list. */
json_t *json_list_here(void);

/* As json_print(), with the array of what item() returns for 0…count-1 in place of
 * json_list_here(). The items are printed one after the other, so that a long list is never
 * in memory as a whole. If memory runs out, what was printed until then is not valid JSON.
 */
int json_print_list(json_t *document, size_t count,
		    json_t *(*item)(const void *context, size_t i), const void *context);

/*
 * Takes over document and prints it, indented, with a line feed. Returns 0; or -1 when it
 * is NULL or cannot be printed for lack of memory, said on standard error: exit with
 * EXIT_SYSTEM.
 */
int json_print(json_t *document);

/* Words separated by single blanks, as an array of strings; NULL when memory ran out. */
json_t *json_words(const char *words);

#endif
