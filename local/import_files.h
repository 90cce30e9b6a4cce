/* SPDX-License-Identifier: ISC */
/*
 * What an invitation becomes on this host: a profile, an ssh_config(5) for it, and the host
 * keys that this names. Each is written whole or not at all, and none takes the place of a
 * file that says something else.
 */
#ifndef SALLYPORT_LOCAL_IMPORT_FILES_H
#define SALLYPORT_LOCAL_IMPORT_FILES_H

#include "local/run_as.h"
#include "policy/language/invitation.h"
#include "policy/language/paths.h"

/* Root's; everybody may read what is in it. */
#define PATH_IMPORT_DIR SYSCONFDIR "/ssh"

enum {
	IMPORT_FILES = 3,
	/* of the wider: an invitation that offers more would take much of this host's
	 * traffic
	 */
	IMPORT_OFFER_LEN_MIN = 8,
	IMPORT_OFFER6_LEN_MIN = 16,
};

struct import_file {
	char path[POLICY_PATH_MAX];
	/* owned */
	char *text;
	size_t len;
	bool there, made;
};

struct import {
	struct invitation invitation;
	/* of the profile */
	char name[NAME_MAX_LEN + 1];
	struct run_as account;
	/* of the private key, which is the account's */
	char identity[POLICY_PATH_MAX];
	/* host keys, ssh_config, and last the profile, which is in force with the others */
	struct import_file files[IMPORT_FILES];
};

/* Pure, but for memory: the paths and texts, once name, account and invitation are there.
 * 0, or -1 with *err; import_free() either way. */
int import_make(struct import *import, struct error *err);
void import_free(struct import *import);

/*
 * 0 when each file is missing or has the very text, or -1 with *err. Then writes those that
 * are missing: 0, or -1 with *err and none of them left. import_undo() removes what was
 * written.
 */
int import_look(struct import *import, struct error *err);
int import_write(struct import *import, struct error *err);
void import_undo(struct import *import);
/* Whether import_write() has nothing to do. */
bool import_is_there(const struct import *import);

#endif
