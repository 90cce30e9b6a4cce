/* SPDX-License-Identifier: ISC */
#include "policy/tool/keys/lookup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/language/path.h"
#include "policy/language/trusted.h"

static int is_conf(const struct dirent *entry)
{
	return path_conf_len(entry->d_name) > 0;
}

/* By name: with its suffix, "a" would come after "a-b". */
static int by_name(const struct dirent **left, const struct dirent **right)
{
	const char *a = (*left)->d_name, *b = (*right)->d_name;
	const size_t a_len = path_conf_len(a), b_len = path_conf_len(b);
	const int order = strncmp(a, b, a_len < b_len ? a_len : b_len);

	return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

int names_read(const char *directory, struct names *out, struct error *err)
{
	const int count = scandir(directory, &out->list, is_conf, by_name);

	if (count < 0)
		return error_file(err, directory, errno, "cannot list the directory");
	out->count = (size_t)count;
	for (size_t i = 0; i < out->count; i++)
		out->list[i]->d_name[path_conf_len(out->list[i]->d_name)] = '\0';
	return 0;
}

void names_free(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->list[i]);
	free(names->list);
}

/* What a search has found so far. */
struct search {
	const struct lookup *lookup;
	const struct public_key *key;
	struct peer *out;
	struct error *err;
	/* of the key in *out; 0: nothing yet */
	unsigned line;
	/* of the directory, to look at files with */
	int fd;
	/* and to read them with, for policy_load_peer_in() */
	int trusted;
	/* where the index has the key */
	const struct index_key *hints;
	size_t nhints;
	/* the one that is looked at */
	struct peer peer;
};

/* Where the peer has the key, or 0. */
static unsigned line_of(const struct peer *peer, const struct public_key *key)
{
	size_t count;
	const struct key_line *list = peer_login_keys(peer, &count);

	for (size_t i = 0; i < count; i++)
		if (key_same(&list[i].key, key))
			return list[i].line;
	return 0;
}

/*
 * Looks into the peer's own file; -1 when it is the second that has the key, or nobody can
 * know because it is being written.
 */
static int try_peer(struct search *s, const char *name)
{
	const struct lookup *lookup = s->lookup;
	struct error err = {0};
	unsigned line;

	if (policy_load_peer_in(s->trusted, lookup->directory, name, lookup->trust,
				&s->peer, &err) != 0) {
		if (err.sys != EAGAIN && !lookup->strict)
			return 0;
		if (s->err != NULL)
			*s->err = err;
		return -1;
	}
	line = line_of(&s->peer, s->key);
	if (line == 0)
		return 0;
	if (s->line != 0)
		return error_at(s->err, s->peer.file, line, 1,
				"Key is another peer's as well (%s:%u): expected one peer "
				"for a key",
				s->out->file, s->line);
	s->line = line;
	*s->out = s->peer;
	return 0;
}

static bool is_hinted(const struct search *s, const struct index_file *file)
{
	for (size_t i = 0; i < s->nhints; i++)
		if (index_file_of(&s->lookup->index, &s->hints[i]) == file)
			return true;
	return false;
}

/* A file that is as it was indexed has only the keys that the index says. */
static bool can_lack(const struct search *s, const char *name,
		     const struct index_file *indexed)
{
	struct stat st;

	if (indexed == NULL || is_hinted(s, indexed))
		return false;
	return index_look(s->fd, name, &st) == 0 && index_file_same(indexed, &st);
}

static int try_all(struct search *s)
{
	struct names names;
	int r = 0;

	if (names_read(s->lookup->directory, &names, s->err) < 0)
		return -1;
	for (size_t i = 0; r == 0 && i < names.count; i++) {
		const char *name = names.list[i]->d_name;

		if (!can_lack(s, name, index_find_file(&s->lookup->index, name)))
			r = try_peer(s, name);
	}
	names_free(&names);
	return r;
}

/*
 * Where the names are the same as when the index was made, and it knows one peer with the
 * key, that peer is the answer if its file agrees. Otherwise all of them are read.
 */
static int search(struct search *s)
{
	const struct index *index = &s->lookup->index;
	const struct index_file *file = NULL;
	struct stat st;

	s->hints = index_find_key(index, s->key->digest, &s->nhints);
	if (s->nhints == 1)
		file = index_file_of(index, s->hints);
	if (file != NULL && fstat(s->fd, &st) == 0 && index_directory_same(index, &st) &&
	    try_peer(s, file->name) != 0)
		return -1;
	return s->line != 0 ? 0 : try_all(s);
}

int lookup_key(const struct lookup *lookup, const struct public_key *key, struct peer *out,
	       struct error *err)
{
	struct search s = {
	    .lookup = lookup, .key = key, .out = out, .err = err, .trusted = -1};
	int r;

	s.fd = open(lookup->directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (s.fd < 0)
		return error_file(err, lookup->directory, errno, "cannot open it");
	if (lookup->trust == TRUST_ROOT)
		s.trusted = trusted_open_dir(lookup->directory, NULL);
	r = search(&s);
	if (s.trusted >= 0)
		close(s.trusted);
	close(s.fd);
	if (r < 0)
		return -1;
	return s.line != 0 ? 1 : 0;
}
