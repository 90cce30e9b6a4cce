/* SPDX-License-Identifier: ISC */
/* vpn-policy fmt: policy files in one layout: printed, written back, or only checked. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "policy/language/load.h"
#include "agent/base/replace.h"
#include "policy/tool/fmt/layout.h"
#include "policy/tool/survey/inputs.h"
#include "policy/tool/vpn-policy.h"

struct fmt {
	/* KIND_COUNT: by the name of each file */
	enum file_kind kind;
	bool check, write;
};

static enum exit_code put(const char *path, const char *text, size_t len)
{
	struct error err;
	struct stat st;
	const int there = replace_look(path, &st, &err);

	if (there > 0 && replace_put(path, text, len, &st, &err) == 0)
		return EXIT_DONE;
	if (there == 0)
		error_file(&err, path, ENOENT, "cannot look at it");
	cli_complain(&err);
	return there > 0 ? EXIT_SYSTEM : error_exit_code(&err);
}

static enum exit_code deliver(const struct fmt *fmt, const char *path, const char *text,
			      size_t len, bool differs)
{
	if (fmt->write)
		return differs ? put(path, text, len) : EXIT_DONE;
	if (!fmt->check) {
		fwrite(text, 1, len, stdout);
		return EXIT_DONE;
	}
	if (differs)
		printf("%s\n", path);
	return differs ? EXIT_DIFFERS : EXIT_DONE;
}

static void tell(void *context, const struct error *err)
{
	(void)context;
	cli_complain(err);
}

/* Reports all errors of the text or, if it has none, *err. */
static enum exit_code refuse(enum file_kind kind, const char *path, const char *text,
			     size_t len, const struct error *err)
{
	static const struct error_list list = {tell, NULL};
	union parsed parsed;

	if (parsed_read_all(kind, path, text, len, &parsed, &list) == 0)
		cli_complain(err);
	return error_exit_code(err);
}

static enum exit_code format(const struct fmt *fmt, const char *path)
{
	const enum file_kind kind = fmt->kind == KIND_COUNT ? input_kind(path) : fmt->kind;
	struct error err = {0};
	const char *text;
	struct memory new;
	size_t len;
	enum exit_code code;

	if (policy_read(path, TRUST_ANY, &text, &len, &err) != 0)
		return cli_fail_read(&err);
	if (layout_text(kind, path, text, len, &new, &err) == 0)
		code = deliver(fmt, path, new.text, new.len,
			       new.len != len || memcmp(new.text, text, len) != 0);
	else
		code = refuse(kind, path, text, len, &err);
	memory_free(&new);
	return code;
}

static enum exit_code take_options(struct fmt *fmt, struct cli *cli)
{
	const struct cli_option options[] = {
	    {"kind", CLI_CHOICE, .out = &fmt->kind, .words = CLI_KINDS},
	    {"check", CLI_FLAG, .out = &fmt->check},
	    {"write", CLI_FLAG, .out = &fmt->write},
	    {0}};
	const enum exit_code code = cli_read(cli, options);

	if (code != EXIT_DONE)
		return code;
	if (fmt->check && fmt->write)
		return cli_usage_error(cli, "--check and --write exclude each other");
	return cli->argc > 0 ? EXIT_DONE : cli_usage_error(cli, "fmt needs a file");
}

/* Each file by itself: an error in one does not stop the others. */
enum exit_code cmd_fmt(struct cli *cli)
{
	struct fmt fmt = {.kind = KIND_COUNT};
	enum exit_code worst = take_options(&fmt, cli);

	if (worst != EXIT_DONE)
		return worst;
	if (fmt.write)
		cli_outlive_reader();
	for (int i = 0; i < cli->argc; i++) {
		const enum exit_code code = format(&fmt, cli->argv[i]);

		if (code > worst)
			worst = code;
	}
	return worst;
}
