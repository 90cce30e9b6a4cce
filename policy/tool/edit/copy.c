/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/language/load.h"
#include "policy/tool/base/memory.h"
#include "agent/base/replace.h"
#include "policy/tool/edit/edited.h"
#include "policy/tool/keys/index.h"

/* The last line of a file: a new one has it. */
static const char last_keyword[] = "End";

/* Every keyword as a comment, with what it expects. */
static int new_text(struct edited *edited)
{
	const struct scope *scope = kind_scope(edited->kind);
	char expected[KEYWORD_EXPECTED_MAX];
	struct memory memory;

	if (memory_open(&memory) != 0)
		return -1;
	fprintf(memory.out, "# See policy.conf(5).%s\n",
		edited->kind == KIND_PEER      ? " Key and Allow must be there."
		: edited->kind == KIND_PROFILE ? " Host and RunAs must be there."
					       : "");
	for (size_t i = 0; i < scope->count; i++)
		if (strcmp(scope->keywords[i].name, last_keyword) != 0)
			fprintf(memory.out, "#%-14s %s\n", scope->keywords[i].name,
				keyword_expected(&scope->keywords[i], expected));
	fprintf(memory.out, "%s\n", last_keyword);
	if (memory_close(&memory) != 0) {
		memory_free(&memory);
		return -1;
	}
	edited->text = memory.text;
	edited->len = memory.len;
	return 0;
}

/* A new file is for those to read who may list its directory: the account, of peers. */
static int new_state(struct edited *edited, struct error *err)
{
	char dir[PATH_TEXT_MAX];
	struct stat st;

	snprintf(dir, sizeof dir, "%.*s",
		 (int)(strrchr(edited->path, '/') - edited->path + 1), edited->path);
	if (stat(dir, &st) < 0)
		return error_file(err, dir, errno, "cannot look at it");
	edited->st = (struct stat){.st_uid = geteuid(),
				   .st_gid = st.st_gid,
				   .st_mode = S_IRUSR | S_IWUSR |
					      (st.st_mode & (S_IRGRP | S_IROTH))};
	return 0;
}

int edited_check_place(const struct edited *edited, struct error *err)
{
	char dir[PATH_TEXT_MAX];
	struct stat st;

	if (geteuid() != 0 || edited->trust == TRUST_ROOT)
		return 0;
	snprintf(dir, sizeof dir, "%.*s",
		 (int)(strrchr(edited->path, '/') - edited->path + 1), edited->path);
	if (stat(dir, &st) < 0)
		return error_file(err, dir, errno, "cannot look at it");
	if (st.st_uid == 0 &&
	    ((st.st_mode & (S_IWGRP | S_IWOTH)) == 0 || (st.st_mode & S_ISVTX) != 0))
		return 0;
	return error_file(err, dir, 0,
			  "others can write here: edit the file as its owner, or a copy "
			  "in a directory of root's");
}

/* text, which is the library's, as the caller's own. */
static int keep(const char *text, size_t len, char **out, struct error *err)
{
	*out = malloc(len + 1);
	if (*out == NULL)
		return error_sys(err, errno, "cannot keep the text");
	memcpy(*out, text, len);
	(*out)[len] = '\0';
	return 0;
}

int edited_read(struct edited *edited, struct error *err)
{
	const int there = replace_look_own(edited->path, edited->trust, &edited->st, err);
	const char *text;

	if (there < 0)
		return -1;
	edited->there = there > 0;
	if (edited->there)
		return policy_read(edited->path, edited->trust, &text, &edited->len, err) <
			       0
			   ? -1
			   : keep(text, edited->len, &edited->text, err);
	if (new_state(edited, err) != 0)
		return -1;
	return new_text(edited) != 0 ? error_sys(err, ENOMEM, "cannot make a new file") : 0;
}

int copy_make(struct edited *edited, struct error *err)
{
	struct replace beside;
	size_t n;

	if (replace_begin(edited->path, &beside, err) != 0)
		return -1;
	memcpy(edited->copy, beside.beside, sizeof edited->copy);
	/* A text that is cut would be taken for the whole one. */
	n = fwrite(edited->text, 1, edited->len, beside.out);
	if (fclose(beside.out) == 0 && n == edited->len)
		return 0;
	error_file(err, edited->path, errno, "cannot write beside it");
	copy_remove(edited);
	return -1;
}

int copy_read(const struct edited *edited, char **text, size_t *len, struct error *err)
{
	const char *read;
	struct stat st;

	if (lstat(edited->copy, &st) < 0)
		return error_file(err, edited->copy, errno, "cannot look at it");
	if (!S_ISREG(st.st_mode) || st.st_uid != geteuid())
		return error_file(err, edited->copy, 0,
				  "expected a regular file that belongs to you");
	if (policy_read(edited->copy, TRUST_ANY, &read, len, err) != 0)
		return -1;
	return keep(read, *len, text, err);
}

/* Some editors leave the former text beside the new one. */
void copy_remove(struct edited *edited)
{
	char former[PATH_TEXT_MAX + 1];

	if (edited->copy[0] == '\0')
		return;
	snprintf(former, sizeof former, "%s~", edited->copy);
	unlink(former);
	unlink(edited->copy);
	edited->copy[0] = '\0';
}

static bool is_unchanged(const struct edited *edited, int there, const struct stat *st)
{
	struct index_state then, now;

	if (!edited->there || there == 0)
		return !edited->there && there == 0;
	index_state_of(&edited->st, &then);
	index_state_of(st, &now);
	return memcmp(&then, &now, sizeof now) == 0;
}

int edited_put(const struct edited *edited, const char *text, size_t len, struct error *err)
{
	struct stat st;
	const int there = replace_look_own(edited->path, edited->trust, &st, err);

	if (there < 0)
		return -1;
	if (!is_unchanged(edited, there, &st))
		return error_file(err, edited->path, 0,
				  "was changed by somebody else in the meantime");
	return there > 0 ? replace_put(edited->path, text, len, &edited->st, err)
			 : replace_make(edited->path, text, len, &edited->st, err);
}
