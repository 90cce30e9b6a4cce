/* SPDX-License-Identifier: ISC */
/*
 * vpn-policy authorized-keys: all the lines for a file, or none; the one line that sshd
 * asks for as its AuthorizedKeysCommand; or the index that makes that quick. A list that
 * lacks a peer looks like a whole one, and would lock that peer out when it replaces the
 * file: so it is printed as a whole or not at all, and --write replaces the file only then,
 * where a shell's ">" empties it before anything is known.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "policy/language/certificate.h"
#include "policy/language/load.h"
#include "policy/language/path.h"
#include "policy/language/paths.h"
#include "policy/language/settle.h"
#include "policy/tool/edit/edited.h"
#include "policy/tool/edit/editor.h"
#include "policy/tool/keys/lines.h"
#include "policy/tool/keys/listing.h"
#include "policy/tool/keys/lookup.h"
#include "policy/tool/vpn-policy.h"

struct keys {
	const char *root, *directory, *index_file, *write;
	char conf_path[PATH_TEXT_MAX], directory_path[PATH_TEXT_MAX],
	    index_path[PATH_TEXT_MAX];
	bool trust_given, make_index, allow_empty;
	enum trust trust;
	/* what sshd asks for: all of them or none */
	const char *user, *type, *base64;
};

static enum exit_code look_up(const struct keys *keys, const struct public_key *key)
{
	struct lookup lookup = {.directory = keys->directory, .trust = keys->trust};
	struct peer peer;
	struct error err;
	int found;

	/* Without an index it takes longer, and that is all. */
	if (index_open(keys->index_file, keys->trust, &lookup.index, &err) < 0 &&
	    err.sys != ENOENT)
		cli_complain(&err);
	found = lookup_key(&lookup, key, &peer, &err);
	index_close(&lookup.index);
	if (found < 0)
		return cli_fail_read(&err);
	if (found > 0)
		line_print(&peer, key, stdout);
	return EXIT_DONE;
}

/* A certificate tells itself whose it is: no file but that peer's is read. sshd goes by the
 * line only once it has verified the rest. */
static enum exit_code answer_certificate(const struct keys *keys,
					 const struct agent_conf *conf)
{
	struct certificate certificate;
	const struct key_line *authority;
	struct peer peer;
	struct error err;
	const char *why;

	if (certificate_parse(keys->type, keys->base64, &certificate, &why) != 0) {
		fprintf(stderr, "vpn-policy: no peer can have such a key: %s\n", why);
		return EXIT_DONE;
	}
	authority = agent_authority(conf, certificate.authority);
	if (authority == NULL)
		return EXIT_DONE;
	if (policy_load_peer(keys->directory, certificate.principal, keys->trust, &peer,
			     &err) != 0)
		return err.sys == ENOENT ? EXIT_DONE : cli_fail_read(&err);
	if (peer.certificate)
		line_print_authority(&peer, &authority->key, stdout);
	return EXIT_DONE;
}

/* sshd asks before the client has proved that it has the key: every word may be hostile. */
static enum exit_code answer_sshd(const struct keys *keys)
{
	struct agent_conf conf;
	struct public_key key;
	struct error err;
	const char *why;

	if (policy_load_agent(keys->conf_path, keys->trust, &conf, &err) != 0)
		return cli_fail_read(&err);
	if (strcmp(keys->user, conf.account) != 0)
		return EXIT_DONE;
	if (certificate_type_known(keys->type))
		return answer_certificate(keys, &conf);
	if (key_parse(keys->type, keys->base64, &key, &why) != 0) {
		fprintf(stderr, "vpn-policy: no peer can have such a key: %s\n", why);
		return EXIT_DONE;
	}
	return look_up(keys, &key);
}

static enum exit_code make_index(const struct keys *keys)
{
	struct error err;
	size_t bad;

	if (index_write(keys->index_file, keys->directory, keys->trust, &bad, &err) == 0)
		return bad == 0 ? EXIT_DONE : EXIT_POLICY;
	return cli_fail_write(&err);
}

static enum exit_code take_options(struct keys *keys, struct cli *cli)
{
	const struct cli_option options[] = {
	    {"root", CLI_TEXT, .out = &keys->root},
	    {"peers-dir", CLI_TEXT, .out = &keys->directory},
	    {"trust", CLI_CHOICE, .out = &keys->trust, .words = CLI_TRUSTS,
	     .given = &keys->trust_given},
	    {"user", CLI_TEXT, .out = &keys->user},
	    {"type", CLI_TEXT, .out = &keys->type},
	    {"key", CLI_TEXT, .out = &keys->base64},
	    {"index-file", CLI_TEXT, .out = &keys->index_file},
	    {"index", CLI_FLAG, .out = &keys->make_index},
	    {"write", CLI_TEXT, .out = &keys->write},
	    {"allow-empty", CLI_FLAG, .out = &keys->allow_empty},
	    {0}};
	const enum exit_code code = cli_read(cli, options);
	int asked;

