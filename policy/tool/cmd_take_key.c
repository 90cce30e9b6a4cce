/* SPDX-License-Identifier: ISC */
/*
 * vpn-policy take-key: one connection of the agent's, which passes on a key that a peer has
 * handed in. It takes the place of HandInKey, under the same locks as any change, so that a
 * second one finds nothing to take the place of. What the account says is looked at as if
 * the account had been taken over.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "agent/base/account.h"
#include "agent/base/deadline.h"
#include "agent/base/replace.h"
#include "agent/core/hand_in.h"
#include "policy/language/parsed.h"
#include "policy/tool/base/memory.h"
#include "policy/tool/keys/lookup.h"
#include "policy/tool/peers/change.h"
#include "policy/tool/peers/peer_text.h"
#include "policy/tool/vpn-policy.h"

/* The agent sends it at once. */
enum { REQUEST_MS = 5000 };

struct taking {
	struct hand_in asked;
	struct public_key key;
	struct change change;
	union parsed parsed;
};

static enum hand_in_answer answer_of(int sys)
{
	return sys == ENOSPC || sys == EDQUOT ? HAND_IN_NO_ROOM : HAND_IN_FAILED;
}

/* What went wrong is for the log; the client learns the answer alone. */
static enum hand_in_answer fail(const struct error *err)
{
	cli_complain(err);
	return answer_of(err->sys);
}

/* The one-time key that was used still stands there, and its time has not ended. */
static enum hand_in_answer check_awaited(struct taking *t)
{
	const struct edited *file = &t->change.file;
	const struct peer *peer = &t->parsed.peer;
	struct error err;

	if (!file->there)
		return HAND_IN_OVER;
	if (parsed_read(KIND_PEER, file->path, file->text, file->len, &t->parsed, &err) !=
	    0)
		return fail(&err);
	if (peer->nhand_in_keys == 0 ||
	    memcmp(peer->hand_in_keys[0].key.digest, t->asked.used, KEY_DIGEST_SIZE) != 0)
		return HAND_IN_OVER;
	return time(NULL) < peer->hand_in_until ? HAND_IN_TAKEN : HAND_IN_LATE;
}

/* Nobody has it, neither as Key nor as HandInKey, and no Authority is it. Whose file cannot
 * be read may have it. */
static enum hand_in_answer check_unknown(const struct taking *t)
{
	static struct peer owner;
	static struct agent_conf conf;
	const struct lookup lookup = {
	    .directory = t->change.peers, .trust = t->change.trust, .strict = true};
	struct error err;
	int found;

	if (policy_load_agent(t->change.conf, t->change.trust, &conf, &err) != 0)
		return fail(&err);
	if (agent_authority(&conf, t->key.digest) != NULL)
		return HAND_IN_KNOWN;
	found = lookup_key(&lookup, &t->key, &owner, &err);
	if (found < 0)
		return fail(&err);
	return found == 0 ? HAND_IN_TAKEN : HAND_IN_KNOWN;
}

/* In force with its line for sshd, or not at all: the invitation can be used again. */
static enum hand_in_answer put(struct taking *t, const char *text, size_t len)
{
	const struct edited *file = &t->change.file;
	char fingerprint[KEY_FINGERPRINT_TEXT_MAX];
	struct error err;

	if (parsed_read(KIND_PEER, file->path, text, len, &t->parsed, &err) != 0 ||
	    edited_put(file, text, len, &err) != 0)
		return fail(&err);
	if (change_refresh(&t->change, text, len) != EXIT_DONE) {
		if (replace_put(file->path, file->text, file->len, &file->st, &err) != 0)
			cli_complain(&err);
		return HAND_IN_FAILED;
	}
	printf("%s: its key is %s, which it handed in\n", t->asked.peer,
	       key_fingerprint(t->key.digest, fingerprint));
	return HAND_IN_TAKEN;
}

static enum hand_in_answer replace_hand_in(struct taking *t)
{
	const struct word_row row = {.words = {t->key.type, t->key.base64}, .count = 2};
	enum hand_in_answer answer = HAND_IN_FAILED;
	struct memory text;

	if (memory_open(&text) != 0) {
		(void)cli_out_of_memory();
		return HAND_IN_FAILED;
	}
	peer_text_set(t->change.file.text, keyword_find(&scope_peer, "Key"), &row,
		      text.out);
	if (memory_close(&text) != 0)
		(void)cli_out_of_memory();
	else
		answer = put(t, text.text, text.len);
	memory_free(&text);
	return answer;
}

static enum hand_in_answer take(struct taking *t)
{
	enum hand_in_answer answer;

	if (change_begin(&t->change, t->asked.peer, "") == EXIT_DONE)
		answer = check_awaited(t);
	else
		answer = t->change.busy ? HAND_IN_BUSY : answer_of(t->change.sys);
	if (answer == HAND_IN_TAKEN)
		answer = check_unknown(t);
	if (answer == HAND_IN_TAKEN)
		answer = replace_hand_in(t);
	change_end(&t->change);
	return answer;
}

/* 0 when it is the account of agent.conf that has connected; otherwise what to exit with.
 */
static enum exit_code check_caller(void)
{
	struct ucred caller;
	socklen_t len = sizeof caller;
	struct agent_conf conf;
	struct account account;
	struct error err;

	if (getsockopt(STDIN_FILENO, SOL_SOCKET, SO_PEERCRED, &caller, &len) != 0 ||
	    caller.pid == 0) {
		fputs("vpn-policy: standard input is not a connection of " PATH_HAND_IN
		      ": systemd starts this command\n",
		      stderr);
		return EXIT_USAGE;
	}
	if (policy_load_agent(PATH_AGENT_CONF, TRUST_ROOT, &conf, &err) != 0 ||
	    account_find("/etc/passwd", TRUST_ROOT, conf.account, &account, &err) != 0)
		return cli_fail_read(&err);
	if (caller.uid == account.uid)
		return EXIT_DONE;
	fprintf(stderr,
		"vpn-policy: uid %u was refused: only the account %s passes on keys\n",
		(unsigned)caller.uid, conf.account);
	return EXIT_DENIED;
}

enum exit_code cmd_take_key(struct cli *cli)
{
	static struct taking t;
	const struct cli_option none[] = {{0}};
	enum exit_code code = cli_read(cli, none);
	unsigned char answer;

	if (code == EXIT_DONE && cli->argc > 0)
		code = cli_usage_error(cli, "take-key takes nothing");
	if (code == EXIT_DONE)
		code = check_caller();
	if (code != EXIT_DONE)
		return code;
	if (deadline_read(STDIN_FILENO, &t.asked, sizeof t.asked,
			  monotonic_ms() + REQUEST_MS) != sizeof t.asked ||
	    !hand_in_is_sane(&t.asked) ||
	    key_parse(HAND_IN_KEY_TYPE, t.asked.key, &t.key, NULL) != 0) {
		fputs("vpn-policy: the account passed on what is no key of a peer\n",
		      stderr);
		return EXIT_BAD_REQUEST;
	}
	answer = (unsigned char)take(&t);
	/* An agent that is gone has told its client nothing: the log has what was done. */
	if (send(STDIN_FILENO, &answer, sizeof answer, MSG_NOSIGNAL) != sizeof answer)
		fputs("vpn-policy: the agent did not wait for the answer\n", stderr);
	return EXIT_DONE;
}
