/* SPDX-License-Identifier: ISC */
#include "policy/tool/peers/key_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/descriptors.h"
#include "policy/language/load.h"

/* A key of RSA 16384, and its comment. */
enum { TEXT_MAX = 16 * 1024 };

static int open_file(const char *path, struct error *err)
{
	if (strcmp(path, "-") != 0)
		return policy_open(path, TRUST_ANY, err);
	if (isatty(STDIN_FILENO))
		fputs("Paste the public key, and end with Ctrl-D:\n", stderr);
	return STDIN_FILENO;
}

static bool says_nothing(const char *line)
{
	line += strspn(line, " \t\r");
	return *line == '\0' || *line == '#';
}

int key_text_read(const char *shown, char *text, struct public_key *out, struct error *err)
{
	char *rest = NULL, *line = NULL, *next, *type, *base64, *words = NULL;
	const char *why;

	if (strstr(text, "PRIVATE KEY") != NULL)
		return error_file(err, shown, 0,
				  "is a private key, which nobody else may have: give the "
				  "public one, which ends in .pub");
	for (next = strtok_r(text, "\n", &rest); next != NULL;
	     next = strtok_r(NULL, "\n", &rest)) {
		if (says_nothing(next))
			continue;
		if (line != NULL)
			return error_file(err, shown, 0,
					  "has more than one line: expected one public "
					  "key");
		line = next;
	}
	type = line == NULL ? NULL : strtok_r(line, " \t\r", &words);
	base64 = type == NULL ? NULL : strtok_r(NULL, " \t\r", &words);
	if (base64 == NULL)
		return error_file(err, shown, 0,
				  "has no public key: expected its type and base64, as in "
				  "a file .pub");
	if (key_parse(type, base64, out, &why) != 0)
		return error_file(err, shown, 0, "has no key that can be used: %s", why);
	return 0;
}

int key_file_read(const char *path, struct public_key *out, struct error *err)
{
	static char text[TEXT_MAX + 1];
	const char *shown = strcmp(path, "-") == 0 ? "standard input" : path;
	const int fd = open_file(path, err);
	ssize_t len;

	if (fd < 0)
		return -1;
	len = descriptors_read(fd, text, sizeof text);
	if (len < 0)
		error_file(err, shown, errno, "cannot read it");
	if (fd != STDIN_FILENO)
		close(fd);
	if (len < 0)
		return -1;
	if (len > TEXT_MAX || memchr(text, '\0', (size_t)len) != NULL)
		return error_file(err, shown, 0, "expected one public key");
	text[len] = '\0';
	return key_text_read(shown, text, out, err);
}
