/* SPDX-License-Identifier: ISC */
#include "agent/core/private_key.h"

#include <stdbool.h>
#include <string.h>

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* PROTOCOL.key of OpenSSH: its magic, then the name of the cipher, which is "none". */
static bool is_open(const char *base64)
{
	static const char magic[] = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAA";

	return begins(base64 + strspn(base64, "\r\n"), magic);
}

enum private_key private_key_kind(const char *text)
{
	static const char openssh[] = "-----BEGIN OPENSSH PRIVATE KEY-----";
	static const char *const public[] = {"ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"};
	const char *end;

	text += strspn(text, "\r\n");
	if (begins(text, openssh))
		return is_open(text + sizeof openssh - 1) ? PRIVATE_KEY_OPEN
							  : PRIVATE_KEY_AGENT;
	for (unsigned i = 0; i < sizeof public / sizeof public[0]; i++)
		if (begins(text, public[i]))
			return PRIVATE_KEY_AGENT;
	if (begins(text, "-----BEGIN ENCRYPTED PRIVATE KEY-----"))
		return PRIVATE_KEY_AGENT;
	end = strstr(text, " PRIVATE KEY-----");
	if (!begins(text, "-----BEGIN ") || end == NULL)
		return PRIVATE_KEY_NONE;
	return begins(end + strcspn(end, "\n"), "\nProc-Type: 4,ENCRYPTED")
		   ? PRIVATE_KEY_AGENT
		   : PRIVATE_KEY_OPEN;
}
