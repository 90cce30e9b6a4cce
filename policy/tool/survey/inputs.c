/* SPDX-License-Identifier: ISC */
#include "policy/tool/survey/inputs.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/language/path.h"
#include "policy/language/paths.h"
#include "policy/tool/base/trust.h"

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

/* Whether the last component of the len bytes of dir is name. */
static bool ends_in(const char *dir, size_t len, const char *name)
{
	size_t n = strlen(name);

	return len >= n && memcmp(dir + len - n, name, n) == 0 &&
	       (len == n || dir[len - n - 1] == '/');
}

enum file_kind place_kind(const char *path)
{
	char cwd[PATH_TEXT_MAX];
	const char *base = base_of(path);
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

/*
 * How path is to be trusted, and where to open it: a trusted walk starts at "/". What
 * cannot be told from there is too long, or in a place that root could not trust either.
 */
static const char *place_of(const struct places *places, const char *path,
			    char absolute[PATH_TEXT_MAX], enum trust *trust)
{
	const bool found = path_absolute(path, absolute) == 0;

	*trust = TRUST_ANY;
	if (places->trust_given)
		*trust = places->trust;
	else if (places->root[0] == '\0' && found)
		*trust = trust_default(absolute);
	if (*trust == TRUST_ANY)
		return path;
	return found ? absolute : NULL;
}

static void too_long(struct places *places, const char *path)
{
	findings_add(places->survey->findings, RULE_UNREADABLE, path, 0, 0,
		     "the path is too long");
}

static void read_file(struct places *places, const char *path)
{
	const enum file_kind kind =
	    places->kind == KIND_COUNT ? place_kind(path) : places->kind;
	char absolute[PATH_TEXT_MAX];
	enum trust trust;
	const char *place = place_of(places, path, absolute, &trust);

	if (place == NULL)
		too_long(places, path);
	else
		(void)survey_file(places->survey, kind, place, path, trust);
}

static void read_directory(struct places *places, enum file_kind kind, const char *path)
{
	char absolute[PATH_TEXT_MAX];
	enum trust trust;
	const char *place = place_of(places, path, absolute, &trust);

	if (place == NULL)
		too_long(places, path);
	else
		survey_directory(places->survey, kind, place, path, trust);
}

bool place_is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 || errno != ENOENT;
}

/* A configuration directory as a whole: whichever of agent.conf, peers and connect it has.
 */
static bool read_configuration(struct places *places, const char *dir)
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
			too_long(places, dir);
			return true;
		}
		if (!exists(path))
			continue;
		any = true;
		if ((places->skip & 1u << parts[i].kind) != 0)
			continue;
		if (parts[i].kind == KIND_AGENT)
			read_file(places, path);
		else
			read_directory(places, parts[i].kind, path);
	}
	return any;
}

/* The kind of a directory's files, by its name. */
static enum file_kind kind_of_directory(const char *path)
{
	char absolute[PATH_TEXT_MAX];

	return path_absolute(path, absolute) == 0 &&
		       strcmp(base_of(absolute), "connect") == 0
		   ? KIND_PROFILE
		   : KIND_PEER;
}

/* Grows with all that is read, good or not. */
static size_t count_read(const struct survey *survey, enum file_kind kind)
{
	return survey->good[kind] + survey->findings->count;
}

/* A directory that was not said to be of a kind. What is no policy at all must not be taken
 * for one without peers. */
static void guess_directory(struct places *places, const char *path)
{
	const enum file_kind kind = kind_of_directory(path);
	struct survey *survey = places->survey;
	const size_t before = count_read(survey, kind);

	read_directory(places, kind, path);
	if (survey->passed_over > 0 && count_read(survey, kind) == before)
		findings_add(survey->findings, RULE_UNREADABLE, path, 0, 0,
			     "nothing here is policy: expected agent.conf, peers, connect "
			     "or files NAME.conf");
}

void places_read(struct places *places, const char *given)
{
	char path[PATH_TEXT_MAX];

	if (path_tidy(given, path) != 0)
		too_long(places, given);
	else if (places->kind == KIND_AGENT || !place_is_directory(path))
		read_file(places, path);
	else if (places->kind != KIND_COUNT)
		read_directory(places, places->kind, path);
	else if (!read_configuration(places, path))
		guess_directory(places, path);
}

/* Whether a directory of the copy, down to the last of path, is a link. */
static bool leads_out(struct places *places, const char *path)
{
	char step[PATH_TEXT_MAX];

	if (path_tidy(places->root, step) != 0)
		return true;
	for (size_t i = strlen(step) + 1; i <= strlen(path); i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(step, path, i);
		step[i] = '\0';
		if (survey_link(places->survey, step, step))
			return true;
	}
	return false;
}

void places_read_host(struct places *places)
{
	char path[PATH_TEXT_MAX], agent[PATH_TEXT_MAX], peers[PATH_TEXT_MAX];

	places->survey->no_links = places->root[0] != '\0';
	if (path_join(places->root, SYSCONFDIR, path) != 0 ||
	    path_join(path, "agent.conf", agent) != 0 ||
	    path_join(path, "peers", peers) != 0)
		too_long(places, places->root);
	else if (leads_out(places, path))
		return;
	else if (!read_configuration(places, path))
		findings_add(places->survey->findings, RULE_UNREADABLE, path, 0, 0,
			     "there is no agent.conf, peers or connect here");
	else if (exists(peers) && !exists(agent) && (places->skip & 1u << KIND_AGENT) == 0)
		read_file(places, agent);
}
