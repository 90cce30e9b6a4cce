/* SPDX-License-Identifier: ISC */
#include "policy/tool/peers/invite.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "policy/language/path.h"
#include "policy/language/value.h"
#include "policy/tool/audit/run.h"
#include "policy/tool/base/memory.h"
#include "policy/tool/peers/key_file.h"

#define PATH_QRENCODE "/usr/bin/qrencode"

enum exit_code invite_take_host(const struct cli *cli, void *out, const char *value)
{
	struct invite *invite = out;
	const char *why;

	if (value_host(value, &why) != 0)
		return cli_usage_error(cli, "--host: %s: expected a name or an address",
				       why);
	if (strlen(value) > HOST_MAX_LEN)
		return cli_usage_error(cli, "--host: too long");
	invite->host = value;
	return EXIT_DONE;
}

enum exit_code invite_take_key(const struct cli *cli, void *out, const char *value)
{
	struct invite *invite = out;

	if (invite->nhost_keys == INVITATION_HOST_KEYS_MAX)
		return cli_usage_error(cli, "--host-key may be given %d times at most",
				       INVITATION_HOST_KEYS_MAX);
	invite->host_keys[invite->nhost_keys++] = value;
	return EXIT_DONE;
}

static int add_key(struct invitation *out, const char *path, struct error *err)
{
	struct key_line *line = &out->host_keys[out->nhost_keys];

	if (key_file_read(path, &line->key, err) != 0)
		return -1;
	for (size_t i = 0; i < out->nhost_keys; i++)
		if (key_same(&out->host_keys[i].key, &line->key))
			return error_file(err, path, 0,
					  "is a host key that was given already");
	out->nhost_keys++;
	return 0;
}

/*
 * What sshd has by default. An RSA key alone is twice as long as the rest of the line, so
 * it goes along only where there is no other.
 */
static int add_keys_of_host(struct invitation *out, const char *root, struct error *err)
{
	static const char *const usual[] = {"/etc/ssh/ssh_host_ed25519_key.pub",
					    "/etc/ssh/ssh_host_ecdsa_key.pub",
					    "/etc/ssh/ssh_host_rsa_key.pub"};
	enum { USUAL = sizeof usual / sizeof *usual };
	char path[PATH_TEXT_MAX];

	for (size_t i = 0; i < USUAL && (i < USUAL - 1 || out->nhost_keys == 0); i++) {
		if (path_join(root, usual[i], path) != 0)
			return error_set(err, "the path of the copy is too long");
		if (add_key(out, path, err) != 0 && err->sys != ENOENT)
			return -1;
	}
	return out->nhost_keys > 0
		   ? 0
		   : error_set(err,
			       "there is no host key in /etc/ssh: name the file with its "
			       "public half (--host-key)");
}

static int take_host(const struct invite *invite, struct invitation *out, struct error *err)
{
	struct utsname names;
	const char *host = invite->host, *why;

	if (host == NULL) {
		if (uname(&names) != 0)
			return error_sys(err, errno,
					 "cannot ask for the name of this host");
		host = names.nodename;
		if (value_host(host, &why) != 0 || strlen(host) > HOST_MAX_LEN)
			return error_set(err,
					 "the name of this host cannot be used: say how "
					 "peers reach it (--host)");
	}
	snprintf(out->hosts[0].name, sizeof out->hosts[0].name, "%s", host);
	out->nhosts = 1;
	out->port = invite->port;
	return 0;
}

static struct address_pair mirror(const struct address_pair *pair)
{
	return (struct address_pair){.local = pair->remote, .remote = pair->local};
}

static int fill(const struct invite *invite, const char *root,
		const struct agent_conf *conf, const struct peer *peer,
		struct invitation *out, struct error *err)
{
	*out = (struct invitation){.address = mirror(&peer->address),
				   .address6 = mirror(&peer->address6),
				   .noffers = peer->noffers,
				   .expires = peer->expires};
	memcpy(out->peer, peer->name, sizeof out->peer);
	memcpy(out->account, conf->account, sizeof out->account);
	memcpy(out->offers, peer->offers, sizeof out->offers);
	if (invite->secret != NULL) {
		snprintf(out->hand_in, sizeof out->hand_in, "%s", invite->secret);
		out->hand_in_until = peer->hand_in_until;
	}
	if (take_host(invite, out, err) != 0)
		return -1;
	if (invite->nhost_keys == 0)
		return add_keys_of_host(out, root, err);
	for (size_t i = 0; i < invite->nhost_keys; i++)
		if (add_key(out, invite->host_keys[i], err) != 0)
			return -1;
	return 0;
}

int invite_make(const struct invite *invite, const char *root,
		const struct agent_conf *conf, const struct peer *peer,
		char line[INVITATION_LINE_MAX], struct error *err)
{
	static struct invitation made;
	struct memory memory;
	int r;

	if (fill(invite, root, conf, peer, &made, err) != 0)
		return -1;
	if (memory_open(&memory) != 0)
		return error_sys(err, ENOMEM, "cannot make the invitation");
	invitation_print(&made, memory.out);
	r = memory_close(&memory) != 0
		? error_sys(err, ENOMEM, "cannot make the invitation")
		: invitation_seal(memory.text, memory.len, line, err);
	memory_free(&memory);
	return r;
}

static void print_qr(const char *line)
{
	char program[] = PATH_QRENCODE, type[] = "-t", utf8[] = "UTF8";
	char *const argv[] = {program, type, utf8, NULL};
	struct run_output output;
	struct error err;

	if (access(PATH_QRENCODE, X_OK) != 0) {
		fputs("vpn-policy: no QR code: install qrencode\n", stderr);
		return;
	}
	if (run_program_on(line, argv, &output, &err) != 0) {
		cli_complain(&err);
		return;
	}
	if (output.status == 0)
		fputs(output.out, stdout);
	else
		fputs("vpn-policy: no QR code: qrencode refuses a line of that length\n",
		      stderr);
	run_free(&output);
}

void invite_tell(const struct invite *invite, const char *line)
{
	if (invite->qr)
		print_qr(line);
	fflush(stdout);
	fputs(
	    invite->secret == NULL
		? "Give this line to the other side, on a way on which nobody can change "
		  "it: vpn-connect import\n"
		: "Give this line to the other side, on a way on which nobody can read or "
		  "change it: who has it first is the peer: vpn-connect import\n",
	    stderr);
	puts(line);
}
