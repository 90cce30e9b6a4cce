/* SPDX-License-Identifier: ISC */
/*
 * vpn-policy migrate: policy and profiles from the files of other VPNs, as far as those say
 * what policy can say; and, line by line, what could not be taken over.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/descriptors.h"
#include "policy/language/load.h"
#include "policy/language/value.h"
#include "policy/tool/base/grow.h"
#include "policy/tool/migrate/migrate_text.h"
#include "policy/tool/migrate/migrate_write.h"
#include "policy/tool/migrate/sources.h"
#include "policy/tool/report/report.h"
#include "policy/tool/survey/survey.h"
#include "policy/tool/vpn-policy.h"

/* Of one file. */
enum { SOURCE_BYTES_MAX = 1024 * 1024 };

struct migrating {
	enum source_family family;
	bool family_given;
	const char *into;
	struct migration migration;
	struct made_files files;
};

static enum exit_code take_run_as(const struct cli *cli, void *out, const char *value)
{
	const char **run_as = out, *why;

	if (value_account(value, &why) != 0 || strlen(value) > ACCOUNT_MAX_LEN)
		return cli_usage_error(cli, "--run-as: expected the name of a user");
	*run_as = value;
	return EXIT_DONE;
}

static enum exit_code take_pool(const struct cli *cli, void *out, const char *value)
{
	struct migration *m = out;
	const size_t before = m->npools;
	struct ip_prefix pool;
	const char *why;

	if (ip_prefix_parse(value, &pool, &why) != 0)
		return cli_usage_error(cli, "--pool: %s", why);
	migration_pool(m, &pool);
	if (m->npools == before)
		return cli_usage_error(cli,
				       "--pool: expected one network of each family that "
				       "may be routed, at most a /%d of IPv4 or a /%d of "
				       "IPv6",
				       POOL_LEN_MAX, POOL6_LEN_MAX);
	return EXIT_DONE;
}

static enum exit_code take_options(struct migrating *m, struct cli *cli)
{
	const struct cli_option options[] = {
	    {"from", CLI_CHOICE, .out = &m->family, .words = SOURCE_FAMILIES,
	     .given = &m->family_given},
	    {"run-as", CLI_CALL, .out = &m->migration.run_as, .take = take_run_as},
	    {"pool", CLI_CALL, .out = &m->migration, .take = take_pool},
	    {"into", CLI_TEXT, .out = &m->into},
	    {0}};
	const enum exit_code code = cli_read(cli, options);

	if (code != EXIT_DONE)
		return code;
	if (cli->argc == 0)
		return cli_usage_error(cli, "migrate needs a file to read");
	return m->into == NULL || m->into[0] != '\0'
		   ? EXIT_DONE
		   : cli_usage_error(cli, "--into needs the name of a directory");
}

/* The whole text, to be freed; NULL with *err. */
static char *read_text(const char *path, struct error *err)
{
	const int fd = policy_open(path, TRUST_ANY, err);
	char *text;
	ssize_t len;

	if (fd < 0)
		return NULL;
	text = malloc(SOURCE_BYTES_MAX + 1);
	len = text == NULL ? -1 : descriptors_read(fd, text, SOURCE_BYTES_MAX + 1);
	if (len < 0)
		error_file(err, path, text == NULL ? ENOMEM : errno, "cannot read it");
	else if (len > SOURCE_BYTES_MAX)
		error_file(err, path, 0, "is too large: expected at most %d bytes",
			   SOURCE_BYTES_MAX);
	else if (memchr(text, '\0', (size_t)len) != NULL)
		error_file(err, path, 0, "has a NUL in it: expected text");
	else
		text[len] = '\0';
	close(fd);
	if (len >= 0 && len <= SOURCE_BYTES_MAX && strlen(text) == (size_t)len)
		return text;
	free(text);
	return NULL;
}

static int take_text(struct migrating *m, const char *path, char *text, struct error *err)
{
	enum source_kind kind;

	if (source_recognise(path, text, &kind, err) != 0)
		return -1;
	if (m->family_given && source_family(kind) != m->family)
		return error_file(err, path, 0, "looks like %s, which --from excludes",
				  source_name(kind));
	return source_take(&m->migration, kind, path, text, err);
}

