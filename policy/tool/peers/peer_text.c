/* SPDX-License-Identifier: ISC */
#include "policy/tool/peers/peer_text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "policy/language/value.h"

enum { KEYWORD_WIDTH = 9 };

bool peer_text_is_word(const char *text)
{
	if (text[0] == '\0' || text[0] == '#')
		return false;
	for (; *text != '\0'; text++)
		if (*text < '!' || *text > '~')
			return false;
	return true;
}

static void print_row(const char *keyword, const struct word_row *row, FILE *out)
{
	if (row->count == 0)
		return;
	fprintf(out, "%-*s", KEYWORD_WIDTH, keyword);
	for (size_t i = 0; i < row->count; i++)
		fprintf(out, " %s", row->words[i]);
	fputc('\n', out);
}

static void print_pair(const char *keyword, const struct address_pair *pair, FILE *out)
{
	char local[ADDRESS_TEXT_MAX], remote[ADDRESS_TEXT_MAX];

	if (pair->local.family != AF_UNSPEC)
		fprintf(out, "%-*s %s %s\n", KEYWORD_WIDTH, keyword,
			ip_addr_print(&pair->local, local),
			ip_addr_print(&pair->remote, remote));
}

/* "sp-" and the name, which need not fit into an interface's. */
static void print_interface(const char *name, FILE *out)
{
	static const char prefix[] = "sp-";
	const int room = IFNAME_MAX_LEN - (int)strlen(prefix);

	if (strlen(name) > (size_t)room)
		fprintf(out, "%-*s %s%.*s\n", KEYWORD_WIDTH, "Interface", prefix, room,
			name);
}

void peer_text_new(const struct new_peer *peer, FILE *out)
{
	char when[TIME_TEXT_MAX];

	fputs("# Made by vpn-policy add-peer. See policy.conf(5).\n", out);
	if (peer->key == NULL)
		fprintf(out, "%-*s none\n", KEYWORD_WIDTH, "Key");
	else
		fprintf(out, "%-*s %s %s\n", KEYWORD_WIDTH, "Key", peer->key->type,
			peer->key->base64);
	if (peer->hand_in != NULL)
		fprintf(out, "HandInKey %s %s\nHandInUntil %s\n", peer->hand_in->type,
			peer->hand_in->base64, value_time_print(peer->hand_in_until, when));
	print_row("From", &peer->from, out);
	fprintf(out, "%-*s", KEYWORD_WIDTH, "Allow");
	for (unsigned verb = 0; verb < VERB_COUNT; verb++)
		fprintf(out, " %s", verb_name(verb));
	fputc('\n', out);
	print_pair("Address", &peer->address, out);
	print_pair("Address6", &peer->address6, out);
	print_row("Route", &peer->routes, out);
	print_row("Offer", &peer->offers, out);
	print_interface(peer->name, out);
	if (peer->expires != 0)
		fprintf(out, "%-*s %s\n", KEYWORD_WIDTH, "Expires",
			value_time_print(peer->expires, when));
	fputs("End\n", out);
}

/* Whether the line, which ends at its line feed, begins with that word. */
static bool begins_with(const char *line, const char *word)
{
	const size_t len = strlen(word);

	line += strspn(line, " \t");
	return strncasecmp(line, word, len) == 0 && strcspn(line, " \t\n") == len;
}

/* A key that is set ends the hand-in, and of its two lines neither stands without the
 * other.
 */
static bool ends_hand_in(const struct keyword *keyword, const struct word_row *row)
{
	if (strcmp(keyword->name, "Key") == 0)
		return row->count > 0 && strcmp(row->words[0], "none") != 0;
	return row->count == 0 && strncmp(keyword->name, "HandIn", strlen("HandIn")) == 0;
}

void peer_text_set(const char *text, const struct keyword *keyword,
		   const struct word_row *row, FILE *out)
{
	const bool over = ends_hand_in(keyword, row);
	bool placed = false;

	while (*text != '\0') {
		const bool old = begins_with(text, keyword->name) ||
				 (over && (begins_with(text, "HandInKey") ||
					   begins_with(text, "HandInUntil")));
		size_t len = strcspn(text, "\n");

		len += text[len] == '\n';
		if (!placed && (old || begins_with(text, "End"))) {
			print_row(keyword->name, row, out);
			placed = true;
		}
		if (!old)
			fwrite(text, 1, len, out);
		text += len;
	}
}
