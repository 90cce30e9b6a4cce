/* SPDX-License-Identifier: ISC */
#include "policy/tool/keys/amend.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/replace.h"
#include "policy/language/key.h"
#include "policy/language/paths.h"
#include "policy/tool/base/memory.h"
#include "policy/tool/keys/lines.h"

struct amending {
	const char *path, *name;
	const struct peer *peer;
	/* of the peer, those of line_keys() */
	const struct key_line *keys;
	size_t nkeys;
	/* and the authorities whose certificates let it in */
	const struct key_line *authorities;
	size_t nauthorities;
	/* by the peer's keys, and then the authorities: it has a line */
	bool listed[PEER_KEYS_MAX + AGENT_AUTHORITIES_MAX];
	/* What is there, what is to be, and how much of that is lines with a key. */
	struct memory old, new;
	size_t nlines;
};

/* In the place of the last line: sshd takes it for none, and nobody for a lost file. */
static const char no_key[] = "# No peer has a key.\n";

static bool is_comment(const char *line)
{
	line += strspn(line, " \t\r\n");
	return *line == '\0' || *line == '#';
}

/* How many lines the peer may have. */
static size_t count_keys(const struct amending *a)
{
	return a->peer == NULL ? 0 : a->nkeys + a->nauthorities;
}

static const struct public_key *key_of(const struct amending *a, size_t i)
{
	return i < a->nkeys ? &a->keys[i].key : &a->authorities[i - a->nkeys].key;
}

static void print_line(const struct amending *a, size_t i, FILE *out)
{
	if (i < a->nkeys)
		line_print(a->peer, key_of(a, i), out);
	else
		line_print_authority(a->peer, key_of(a, i), out);
}

/* What of the peer's the line has, by its number; the count for none. */
static size_t find_key(const struct amending *a, const struct own_line *own)
{
	size_t i = own->authority ? a->nkeys : 0;
	const size_t end = own->authority ? count_keys(a) : a->nkeys;

	while (i < end && !key_same(key_of(a, i), &own->key))
		i++;
	return i < end ? i : count_keys(a);
}

/* Whether vpn-policy has printed it, of a HandInKey if it ends: an end that a key of the
 * peer's has is somebody's. */
static bool is_own(const struct amending *a, const struct own_line *own)
{
	return strcmp(own->name, a->name) == 0 &&
	       (!own->ends || a->peer == NULL || a->keys == a->peer->hand_in_keys ||
		find_key(a, own) == count_keys(a));
}

/* A line that is printed so at present; or whose key the peer's file has as a fingerprint,
 * from which no line can be made. */
static bool is_wanted(struct amending *a, const struct own_line *own, const char *line)
{
	struct memory now;
	bool same;
	size_t i;

	if (a->peer == NULL)
		return false;
	i = find_key(a, own);
	if (i == count_keys(a) || a->listed[i])
		return false;
	if (key_of(a, i)->type[0] != '\0') {
		if (memory_open(&now) != 0)
			return false;
		print_line(a, i, now.out);
		same = memory_close(&now) == 0 && strcmp(now.text, line) == 0;
		memory_free(&now);
		if (!same)
			return false;
	}
	a->listed[i] = true;
	return true;
}

/* A line that somebody wrote stays, whatever it says, and its key gets no other. */
static void keep_foreign(struct amending *a, const char *line, unsigned number)
{
	char command[sizeof PATH_AGENT + NAME_MAX_LEN + 2];
	bool told = false;

	snprintf(command, sizeof command, "%s %s\"", PATH_AGENT, a->name);
	for (size_t i = 0; i < count_keys(a); i++) {
		const struct public_key *key = key_of(a, i);

		if (key->type[0] == '\0' || strstr(line, key->base64) == NULL)
			continue;
		if (i >= a->nkeys && (strstr(line, "cert-authority") == NULL ||
				      strstr(line, command) == NULL))
			continue;
		a->listed[i] = true;
		told = true;
	}
	if (told || strstr(line, command) != NULL)
		fprintf(stderr,
			"vpn-policy: %s:%u: was not written by vpn-policy, and stays\n",
			a->path, number);
}