static enum exit_code take_file(struct migrating *m, const char *path)
{
	struct error err;
	char *text = read_text(path, &err);
	enum exit_code code = EXIT_DONE;

	if (text == NULL || take_text(m, path, text, &err) != 0)
		code = cli_fail_read(&err);
	free(text);
	return code;
}

/* Between the files, as `check` would find it. */
static enum exit_code judge(const struct made_files *files)
{
	struct findings findings = {.count = 0}, errors = {.count = 0};
	struct survey survey = {.findings = &findings};
	enum exit_code code = EXIT_SYSTEM;

	survey_begin(&survey);
	for (size_t i = 0; i < files->count; i++)
		(void)survey_text(&survey, files->list[i].kind, files->list[i].path,
				  files->list[i].text.text, files->list[i].text.len);
	survey_end(&survey);
	errors.lost = findings.lost;
	for (size_t i = 0; i < findings.count; i++) {
		const struct finding *f = &findings.list[i];

		if (rules[f->rule].severity == SEVERITY_ERROR)
			findings_add(&errors, f->rule, f->file, f->line, f->column, "%s",
				     f->text);
	}
	findings_sort(&errors);
	if (report_findings(&errors, "check", REPORT_TEXT) == 0)
		code = errors.count > 0 ? EXIT_POLICY : EXIT_DONE;
	if (code == EXIT_POLICY)
		fputs("vpn-policy: what the files say cannot stand together, and nothing "
		      "is made of it\n",
		      stderr);
	survey_free(&survey);
	findings_free(&findings);
	findings_free(&errors);
	return code;
}

static int compare_notes(const void *left, const void *right)
{
	const struct error *a = left, *b = right;
	const int order = strcmp(a->file, b->file);

	if (order != 0 || a->line != b->line)
		return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
	return strcmp(a->text, b->text);
}

/* Line by line, and nothing twice. */
static void tell_notes(struct migration *m)
{
	SORT(m->notes, m->nnotes, compare_notes);
	for (size_t i = 0; i < m->nnotes; i++)
		if (i == 0 || compare_notes(&m->notes[i - 1], &m->notes[i]) != 0)
			cli_complain(&m->notes[i]);
}

static enum exit_code make_files(struct migrating *m)
{
	struct migration *migration = &m->migration;
	struct error err;
	int r;

	if (migration->full) {
		fputs("vpn-policy: there is more in the files than can be taken over\n",
		      stderr);
		return EXIT_POLICY;
	}
	r = migration_complete(migration, &err);
	/* Also when nothing can be made: there is why. */
	tell_notes(migration);
	if (migration->lost)
		return cli_out_of_memory();
	if (r != 0 || migrate_text(migration, &m->files, &err) != 0)
		return cli_fail_read(&err);
	return judge(&m->files);
}

static void print_files(const struct made_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		printf("%s==> %s <==\n", i == 0 ? "" : "\n", files->list[i].path);
		fwrite(files->list[i].text.text, 1, files->list[i].text.len, stdout);
	}
}

static enum exit_code write_files(const struct migrating *m)
{
	struct error err;

	if (migrate_write(m->into, &m->files, &err) != 0)
		return cli_fail_write(&err);
	for (size_t i = 0; i < m->files.count; i++)
		printf("%s/%s\n", m->into, m->files.list[i].path);
	return EXIT_DONE;
}

enum exit_code cmd_migrate(struct cli *cli)
{
	static struct migrating m;
	enum exit_code code = take_options(&m, cli);

	if (m.into != NULL)
		cli_outlive_reader();
	for (int i = 0; i < cli->argc && code == EXIT_DONE; i++)
		code = take_file(&m, cli->argv[i]);
	if (code == EXIT_DONE)
		code = make_files(&m);
	if (code == EXIT_DONE && m.into == NULL)
		print_files(&m.files);
	else if (code == EXIT_DONE)
		code = write_files(&m);
	made_files_free(&m.files);
	migration_free(&m.migration);
	return code;
}
