/* SPDX-License-Identifier: ISC */
#include "policy/tool/keys/lines.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/language/paths.h"
#include "policy/tool/base/replace.h"
#include "policy/tool/survey/authorized_keys.h"

/* sshd reads the file as the account. */
enum { LINES_MODE = S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH };

struct proof {
	const struct survey *survey;
	/* by the survey's keys: it has a line */
	bool *listed;
	size_t count;
	/* the one that is looked at */
	struct authorized_line line;
};

void line_print(const struct peer *peer, const struct public_key *key, FILE *out)
{
	/* The HOWTO runs PPP on a terminal; nobody else needs one. */
	fprintf(out, "command=\"%s %s\",restrict%s %s %s %s\n", PATH_AGENT, peer->name,
		peer->legacy ? ",pty" : "", key->type, key->base64, peer->name);
}

static int compare_claims(const void *left, const void *right)
{
	const struct key_claim *a = left, *b = right;

	return memcmp(a->digest, b->digest, sizeof a->digest);
}

/* That key, as a key of the peer called name; NULL when that has no such key. */
static const struct key_claim *find_claim(const struct survey *survey,
					  const struct public_key *key, const char *name)
{
	struct key_claim wanted = {0};
	const struct key_claim *found;

	memcpy(wanted.digest, key->digest, sizeof wanted.digest);
	found =
	    bsearch(&wanted, survey->keys, survey->nkeys, sizeof wanted, compare_claims);
	return found != NULL && span_is(survey_name(survey, found->peer), name) ? found
										: NULL;
}

/* What follows the agent in the line's command, or NULL. */
static const char *name_in(const struct authorized_line *of)
{
	static const char agent[] = PATH_AGENT " ";
	const struct authorized_option *command = authorized_option(of, "command");

	if (command == NULL || command->value == NULL ||
	    authorized_option(of, "restrict") == NULL ||
	    strncmp(command->value, agent, sizeof agent - 1) != 0)
		return NULL;
	return command->value + sizeof agent - 1;
}

static int prove_line(struct proof *proof, const char *path, struct error *err)
{
	const struct authorized_line *line = &proof->line;
	const char *name = name_in(line), *why = "it does not lead to the agent";
	const struct key_claim *claim = NULL;
	struct public_key key;

	if (name != NULL && key_parse(line->type, line->base64, &key, &why) == 0) {
		claim = find_claim(proof->survey, &key, name);
		why = "the key is not that peer's";
	}
	if (claim != NULL && proof->listed[claim - proof->survey->keys])
		why = "the key has a line already";
	else if (claim != NULL)
		why = NULL;
	if (why != NULL)
		return error_at(err, path, line->number, 1, "not written: line %u: %s",
				line->number, why);
	proof->listed[claim - proof->survey->keys] = true;
	proof->count++;
	return 0;
}

static int prove(struct proof *proof, size_t nkeys, const char *path, const char *text,
		 size_t len, struct error *err)
{
	struct authorized_keys keys;
	int r;

	authorized_keys_start(&keys, path, text, len);
	while ((r = authorized_keys_next(&keys, &proof->line, err)) > 0)
		if (prove_line(proof, path, err) != 0)
			return -1;
	if (r == 0 && proof->count != nkeys)
		return error_file(err, path, 0, "not written: %zu lines for %zu keys",
				  proof->count, nkeys);
	return r;
}

/* Whether the line leads to the agent, is a comment, or is empty. */
static bool is_ours(const char *text)
{
	text += strspn(text, " \t\r\n");
	return *text == '\0' || *text == '#' || strstr(text, PATH_AGENT) != NULL;
}

/* The file that is there has such lines only: otherwise /etc/passwd, or the keys of
 * somebody who may log in, would be lost. */
static int prove_old(const char *path, struct error *err)
{
	FILE *old = fopen(path, "re");
	unsigned number = 0;
	char *text = NULL;
	size_t size = 0;
	bool ours = true;

	if (old == NULL)
		return error_file(err, path, errno, "cannot read it");
	while (ours && getline(&text, &size, old) >= 0) {
		number++;
		ours = is_ours(text);
	}
	free(text);
	if (!ours)
		error_at(err, path, number, 1,
			 "not replaced: line %u does not lead to the agent: if the "
			 "file is the account's, remove it first",
			 number);
	else if (ferror(old))
		error_file(err, path, EIO, "cannot read it");
	ours = ours && !ferror(old);
	fclose(old);
	return ours ? 0 : -1;
}

int lines_write(const char *path, enum trust trust, const struct survey *survey,
		size_t nkeys, const char *text, size_t len, struct error *err)
{
	struct stat like = {
	    .st_uid = geteuid(), .st_gid = getegid(), .st_mode = LINES_MODE};
	struct proof proof = {.survey = survey};
	int r, there;

	proof.listed = calloc(survey->nkeys + 1, sizeof *proof.listed);
	if (proof.listed == NULL)
		return error_sys(err, ENOMEM, "cannot check the lines");
	r = prove(&proof, nkeys, path, text, len, err);
	free(proof.listed);
	if (r < 0)
		return -1;
	/* It fills like when there is a file. */
	there = replace_look_own(path, trust, &like, err);
	if (there < 0 || (there > 0 && prove_old(path, err) != 0))
		return -1;
	return replace_put(path, text, len, &like, err);
}
