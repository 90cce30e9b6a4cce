/* SPDX-License-Identifier: ISC */
#include "policy/tool/survey/inputs.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/language/path.h"
#include "policy/language/paths.h"
#include "policy/tool/base/cli.h"

/* Whether the last component of the len bytes of dir is name. */
static bool ends_in(const char *dir, size_t len, const char *name)
{
	size_t n = strlen(name);

	return len >= n && memcmp(dir + len - n, name, n) == 0 &&
	       (len == n || dir[len - n - 1] == '/');
}

enum file_kind input_kind(const char *path)
{
	char cwd[PATH_TEXT_MAX];
	const char *base = basename(path);
	bool in_connect;

	if (strcmp(base, "agent.conf") == 0)
		return KIND_AGENT;
	if (base != path)
		in_connect = ends_in(path, (size_t)(base - path) - 1, "connect");
	else
		in_connect =
		    getcwd(cwd, sizeof cwd) != NULL && ends_in(cwd, strlen(cwd), "connect");
	return in_connect ? KIND_PROFILE : KIND_PEER;
}

/* How to trust path, and the path to open: a trusted walk starts at "/". NULL when the path
 * from there is too long or not known. */
static const char *place_of(const struct inputs *inputs, const char *path,
			    char absolute[PATH_TEXT_MAX], enum trust *trust)
{
	const bool found = path_absolute(path, absolute) == 0;

	*trust = TRUST_ANY;
	if (inputs->trust_given)
		*trust = inputs->trust;
	else if (inputs->root[0] == '\0' && found)
		*trust = cli_trust_default(absolute);
	if (*trust == TRUST_ANY)
		return path;
	return found ? absolute : NULL;
}

static void too_long(struct inputs *inputs, const char *path)
{
	findings_add(inputs->survey->findings, RULE_UNREADABLE, path, 0, 0,
		     "the path is too long");
}

static void read_input(struct inputs *inputs, enum file_kind kind, const char *path,
		       bool directory)
{
	char absolute[PATH_TEXT_MAX];
	enum trust trust;
	const char *place = place_of(inputs, path, absolute, &trust);

	if (place == NULL)
		too_long(inputs, path);
	else if (directory)
		survey_directory(inputs->survey, kind, place, path, trust);
	else
		(void)survey_file(inputs->survey, kind, place, path, trust);
}

bool input_is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 || errno != ENOENT;
}

/* Reads those of agent.conf, peers and connect that a configuration directory has; false
 * when it has none of them. */
static bool read_configuration(struct inputs *inputs, const char *dir)
{
	static const struct {
		const char *name;
		enum file_kind kind;
	} parts[] = {
	    {"agent.conf", KIND_AGENT}, {"peers", KIND_PEER}, {"connect", KIND_PROFILE}};
	char path[PATH_TEXT_MAX];
	bool any = false;

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		if (path_join(dir, parts[i].name, path) != 0) {
			too_long(inputs, dir);
			return true;
		}
		if (!exists(path))
			continue;
		any = true;
		if ((inputs->skip & 1u << parts[i].kind) != 0)
			continue;
		read_input(inputs, parts[i].kind, path, parts[i].kind != KIND_AGENT);
	}
	return any;
}

/* The kind of a directory's files, by the directory's name. */
static enum file_kind kind_of_directory(const char *path)
{
	char absolute[PATH_TEXT_MAX];

	return path_absolute(path, absolute) == 0 &&
		       strcmp(basename(absolute), "connect") == 0
		   ? KIND_PROFILE
		   : KIND_PEER;
}

/* Grows with each file that is read, good or not. */
static size_t count_read(const struct survey *survey, enum file_kind kind)
{
	return survey->good[kind] + survey->findings->count;
}

/* A directory whose kind was not given. One without any policy must not pass for one
 * without peers. */
static void guess_directory(struct inputs *inputs, const char *path)
{
	const enum file_kind kind = kind_of_directory(path);
	struct survey *survey = inputs->survey;
	const size_t before = count_read(survey, kind);

	read_input(inputs, kind, path, true);
	if (survey->passed_over > 0 && count_read(survey, kind) == before)
		findings_add(
		    survey->findings, RULE_UNREADABLE, path, 0, 0,
		    "nothing here is a policy file: expected agent.conf, peers, connect "
		    "or files NAME.conf");
}

void inputs_read(struct inputs *inputs, const char *given)
{
	const bool by_name = inputs->kind == KIND_COUNT;
	char path[PATH_TEXT_MAX];

	if (path_tidy(given, path) != 0)
		too_long(inputs, given);
	else if (inputs->kind == KIND_AGENT || !input_is_directory(path))
		read_input(inputs, by_name ? input_kind(path) : inputs->kind, path, false);
	else if (!by_name)
		read_input(inputs, inputs->kind, path, true);
	else if (!read_configuration(inputs, path))
		guess_directory(inputs, path);
}

/* Whether path, or a directory on the way to it from the copy's root, is a link. */
static bool leads_out(struct inputs *inputs, const char *path)
{
	char step[PATH_TEXT_MAX];

	if (path_tidy(inputs->root, step) != 0)
		return true;
	for (size_t i = strlen(step) + 1; i <= strlen(path); i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(step, path, i);
		step[i] = '\0';
		if (survey_link(inputs->survey, step, step))
			return true;
	}
	return false;
}

void inputs_read_host(struct inputs *inputs)
{
	char path[PATH_TEXT_MAX], agent[PATH_TEXT_MAX], peers[PATH_TEXT_MAX];

	inputs->survey->no_links = inputs->root[0] != '\0';
	if (path_join(inputs->root, SYSCONFDIR, path) != 0 ||
	    path_join(path, "agent.conf", agent) != 0 ||
	    path_join(path, "peers", peers) != 0)
		too_long(inputs, inputs->root);
	else if (leads_out(inputs, path))
		return;
	else if (!read_configuration(inputs, path))
		findings_add(inputs->survey->findings, RULE_UNREADABLE, path, 0, 0,
			     "there is no agent.conf, peers or connect here");
	else if (exists(peers) && !exists(agent) && (inputs->skip & 1u << KIND_AGENT) == 0)
		read_input(inputs, KIND_AGENT, agent, false);
}
