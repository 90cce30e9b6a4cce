/* SPDX-License-Identifier: ISC */
#include "local/import_key.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "local/process.h"

#define PATH_SSH_KEYGEN "/usr/bin/ssh-keygen"

enum { ANSWER_MAX = 16 * 1024, DIRECTORY_MODE = 0700 };

struct keygen {
	const struct run_as *account;
	pid_t parent;
	const char *path;
	char *const *argv;
	char *const *envp;
};

/* In the child. The directory of a user who has never used ssh is yet to be made. */
static void execute(const void *arg, struct error *err)
{
	const struct keygen *keygen = arg;
	char directory[POLICY_PATH_MAX];

	/* That another user is become forgets whom it dies with. */
	if (run_as_become(keygen->account, err) != 0 ||
	    process_die_with(keygen->parent, err) != 0)
		return;
	snprintf(directory, sizeof directory, "%.*s",
		 (int)(strrchr(keygen->path, '/') - keygen->path), keygen->path);
	(void)mkdir(directory, DIRECTORY_MODE);
	execve(keygen->argv[0], keygen->argv, keygen->envp);
	error_sys(err, errno, "cannot execute %s", keygen->argv[0]);
}

static int run(const struct run_as *account, const char *path, char *const *argv,
	       char *answer, int64_t deadline, struct error *err)
{
	static struct words env;
	struct keygen keygen = {account, getpid(), path, argv, env.argv};
	ssize_t got;

	if (run_as_environment(account, NULL, &env, err) != 0)
		return -1;
	got = process_ask(execute, &keygen, answer, ANSWER_MAX - 1, deadline, err);
	answer[got < 0 ? 0 : got] = '\0';
	return got < 0 ? -1 : 0;
}

/* The type and base64 that begin what ssh-keygen printed. */
static bool take_key(char *answer, struct public_key *out)
{
	char *rest = NULL, *type = strtok_r(answer, " \n", &rest);
	char *base64 = type == NULL ? NULL : strtok_r(NULL, " \n", &rest);

	return base64 != NULL && key_parse(type, base64, out, NULL) == 0 &&
	       out->type[0] != '\0';
}

/* 1; 0 when there is no key that can be read; or -1. */
static int read_key(const struct run_as *account, char *path, int64_t deadline,
		    struct public_key *out, struct error *err)
{
	static char answer[ANSWER_MAX];
	char program[] = PATH_SSH_KEYGEN, print[] = "-y", phrase[] = "-P", none[] = "",
	     in[] = "-f";
	char *const argv[] = {program, print, phrase, none, in, path, NULL};

	if (run(account, path, argv, answer, deadline, err) != 0)
		return -1;
	return take_key(answer, out);
}

static int make_key(const struct run_as *account, char *path, const char *comment,
		    int64_t deadline, struct error *err)
{
	static char answer[ANSWER_MAX];
	char program[] = PATH_SSH_KEYGEN, quiet[] = "-q", type[] = "-t",
	     ed25519[] = "ed25519", phrase[] = "-N", none[] = "", about[] = "-C",
	     in[] = "-f";
	char text[NAME_MAX_LEN + 1];
	char *const argv[] = {program, quiet, type, ed25519, phrase, none,
			      about,   text,  in,   path,    NULL};

	snprintf(text, sizeof text, "%s", comment);
	/* One that is there is not replaced: it would ask, and nobody answers. */
	return run(account, path, argv, answer, deadline, err);
}

int import_key(const struct run_as *account, const char *path, const char *comment,
	       struct public_key *out, struct error *err)
{
	const int64_t deadline = monotonic_ms() + IMPORT_KEY_MS;
	char copy[POLICY_PATH_MAX];
	int there;

	snprintf(copy, sizeof copy, "%s", path);
	there = read_key(account, copy, deadline, out, err);
	if (there == 0) {
		if (make_key(account, copy, comment, deadline, err) != 0)
			return -1;
		there = read_key(account, copy, deadline, out, err);
	}
	if (there > 0)
		return 0;
	return there < 0
		   ? -1
		   : error_set(err,
			       "%s cannot make a key at %s, and none can be read there: it "
			       "may have a passphrase, or the home directory be missing, "
			       "full or another user's",
			       account->name, path);
}
