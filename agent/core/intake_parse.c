/* SPDX-License-Identifier: ISC */
/*
 * What the child of step 3 does: sshd's words and the client's, from text to types. It runs
 * with no right to anything, and allocates nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/core/login.h"
#include "policy/language/certificate.h"
#include "policy/language/escape.h"
#include "policy/language/paths.h"

enum { CONNECTION_FIELD_MAX = 64, PORT_MAX = 65535 };

static void set_state(struct intake_identity *out, enum intake_state state, const char *why)
{
	out->state = state;
	snprintf(out->why, sizeof out->why, "%s", why);
}

int intake_parse_peer(const struct caller *caller, struct intake_identity *out)
{
	static const char command[] = PATH_AGENT " ";
	const char *name = caller->name;

	if (name == NULL && caller->shell_text != NULL &&
	    strncmp(caller->shell_text, command, sizeof command - 1) == 0)
		name = caller->shell_text + sizeof command - 1;
	if (name == NULL || !policy_name_valid(name)) {
		set_state(out, INTAKE_NO_PEER,
			  "no forced command named a peer: every key needs "
			  "command=\"" PATH_AGENT " PEER\"");
		return -1;
	}
	snprintf(out->peer, sizeof out->peer, "%s", name);
	return 0;
}

/* One blank-separated field of SSH_CONNECTION; returns what follows it, or NULL when it is
 * too long. */
static const char *take_field(const char *text, char field[CONNECTION_FIELD_MAX])
{
	size_t len = 0;

	while (text[len] != '\0' && text[len] != ' ')
		len++;
	if (len == 0 || len >= CONNECTION_FIELD_MAX)
		return NULL;
	memcpy(field, text, len);
	field[len] = '\0';
	return text[len] == ' ' ? text + len + 1 : text + len;
}

/* An address of SSH_CONNECTION. A zone (fe80::1%eth0) says nothing to policy. */
static int take_address(char *field, struct ip_addr *out, const char **why)
{
	char *zone = strchr(field, '%');

	if (zone != NULL)
		*zone = '\0';
	return ip_addr_parse(field, out, why);
}

/* "CLIENT PORT SERVER PORT": ssh(1), SSH_CONNECTION. */
static int take_connection(const char *text, struct intake_identity *out)
{
	char client[CONNECTION_FIELD_MAX], port[CONNECTION_FIELD_MAX],
	    server[CONNECTION_FIELD_MAX];
	const char *why = "sshd did not say where the client is: SSH_CONNECTION";
	unsigned long number;
	char *end;

	if (text == NULL || (text = take_field(text, client)) == NULL ||
	    (text = take_field(text, port)) == NULL || take_field(text, server) == NULL)
		goto bad;
	if (take_address(client, &out->from, &why) != 0 ||
	    take_address(server, &out->server, &why) != 0)
		goto bad;
	number = strtoul(port, &end, 10);
	if (*end != '\0' || number > PORT_MAX) {
		why = "sshd's SSH_CONNECTION has no port";
		goto bad;
	}
	out->port = (uint16_t)number;
	return 0;
bad:
	set_state(out, INTAKE_BAD_CONNECTION, why);
	return -1;
}

/* A line "publickey TYPE BASE64" of sshd's, cut into words in place. */
static int take_key(char *line, struct intake_identity *out)
{
	struct public_key key;
	const char *why = "cannot parse sshd's record of the key";
	char *type = strchr(line, ' '), *base64;

	if (type == NULL)
		goto bad;
	base64 = strchr(++type, ' ');
	if (base64 == NULL)
		goto bad;
	*base64++ = '\0';
	out->certified = certificate_type_known(type);
	if (out->certified ? certificate_parse(type, base64, &out->certificate, &why) != 0
			   : key_parse(type, base64, &key, &why) != 0)
		goto bad;
	if (out->key_told) {
		why = "more than one key was used; policy knows one key a login";
		goto bad;
	}
	memcpy(out->digest, out->certified ? out->certificate.key : key.digest,
	       sizeof out->digest);
	out->key_told = true;
	return 0;
bad:
	set_state(out, INTAKE_BAD_KEY, why);
	return -1;
}

static int take_auth_info(struct auth_info *info, struct intake_identity *out)
{
	static const char method[] = "publickey ";
	char *line = info->text, *end;

	if (!info->named)
		return 0;
	if (info->len == 0) {
		set_state(out, INTAKE_BAD_KEY,
			  info->why != NULL ? info->why
					    : "cannot read sshd's record of the key");
		return -1;
	}
	info->text[info->len] = '\0';
	for (; *line != '\0'; line = end) {
		end = line + strcspn(line, "\n");
		if (*end == '\n')
			*end++ = '\0';
		if (strncmp(line, method, sizeof method - 1) == 0 &&
		    take_key(line, out) != 0)
			return -1;
	}
	return 0;
}

void intake_parse_identity(const struct caller *caller, struct auth_info *info,
			   struct intake_identity *out)
{
	out->state = INTAKE_OK;
	if (intake_parse_peer(caller, out) == 0 &&
	    take_connection(caller->connection, out) == 0)
		take_auth_info(info, out);
}

void intake_parse_request(const struct caller *caller, struct intake_request *out)
{
	const char *shown = caller->request != NULL ? caller->request : caller->shell_text;
	struct error err = {0};
	size_t len;

	if (shown != NULL)
		escape_quoted(shown, strnlen(shown, REQUEST_TEXT_MAX), out->shown,
			      sizeof out->shown);
	if (caller->request == NULL) {
		out->state = INTAKE_NO_REQUEST;
		snprintf(out->why, sizeof out->why, "a shell was asked for, not a request");
		return;
	}
	/* One byte more than is allowed is enough to see that it is too long. */
	len = strnlen(caller->request, REQUEST_TEXT_MAX + 1);
	if (request_parse(caller->request, len, &out->request, &err) == 0) {
		out->state = INTAKE_OK;
		return;
	}
	out->state = INTAKE_BAD_REQUEST;
	snprintf(out->why, sizeof out->why, "column %u: %.200s", err.column, err.text);
}
