/* SPDX-License-Identifier: ISC */
/* vpn-connect import: from the line of `vpn-policy add-peer` to a profile that is ready,
 * but for the public key that the remote has yet to be told. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "agent/base/descriptors.h"
#include "local/by_unit.h"
#include "local/command.h"
#include "local/import_files.h"
#include "local/import_hand_in.h"
#include "local/import_key.h"
#include "local/state.h"
#include "policy/language/load.h"
#include "policy/language/escape.h"
#include "policy/language/value.h"

#define PATH_LOGIN_UID "/proc/self/loginuid"

enum {
	SHOWN_MAX = 128,
	UID_TEXT_MAX = 32,
	/* Where each piece of a line may have been broken. */
	LINE_TEXT_MAX = 2 * INVITATION_LINE_MAX,
};

static enum exit_code read_line(int fd, const char *shown, char text[LINE_TEXT_MAX],
				size_t *len)
{
	char quoted[SHOWN_MAX];
	const ssize_t got = descriptors_read(fd, text, LINE_TEXT_MAX);

	*len = got < 0 ? 0 : (size_t)got;
	if (got >= 0 && got < LINE_TEXT_MAX)
		return EXIT_DONE;
	escape_quoted(shown, strlen(shown), quoted, sizeof quoted);
	return got < 0 ? command_fail(EXIT_SYSTEM, "cannot read %s: %s", quoted,
				      strerrordesc_np(errno))
		       : command_fail(EXIT_POLICY, "%s is no invitation: it is too long",
				      quoted);
}

static enum exit_code read_file(const char *path, char text[LINE_TEXT_MAX], size_t *len)
{
	struct error err;
	const int fd = policy_open(path, TRUST_ANY, &err);
	char quoted[SHOWN_MAX];
	enum exit_code code;

	if (fd >= 0)
		code = read_line(fd, path, text, len);
	else
		code = command_fail(
		    EXIT_USAGE,
		    "%s is neither an invitation nor a file with one: expected "
		    "the line of vpn-policy add-peer",
		    escape_quoted(path, strlen(path), quoted, sizeof quoted));
	if (fd >= 0)
		close(fd);
	return code;
}

static enum exit_code open_invitation(const char *text, size_t len, struct invitation *out)
{
	char when[TIME_TEXT_MAX];
	struct error err;

	if (invitation_open(text, len, out, &err) != 0)
		return command_fail(EXIT_POLICY, "%s", err.text);
	if (out->expires == 0 || out->expires > time(NULL))
		return EXIT_DONE;
	return command_fail(EXIT_POLICY,
			    "the peer that the invitation is for has expired (%s): ask for "
			    "another one",
			    value_time_print(out->expires, when));
}

/* Every user of this host can read the arguments of a command. */
static enum exit_code open_argument(const char *given, struct invitation *out)
{
	const enum exit_code code = open_invitation(given, strlen(given), out);

	return code != EXIT_DONE || out->hand_in[0] == '\0'
		   ? code
		   : command_fail(EXIT_USAGE,
				  "this invitation has a one-time key, and others can read "
				  "arguments: give it on standard input or in a file");
}

/* The line, a file that has it, or "-": standard input. */
static enum exit_code take_invitation(const char *given, struct invitation *out)
{
	static char text[LINE_TEXT_MAX];
	enum exit_code code;
	size_t len = 0;

	if (given != NULL && invitation_is_meant(given))
		return open_argument(given, out);
	if (given == NULL && isatty(STDIN_FILENO))
		fputs("Paste the line of vpn-policy add-peer, and end with Ctrl-D:\n",
		      stderr);
	code = given == NULL || strcmp(given, "-") == 0
		   ? read_line(STDIN_FILENO, "standard input", text, &len)
		   : read_file(given, text, &len);
	return code == EXIT_DONE ? open_invitation(text, len, out) : code;
}

/* What the remote is called before its first dot, unless that is no name. */
static enum exit_code choose_name(const struct command_options *options,
				  struct import *import)
{
	const char *host = import->invitation.hosts[0].name;
	struct ip_addr addr;

