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

#include "policy/audit/report.h"
#include "policy/audit/survey.h"
#include "policy/paths.h"
#include "policy/print.h"
#include "policy/value.h"
#include "policy/vpn-policy.h"

enum { PATH_TEXT_MAX = 4096, SERVERS_MAX = 32 };

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

/* Where root's files are told by their place, that place must be an absolute path. */
static enum trust trust_of(const struct check *c, const char *path)
{
	char cwd[PATH_TEXT_MAX];

	if (c->trust_given)
		return c->trust;
	if (c->root[0] != '\0')
		return TRUST_ANY;
	if (path[0] == '/')
		return trust_default(path);
	return getcwd(cwd, sizeof cwd) == NULL ? TRUST_ANY : trust_default(cwd);
}

/* A trusted walk starts at "/": a relative path is meant from here. */
static int make_absolute(const char *path, char out[PATH_TEXT_MAX])
{
	size_t used = 0;
	int n;

	if (path[0] != '/') {
		if (getcwd(out, PATH_TEXT_MAX) == NULL)
			return -1;
		used = strlen(out);
		while (strncmp(path, "./", 2) == 0)
			path += 2;
	}
	n = snprintf(out + used, PATH_TEXT_MAX - used, "%s%s", used > 0 ? "/" : "", path);
	return n >= 0 && (size_t)n < PATH_TEXT_MAX - used ? 0 : -1;
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

static void check_file(struct check *c, const char *path)
{
	const enum file_kind kind = c->kind == KIND_COUNT ? guess_kind(path) : c->kind;
	const enum trust trust = trust_of(c, path);
	char absolute[PATH_TEXT_MAX];
	const union parsed *parsed;

	if (make_absolute(path, absolute) < 0) {
		findings_add(&c->findings, RULE_UNREADABLE, path, 0, 0,
			     "the path is too long");
		return;
	}
	parsed = survey_file(&c->survey, kind, trust == TRUST_ROOT ? absolute : path, path,
			     trust);
	if (parsed == NULL)
		return;
	if (c->verbose)
		(void)printf("%s: good (%s)\n", path, kind_name(kind));
	if (c->print)
		print_kind(kind, parsed);
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
		if (snprintf(path, sizeof path, "%s/%s", dir, parts[i].name) >=
			(int)sizeof path ||
		    !exists(path))
			continue;
		any = true;
		if (parts[i].kind == KIND_AGENT)
			check_file(c, path);
		else
			survey_directory(&c->survey, parts[i].kind, path, path,
					 trust_of(c, path));
	}
	return any;
}

static void check_path(struct check *c, const char *path)
{
	char absolute[PATH_TEXT_MAX];
	enum file_kind kind = c->kind;

	if (kind == KIND_AGENT || !is_directory(path)) {
		check_file(c, path);
		return;
	}
	if (kind == KIND_COUNT && check_configuration(c, path))
		return;
	if (make_absolute(path, absolute) < 0)
		return;
	if (kind == KIND_COUNT)
		kind = strcmp(base_of(absolute), "connect") == 0 ? KIND_PROFILE : KIND_PEER;
	survey_directory(&c->survey, kind,
			 trust_of(c, path) == TRUST_ROOT ? absolute : path, path,
			 trust_of(c, path));
}

/* Without a name: what this host, or the copy of one, has. */
static void check_host(struct check *c)
{
	char path[PATH_TEXT_MAX];

	(void)snprintf(path, sizeof path, "%s%s", c->root, SYSCONFDIR);
	if (!check_configuration(c, path))
		findings_add(&c->findings, RULE_UNREADABLE, path, 0, 0,
			     "there is no agent.conf, peers or connect here");
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
