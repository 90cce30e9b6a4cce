/* SPDX-License-Identifier: ISC */
#include "policy/tool/peers/change.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "agent/base/replace.h"
#include "policy/language/load.h"
#include "policy/language/paths.h"
#include "policy/language/value.h"
#include "policy/tool/audit/host.h"
#include "policy/tool/base/cli.h"
#include "policy/tool/keys/amend.h"
#include "policy/tool/keys/index.h"
#include "policy/tool/report/report.h"

/* "2027-01-31" and its NUL. */
enum { DAY_TEXT_MAX = 11 };

static int find_paths(struct change *c)
{
	char path[POLICY_PATH_MAX], joined[PATH_TEXT_MAX];

	if (path_join(c->root, PATH_AGENT_CONF, c->conf) != 0 ||
	    path_join(c->root, PATH_PEERS_DIR, joined) != 0 ||
	    path_absolute(joined, c->peers) != 0 ||
	    path_join(c->root, PATH_AUTHORIZED, c->authorized) != 0 ||
	    path_join(c->root, PATH_KEYS_INDEX, c->index) != 0 ||
	    policy_path(PATH_PEERS_DIR, c->name, path, NULL) != 0 ||
	    path_join(c->root, path, joined) != 0 ||
	    path_absolute(joined, c->file.path) != 0)
		return -1;
	memcpy(c->directory.path, c->peers, sizeof c->directory.path);
	return 0;
}

static int take(struct change *c, struct error *err)
{
	/* Before anything is written there, the locks among it. */
	if (edited_check_place(&c->file, err) != 0 ||
	    replace_look_own(c->file.path, c->trust, &c->file.st, err) < 0)
		return -1;
	if (lock_take(&c->directory, err) != 0 || lock_take(&c->file, err) != 0) {
		c->busy = err->sys == 0;
		return -1;
	}
	return edited_read(&c->file, err);
}

enum exit_code change_begin(struct change *c, const char *name, const char *root)
{
	struct error err;

	*c = (struct change){.name = name, .root = root, .signals.fd = -1};
	c->directory.kind = c->file.kind = KIND_PEER;
	c->directory.lock = c->file.lock = -1;
	cli_outlive_reader();
	if (find_paths(c) != 0) {
		fputs("vpn-policy: the path of the copy is too long\n", stderr);
		return EXIT_USAGE;
	}
	c->trust = root[0] == '\0' ? cli_trust_default(c->file.path) : TRUST_ANY;
	c->directory.trust = c->file.trust = c->trust;
	if (signals_hold(&c->signals, &err) == 0 && take(c, &err) == 0)
		return EXIT_DONE;
	c->sys = err.sys;
	return cli_fail_write(&err);
}

void change_end(struct change *c)
{
	lock_free(&c->file);
	lock_free(&c->directory);
	free(c->file.text);
	c->file.text = NULL;
	if (c->signals.fd >= 0)
		signals_release(&c->signals);
}

void change_survey(const struct change *c, const char *text, size_t len,
		   struct survey *survey, struct findings *findings)
{
	const struct survey_edited with = {c->file.path, text, len};
	struct error err;

	*findings = (struct findings){.count = 0};
	*survey = (struct survey){.findings = findings};
	survey_begin(survey);
	if (text != NULL)
		survey->edited = &with;
	(void)survey_file(survey, KIND_AGENT, c->conf, c->conf, c->trust);
	survey_directory(survey, KIND_PEER, c->peers, c->peers, c->trust);
	if (text != NULL && !c->file.there)
		(void)survey_text(survey, KIND_PEER, c->file.path, text, len);
	survey->edited = NULL;
	if (c->root[0] == '\0' && host_addresses(survey, &err) != 0)
		findings->lost = true;
	survey_end(survey);
}

enum exit_code change_judge(const struct change *c, const struct findings *findings,
			    bool own)
{
	struct findings told = {.lost = findings->lost};
	enum exit_code code = EXIT_SYSTEM;

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *f = &findings->list[i];

		if (f->waived == NULL && (rules[f->rule].severity == SEVERITY_ERROR ||
					  (own && strcmp(f->file, c->file.path) == 0)))
			findings_add(&told, f->rule, f->file, f->line, f->column, "%s",
				     f->text);
	}
	findings_sort(&told);
	if (report_findings(&told, "check", REPORT_TEXT) == 0)
		code = told.by_severity[SEVERITY_ERROR] > 0 ? EXIT_POLICY : EXIT_DONE;
	findings_free(&told);
	return code;
}

static enum exit_code amend(struct change *c, const char *text, size_t len)
{
	static struct agent_conf conf;
	union parsed *parsed = NULL;
	struct error err;
	int r = 0;

	if (text != NULL) {
		parsed = malloc(sizeof *parsed);
		if (parsed == NULL)
			return cli_out_of_memory();
		r = parsed_read(KIND_PEER, c->file.path, text, len, parsed, &err);
	}
	if (r == 0 && parsed != NULL && parsed->peer.certificate)
		r = policy_load_agent(c->conf, c->trust, &conf, &err);
	if (r == 0)
		r = lines_amend(c->authorized, c->trust, c->name,
				parsed == NULL ? NULL : &parsed->peer, &conf, &c->amended,
				&err);
	free(parsed);
	return r == 0 ? EXIT_DONE : cli_fail_write(&err);
}

enum exit_code change_refresh(struct change *c, const char *text, size_t len)
{
	struct error err;
	size_t bad;

	/* It is only a hint: an old one makes looking up a key slower. */
	if (access(c->index, F_OK) == 0 &&
	    index_write(c->index, c->peers, c->trust, &bad, &err) != 0)
		cli_complain(&err);
	if (access(c->authorized, F_OK) == 0 || errno != ENOENT)
		return amend(c, text, len);
	/* Which of the two it is, sshd knows. */
	if (c->root[0] == '\0')
		fprintf(
		    stderr,
		    "vpn-policy: there is no %s: unless sshd asks vpn-policy for each key "
		    "(AuthorizedKeysCommand), write it: vpn-policy authorized-keys --write "
		    "%s\n",
		    c->authorized, c->authorized);
	return EXIT_DONE;
}

void change_explain(const struct change *c)
{
	static struct explanation explanation;
	const struct explain_question question = {
	    .peer = c->name, .root = c->root, .now = time(NULL)};

	explain(&question, verb_name(VERB_PPPD), &explanation);
	explain_verdict(&explanation);
}

int change_time(const char *text, time_t *out, const char **why)
{
	char whole[TIME_TEXT_MAX];

	if (strlen(text) != DAY_TEXT_MAX - 1)
		return value_time(text, out, why);
	snprintf(whole, sizeof whole, "%sT00:00:00Z", text);
	return value_time(whole, out, why);
}
