/* SPDX-License-Identifier: ISC */
/* vpn-policy audit: the host as it is, beside its policy. The subjects are
 * policy/tool/audit/host_*.c. */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "policy/language/escape.h"
#include "policy/language/path.h"
#include "policy/tool/audit/host.h"
#include "policy/tool/audit/host_page.h"
#include "policy/tool/report/report.h"
#include "policy/tool/report/roles.h"
#include "policy/tool/survey/inputs.h"
#include "policy/tool/survey/survey.h"
#include "policy/tool/vpn-policy.h"

struct audit {
	char root[PATH_TEXT_MAX];
	bool strict;
	/* nothing of Sallyport is there */
	bool missing;
	enum report_format format;
	struct findings findings;
	struct survey survey;
	struct host host;
	/* --html: where the page goes, or NULL. */
	const char *html;
	struct page page;
};

static bool html_is_output(const struct audit *a)
{
	return a->html != NULL && strcmp(a->html, "-") == 0;
}

/* Keeps what the survey does not. */
static void keep_parsed(void *context, enum file_kind kind, const char *shown,
			const union parsed *parsed)
{
	struct audit *a = context;

	if (kind == KIND_AGENT)
		a->host.conf = parsed->agent;
	if (kind == KIND_PEER)
		host_keep_peer(&a->host, &parsed->peer);
	if (kind == KIND_PEER && a->html != NULL)
		page_keep_peer(&a->page, shown, &parsed->peer);
	if (kind == KIND_PROFILE)
		host_keep_profile(&a->host, &parsed->profile);
}

static enum exit_code take_role(const struct cli *cli, void *roles, const char *word)
{
	const enum role role = role_find(word);

	if (role == ROLE_COUNT)
		return cli_usage_error(cli, "--role: expected remote or local");
	((struct roles *)roles)->forced |= 1u << role;
	return EXIT_DONE;
}

static enum exit_code take_options(struct audit *a, struct cli *cli)
{
	const char *root = NULL;
	const struct cli_option options[] = {
	    {"format", CLI_CHOICE, .out = &a->format, .words = REPORT_FORMATS},
	    {"root", CLI_TEXT, .out = &root},
	    {"role", CLI_CALL, .out = &a->host.roles, .take = take_role},
	    {"at", CLI_TIME, .out = &a->survey.now},
	    {"soon", CLI_NUMBER, .out = &a->survey.soon, .max = SURVEY_SOON_DAYS_MAX},
	    {"strict", CLI_FLAG, .out = &a->strict},
	    {"html", CLI_TEXT, .out = &a->html},
	    {0}};
	const enum exit_code code = cli_read(cli, options);

	if (code != EXIT_DONE)
		return code;
	if (html_is_output(a) && a->format != REPORT_TEXT)
		return cli_usage_error(cli, "--html - and --format need an output each");
	if (cli->argc > 0)
		return cli_usage_error(cli,
				       "audit looks at a whole host: it takes no file");
	/* No --root, or --root /, means this host. */
	if (root == NULL)
		return EXIT_DONE;
	if (path_tidy(root, a->root) != 0)
		return cli_usage_error(cli, "--root: the path is too long");
	if (strcmp(a->root, "/") == 0)
		a->root[0] = '\0';
	return EXIT_DONE;
}

/* Whether owners and modes below root are those of the host itself. */
static bool owners_kept(const struct host *host)
{
	struct stat st;

	return host->living || (host_stat(host, "/etc/passwd", &st) == 0 && st.st_uid == 0);
}

/* Files for a role that the host does not have are not in force. */
static unsigned kinds_skipped(const struct roles *roles)
{
	unsigned skip = 0;

	if (!roles_has(roles, ROLE_REMOTE))
		skip |= 1u << KIND_AGENT | 1u << KIND_PEER;
	if (!roles_has(roles, ROLE_LOCAL))
		skip |= 1u << KIND_PROFILE;
	return skip;
}

/* All that check does, with the host's own addresses. */
static void audit_policy(struct audit *a)
{
	struct inputs inputs = {.survey = &a->survey,
				.kind = KIND_COUNT,
				.skip = kinds_skipped(&a->host.roles),
				.root = a->root};
	struct error err;

	inputs_read_host(&inputs);
	/* They are looked up before the survey ends. */
	survey_sort_certified(&a->survey);
	/* Addresses are compared with the Routes of peers. */
	if (!roles_has(&a->host.roles, ROLE_REMOTE))
		return;
	if (!a->host.living)
		host_find(&a->host, RULE_NOT_LOOKED_AT, "", 0,
			  "the host's addresses: no Route is compared with them");
	else if (host_addresses(&a->survey, &err) != 0)
		host_find(&a->host, RULE_NOT_LOOKED_AT, "", 0, "%s", err.text);
}

