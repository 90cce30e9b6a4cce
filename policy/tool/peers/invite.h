/* SPDX-License-Identifier: ISC */
/* The invitation of a peer, made of its file and of what this host is reached by. */
#ifndef SALLYPORT_POLICY_TOOL_PEERS_INVITE_H
#define SALLYPORT_POLICY_TOOL_PEERS_INVITE_H

#include "policy/language/invitation.h"
#include "policy/tool/base/cli.h"

struct invite {
	/* How peers reach this host: NULL and 0 when not given. */
	const char *host;
	unsigned port;
	/* files with the public halves of sshd's keys; none: those of /etc/ssh */
	const char *host_keys[INVITATION_HOST_KEYS_MAX];
	size_t nhost_keys;
	bool qr;
	/* the private half of HandInKey, or NULL: the invitation hands in no key */
	const char *secret;
};

/* Of --host and --host-key: for cli_option's take. */
enum exit_code invite_take_host(const struct cli *cli, void *out, const char *value);
enum exit_code invite_take_key(const struct cli *cli, void *out, const char *value);

/* root as for vpn-policy's --root. 0 with the line, or -1 with *err. */
int invite_make(const struct invite *invite, const char *root,
		const struct agent_conf *conf, const struct peer *peer,
		char line[INVITATION_LINE_MAX], struct error *err);

/* Prints the line to standard output, and with invite->qr, before it, as a QR code; what to
 * do with it goes to standard error. */
void invite_tell(const struct invite *invite, const char *line);

#endif
