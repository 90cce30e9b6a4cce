/* SPDX-License-Identifier: ISC */
#include "policy/tool/keys/listing.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "policy/language/load.h"
#include "policy/language/trusted.h"
#include "policy/tool/base/cli.h"
#include "policy/tool/base/memory.h"
#include "policy/tool/keys/lines.h"
#include "policy/tool/keys/lookup.h"

/* One that is made. */
struct listed_keys {
	const char *directory, *conf_path;
	enum trust trust;
	/* owned: once it was read */
	struct agent_conf *conf;
	/* it cannot be read, which was said */
	bool unread;
	FILE *out;
	/* that were printed */
	size_t nlines;
};

/* NULL when it cannot be read. */
static const struct agent_conf *read_conf(struct listed_keys *keys)
{
	struct error err;

	if (keys->conf != NULL || keys->unread)
		return keys->conf;
	keys->conf = calloc(1, sizeof *keys->conf);
	if (keys->conf == NULL)
		error_sys(&err, ENOMEM, "cannot read %s", keys->conf_path);
	else if (policy_load_agent(keys->conf_path, keys->trust, keys->conf, &err) == 0)
		return keys->conf;
	free(keys->conf);
	keys->conf = NULL;
	keys->unread = true;
	cli_complain(&err);
	return NULL;
}

static void print_authorities(struct listed_keys *keys, const char *shown,
			      const struct peer *peer)
{
	const struct agent_conf *conf = peer->certificate ? read_conf(keys) : NULL;
	size_t count;
	const struct key_line *list = peer_authorities(peer, conf, &count);

	for (size_t i = 0; i < count; i++) {
		line_print_authority(peer, &list[i].key, keys->out);
		keys->nlines++;
	}
	if (conf != NULL && count == 0)
		fprintf(stderr, "# %s:%u: no line for certificates: %s has no Authority\n",
			shown, peer->certificate_line, keys->conf_path);
}

static void print_peer_lines(void *context, enum file_kind kind, const char *shown,
			     const union parsed *parsed)
{
	struct listed_keys *keys = context;
	char fingerprint[KEY_FINGERPRINT_TEXT_MAX];
	size_t count;
	const struct key_line *list = line_keys(&parsed->peer, &count);

	(void)kind;
	for (size_t i = 0; i < count; i++) {
		const struct key_line *line = &list[i];

		if (line->key.type[0] != '\0') {
			line_print(&parsed->peer, &line->key, keys->out);
			keys->nlines++;
		} else {
			fprintf(stderr,
				"# %s:%u: no line for %s: only its fingerprint is known\n",
				shown, line->line,
				key_fingerprint(line->key.digest, fingerprint));
		}
	}
	print_authorities(keys, shown, &parsed->peer);
}

/* dir as for policy_read_in(). */
static void list_peer(const struct listed_keys *keys, int dir, struct survey *survey,
		      const char *name)
{
	char path[POLICY_PATH_MAX];
	struct error err;

	if (policy_path(keys->directory, name, path, &err) != 0)
		findings_add(survey->findings, RULE_SYNTAX, err.file, 0, 0, "%s", err.text);
	else
		(void)survey_file_in(dir, survey, KIND_PEER, path, path, keys->trust);
}

static void list_all(const struct listed_keys *keys, struct survey *survey)
{
	struct error err;
	struct names names;
	int dir = -1;

	if (names_read(keys->directory, &names, &err) < 0) {
		findings_add(survey->findings, RULE_UNREADABLE, err.file, 0, 0, "%s",
			     err.text);
		return;
	}
	/* If it cannot be trusted, the error of each of its files says so. */
	if (keys->trust == TRUST_ROOT)
		dir = trusted_open_dir(keys->directory, NULL);
	for (size_t i = 0; i < names.count; i++)
		list_peer(keys, dir, survey, names.list[i]->d_name);
	if (dir >= 0)
		close(dir);
	names_free(&names);
}

/* Only what keeps a peer out matters here; check tells the rest. */
static enum exit_code judge(struct findings *findings)
{
	findings_sort(findings);
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *f = &findings->list[i];
		struct error err;

		if (rules[f->rule].severity != SEVERITY_ERROR)
			continue;
		error_at(&err, f->file, f->line, f->column, "%s", f->text);
		cli_complain(&err);
	}
	if (findings->lost)
		return cli_out_of_memory();
	return findings->by_severity[SEVERITY_ERROR] > 0 ? EXIT_POLICY : EXIT_DONE;
}

static enum exit_code deliver(const struct listing *listing, const struct listed_keys *keys,
			      const struct survey *survey, const struct memory *lines)
{
	struct error err;

	if (listing->write == NULL) {
		fwrite(lines->text, 1, lines->len, stdout);
		return EXIT_DONE;
	}
	if (keys->nlines == 0 && !listing->allow_empty) {
		error_file(&err, listing->write, 0,
			   "not written: no peer has a key, so that nobody could log in: "
			   "--allow-empty says that this is meant");
		return cli_fail_write(&err);
	}
	if (lines_write(listing->write, listing->trust, survey, keys->conf, keys->nlines,
			lines->text, lines->len, &err) == 0)
		return EXIT_DONE;
	return cli_fail_write(&err);
}

/* Only once every peer was good does a byte go out. */
enum exit_code listing_make(const struct listing *listing, int count, char **names)
{
	struct listed_keys keys = {.directory = listing->directory,
				   .conf_path = listing->conf,
				   .trust = listing->trust};
	struct findings findings = {0};
	struct survey survey = {
	    .findings = &findings, .good_file = print_peer_lines, .context = &keys};
	struct memory lines;
	enum exit_code code;

	if (memory_open(&lines) != 0)
		return cli_out_of_memory();
	keys.out = lines.out;
	if (count == 0)
		list_all(&keys, &survey);
	for (int i = 0; i < count; i++)
		list_peer(&keys, -1, &survey, names[i]);
	survey_keys(&survey);
	code = judge(&findings);
	if (code == EXIT_DONE && keys.unread)
		code = EXIT_POLICY;
	if (memory_close(&lines) != 0)
		code = cli_out_of_memory();
	if (code == EXIT_DONE)
		code = deliver(listing, &keys, &survey, &lines);
	survey_free(&survey);
	findings_free(&findings);
	memory_free(&lines);
	free(keys.conf);
	return code;
}