	if (options->import_name != NULL) {
		if (!policy_name_valid(options->import_name))
			return command_fail(EXIT_USAGE, "--name: expected " NAME_EXPECTED,
					    NAME_MAX_LEN);
		snprintf(import->name, sizeof import->name, "%s", options->import_name);
		return EXIT_DONE;
	}
	snprintf(import->name, sizeof import->name, "%.*s", (int)strcspn(host, ".:"), host);
	if (ip_addr_parse(host, &addr, NULL) != 0 && policy_name_valid(import->name) &&
	    strcspn(host, ".:") < sizeof import->name)
		return EXIT_DONE;
	return command_fail(EXIT_USAGE,
			    "say what the profile is to be called: --name NAME");
}

/* The user who logged in, whatever sudo or su has made of it since. -1: nobody knows. */
static long find_login_uid(void)
{
	char text[UID_TEXT_MAX];
	char *end;
	long uid;

	if (descriptors_read_text(PATH_LOGIN_UID, text, sizeof text) < 0)
		return -1;
	uid = strtol(text, &end, 10);
	return end != text && uid > 0 && uid < (long)UINT32_MAX ? uid : -1;
}

static enum exit_code choose_account(const struct command_options *options,
				     struct import *import)
{
	const char *name = options->run_as;
	char login[ACCOUNT_MAX_LEN + 1];
	struct error err;

	if (name == NULL && run_as_name(find_login_uid(), login))
		name = login;
	if (name == NULL)
		return command_fail(EXIT_USAGE,
				    "say whose ssh is to make the connection: --run-as "
				    "USER, an ordinary user");
	if (run_as_find(name, &import->account, &err) != 0)
		return command_fail(err.sys != 0 ? EXIT_SYSTEM : EXIT_POLICY, "%s",
				    err.text);
	if (import->account.uid == 0)
		return command_fail(EXIT_POLICY,
				    "--run-as root: ssh would be root: name an ordinary "
				    "user");
	return EXIT_DONE;
}

static void tell_pair(const struct import *import, const struct address_pair *pair)
{
	char local[ADDRESS_TEXT_MAX], remote[ADDRESS_TEXT_MAX];

	if (pair->local.family != AF_UNSPEC)
		printf("%s: link %s here, %s there\n", import->name,
		       ip_addr_print(&pair->local, local),
		       ip_addr_print(&pair->remote, remote));
}

/* What has been taken from the line, for whoever compares it with what was told. */
static void tell(const struct import *import)
{
	const struct invitation *in = &import->invitation;
	char fingerprint[KEY_FINGERPRINT_TEXT_MAX], prefix[PREFIX_TEXT_MAX];

	printf("%s: %s@%s", import->name, in->account, in->hosts[0].name);
	if (in->port != 0)
		printf(" port %u", in->port);
	printf(", as the peer %s; ssh runs as %s\n", in->peer, import->account.name);
	tell_pair(import, &in->address);
	tell_pair(import, &in->address6);
	for (size_t i = 0; i < in->nhost_keys; i++)
		printf("%s: host key %s %s\n", import->name, in->host_keys[i].key.type,
		       key_fingerprint(in->host_keys[i].key.digest, fingerprint));
	for (size_t i = 0; i < in->noffers; i++)
		printf("%s: takes packets for %s\n", import->name,
		       ip_prefix_print(&in->offers[i].prefix, prefix));
}

static enum exit_code fail(const struct error *err)
{
	char line[ERROR_LINE_MAX];

	error_print(err, line, sizeof line);
	return command_fail(err->sys != 0 ? EXIT_SYSTEM : EXIT_POLICY, "%s", line);
}

/* The files, then the key: whatever fails, what was made before is gone again. */
static enum exit_code install(struct import *import, struct public_key *key)
{
	struct error err;

	if (import_look(import, &err) != 0)
		return fail(&err);
	if (!import_is_there(import) && import_write(import, &err) != 0)
		return fail(&err);
	if (import_key(&import->account, import->identity, import->invitation.peer, key,
		       &err) == 0)
		return EXIT_DONE;
	import_undo(import);
	return fail(&err);
}