	if (code != EXIT_DONE)
		return code;
	asked = (keys->user != NULL) + (keys->type != NULL) + (keys->base64 != NULL);
	if (asked != 0 && asked != 3)
		return cli_usage_error(cli, "--user, --type and --key belong together");
	if ((asked != 0) + keys->make_index + (cli->argc > 0) > 1)
		return cli_usage_error(cli, "a key, --index and peers exclude each other");
	/* A file that lacks the others would lock them out. */
	if (keys->write != NULL && (asked != 0 || keys->make_index || cli->argc > 0))
		return cli_usage_error(cli, "--write is for all peers: it takes no key, "
					    "--index or peer");
	if (keys->allow_empty && keys->write == NULL)
		return cli_usage_error(cli, "--allow-empty belongs to --write");
	return EXIT_DONE;
}

/* Finds all paths, and how they are to be trusted. */
static enum exit_code find_places(struct keys *keys, const struct cli *cli)
{
	if (path_join(keys->root, PATH_AGENT_CONF, keys->conf_path) != 0 ||
	    path_join(keys->root, PATH_PEERS_DIR, keys->directory_path) != 0 ||
	    path_join(keys->root, PATH_KEYS_INDEX, keys->index_path) != 0)
		return cli_usage_error(cli, "the path of --root is too long");
	if (keys->directory == NULL)
		keys->directory = keys->directory_path;
	if (keys->index_file == NULL)
		keys->index_file = keys->index_path;
	if (keys->trust_given)
		return EXIT_DONE;
	/* For sshd, as the agent requires, whoever runs it. */
	keys->trust = cli_trust_default(keys->directory);
	if (keys->root[0] == '\0' && (keys->user != NULL || keys->make_index))
		keys->trust = TRUST_ROOT;
	return EXIT_DONE;
}

/*
 * Nobody adds or removes a peer between the look at the names and the new file, which would
 * lose that change. Who may not write there, so that nobody could either, writes a copy of
 * what is there at the moment.
 */
static int lock_peers(const struct keys *keys, struct edited *lock, struct error *err)
{
	*lock = (struct edited){.kind = KIND_PEER, .trust = keys->trust, .lock = -1};
	if (path_absolute(keys->directory, lock->path) != 0)
		return error_file(err, keys->directory, ENAMETOOLONG, "cannot lock it");
	if (edited_check_place(lock, err) != 0)
		return -1;
	return lock_wait(lock, err) == 0 || err->sys == EACCES || err->sys == EROFS ||
		       err->sys == ENOENT
		   ? 0
		   : -1;
}

static enum exit_code write_file(const struct keys *keys)
{
	const struct listing listing = {keys->directory, keys->trust, keys->conf_path,
					keys->write, keys->allow_empty};
	enum exit_code code;
	struct edited lock;
	struct signals signals;
	struct error err;

	/* The lock's file goes away again. */
	if (signals_hold(&signals, &err) != 0)
		return cli_fail_write(&err);
	code = lock_peers(keys, &lock, &err) == 0 ? listing_make(&listing, 0, NULL)
						  : cli_fail_write(&err);
	lock_free(&lock);
	signals_release(&signals);
	return code;
}

enum exit_code cmd_authorized_keys(struct cli *cli)
{
	static struct keys keys = {.root = ""};
	enum exit_code code = take_options(&keys, cli);

	if (code == EXIT_DONE)
		code = find_places(&keys, cli);
	if (code != EXIT_DONE)
		return code;
	if (keys.make_index || keys.write != NULL)
		cli_outlive_reader();
	if (keys.make_index)
		return make_index(&keys);
	/* What sshd uses, now or from its file, decides who may log in; a copy does not. */
	if (keys.root[0] == '\0' && (keys.user != NULL || keys.write != NULL))
		settle_begin(true);
	if (keys.user != NULL)
		return answer_sshd(&keys);
	if (keys.write != NULL)
		return write_file(&keys);
	return listing_make(
	    &(struct listing){keys.directory, keys.trust, keys.conf_path, NULL, false},
	    cli->argc, cli->argv);
}
