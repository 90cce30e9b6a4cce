/* SPDX-License-Identifier: ISC */
/* vpn-policy diff: what changes in effect, not in text, between two policies. */
#include <getopt.h>
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

static enum exit_code take_options(struct diff *d, int argc, char **argv)
{
	static const struct option options[] = {{"kind", required_argument, NULL, 'k'},
						{"trust", required_argument, NULL, 't'},
						{"format", required_argument, NULL, 'f'},
						{0}};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "+:", options, NULL)) != -1) {
		if (option == 'k') {
			d->kind = kind_find(optarg);
			if (d->kind == KIND_COUNT)
				return usage_error("--kind is agent, peer or profile");
		} else if (option == 't') {
			d->trust_given = true;
			if (trust_parse(optarg, &d->trust) != 0)
				return usage_error("--trust is root or any");
		} else if (option == 'f') {
			d->format = report_format_find(optarg);
			if (d->format == REPORT_FORMAT_COUNT)
				return usage_error("--format is text, json or sarif");
		} else {
			return option_refused(option);
		}
	}
	return argc - optind == 2 ? EXIT_DONE : usage_error("diff takes OLD and NEW");
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

enum exit_code cmd_diff(int argc, char **argv)
{
	struct diff d = {.kind = KIND_COUNT};
	enum exit_code code = take_options(&d, argc, argv);
	const char *old, *new;
	bool files;

	if (code != EXIT_DONE)
		return code;
	old = argv[optind];
	new = argv[optind + 1];
	files = !input_is_directory(old);
	if (files == input_is_directory(new))
		return usage_error("OLD and NEW are two files or two directories");
	read_side(&d, &d.old, old);
	read_side(&d, &d.new, new);
	/* A good file is one unit; of which kind each is, its name may tell. */
	if (files && d.findings.count == 0 && d.old.count == 1 && d.new.count == 1 &&
	    d.old.units[0].kind != d.new.units[0].kind)
		code = usage_error("OLD and NEW are files of different kinds: see --kind");
	else
		code = compare(&d, files);
	effects_free(&d.effects);
	side_free(&d.old);
	side_free(&d.new);
	findings_free(&d.findings);
	return code;
}
