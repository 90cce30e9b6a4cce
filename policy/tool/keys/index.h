/* SPDX-License-Identifier: ISC */
/*
 * The index of keys: a file that tells which peer has a key, so that one key among a
 * hundred thousand is found without reading as many files. It is only a hint: what it says
 * is believed once the peer's own file says it too, so that an index which is old, damaged
 * or forged gives nobody access.
 */
#ifndef SALLYPORT_POLICY_TOOL_KEYS_INDEX_H
#define SALLYPORT_POLICY_TOOL_KEYS_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "policy/language/policy.h"

enum {
	INDEX_MARK_SIZE = 24,
	INDEX_VERSION_SIZE = 24,
	INDEX_SERIAL_SIZE = 16,
	/* of peers' files */
	INDEX_FILES_MAX = 1 << 22,
};

/* What changes when a file or a directory does; all zero never matches. */
struct index_state {
	uint64_t device, inode;
	int64_t changed_s, modified_s;
	uint32_t changed_ns, modified_ns;
	uint64_t size;
};

/* One peer's file, in the order of names. */
struct index_file {
	char name[NAME_MAX_LEN + 8];
	struct index_state state;
};

/* One key, in the order of digests. */
struct index_key {
	uint8_t digest[KEY_DIGEST_SIZE];
	/* by its place among the files */
	uint32_t file;
};

/* How the file begins; files, keys and the tail follow. Of this machine's byte order. */
struct index_head {
	char mark[INDEX_MARK_SIZE];
	/* of the program that wrote it: another may take files that this one refuses */
	char version[INDEX_VERSION_SIZE];
	struct index_state directory;
	uint32_t nfiles, nkeys;
	/* of this index alone, by chance */
	uint8_t serial[INDEX_SERIAL_SIZE];
};

/* How it ends: what was cut off, or is partly another index, has no such end. */
struct index_tail {
	char mark[INDEX_MARK_SIZE];
	/* the head's */
	uint8_t serial[INDEX_SERIAL_SIZE];
};

/* All zero is no index: it knows nothing. */
struct index {
	void *map;
	size_t size;
	const struct index_head *head;
	const struct index_file *files;
	const struct index_key *keys;
};

/*
 * 0, or -1 with *err. What is opened is at least of the right size, has the end that was
 * written with its beginning, and is from this version of the program; nothing else of it
 * has been looked at.
 */
int index_open(const char *path, enum trust trust, struct index *out, struct error *err);
void index_close(struct index *index);

/* Whether the directory has the same names in it as when the index was made. */
bool index_directory_same(const struct index *index, const struct stat *directory);
/* Whether the file is the very one that was indexed under its name. */
bool index_file_same(const struct index_file *file, const struct stat *st);
/* NULL when no file of the name was there. */
const struct index_file *index_find_file(const struct index *index, const char *name);
/* The first of the keys with the digest, of which there are *count. */
const struct index_key *index_find_key(const struct index *index,
				       const uint8_t digest[KEY_DIGEST_SIZE],
				       size_t *count);
/* The file that the key is of; NULL when the index is damaged there. */
const struct index_file *index_file_of(const struct index *index,
				       const struct index_key *key);

/* NAME.conf in the directory that the descriptor is of, as stat(2). */
int index_look(int directory, const char *name, struct stat *st);

/* What a head begins with, all else zero; and the end of the index that it begins. */
void index_mark(struct index_head *head);
void index_mark_end(const struct index_head *head, struct index_tail *tail);

/* index_write.c */
void index_state_of(const struct stat *st, struct index_state *out);
/*
 * Reads every peer of the directory and replaces the file at path in one step, readable for
 * those who may list the directory. Reports each peer with an error, which is in the index
 * without keys, and counts them in *bad. 0, or -1 with *err and the old file as it was.
 */
int index_write(const char *path, const char *directory, enum trust trust, size_t *bad,
		struct error *err);

#endif
