/* SPDX-License-Identifier: ISC */
/* What ssh could do with an identity file, judged by its first lines. */
#ifndef SALLYPORT_AGENT_CORE_PRIVATE_KEY_H
#define SALLYPORT_AGENT_CORE_PRIVATE_KEY_H

enum private_key {
	PRIVATE_KEY_UNREAD,
	/* it is not a key */
	PRIVATE_KEY_NONE,
	/* ssh can use it as it is */
	PRIVATE_KEY_OPEN,
	/* only an agent can: it has a passphrase, or only the public half is there */
	PRIVATE_KEY_AGENT,
};

/* Of terminated text; never PRIVATE_KEY_UNREAD, which is its caller's to say. Pure. */
enum private_key private_key_kind(const char *text);

#endif
