/* SPDX-License-Identifier: ISC */
/* vpn-policy check: the agent's own parser over files and directories, and all of them
 * together. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "policy/audit/path.h"
#include "policy/audit/report.h"
#include "policy/audit/survey.h"
#include "policy/paths.h"
#include "policy/print.h"
#include "policy/value.h"
#include "policy/vpn-policy.h"

enum { SERVERS_MAX = 32 };

struct check {
	/* KIND_COUNT: by the name of each file */
	enum file_kind kind;
	bool trust_given, verbose, print, strict;
	enum trust trust;
	/* "" or a directory in which the host's files lie */
	const char *root;
	enum report_format format;
	struct ip_addr servers[SERVERS_MAX];
	struct findings findings;
	struct survey survey;
};

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

static enum file_kind guess_kind(const char *path)
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
static const char *place_of(const struct check *c, const char *path,
			    char absolute[PATH_TEXT_MAX], enum trust *trust)
{
	const bool found = path_absolute(path, absolute) == 0;

	*trust = TRUST_ANY;
	if (c->trust_given)
		*trust = c->trust;
	else if (c->root[0] == '\0' && found)
		*trust = trust_default(absolute);
	if (*trust == TRUST_ANY)
		return path;
	return found ? absolute : NULL;
}

static void print_kind(enum file_kind kind, const union parsed *parsed)
{
	if (kind == KIND_AGENT)
		print_agent(&parsed->agent, stdout);
	else if (kind == KIND_PROFILE)
		print_profile(&parsed->profile, stdout);
	else
		print_peer(&parsed->peer, stdout);
}

static void tell_good(void *context, enum file_kind kind, const char *shown,
		      const union parsed *parsed)
{
	const struct check *c = context;

	if (c->verbose)
		(void)printf("%s: good (%s)\n", shown, kind_name(kind));
	if (c->print)
		print_kind(kind, parsed);
}

static void too_long(struct check *c, const char *path)
{
	findings_add(&c->findings, RULE_UNREADABLE, path, 0, 0, "the path is too long");
}

static void check_file(struct check *c, const char *path)
{
	const enum file_kind kind = c->kind == KIND_COUNT ? guess_kind(path) : c->kind;
	char absolute[PATH_TEXT_MAX];
	enum trust trust;
	const char *place = place_of(c, path, absolute, &trust);

	if (place == NULL)
		too_long(c, path);
	else
		(void)survey_file(&c->survey, kind, place, path, trust);
}

static void check_directory(struct check *c, enum file_kind kind, const char *path)
{
	char absolute[PATH_TEXT_MAX];
	enum trust trust;
	const char *place = place_of(c, path, absolute, &trust);

	if (place == NULL)
		too_long(c, path);
	else
		survey_directory(&c->survey, kind, place, path, trust);
}

static bool is_directory(const char *path)
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
static bool check_configuration(struct check *c, const char *dir)
{
	static const struct {
		const char *name;
		enum file_kind kind;
	} parts[] = {
	    {"agent.conf", KIND_AGENT}, {"peers", KIND_PEER}, {"connect", KIND_PROFILE}};
	char path[PATH_TEXT_MAX];
	bool any = false;

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		if (path_join(dir, parts[i].name, path) < 0) {
			too_long(c, dir);
			return true;
		}
		if (!exists(path))
			continue;
		any = true;
		if (parts[i].kind == KIND_AGENT)
			check_file(c, path);
		else
			check_directory(c, parts[i].kind, path);
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

static void check_path(struct check *c, const char *given)
{
	char path[PATH_TEXT_MAX];

	if (path_tidy(given, path) < 0)
		too_long(c, given);
	else if (c->kind == KIND_AGENT || !is_directory(path))
		check_file(c, path);
	else if (c->kind != KIND_COUNT)
		check_directory(c, c->kind, path);
	else if (!check_configuration(c, path))
		check_directory(c, kind_of_directory(path), path);
}

/* Without a name: what this host, or the copy of one, has. Peers need an agent.conf. */
static void check_host(struct check *c)
{
	char path[PATH_TEXT_MAX], agent[PATH_TEXT_MAX], peers[PATH_TEXT_MAX];

	if (path_join(c->root, SYSCONFDIR, path) < 0 ||
	    path_join(path, "agent.conf", agent) < 0 || path_join(path, "peers", peers) < 0)
		too_long(c, c->root);
	else if (!check_configuration(c, path))
		findings_add(&c->findings, RULE_UNREADABLE, path, 0, 0,
			     "there is no agent.conf, peers or connect here");
	else if (exists(peers) && !exists(agent))
		check_file(c, agent);
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
		c->kind = kind_find(optarg);
		return c->kind < KIND_COUNT
			   ? EXIT_DONE
			   : usage_error("--kind is agent, peer or profile");
	case 't':
		c->trust_given = true;
		return trust_parse(optarg, &c->trust) == 0
			   ? EXIT_DONE
			   : usage_error("--trust is root or any");
	case 'f':
		c->format = report_format_find(optarg);
		return c->format < REPORT_FORMAT_COUNT
			   ? EXIT_DONE
			   : usage_error("--format is text, json or sarif");
	case 'r':
		c->root = optarg;
		return EXIT_DONE;
	case 's':
		return take_server(c, optarg);
	case 'a':
		return value_time(optarg, &c->survey.now, &why) == 0
			   ? EXIT_DONE
			   : usage_error("--at: %s", why);
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
		return usage_error("check does not take such an option");
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
						{"strict", no_argument, NULL, 'S'},
						{"print", no_argument, NULL, 'p'},
						{"verbose", no_argument, NULL, 'v'},
						{0}};
	enum exit_code code;
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "+pv", options, NULL)) != -1) {
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
	static struct check c = {.kind = KIND_COUNT, .root = ""};
	enum exit_code code;

	c.survey.now = time(NULL);
	code = take_options(&c, argc, argv);
	if (code != EXIT_DONE)
		return code;
	c.survey.findings = &c.findings;
	c.survey.good_file = tell_good;
	c.survey.context = &c;
	c.survey.addresses = c.servers;
	if (optind == argc)
		check_host(&c);
	for (int i = optind; i < argc; i++)
		check_path(&c, argv[i]);
	survey_end(&c.survey);
	code =
	    report_findings(&c.findings, "check", c.format) < 0 ? EXIT_SYSTEM : verdict(&c);
	survey_free(&c.survey);
	findings_free(&c.findings);
	return code;
}