/* A signal that would end the program half way waits until all is there, or nothing. */
static void hold_signals(sigset_t *old)
{
	static const int ending[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
	sigset_t set;

	(void)sigemptyset(&set);
	for (size_t i = 0; i < sizeof ending / sizeof *ending; i++)
		(void)sigaddset(&set, ending[i]);
	(void)sigprocmask(SIG_BLOCK, &set, old);
}

/* Nobody brings the link of that profile up, and nobody else imports it, meanwhile. */
static enum exit_code install_alone(struct import *import, struct public_key *key)
{
	struct state state;
	struct error err;
	enum exit_code code;
	sigset_t old;

	if (import_look(import, &err) == 0 && import_is_there(import))
		return install(import, key);
	if (state_acquire(import->name, &state, &err) != 0)
		return err.sys == EWOULDBLOCK
			   ? command_fail(EXIT_BUSY,
					  "%s is at work: vpn-connect down %s, or choose "
					  "another name (--name)",
					  import->name, import->name)
			   : fail(&err);
	hold_signals(&old);
	code = install(import, key);
	state_remove(&state);
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	return code;
}

static void tell_up(const struct import *import)
{
	fprintf(stderr,
		"Then: systemctl enable --now vpn-connect@%s, or: vpn-connect up %s\n",
		import->name, import->name);
}

/* The last line is for the administrator of the remote. */
static void tell_next(const struct import *import, const struct public_key *key)
{
	fflush(stdout);
	fprintf(stderr,
		"Send this public key to the remote's administrator, on a way on which "
		"nobody can change it, for: vpn-policy set-peer %s --key -\n",
		import->invitation.peer);
	tell_up(import);
	printf("%s %s %s\n", key->type, key->base64, import->invitation.peer);
}

/* By the one-time key of the invitation. What was made here stays in any case: the same
 * import tries again, and the key can still be sent. */
static enum exit_code hand_in(const struct import *import, const struct public_key *key,
			      bool up)
{
	static struct failure failure;

	fflush(stdout);
	if (import_hand_in(import, key, &failure) == 0) {
		printf("%s: %s has its key\n", import->name,
		       import->invitation.hosts[0].name);
		fflush(stdout);
		if (!up)
			tell_up(import);
		return EXIT_DONE;
	}
	command_fail(failure.code, "%s: its key was not handed in: %s", import->name,
		     failure.text);
	if (failure.code == EXIT_DENIED)
		fputs("If you did not use this invitation before, somebody else may have: "
		      "tell "
		      "the administrator of the remote.\n",
		      stderr);
	tell_next(import, key);
	return failure.code;
}

/* Before anything is made: the remote would not know the key yet. */
static enum exit_code check_up(const struct import *import,
			       const struct command_options *options)
{
	return !options->import_up || import->invitation.hand_in[0] != '\0'
		   ? EXIT_DONE
		   : command_fail(
			 EXIT_USAGE,
			 "--up: this invitation has no one-time key, and the remote "
			 "has to be told the public key first");
}

static enum exit_code finish(const struct import *import, const struct public_key *key,
			     const struct command_options *options)
{
	const enum exit_code code = command_check(import->name, options);
	enum exit_code handed;

	if (import->invitation.hand_in[0] == '\0') {
		tell_next(import, key);
		return code;
	}
	handed = hand_in(import, key, options->import_up);
	if (handed != EXIT_DONE || code != EXIT_DONE || !options->import_up)
		return handed != EXIT_DONE ? handed : code;
	return sd_booted() > 0 ? by_unit_enable(import->name, options)
			       : command_up(import->name, options);
}

enum exit_code command_import(const char *given, const struct command_options *options)
{
	static struct import import;
	static struct public_key key;
	enum exit_code code;
	struct error err;

	code = take_invitation(given, &import.invitation);
	if (code == EXIT_DONE)
		code = choose_name(options, &import);
	if (code == EXIT_DONE)
		code = choose_account(options, &import);
	if (code == EXIT_DONE)
		code = check_up(&import, options);
	if (code != EXIT_DONE)
		return code;
	code = import_make(&import, &err) != 0 ? fail(&err) : install_alone(&import, &key);
	if (code == EXIT_DONE) {
		tell(&import);
		code = finish(&import, &key, options);
	}
	import_free(&import);
	return code;
}
