/* SPDX-License-Identifier: ISC */
#include "policy/tool/keys/lookup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/language/path.h"
#include "policy/language/trusted.h"
#include "policy/tool/base/grow.h"

static int by_name(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

/* 0, or -1 when memory ran out. */
static int add_name(struct names *names, const char *file)
{
	char **new = GROW(names->list, names->count, names->size);

	if (new == NULL || (*new = strndup(file, path_conf_len(file))) == NULL)
		return -1;
	names->count++;
	return 0;
}

int names_read(const char *directory, struct names *out, struct error *err)
{
	DIR *dir = opendir(directory);
	const struct dirent *entry;
	int r = 0;

	*out = (struct names){0};
	if (dir == NULL)
		return error_file(err, directory, errno, "cannot list the directory");
	while (r == 0 && (errno = 0, entry = readdir(dir)) != NULL)
		if (path_conf_len(entry->d_name) > 0 && add_name(out, entry->d_name) != 0)
			r = error_set(err, "out of memory");
	if (r == 0 && errno != 0)
		r = error_file(err, directory, errno, "cannot list the directory");
	closedir(dir);
	if (r < 0)
		names_free(out);
	else if (out->count > 0)
		qsort(out->list, out->count, sizeof *out->list, by_name);
	return r;
}

void names_free(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->list[i]);
	free(names->list);
	*names = (struct names){0};
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
	for (size_t i = 0; i < peer->nkeys; i++)
		if (key_same(&peer->keys[i].key, key))
			return peer->keys[i].line;
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
		if (err.sys != EAGAIN)
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

/* What has not changed since it was indexed need not be read to know what it lacks. */
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
		const char *name = names.list[i];

		if (!can_lack(s, name, index_find_file(&s->lookup->index, name)))
			r = try_peer(s, name);
	}
	names_free(&names);
	return r;
}

/*
 * Where the names are the same as when the index was made, and it knows one peer with the
 * key, that peer is the answer if its file agrees. Else all of them are looked at.
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
