/* SPDX-License-Identifier: ISC */
#ifndef SALLYPORT_POLICY_TOOL_AUDIT_PRIVATE_KEY_H
#define SALLYPORT_POLICY_TOOL_AUDIT_PRIVATE_KEY_H

struct host;

enum private_key {
	PRIVATE_KEY_UNREAD,
	/* it is not a key */
	PRIVATE_KEY_NONE,
	/* ssh can use it as it is */
	PRIVATE_KEY_OPEN,
	/* only an agent can: it has a passphrase, or only the public half is there */
	PRIVATE_KEY_AGENT,
};

/* What kind of key an identity file holds, judged by its first lines. */
enum private_key private_key_kind(const char *text);
/* The same of a file; errno says why it is PRIVATE_KEY_UNREAD. */
enum private_key private_key_read(const struct host *host, const char *path);

#endif
