/* SPDX-License-Identifier: ISC */
/* What the ssh of RunAs has to connect with: its configuration, its keys, the host keys
 * that it knows. Looked at as that user; no connection is made. */
#ifndef SALLYPORT_LOCAL_SSH_VIEW_H
#define SALLYPORT_LOCAL_SSH_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/core/private_key.h"
#include "agent/core/ssh_answer.h"
#include "local/run_as.h"
#include "local/ssh_certificate.h"
#include "policy/language/profile.h"

enum {
	SSH_VIEW_KEYS_MAX = 16,
	SSH_VIEW_CERTIFICATES_MAX = 8,
	SSH_VIEW_PATH_MAX = 512,
	/* Quoted. */
	SSH_VIEW_TEXT_MAX = 300,
	/* All of it, with a home directory that is a network's. */
	SSH_VIEW_MS = 10000,
	SSH_VIEW_LAST_MS = 1000,
};

/* An identity file that ssh would try, in its order; the profile's is the first. */
struct ssh_view_key {
	char path[SSH_VIEW_PATH_MAX];
	enum private_key kind;
	/* Why it is PRIVATE_KEY_UNREAD: errno. */
	int why;
	/* Others than its owner and root may read it; ssh then refuses the user's own. */
	bool shared, own;
};

enum ssh_view_host {
	/* ssh asks nobody: StrictHostKeyChecking is off or accept-new. */
	SSH_VIEW_UNCHECKED,
	SSH_VIEW_KNOWN,
	SSH_VIEW_UNKNOWN,
	/* Not all the places where it could be known can be looked at. */
	SSH_VIEW_UNSURE,
};

struct ssh_view {
	/* errno of looking for ssh as that user. */
	int no_ssh;
	/* ssh -G has answered; otherwise what it said, quoted. */
	bool answered;
	char said[SSH_VIEW_TEXT_MAX];
	struct ssh_view_key keys[SSH_VIEW_KEYS_MAX];
	unsigned nkeys;
	/* Beside a key's file, or by CertificateFile. */
	struct ssh_certificate certificates[SSH_VIEW_CERTIFICATES_MAX];
	unsigned ncertificates;
	/* There are more, or some whose paths only ssh can expand. */
	bool unseen_keys;
	/* An agent that the user's ssh asks, and that has a key. */
	bool agent;
	enum ssh_view_host host;
	/* How known_hosts calls it; and the jump host, or "". */
	char known_as[KNOWN_NAME_MAX];
	char jump[KNOWN_NAME_MAX];
	/* Some program makes the connection. */
	bool proxied;
	/* errno of what ppptun does as that user, to open its device. */
	int no_tun;
};

/*
 * For one of the profile's hosts. A child does it as the account, with the environment that
 * ssh would have. Every text in *out is terminated; said is printable, and the others may
 * hold any byte. 0, or -1 with *err: err->sys is ETIMEDOUT when it was not ready in
 * SSH_VIEW_MS.
 */
int ssh_view_find(const struct profile *profile, const char *host,
		  const struct run_as *account, const struct words *env,
		  struct ssh_view *out, struct error *err);

/* The key that ssh would log in with, or NULL. Pure. */
const struct ssh_view_key *ssh_view_usable(const struct ssh_view *view);

#endif
