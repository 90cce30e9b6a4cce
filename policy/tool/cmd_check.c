/* SPDX-License-Identifier: ISC */
/* vpn-policy check: the agent's own parser over files and directories, and all of them
 * together. */
#include <getopt.h>
#include <stdio.h>

#include "policy/language/value.h"
#include "policy/tool/report/report.h"
#include "policy/tool/survey/inputs.h"
#include "policy/tool/survey/profile_here.h"
#include "policy/tool/survey/survey.h"
#include "policy/tool/vpn-policy.h"

enum { SERVERS_MAX = 32 };

struct check {
	bool verbose, print, strict;
	enum report_format format;
	struct ip_addr servers[SERVERS_MAX];
	struct findings findings;
	struct survey survey;
	struct inputs inputs;
};

static void tell_good(void *context, enum file_kind kind, const char *shown,
		      const union parsed *parsed)
{
	struct check *c = context;

	if (kind == KIND_PROFILE)
		profile_here(&c->findings, c->inputs.root, shown, &parsed->profile);
	if (c->verbose)
		printf("%s: good (%s)\n", shown, kind_name(kind));
	if (c->print)
		parsed_print(kind, parsed, stdout);
}

static enum exit_code take_server(struct check *c, const char *text)
{
	const char *why;

	if (c->survey.naddresses == SERVERS_MAX)
		return usage_error("--server is given too often");
	if (ip_addr_parse(text, &c->servers[c->survey.naddresses], &why) < 0)
		return usage_error("--server: %s", why);
	c->survey.naddresses++;
	return EXIT_DONE;
}

static enum exit_code take_option(struct check *c, int option)
{
	const char *why;

	switch (option) {
	case 'k':
		c->inputs.kind = kind_find(optarg);
		return c->inputs.kind < KIND_COUNT
			   ? EXIT_DONE
			   : usage_error("--kind is agent, peer or profile");
	case 't':
		c->inputs.trust_given = true;
		return trust_parse(optarg, &c->inputs.trust) == 0
			   ? EXIT_DONE
			   : usage_error("--trust is root or any");
	case 'f':
		c->format = report_format_find(optarg);
		return c->format < REPORT_FORMAT_COUNT
			   ? EXIT_DONE
			   : usage_error("--format is text, json or sarif");
	case 'r':
		c->inputs.root = optarg;
		return EXIT_DONE;
	case 's':
		return take_server(c, optarg);
	case 'a':
		return value_time(optarg, &c->survey.now, &why) == 0
			   ? EXIT_DONE
			   : usage_error("--at: %s", why);
	case 'n':
		return value_number(optarg, 0, SURVEY_SOON_DAYS_MAX, &c->survey.soon,
				    &why) == 0
			   ? EXIT_DONE
			   : usage_error("--soon: %s", why);
	case 'S':
		c->strict = true;
		return EXIT_DONE;
	case 'p':
		c->print = true;
		return EXIT_DONE;
	case 'v':
		c->verbose = true;
		return EXIT_DONE;
	default:
		return option_refused(option);
	}
}

static enum exit_code take_options(struct check *c, int argc, char **argv)
{
	static const struct option options[] = {{"kind", required_argument, NULL, 'k'},
						{"trust", required_argument, NULL, 't'},
						{"format", required_argument, NULL, 'f'},
						{"root", required_argument, NULL, 'r'},
						{"server", required_argument, NULL, 's'},
						{"at", required_argument, NULL, 'a'},
						{"soon", required_argument, NULL, 'n'},
						{"strict", no_argument, NULL, 'S'},
						{"print", no_argument, NULL, 'p'},
						{"verbose", no_argument, NULL, 'v'},
						{0}};
	enum exit_code code;
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "+:pv", options, NULL)) != -1) {
		code = take_option(c, option);
		if (code != EXIT_DONE)
			return code;
	}
	if (c->format != REPORT_TEXT && (c->print || c->verbose))
		return usage_error("--print and --verbose need --format text");
	return EXIT_DONE;
}

static enum exit_code verdict(const struct check *c)
{
	if (c->findings.by_severity[SEVERITY_ERROR] > 0)
		return EXIT_POLICY;
	return c->strict && c->findings.by_severity[SEVERITY_WARNING] > 0 ? EXIT_POLICY
									  : EXIT_DONE;
}

enum exit_code cmd_check(int argc, char **argv)
{
	static struct check c = {.inputs = {.kind = KIND_COUNT, .root = ""}};
	enum exit_code code;

	survey_begin(&c.survey);
	code = take_options(&c, argc, argv);
	if (code != EXIT_DONE)
		return code;
	c.inputs.survey = &c.survey;
	c.survey.findings = &c.findings;
	c.survey.good_file = tell_good;
	c.survey.context = &c;
	c.survey.addresses = c.servers;
	if (optind == argc)
		inputs_read_host(&c.inputs);
	for (int i = optind; i < argc; i++)
		inputs_read(&c.inputs, argv[i]);
	survey_end(&c.survey);
	code = report_findings(&c.findings, "check", c.format) != 0 ? EXIT_SYSTEM
								    : verdict(&c);
	survey_free(&c.survey);
	findings_free(&c.findings);
	return code;
}
