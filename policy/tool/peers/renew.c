/* SPDX-License-Identifier: ISC */
#include "policy/tool/peers/renew.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/replace.h"
#include "policy/tool/base/memory.h"
#include "policy/tool/peers/one_time_key.h"
#include "policy/tool/peers/peer_text.h"
#include "policy/tool/peers/until.h"

struct renewing {
	struct renewal *renewal;
	struct change change;
	struct agent_conf conf;
	struct one_time_key one_time;
	union parsed parsed;
};

/* A key that the peer has would stay good: whoever wants it gone says so. */
static enum exit_code check_peer(struct renewing *r)
{
	const struct edited *file = &r->change.file;
	struct error err;

	if (!file->there) {
		error_file(&err, file->path, 0, "there is no such peer");
		return cli_fail_write(&err);
	}
	if (policy_load_agent(r->change.conf, r->change.trust, &r->conf, &err) != 0 ||
	    parsed_read(KIND_PEER, file->path, file->text, file->len, &r->parsed, &err) !=
		0)
		return cli_fail_read(&err);
	if (r->parsed.peer.key_none)
		return EXIT_DONE;
	error_file(&err, file->path, 0,
		   "the peer has a key, and needs to hand in none: vpn-policy set-peer %s "
		   "Key none takes that away first",
		   r->renewal->name);
	return cli_fail_write(&err);
}

static int set(const char *text, const char *keyword, const struct word_row *row,
	       struct memory *out)
{
	if (memory_open(out) != 0)
		return -1;
	peer_text_set(text, keyword_find(&scope_peer, keyword), row, out->out);
	return memory_close(out);
}

/* The file's text with both lines. 0, or -1 when memory is short. */
static int make_text(struct renewing *r, time_t until, struct memory *out)
{
	const struct public_key *key = &r->one_time.key;
	char when[TIME_TEXT_MAX];
	const struct word_row key_row = {.words = {key->type, key->base64}, .count = 2},
			      until_row = {.words = {value_time_print(until, when)},
					   .count = 1};
	struct memory half = {.text = NULL};
	int result = set(r->change.file.text, "HandInKey", &key_row, &half);

	if (result == 0)
		result = set(half.text, "HandInUntil", &until_row, out);
	memory_free(&half);
	return result;
}

/* In force with its line for sshd, or as it was. */
static enum exit_code put(struct renewing *r, const char *text, size_t len)
{
	const struct edited *file = &r->change.file;
	struct error err;
	enum exit_code code;

	if (parsed_read(KIND_PEER, file->path, text, len, &r->parsed, &err) != 0 ||
	    invite_make(r->renewal->invite, r->renewal->root, &r->conf, &r->parsed.peer,
			r->renewal->line, &err) != 0)
		return cli_fail_read(&err);
	if (edited_put(file, text, len, &err) != 0)
		return cli_fail_write(&err);
	code = change_refresh(&r->change, text, len);
	if (code == EXIT_DONE)
		return EXIT_DONE;
	if (replace_put(file->path, file->text, file->len, &file->st, &err) != 0)
		cli_complain(&err);
	fputs("vpn-policy: the invitation is not renewed\n", stderr);
	return code;
}

static enum exit_code make(struct renewing *r)
{
	struct memory text = {.text = NULL};
	struct error err;
	enum exit_code code = check_peer(r);
	time_t until;
	bool again;

	if (code != EXIT_DONE)
		return code;
	until = until_settle(r->renewal->until, r->parsed.peer.expires);
	if (until <= time(NULL)) {
		error_file(&err, r->change.file.path, 0, "the peer has expired");
		return cli_fail_write(&err);
	}
	again = r->parsed.peer.nhand_in_keys > 0;
	if (one_time_key_make(&r->one_time, &err) != 0)
		return cli_fail_read(&err);
	r->renewal->invite->secret = r->one_time.secret;
	code = make_text(r, until, &text) != 0 ? cli_out_of_memory()
					       : put(r, text.text, text.len);
	memory_free(&text);
	if (code == EXIT_DONE && again)
		fprintf(stderr,
			"%s: the invitation before this one lets nobody hand in a key any "
			"more\n",
			r->renewal->name);
	return code;
}

enum exit_code renew(struct renewal *renewal)
{
	static struct renewing r;
	enum exit_code code;

	r = (struct renewing){.renewal = renewal};
	code = change_begin(&r.change, renewal->name, renewal->root);
	if (code == EXIT_DONE)
		code = make(&r);
	change_end(&r.change);
	explicit_bzero(r.one_time.secret, sizeof r.one_time.secret);
	/* The line has it now; that there is one is still to be told. */
	renewal->invite->secret = code == EXIT_DONE ? "" : NULL;
	return code;
}
