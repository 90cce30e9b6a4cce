/* SPDX-License-Identifier: ISC */
#include "agent/core/ssh_answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ssh_answer_take(struct ssh_answer *answer, char *text)
{
	*answer = (struct ssh_answer){text, text + strlen(text)};
	for (; *text != '\0'; text++)
		if (*text == '\n' || *text == '\r')
			*text = '\0';
}

const char *ssh_answer_next(const struct ssh_answer *answer, const char **at,
			    const char *keyword)
{
	const size_t len = strlen(keyword);

	while (*at < answer->end) {
		const char *line = *at;

		*at += strlen(line) + 1;
		if (strncmp(line, keyword, len) == 0 && line[len] == ' ')
			return line + len + 1;
	}
	return NULL;
}

const char *ssh_answer_value(const struct ssh_answer *answer, const char *keyword)
{
	const char *at = answer->at, *value = ssh_answer_next(answer, &at, keyword);

	return value == NULL ? "" : value;
}

bool ssh_answer_says(const char *value)
{
	return value[0] != '\0' && strcmp(value, "none") != 0;
}

bool ssh_answer_path(const char *home, const char *path, char out[PATH_TEXT_MAX])
{
	if (strchr(path, '%') != NULL || strchr(path, '$') != NULL)
		return false;
	if (strncmp(path, "~/", 2) == 0)
		return path_join(home, path + 2, out) == 0;
	return path[0] == '/' && path_tidy(path, out) == 0;
}

bool ssh_answer_known_name(const struct ssh_answer *answer, char name[KNOWN_NAME_MAX])
{
	const char *alias = ssh_answer_value(answer, "hostkeyalias"),
		   *host = ssh_answer_value(answer, "hostname"),
		   *port = ssh_answer_value(answer, "port");
	int len;

	if (ssh_answer_says(alias))
		len = snprintf(name, KNOWN_NAME_MAX, "%s", alias);
	else if (port[0] == '\0' || strtol(port, NULL, 10) == SSH_PORT)
		len = snprintf(name, KNOWN_NAME_MAX, "%s", host);
	else
		len = snprintf(name, KNOWN_NAME_MAX, "[%s]:%s", host, port);
	return len < KNOWN_NAME_MAX;
}

bool ssh_answer_found(const char *printed)
{
	bool found = false;

	for (const char *at = printed; (at = strstr(at, " found: line ")) != NULL;) {
		const char *end = at + strcspn(at, "\n");

		found |= memmem(at, (size_t)(end - at), "REVOKED", 7) == NULL;
		at = end;
	}
	return found;
}
