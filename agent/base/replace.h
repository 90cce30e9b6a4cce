/* SPDX-License-Identifier: ISC */
/* A file that is written beside another one and then takes its place in one step. */
#ifndef SALLYPORT_AGENT_BASE_REPLACE_H
#define SALLYPORT_AGENT_BASE_REPLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>

#include "policy/language/path.h"
#include "policy/language/policy.h"

/* How the names of files begin that are beside NAME while it is written: ".NAME" and this.
 */
#define REPLACE_MARK ".sallyport-"

/* Whether a file of that name is one: nothing takes it for policy. */
bool replace_is_beside(const char *name);
/* The name beside path, with that ending. 0, or -1 with *err when it is too long. */
int replace_beside(const char *path, const char *ending, char out[PATH_TEXT_MAX],
		   struct error *err);

struct replace {
	const char *path;
	/* what is written to, until replace_end() */
	FILE *out;
	/* nothing is at path, and nothing that comes there meanwhile is replaced */
	bool is_new;
	char beside[PATH_TEXT_MAX];
};

/*
 * What is at path: 1 with *st for a regular file with one name; 0 when nothing is there; -1
 * with *err for what must not be replaced: a link would become a file, or a second name
 * keep the old text.
 */
int replace_look(const char *path, struct stat *st, struct error *err);
/*
 * The same for a file that others rely on: it must be the caller's, and writable by nobody
 * else; with TRUST_ROOT every directory above it must be root's as well, before anything is
 * written there.
 */
int replace_look_own(const char *path, enum trust trust, struct stat *st,
		     struct error *err);

/* path must outlive it. 0 with an empty file that only its owner may open, or -1 with *err.
 */
int replace_begin(const char *path, struct replace *out, struct error *err);
/*
 * Gives what was written its owner and mode, sees that it is on the disk, and puts it in
 * the place of path. 0, or -1 with *err and path as it was. Nothing is left to free.
 */
int replace_end(struct replace *replace, uid_t uid, gid_t gid, mode_t mode,
		struct error *err);
/* All of that with one text, which is read back before it takes the place of path. */
int replace_put(const char *path, const char *text, size_t len, const struct stat *like,
		struct error *err);

/* The same for a path where nothing is yet: -1 with err->sys == EEXIST when somebody else
 * has been quicker. */
int replace_make(const char *path, const char *text, size_t len, const struct stat *like,
		 struct error *err);

/* A rename or an unlink at path is on the disk once its directory is: waits for that, as
 * far as the file system can. */
void replace_sync(const char *path);

#endif