static enum exit_code verdict(const struct audit *a)
{
	if (a->missing)
		return EXIT_NOT_INSTALLED;
	if (a->findings.by_severity[SEVERITY_ERROR] > 0)
		return EXIT_POLICY;
	if (a->findings.by_severity[SEVERITY_WARNING] == 0)
		return EXIT_DONE;
	return a->strict ? EXIT_POLICY : EXIT_WARNINGS;
}

static void audit_remote(struct audit *a)
{
	host_account(&a->host);
	host_manager(&a->host);
	host_agent(&a->host);
	host_sshd(&a->host);
	host_keys(&a->host);
	host_hand_in(&a->host);
	host_login(&a->host);
	host_ppp(&a->host);
	host_tun(&a->host);
}

static void audit_local(struct audit *a)
{
	host_launch(&a->host);
	host_profiles(&a->host);
	host_unit(&a->host);
	host_control(&a->host);
	host_launch_state(&a->host);
}

static void audit_host(struct audit *a)
{
	if (!a->host.owners)
		host_find(&a->host, RULE_NOT_LOOKED_AT, "", 0,
			  "owners and modes: root did not make this copy, or it does not "
			  "preserve them");
	if (roles_has(&a->host.roles, ROLE_REMOTE))
		audit_remote(a);
	if (roles_has(&a->host.roles, ROLE_LOCAL))
		audit_local(a);
	host_networkd(&a->host);
	host_kernel(&a->host);
	if (roles_has(&a->host.roles, ROLE_REMOTE))
		host_escalation(&a->host);
}

/* A host that cannot be opened must not be taken for one without Sallyport. */
static bool is_open(struct audit *a)
{
	struct stat st;

	if (host_stat(&a->host, "/", &st) == 0)
		return true;
	findings_add(&a->findings, RULE_UNREADABLE, a->root, 0, 0, "cannot open it: %s",
		     host_why());
	return false;
}

static void audit_all(struct audit *a)
{
	if (!is_open(a))
		return;
	host_find_roles(&a->host, &a->host.roles);
	a->missing = roles_none(&a->host.roles);
	if (a->missing) {
		host_find(&a->host, RULE_NOT_INSTALLED, "", 0,
			  "neither the agent nor vpn-connect is installed%s%s",
			  a->root[0] != '\0' ? " in " : "", a->root);
		return;
	}
	audit_policy(a);
	audit_host(a);
}

static const char *name_host(const struct audit *a, struct utsname *names)
{
	if (a->root[0] != '\0')
		return a->root;
	return uname(names) == 0 ? names->nodename : "this host";
}

/* 0, or -1 when it could not be written, which is said. */
static int write_page(struct audit *a)
{
	char where[PATH_TEXT_MAX];
	struct utsname names;
	struct error err;

	if (a->html == NULL)
		return 0;
	host_page_overlaps(&a->page, &a->survey);
	a->page.host = name_host(a, &names);
	a->page.roles = &a->host.roles;
	a->page.findings = &a->findings;
	a->page.now = a->survey.now;
	if (host_page_write(&a->page, a->html, &err) == 0)
		return 0;
	fprintf(stderr, "vpn-policy: --html %s: %s\n",
		escape_quoted(a->html, strlen(a->html), where, sizeof where), err.text);
	return -1;
}

/* Where the page is standard output, what was found goes to standard error alone. */
static int print_findings(const struct audit *a)
{
	if (a->format != REPORT_TEXT || html_is_output(a))
		return report_findings(&a->findings, "audit", a->format);
	roles_print(&a->host.roles);
	return table_report(&a->findings);
}

static enum exit_code report(struct audit *a)
{
	if (print_findings(a) < 0 || write_page(a) < 0)
		return EXIT_SYSTEM;
	return verdict(a);
}

enum exit_code cmd_audit(struct cli *cli)
{
	static struct audit a;
	struct error err;
	enum exit_code code;

	survey_begin(&a.survey);
	code = take_options(&a, cli);
	if (code != EXIT_DONE)
		return code;
	/* The page is to be there, whoever reads the rest. */
	if (a.html != NULL && !html_is_output(&a))
		cli_outlive_reader();
	a.survey.findings = &a.findings;
	a.survey.good_file = keep_parsed;
	a.survey.context = &a;
	a.host.root = a.root;
	a.host.living = a.root[0] == '\0';
	a.host.owners = owners_kept(&a.host);
	a.host.findings = &a.findings;
	a.host.survey = &a.survey;
	/* The defaults: parsing a file without settings cannot fail. */
	(void)policy_parse_agent("", "End\n", 4, &a.host.conf, &err);
	a.findings.roles = &a.host.roles;
	audit_all(&a);
	survey_end(&a.survey);
	code = report(&a);
	survey_free(&a.survey);
	host_free(&a.host);
	page_free(&a.page);
	findings_free(&a.findings);
	return code;
}
