/* SPDX-License-Identifier: ISC */
#include "policy/tool/keys/index.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "policy/language/load.h"
#include "policy/language/paths.h"

_Static_assert(sizeof(VERSION) <= INDEX_VERSION_SIZE, "the version has room in the head");

void index_mark(struct index_head *head)
{
	static const char mark[] = "sallyport keys index 2\n";

	_Static_assert(sizeof mark <= sizeof head->mark, "the mark has room in the head");
	memset(head, 0, sizeof *head);
	memcpy(head->mark, mark, sizeof mark);
	memcpy(head->version, VERSION, sizeof VERSION);
}

void index_mark_end(const struct index_head *head, struct index_tail *tail)
{
	static const char mark[] = "end of keys index\n";

	_Static_assert(sizeof mark <= sizeof tail->mark, "the mark has room in the tail");
	memset(tail, 0, sizeof *tail);
	memcpy(tail->mark, mark, sizeof mark);
	memcpy(tail->serial, head->serial, sizeof tail->serial);
}

/* Whether the file whose tail is at its end begins with the head. */
static bool is_ended(const struct index_head *head, size_t size)
{
	struct index_tail like;

	index_mark_end(head, &like);
	return memcmp((const char *)head + size - sizeof like, &like, sizeof like) == 0;
}

/* Whether head begins a file of the size, written by this program and finished. */
static bool is_whole(const struct index_head *head, size_t size)
{
	struct index_head like;

	index_mark(&like);
	return memcmp(head->mark, like.mark, sizeof like.mark) == 0 &&
	       memcmp(head->version, like.version, sizeof like.version) == 0 &&
	       head->nfiles <= INDEX_FILES_MAX &&
	       head->nkeys <= (size_t)head->nfiles * PEER_KEYS_MAX &&
	       size == sizeof *head + head->nfiles * sizeof(struct index_file) +
			   head->nkeys * sizeof(struct index_key) +
			   sizeof(struct index_tail) &&
	       is_ended(head, size);
}

static int map_file(int fd, const char *path, struct index *out, struct error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return error_file(err, path, errno, "cannot look at it");
	if (!S_ISREG(st.st_mode) || st.st_size < (off_t)sizeof(struct index_head))
		return error_file(err, path, 0, "not an index of keys");
	out->size = (size_t)st.st_size;
	out->map = mmap(NULL, out->size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (out->map == MAP_FAILED) {
		out->map = NULL;
		return error_file(err, path, errno, "cannot read it");
	}
	if (!is_whole(out->map, out->size))
		return error_file(err, path, 0,
				  "not a complete index of keys of this version: make it "
				  "again with --index");
	out->head = out->map;
	out->files = (const struct index_file *)(out->head + 1);
	out->keys = (const struct index_key *)(out->files + out->head->nfiles);
	return 0;
}

int index_open(const char *path, enum trust trust, struct index *out, struct error *err)
{
	const int fd = policy_open(path, trust, err);
	int r;

	*out = (struct index){0};
	if (fd < 0)
		return -1;
	r = map_file(fd, path, out, err);
	close(fd);
	if (r < 0)
		index_close(out);
	return r;
}

void index_close(struct index *index)
{
	if (index->map != NULL)
		(void)munmap(index->map, index->size);
	*index = (struct index){0};
}

static bool same(const struct index_state *then, const struct stat *st)
{
	struct index_state now;

	index_state_of(st, &now);
	return then->inode != 0 && memcmp(then, &now, sizeof now) == 0;
}

bool index_directory_same(const struct index *index, const struct stat *directory)
{
	return index->head != NULL && same(&index->head->directory, directory);
}

bool index_file_same(const struct index_file *file, const struct stat *st)
{
	return same(&file->state, st);
}

int index_look(int directory, const char *name, struct stat *st)
{
	char file[NAME_MAX_LEN + sizeof ".conf"];

	snprintf(file, sizeof file, "%.*s.conf", NAME_MAX_LEN, name);
	return fstatat(directory, file, st, 0);
}

static int compare_name(const void *name, const void *file)
{
	const struct index_file *other = file;

	return strncmp(name, other->name, sizeof other->name);
}

const struct index_file *index_find_file(const struct index *index, const char *name)
{
	return index->head == NULL ? NULL
				   : bsearch(name, index->files, index->head->nfiles,
					     sizeof *index->files, compare_name);
}

const struct index_key *index_find_key(const struct index *index,
				       const uint8_t digest[KEY_DIGEST_SIZE], size_t *count)
{
	const size_t nkeys = index->head == NULL ? 0 : index->head->nkeys;
	size_t low = 0, high = nkeys;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (memcmp(index->keys[middle].digest, digest, KEY_DIGEST_SIZE) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*count = 0;
	while (low + *count < nkeys &&
	       memcmp(index->keys[low + *count].digest, digest, KEY_DIGEST_SIZE) == 0)
		++*count;
	return &index->keys[low];
}

const struct index_file *index_file_of(const struct index *index,
				       const struct index_key *key)
{
	const struct index_file *file;

	if (key->file >= index->head->nfiles)
		return NULL;
	file = &index->files[key->file];
	return memchr(file->name, '\0', sizeof file->name) == NULL ? NULL : file;
}
