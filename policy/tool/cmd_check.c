/* SPDX-License-Identifier: ISC */
/* vpn-policy check: reads files and directories with the agent's own parser, then compares
 * all of them. */
#include <stdio.h>

#include "policy/language/parsed.h"
#include "policy/tool/audit/host.h"
#include "policy/tool/report/report.h"
#include "policy/tool/base/grow.h"
#include "policy/tool/survey/inputs.h"
#include "policy/tool/survey/profile_here.h"
#include "policy/tool/survey/survey.h"
#include "policy/tool/vpn-policy.h"

enum { SERVERS_MAX = 32 };

struct check {
	bool verbose, print, strict;
	enum report_format format;
	struct findings findings;
	struct survey survey;
	struct inputs inputs;
	/* This host, with the profiles that are in force on it. */
	struct host host;
};

static void tell_good(void *context, enum file_kind kind, const char *shown,
		      const union parsed *parsed)
{
	struct check *c = context;

	if (kind == KIND_PROFILE) {
		profile_here(&c->findings, c->inputs.root, shown, &parsed->profile);
		if (c->inputs.root[0] == '\0' && profile_is_in_force(shown))
			host_keep_profile(&c->host, &parsed->profile);
	}
	if (c->verbose)
		printf("%s: good (%s)\n", shown, kind_name(kind));
	if (c->print)
		print_values(kind_scope(kind), parsed, stdout);
}

static enum exit_code take_server(const struct cli *cli, void *check, const char *text)
{
	struct check *c = check;
	struct ip_addr server;
	const char *why;

	if (c->survey.naddresses == SERVERS_MAX)
		return cli_usage_error(cli, "--server may be given %d times at most",
				       SERVERS_MAX);
	if (ip_addr_parse(text, &server, &why) != 0)
		return cli_usage_error(cli, "--server: %s", why);
	if (!APPEND(c->survey.addresses, c->survey.naddresses, c->survey.addresses_size,
		    &server))
		return cli_out_of_memory();
	return EXIT_DONE;
}

static enum exit_code take_options(struct check *c, struct cli *cli)
{
	const struct cli_option options[] = {
	    {"kind", CLI_CHOICE, .out = &c->inputs.kind, .words = CLI_KINDS},
	    {"trust", CLI_CHOICE, .out = &c->inputs.trust, .words = CLI_TRUSTS,
	     .given = &c->inputs.trust_given},
	    {"format", CLI_CHOICE, .out = &c->format, .words = REPORT_FORMATS},
	    {"root", CLI_TEXT, .out = &c->inputs.root},
	    {"server", CLI_CALL, .out = c, .take = take_server},
	    {"at", CLI_TIME, .out = &c->survey.now},
	    {"soon", CLI_NUMBER, .out = &c->survey.soon, .max = SURVEY_SOON_DAYS_MAX},
	    {"strict", CLI_FLAG, .out = &c->strict},
	    {"print", CLI_FLAG, .out = &c->print, .letter = 'p'},
	    {"verbose", CLI_FLAG, .out = &c->verbose, .letter = 'v'},
	    {0}};
	const enum exit_code code = cli_read(cli, options);

	if (code != EXIT_DONE)
		return code;
	if (c->format != REPORT_TEXT && (c->print || c->verbose))
		return cli_usage_error(cli, "--print and --verbose need --format text");
	return EXIT_DONE;
}

static enum exit_code verdict(const struct check *c)
{
	if (c->findings.by_severity[SEVERITY_ERROR] > 0)
		return EXIT_POLICY;
	return c->strict && c->findings.by_severity[SEVERITY_WARNING] > 0 ? EXIT_POLICY
									  : EXIT_DONE;
}

/* What profiles in force name has to be here. */
static void check_here(struct check *c)
{
	if (c->host.nprofiles == 0)
		return;
	profiles_beside(&c->survey);
	for (size_t i = 0; i < c->host.nprofiles; i++) {
		host_launch_check(&c->host, &c->host.profiles[i]);
		host_profile_check(&c->host, &c->host.profiles[i]);
	}
}

static void begin(struct check *c)
{
	c->inputs.survey = &c->survey;
	c->survey.findings = &c->findings;
	c->survey.good_file = tell_good;
	c->survey.context = c;
	c->host.root = "";
	c->host.living = c->host.owners = true;
	c->host.findings = &c->findings;
	c->host.survey = &c->survey;
}

enum exit_code cmd_check(struct cli *cli)
{
	static struct check c = {.inputs = {.kind = KIND_COUNT, .root = ""}};
	enum exit_code code;

	survey_begin(&c.survey);
	code = take_options(&c, cli);
	if (code != EXIT_DONE)
		return code;
	begin(&c);
	if (cli->argc == 0)
		inputs_read_host(&c.inputs);
	for (int i = 0; i < cli->argc; i++)
		inputs_read(&c.inputs, cli->argv[i]);
	check_here(&c);
	survey_end(&c.survey);
	code = report_findings(&c.findings, "check", c.format) != 0 ? EXIT_SYSTEM
								    : verdict(&c);
	survey_free(&c.survey);
	host_free(&c.host);
	findings_free(&c.findings);
	return code;
}
