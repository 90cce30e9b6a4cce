/* SPDX-License-Identifier: ISC */
#include "policy/tool/peers/one_time_key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/descriptors.h"
#include "policy/language/policy.h"
#include "policy/language/request.h"
#include "policy/tool/audit/run.h"
#include "policy/tool/peers/key_file.h"

#define PATH_SSH_KEYGEN "/usr/bin/ssh-keygen"

enum { NAME_ROOM = sizeof "/key.pub" };

/* Root's in memory; anybody else makes invitations of a copy alone. */
static int make_directory(char directory[POLICY_PATH_MAX], struct error *err)
{
	static const char *const places[] = {"/run/sallyport-key.XXXXXX",
					     "/tmp/sallyport-key.XXXXXX"};

	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		snprintf(directory, POLICY_PATH_MAX - NAME_ROOM, "%s", places[i]);
		if (mkdtemp(directory) != NULL)
			return 0;
	}
	return error_sys(err, errno, "cannot make a directory for a one-time key");
}

static int generate(const char *path, struct error *err)
{
	char program[] = PATH_SSH_KEYGEN, quiet[] = "-q", type[] = "-t",
	     ed25519[] = "ed25519", phrase[] = "-N", about[] = "-C", none[] = "",
	     in[] = "-f", file[POLICY_PATH_MAX];
	char *const argv[] = {program, quiet, type, ed25519, phrase, none,
			      about,   none,  in,   file,    NULL};
	struct run_output output;
	int r = 0;

	snprintf(file, sizeof file, "%s", path);
	if (run_program(argv, &output, err) != 0)
		return -1;
	if (output.status != 0)
		r = error_set(err, "%s made no one-time key: it ended with status %d",
			      PATH_SSH_KEYGEN, output.status);
	run_free(&output);
	return r;
}

/* The lines between those that say where the key begins and ends. */
static int take_inside(char *text, struct one_time_key *out, struct error *err)
{
	static const char begin[] = "-----BEGIN OPENSSH PRIVATE KEY-----",
			  end[] = "-----END OPENSSH PRIVATE KEY-----";
	char *rest = NULL, *line = strtok_r(text, "\n", &rest);
	size_t used = 0;
	const char *why;

	if (line == NULL || strcmp(line, begin) != 0)
		goto bad;
	while ((line = strtok_r(NULL, "\n", &rest)) != NULL && strcmp(line, end) != 0) {
		const size_t len = strlen(line);

		if (used + len >= sizeof out->secret)
			goto bad;
		memcpy(out->secret + used, line, len);
		used += len;
	}
	out->secret[used] = '\0';
	if (line != NULL && used > 0 && value_secret(out->secret, &why) == 0)
		return 0;
bad:
	return error_set(err, "%s made a key in another form than expected",
			 PATH_SSH_KEYGEN);
}

static int read_secret(const char *path, struct one_time_key *out, struct error *err)
{
	char text[2 * SECRET_TEXT_MAX];
	const int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t len = -1;
	int r;

	if (fd >= 0) {
		len = descriptors_read(fd, text, sizeof text - 1);
		close(fd);
	}
	if (len < 0)
		return error_file(err, path, errno, "cannot read it");
	text[len] = '\0';
	r = take_inside(text, out, err);
	explicit_bzero(text, sizeof text);
	return r;
}

int one_time_key_make(struct one_time_key *out, struct error *err)
{
	char directory[POLICY_PATH_MAX], path[POLICY_PATH_MAX], public[POLICY_PATH_MAX];
	int r = -1;

	if (make_directory(directory, err) != 0)
		return -1;
	snprintf(path, sizeof path, "%.*s/key", (int)sizeof path - NAME_ROOM, directory);
	snprintf(public, sizeof public, "%.*s/key.pub", (int)sizeof public - NAME_ROOM,
		 directory);
	if (generate(path, err) == 0 && read_secret(path, out, err) == 0)
		r = key_file_read(public, &out->key, err);
	unlink(path);
	unlink(public);
	rmdir(directory);
	return r;
}
