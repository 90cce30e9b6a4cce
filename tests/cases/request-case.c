/* SPDX-License-Identifier: ISC */
/*
 * Drives a table of requests: each line "REQUEST" => RESULT, where the request is quoted as
 * in the log (\xHH for a byte) and the result is the canonical request, with "legacy"
 * before it where it was one of the HOWTO's commands, and behind it what the words of that
 * ask of policy; or "error COLUMN: text". Blank lines
 * and lines that begin with '#' are passed over. Prints TAP lines; exits 1 when a row
 * differs.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/language/request.h"

enum { ROW_MAX = 2048 };

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c == '\0' ? NULL : strchr(digits, c);

	return at == NULL ? -1 : (int)(at - digits);
}

/* From behind the opening quote to behind the closing one; NULL when there is none. */
static const char *unquote(const char *at, char *out, size_t *len)
{
	*len = 0;
	while (*at != '"') {
		if (*at == '\0')
			return NULL;
		if (*at != '\\') {
			out[(*len)++] = *at++;
			continue;
		}
		if (at[1] != 'x' || hex_digit(at[2]) < 0 || hex_digit(at[3]) < 0)
			return NULL;
		out[(*len)++] = (char)(hex_digit(at[2]) * 16 + hex_digit(at[3]));
		at += 4;
	}
	return at + 1;
}

/* What the words of one of the HOWTO's commands ask of policy. */
static void print_asks(const struct legacy_asks *asks, char *text, size_t size)
{
	char local[ADDRESS_TEXT_MAX], remote[ADDRESS_TEXT_MAX];
	size_t used = 0;

	text[0] = '\0';
	if (asks->local.family != AF_UNSPEC || asks->remote.family != AF_UNSPEC)
		used += (size_t)snprintf(text, size, " %s:%s",
					 ip_addr_print(&asks->local, local),
					 ip_addr_print(&asks->remote, remote));
	if (asks->mru != 0)
		used += (size_t)snprintf(text + used, size - used, " mru %u", asks->mru);
	if (asks->mtu != 0)
		used += (size_t)snprintf(text + used, size - used, " mtu %u", asks->mtu);
	(void)snprintf(text + used, size - used, "%s%s", asks->ipv6 ? " +ipv6" : "",
		       asks->noipv6 ? " noipv6" : "");
}

static void judge(const char *text, size_t len, char *result, size_t size)
{
	struct request request;
	struct error err;
	char canonical[REQUEST_TEXT_MAX], asks[REQUEST_TEXT_MAX];

	if (request_parse(text, len, &request, &err) < 0)
		(void)snprintf(result, size, "error %u: %s", err.column, err.text);
	else if (request_print(&request, canonical, sizeof canonical) < 0)
		(void)snprintf(result, size, "does not print");
	else {
		print_asks(&request.asks, asks, sizeof asks);
		(void)snprintf(result, size, "%s%s%s", request.legacy ? "legacy " : "",
			       canonical, asks);
	}
}

/* True when the row says what the parser says. */
static bool try_row(const char *row)
{
	static const char arrow[] = " => ";
	char text[ROW_MAX], result[ROW_MAX];
	const char *after = row[0] == '"' ? NULL : row;
	size_t len = 0;

	if (after == NULL)
		after = unquote(row + 1, text, &len);
	if (after == NULL || strncmp(after, arrow, sizeof arrow - 1) != 0) {
		(void)printf("not ok - not a row: %s\n", row);
		return false;
	}
	judge(text, len, result, sizeof result);
	if (strcmp(after + sizeof arrow - 1, result) == 0) {
		(void)printf("ok - request %.*s\n", (int)(after - row), row);
		return true;
	}
	(void)printf("not ok - request %.*s\n# is: %s\n", (int)(after - row), row, result);
	return false;
}

int main(int argc, char **argv)
{
	char row[ROW_MAX];
	bool all_good = true, any = false;
	FILE *in = argc == 2 ? fopen(argv[1], "r") : NULL;

	if (in == NULL) {
		(void)fputs("usage: request-case TABLE\n", stderr);
		return 64;
	}
	while (fgets(row, sizeof row, in) != NULL) {
		row[strcspn(row, "\n")] = '\0';
		if (row[0] == '\0' || row[0] == '#')
			continue;
		any = true;
		if (!try_row(row))
			all_good = false;
	}
	(void)fclose(in);
	return all_good && any ? EXIT_SUCCESS : EXIT_FAILURE;
}