static void take_line(struct amending *a, const char *line, size_t len, unsigned number)
{
	struct own_line own;

	fwrite(line, 1, len, a->old.out);
	if (strcmp(line, no_key) == 0)
		return;
	if (!is_comment(line)) {
		if (line_read(line, len, &own) == 0 && is_own(a, &own)) {
			if (!is_wanted(a, &own, line))
				return;
		} else {
			keep_foreign(a, line, number);
		}
		a->nlines++;
	}
	fwrite(line, 1, len, a->new.out);
	if (line[len - 1] != '\n')
		fputc('\n', a->new.out);
}

static int take_old(struct amending *a, struct error *err)
{
	FILE *old = fopen(a->path, "re");
	unsigned number = 0;
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	bool failed;

	if (old == NULL)
		return error_file(err, a->path, errno, "cannot read it");
	while ((len = getline(&line, &size, old)) > 0)
		take_line(a, line, (size_t)len, ++number);
	failed = !feof(old);
	free(line);
	fclose(old);
	return failed ? error_file(err, a->path, EIO, "cannot read it") : 0;
}

static void add_new(struct amending *a)
{
	for (size_t i = 0; i < count_keys(a); i++) {
		if (a->listed[i] || key_of(a, i)->type[0] == '\0')
			continue;
		print_line(a, i, a->new.out);
		a->nlines++;
	}
	if (a->nlines == 0)
		fputs(no_key, a->new.out);
}

/* Nobody has written it since: an editor takes no lock. */
static int check_same(const char *path, enum trust trust, const struct stat *st,
		      struct error *err)
{
	struct stat now;
	const int there = replace_look_own(path, trust, &now, err);

	if (there < 0)
		return -1;
	if (there > 0 && now.st_ino == st->st_ino && now.st_size == st->st_size &&
	    now.st_mtim.tv_sec == st->st_mtim.tv_sec &&
	    now.st_mtim.tv_nsec == st->st_mtim.tv_nsec)
		return 0;
	return error_file(err, path, EAGAIN, "somebody else has just changed it");
}

static int put(const struct amending *a, enum trust trust, const struct stat *st,
	       bool *amended, struct error *err)
{
	if (a->new.len == a->old.len && memcmp(a->new.text, a->old.text, a->old.len) == 0)
		return 0;
	if (check_same(a->path, trust, st, err) != 0 ||
	    replace_put(a->path, a->new.text, a->new.len, st, err) != 0)
		return -1;
	*amended = true;
	return 0;
}

int lines_amend(const char *path, enum trust trust, const char *name,
		const struct peer *peer, const struct agent_conf *conf, bool *amended,
		struct error *err)
{
	struct amending a = {.path = path, .name = name, .peer = peer};
	struct stat st;
	int r, there;

	if (peer != NULL)
		a.keys = line_keys(peer, &a.nkeys);
	*amended = false;
	a.authorities = peer_authorities(peer, conf, &a.nauthorities);
	there = replace_look_own(path, trust, &st, err);
	if (there <= 0)
		return there < 0 ? -1 : error_file(err, path, ENOENT, "cannot amend it");
	if (memory_open(&a.old) != 0)
		return error_sys(err, ENOMEM, "cannot amend %s", path);
	if (memory_open(&a.new) != 0) {
		(void)memory_close(&a.old);
		memory_free(&a.old);
		return error_sys(err, ENOMEM, "cannot amend %s", path);
	}
	r = take_old(&a, err);
	if (r == 0)
		add_new(&a);
	if (memory_close(&a.old) + memory_close(&a.new) != 0)
		r = error_sys(err, ENOMEM, "cannot amend %s", path);
	if (r == 0)
		r = put(&a, trust, &st, amended, err);
	memory_free(&a.old);
	memory_free(&a.new);
	return r;
}
