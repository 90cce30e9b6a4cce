/* SPDX-License-Identifier: ISC */
/* vpn-policy diff: what changes in effect, not in text, between two policies. */
#include <stdio.h>

#include "policy/tool/diff/effect.h"
#include "policy/tool/report/report.h"
#include "policy/tool/survey/inputs.h"
#include "policy/tool/vpn-policy.h"

struct diff {
	enum report_format format;
	enum file_kind kind;
	bool trust_given;
	enum trust trust;
	struct findings findings;
	struct side old, new;
	struct effects effects;
};

static enum exit_code take_options(struct diff *d, struct cli *cli)
{
	const struct cli_option options[] = {
	    {"kind", CLI_CHOICE, .out = &d->kind, .words = CLI_KINDS},
	    {"trust", CLI_CHOICE, .out = &d->trust, .words = CLI_TRUSTS,
	     .given = &d->trust_given},
	    {"format", CLI_CHOICE, .out = &d->format, .words = REPORT_FORMATS},
	    {0}};
	const enum exit_code code = cli_read(cli, options);

	if (code != EXIT_DONE)
		return code;
	return cli->argc == 2 ? EXIT_DONE : cli_usage_error(cli, "diff takes OLD and NEW");
}

static void read_side(struct diff *d, struct side *side, const char *path)
{
	struct survey survey = {
	    .findings = &d->findings,
	    .good_file = side_keep,
	    .context = side,
	    .only_parse = true,
	};
	struct inputs inputs = {
	    .survey = &survey,
	    .kind = d->kind,
	    .trust_given = d->trust_given,
	    .trust = d->trust,
	    .root = "",
	};

	inputs_read(&inputs, path);
	side_sort(side);
	survey_free(&survey);
}

/* What cannot be read could be any change: then nothing is compared. */
static enum exit_code compare(struct diff *d, bool files)
{
	findings_sort(&d->findings);
	if (d->findings.count > 0 || d->findings.lost)
		return report_findings(&d->findings, "diff", d->format) != 0 ? EXIT_SYSTEM
									     : EXIT_POLICY;
	d->effects.lost = d->old.lost || d->new.lost;
	if (files && !d->effects.lost)
		compare_pair(&d->effects, &d->old, &d->new);
	else if (!d->effects.lost)
		compare_sides(&d->effects, &d->old, &d->new);
	if (effects_print(&d->effects, d->format) < 0)
		return EXIT_SYSTEM;
	return d->effects.count > 0 ? EXIT_DIFFERS : EXIT_DONE;
}

enum exit_code cmd_diff(struct cli *cli)
{
	struct diff d = {.kind = KIND_COUNT};
	enum exit_code code = take_options(&d, cli);
	const char *old, *new;
	bool files;

	if (code != EXIT_DONE)
		return code;
	old = cli->argv[0];
	new = cli->argv[1];
	files = !input_is_directory(old);
	if (files == input_is_directory(new))
		return cli_usage_error(cli,
				       "OLD and NEW must be two files, or two directories");
	read_side(&d, &d.old, old);
	read_side(&d, &d.new, new);
	/* A good file is one unit; of which kind each is, its name may tell. */
	if (files && d.findings.count == 0 && d.old.count == 1 && d.new.count == 1 &&
	    d.old.units[0].kind != d.new.units[0].kind)
		code = cli_usage_error(
		    cli, "OLD and NEW are files of different kinds: see --kind");
	else
		code = compare(&d, files);
	effects_free(&d.effects);
	side_free(&d.old);
	side_free(&d.new);
	findings_free(&d.findings);
	return code;
}
