/* SPDX-License-Identifier: ISC */
/*
 * Making the index. A file that changes while this runs must not look unchanged afterwards:
 * each is looked at before it is read, and one that changed in the very tick of the file
 * system's clock in which it was looked at could change again without a trace, and so is
 * written down as a file that never matches.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "policy/language/trusted.h"
#include "policy/tool/base/cli.h"
#include "policy/tool/base/grow.h"
#include "agent/base/replace.h"
#include "policy/tool/keys/lookup.h"

enum { TICKS_MAX = 100, NS_PER_S = 1000000000 };

struct making {
	const char *directory;
	enum trust trust;
	/* of the directory, to look at files with; and to read them, policy_load_peer_in()
	 */
	int fd, trusted;
	struct index_head head;
	struct index_file *files;
	struct index_key *keys;
	size_t files_size, keys_size, nfiles, nkeys, bad;
	/* the one that is read */
	struct peer peer;
};

void index_state_of(const struct stat *st, struct index_state *out)
{
	*out = (struct index_state){.device = st->st_dev,
				    .inode = st->st_ino,
				    .changed_s = st->st_ctim.tv_sec,
				    .changed_ns = (uint32_t)st->st_ctim.tv_nsec,
				    .modified_s = st->st_mtim.tv_sec,
				    .modified_ns = (uint32_t)st->st_mtim.tv_nsec,
				    .size = (uint64_t)st->st_size};
}

/* The clock that file systems stamp with is past the time. */
static bool is_past(const struct timespec *when)
{
	struct timespec now;

	return clock_gettime(CLOCK_REALTIME_COARSE, &now) == 0 &&
	       (now.tv_sec > when->tv_sec ||
		(now.tv_sec == when->tv_sec && now.tv_nsec > when->tv_nsec));
}

/* The directory as it is before it is listed, once it can no longer change unseen. */
static int look_at_directory(struct making *m, struct stat *st, struct error *err)
{
	struct timespec tick;
	unsigned ticks = 0;

	m->fd = open(m->directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (m->fd < 0)
		return error_file(err, m->directory, errno, "cannot open it");
	if (clock_getres(CLOCK_REALTIME_COARSE, &tick) < 0 || fstat(m->fd, st) < 0)
		return error_file(err, m->directory, errno, "cannot look at it");
	/* The next tick of that clock is what is waited for. */
	while (!is_past(&st->st_ctim) && ticks++ < TICKS_MAX)
		(void)clock_nanosleep(CLOCK_MONOTONIC, 0, &tick, NULL);
	if (fstat(m->fd, st) < 0)
		return error_file(err, m->directory, errno, "cannot look at it");
	if (is_past(&st->st_ctim))
		index_state_of(st, &m->head.directory);
	return 0;
}

static int add_keys(struct making *m)
{
	size_t count;
	const struct key_line *list = peer_login_keys(&m->peer, &count);

	for (size_t i = 0; i < count; i++) {
		struct index_key new = {.file = (uint32_t)(m->nfiles - 1)};

		memcpy(new.digest, list[i].key.digest, sizeof new.digest);
		if (!APPEND(m->keys, m->nkeys, m->keys_size, &new))
			return -1;
	}
	return 0;
}

/* One peer; -1 only when memory ran out. */
static int add_peer(struct making *m, const char *name)
{
	const bool named = policy_name_valid(name);
	struct index_file new = {0};
	struct error err;
	struct stat st;

	if (named) {
		snprintf(new.name, sizeof new.name, "%.*s", NAME_MAX_LEN, name);
		if (index_look(m->fd, new.name, &st) == 0 && is_past(&st.st_ctim))
			index_state_of(&st, &new.state);
		if (!APPEND(m->files, m->nfiles, m->files_size, &new))
			return -1;
	}
	if (policy_load_peer_in(m->trusted, m->directory, name, m->trust, &m->peer, &err) ==
	    0)
		return add_keys(m);
	cli_complain(&err);
	/* The cause may lie above the file: then the file lacks keys although it has not
	 * changed. */
	if (named)
		m->files[m->nfiles - 1].state = (struct index_state){0};
	m->bad++;
	return 0;
}

static int by_digest(const void *left, const void *right)
{
	const struct index_key *a = left, *b = right;
	const int order = memcmp(a->digest, b->digest, sizeof a->digest);

	return order != 0 ? order : (a->file > b->file) - (a->file < b->file);
}

static int gather(struct making *m, struct error *err)
{
	struct names names;
	int r = 0;

	if (names_read(m->directory, &names, err) < 0)
		return -1;
	if (names.count > INDEX_FILES_MAX)
		r = error_file(err, m->directory, 0, "more than %d peers", INDEX_FILES_MAX);
	for (size_t i = 0; r == 0 && i < names.count; i++)
		if (add_peer(m, names.list[i]->d_name) != 0)
			r = error_sys(err, ENOMEM, "cannot keep the keys");
	names_free(&names);
	SORT(m->keys, m->nkeys, by_digest);
	m->head.nfiles = (uint32_t)m->nfiles;
	m->head.nkeys = (uint32_t)m->nkeys;
	return r;
}

/* It has the peers' names in it: only for those who may list the directory. */
static int put(const struct making *m, const char *path, const struct stat *st,
	       struct error *err)
{
	const mode_t readers = st->st_mode & (S_IRGRP | S_IROTH);
	struct replace replace = {0};
	struct stat old;
	struct index_tail tail;

	index_mark_end(&m->head, &tail);
	if (replace_look_own(path, m->trust, &old, err) < 0 ||
	    replace_begin(path, &replace, err) != 0)
		return -1;
	fwrite(&m->head, sizeof m->head, 1, replace.out);
	if (m->nfiles > 0)
		fwrite(m->files, sizeof *m->files, m->nfiles, replace.out);
	if (m->nkeys > 0)
		fwrite(m->keys, sizeof *m->keys, m->nkeys, replace.out);
	fwrite(&tail, sizeof tail, 1, replace.out);
	return replace_end(&replace, geteuid(), st->st_gid, S_IRUSR | S_IWUSR | readers,
			   err);
}

int index_write(const char *path, const char *directory, enum trust trust, size_t *bad,
		struct error *err)
{
	struct making m = {.directory = directory, .trust = trust, .fd = -1, .trusted = -1};
	struct stat st = {0};
	int r;

	index_mark(&m.head);
	if (getrandom(m.head.serial, sizeof m.head.serial, 0) != sizeof m.head.serial)
		return error_sys(err, errno, "no random bytes");
	if (trust == TRUST_ROOT)
		m.trusted = trusted_open_dir(directory, NULL);
	r = look_at_directory(&m, &st, err);
	if (r == 0)
		r = gather(&m, err);
	if (r == 0)
		r = put(&m, path, &st, err);
	*bad = m.bad;
	if (m.fd >= 0)
		close(m.fd);
	if (m.trusted >= 0)
		close(m.trusted);
	free(m.files);
	free(m.keys);
	return r;
}
