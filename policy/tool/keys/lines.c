/* SPDX-License-Identifier: ISC */
#include "policy/tool/keys/lines.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "policy/language/paths.h"
#include "agent/base/replace.h"
#include "policy/language/value.h"
#include "policy/tool/survey/authorized_keys.h"

/* sshd reads the file as the account. */
enum { LINES_MODE = S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH };

struct proof {
	const struct survey *survey;
	const struct agent_conf *conf;
	/* by the survey's keys: it has a line */
	bool *listed;
	/* by the survey's certified peers: those of conf's authorities that have one */
	unsigned *authorities;
	size_t count;
	/* the one that is looked at */
	struct authorized_line line;
};

const struct key_line *line_keys(const struct peer *peer, size_t *count)
{
	const struct key_line *keys = peer_login_keys(peer, count);

	if (keys == peer->hand_in_keys && peer->hand_in_until <= time(NULL))
		*count = 0;
	return keys;
}

/* sshd's way to write a time in UTC: YYYYMMDDHHMMSSZ. */
static void print_expiry(time_t when, FILE *out)
{
	char text[TIME_TEXT_MAX];

	fputs(",expiry-time=\"", out);
	for (const char *at = value_time_print(when, text); *at != '\0'; at++)
		if (strchr("-:T", *at) == NULL)
			fputc(*at, out);
	fputc('"', out);
}

void line_print(const struct peer *peer, const struct public_key *key, FILE *out)
{
	fprintf(out, "command=\"%s %s\",restrict", PATH_AGENT, peer->name);
	if (peer->nhand_in_keys > 0 && key_same(key, &peer->hand_in_keys[0].key))
		print_expiry(peer->hand_in_until, out);
	/* The HOWTO runs PPP on a terminal; nobody else needs one. */
	else if (peer->legacy)
		fputs(",pty", out);
	fprintf(out, " %s %s %s\n", key->type, key->base64, peer->name);
}

void line_print_authority(const struct peer *peer, const struct public_key *authority,
			  FILE *out)
{
	fprintf(out,
		"command=\"%s %s\",restrict%s,cert-authority,principals=\"%s\" %s %s %s\n",
		PATH_AGENT, peer->name, peer->legacy ? ",pty" : "", peer->name,
		authority->type, authority->base64, peer->name);
}

/* What is before the next of the ending's characters, which is stepped over. 0, or -1. */
static int take_word(const char **at, char ending, char *word, size_t size)
{
	const char *end = strchr(*at, ending);

	if (end == NULL || end == *at || (size_t)(end - *at) >= size)
		return -1;
	memcpy(word, *at, (size_t)(end - *at));
	word[end - *at] = '\0';
	*at = end + 1;
	return 0;
}

static bool take_text(const char **at, const char *text)
{
	const size_t len = strlen(text);

	if (strncmp(*at, text, len) != 0)
		return false;
	*at += len;
	return true;
}

int line_read(const char *text, size_t len, struct own_line *out)
{
	char type[KEY_TYPE_MAX], base64[KEY_BASE64_MAX], until[TIME_TEXT_MAX];

	if (strlen(text) != len || !take_text(&text, "command=\"" PATH_AGENT " ") ||
	    take_word(&text, '"', out->name, sizeof out->name) != 0 ||
	    !take_text(&text, ",restrict"))
		return -1;
	out->ends = take_text(&text, ",expiry-time=\"");
	if (out->ends) {
		if (take_word(&text, '"', until, sizeof until) != 0)
			return -1;
	} else {
		(void)take_text(&text, ",pty");
	}
	out->authority = take_text(&text, ",cert-authority,principals=\"");
	if (out->authority && (!take_text(&text, out->name) || !take_text(&text, "\"")))
		return -1;
	if (!take_text(&text, " ") || take_word(&text, ' ', type, sizeof type) != 0 ||
	    take_word(&text, ' ', base64, sizeof base64) != 0 ||
	    !take_text(&text, out->name) || (*text != '\0' && strcmp(text, "\n") != 0))
		return -1;
	return key_parse(type, base64, &out->key, NULL);
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

/* Why the line, which has that key and leads to that peer, must not be; or NULL, and it
 * counts. */
static const char *prove_key(struct proof *proof, const struct public_key *key,
			     const char *name)
{
	const struct key_claim *claim = find_claim(proof->survey, key, name);

	if (claim == NULL)
		return "the key is not that peer's";
	if (proof->listed[claim - proof->survey->keys])
		return "the key has a line already";
	proof->listed[claim - proof->survey->keys] = true;
	return NULL;
}

/* The same of a line by which a certificate lets in. */
static const char *prove_authority(struct proof *proof, const struct public_key *key,
				   const char *name)
{
	const struct authorized_option *principals =
	    authorized_option(&proof->line, "principals");
	const struct key_line *authority =
	    proof->conf == NULL ? NULL : agent_authority(proof->conf, key->digest);
	const size_t peer = survey_certified(proof->survey, name);
	unsigned bit;

	if (principals == NULL || principals->value == NULL ||
	    strcmp(principals->value, name) != 0)
		return "the principal is not that peer";
	if (authority == NULL || peer == proof->survey->ncertified)
		return "no certificate of the authority may let that peer in";
	bit = 1U << (authority - proof->conf->authorities);
	if ((proof->authorities[peer] & bit) != 0)
		return "the authority has a line for that peer already";
	proof->authorities[peer] |= bit;
	return NULL;
}

static int prove_line(struct proof *proof, const char *path, struct error *err)
{
	const struct authorized_line *line = &proof->line;
	const char *name = name_in(line), *why = "it does not lead to the agent";
	struct public_key key;

	if (name != NULL && key_parse(line->type, line->base64, &key, &why) == 0)
		why = authorized_option(line, "cert-authority") == NULL
			  ? prove_key(proof, &key, name)
			  : prove_authority(proof, &key, name);
	if (why != NULL)
		return error_at(err, path, line->number, 1, "not written: line %u: %s",
				line->number, why);
	proof->count++;
	return 0;
}

static int prove(struct proof *proof, size_t nlines, const char *path, const char *text,
		 size_t len, struct error *err)
{
	struct authorized_keys keys;
	int r;

	authorized_keys_start(&keys, path, text, len);
	while ((r = authorized_keys_next(&keys, &proof->line, err)) > 0)
		if (prove_line(proof, path, err) != 0)
			return -1;
	if (r == 0 && proof->count != nlines)
		return error_file(err, path, 0, "not written: %zu lines for %zu keys",
				  proof->count, nlines);
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
		const struct agent_conf *conf, size_t nlines, const char *text, size_t len,
		struct error *err)
{
	struct stat like = {
	    .st_uid = geteuid(), .st_gid = getegid(), .st_mode = LINES_MODE};
	struct proof proof = {.survey = survey, .conf = conf};
	int r = -1, there;

	proof.listed = calloc(survey->nkeys + 1, sizeof *proof.listed);
	proof.authorities = calloc(survey->ncertified + 1, sizeof *proof.authorities);
	if (proof.listed == NULL || proof.authorities == NULL)
		error_sys(err, ENOMEM, "cannot check the lines");
	else
		r = prove(&proof, nlines, path, text, len, err);
	free(proof.listed);
	free(proof.authorities);
	if (r < 0)
		return -1;
	/* It fills like when there is a file. */
	there = replace_look_own(path, trust, &like, err);
	if (there < 0 || (there > 0 && prove_old(path, err) != 0))
		return -1;
	return replace_put(path, text, len, &like, err);
}
