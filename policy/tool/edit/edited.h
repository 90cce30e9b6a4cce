/* SPDX-License-Identifier: ISC */
/*
 * What vpn-policy edit works on: a policy file, who may edit it at the moment, the copy
 * that the editor gets, and what the text in it would do.
 */
#ifndef SALLYPORT_POLICY_TOOL_EDIT_EDITED_H
#define SALLYPORT_POLICY_TOOL_EDIT_EDITED_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "policy/language/parsed.h"
#include "policy/language/path.h"

struct edited {
	enum file_kind kind;
	enum trust trust;
	/* from "/" on */
	char path[PATH_TEXT_MAX];
	/* It is there, with this text. A new file begins with what is only comments. */
	bool there;
	/* of the file; of a new one owner, group and mode that it is to have */
	struct stat st;
	/* owned, terminated */
	char *text;
	size_t len;
	/* The copy; "" while there is none. */
	char copy[PATH_TEXT_MAX];
	/* The lock; -1 while it is not held. */
	int lock;
	char lock_path[PATH_TEXT_MAX];
};

/* lock.c: nobody else edits the file until lock_free(). 0, or -1 with *err, who does. */
int lock_take(struct edited *edited, struct error *err);
/* The same, and waits for whoever has it. */
int lock_wait(struct edited *edited, struct error *err);
void lock_free(struct edited *edited);

/*
 * copy.c: root writes nothing where others could put a link in its place. Below
 * /etc/sallyport every directory is checked, elsewhere only the last; in one like /tmp a
 * name belongs to whoever made it. 0, or -1 with *err.
 */
int edited_check_place(const struct edited *edited, struct error *err);
/* The file's text and state, or those of a new one. 0, or -1 with *err. */
int edited_read(struct edited *edited, struct error *err);
/* A copy of the text beside the file, for the editor. 0, or -1 with *err. */
int copy_make(struct edited *edited, struct error *err);
/* What the editor left of it: *text is the caller's to free. 0, or -1 with *err. */
int copy_read(const struct edited *edited, char **text, size_t *len, struct error *err);
void copy_remove(struct edited *edited);
/*
 * Puts the text in the place of the file, unless that is no longer what was read, for which
 * *err is filled. 0, or -1.
 */
int edited_put(const struct edited *edited, const char *text, size_t len,
	       struct error *err);

/* trial.c: tells what would be found, and what would change in effect. */
enum trial { TRIAL_GOOD, TRIAL_BAD, TRIAL_LOST };
enum trial edited_try(const struct edited *edited, const char *text, size_t len);

#endif
