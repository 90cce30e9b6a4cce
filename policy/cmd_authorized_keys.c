/* SPDX-License-Identifier: ISC */
/*
 * vpn-policy authorized-keys: all the lines, or none. A list that lacks a peer looks like a
 * whole one, and would lock that peer out when it replaces the file.
 */
#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/paths.h"
#include "policy/vpn-policy.h"

static const char suffix[] = ".conf";

struct listing {
	const char *dir;
	enum trust trust;
	FILE *out;
	struct key_owners owners;
	enum exit_code code;
};

/* Static, as a peer is large. */
static struct peer peer;

static void fail(struct listing *l, const struct policy_error *err, enum exit_code code)
{
	complain(err);
	l->code = code;
}

static void print_key(struct listing *l, const struct key_line *line)
{
	char fingerprint[KEY_FINGERPRINT_TEXT_MAX];

	if (line->key.type[0] == '\0') {
		(void)fprintf(
		    stderr, "# %s:%u: no line for %s: the key itself is not known\n",
		    peer.file, line->line, key_fingerprint(&line->key, fingerprint));
		return;
	}
	/* The HOWTO's way runs PPP on a terminal; nobody else needs one. */
	(void)fprintf(l->out, "command=\"%s %s\",restrict%s %s %s %s\n", PATH_AGENT,
		      peer.name, peer.legacy ? ",pty" : "", line->key.type,
		      line->key.base64, peer.name);
}

static void print_peer_lines(struct listing *l, const char *name)
{
	struct policy_error err;

	if (policy_load_peer(l->dir, name, l->trust, &peer, &err) < 0 ||
	    key_owners_add(&l->owners, &peer, &err) < 0) {
		fail(l, &err, EXIT_POLICY);
		return;
	}
	for (size_t i = 0; i < peer.nkeys; i++)
		print_key(l, &peer.keys[i]);
}

/* NAME.conf, and not what editors leave lying beside it. */
static int is_policy_file(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name), cut = sizeof suffix - 1;

	return entry->d_name[0] != '.' && len > cut &&
	       strcmp(entry->d_name + len - cut, suffix) == 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void print_directory(struct listing *l)
{
	struct dirent **entries = NULL;
	struct policy_error err;
	int count = scandir(l->dir, &entries, is_policy_file, by_bytes);

	if (count < 0) {
		(void)error_file(&err, l->dir, errno, "cannot list it");
		fail(l, &err, EXIT_POLICY);
		return;
	}
	for (int i = 0; i < count; i++) {
		char *name = entries[i]->d_name;

		name[strlen(name) - (sizeof suffix - 1)] = '\0';
		print_peer_lines(l, name);
		free(entries[i]);
	}
	free(entries);
}

static enum exit_code take_options(struct listing *l, int argc, char **argv)
{
	static const struct option options[] = {{"peers-dir", required_argument, NULL, 'd'},
						{"trust", required_argument, NULL, 't'},
						{0}};
	bool trust_given = false;
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		if (option == 'd') {
			l->dir = optarg;
		} else if (option == 't') {
			if (trust_parse(optarg, &l->trust) < 0)
				return usage_error("--trust is root or any");
			trust_given = true;
		} else {
			return usage_error("authorized-keys does not take such an option");
		}
	}
	if (!trust_given)
		l->trust = trust_default(l->dir);
	return EXIT_DONE;
}

/* Only once every peer was good does a byte go out. */
static enum exit_code deliver(struct listing *l, char **text, const size_t *len)
{
	if (fclose(l->out) != 0) {
		(void)fputs("vpn-policy: out of memory\n", stderr);
		return EXIT_SYSTEM;
	}
	if (l->code == EXIT_DONE)
		(void)fwrite(*text, 1, *len, stdout);
	return l->code;
}

enum exit_code cmd_authorized_keys(int argc, char **argv)
{
	struct listing l = {.dir = PATH_PEERS_DIR};
	enum exit_code code = take_options(&l, argc, argv);
	char *text = NULL;
	size_t len = 0;

	if (code != EXIT_DONE)
		return code;
	l.out = open_memstream(&text, &len);
	if (l.out == NULL) {
		(void)fputs("vpn-policy: out of memory\n", stderr);
		return EXIT_SYSTEM;
	}
	if (optind == argc)
		print_directory(&l);
	for (int i = optind; i < argc; i++)
		print_peer_lines(&l, argv[i]);
	code = deliver(&l, &text, &len);
	key_owners_free(&l.owners);
	free(text);
	return code;
}
