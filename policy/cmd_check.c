/* SPDX-License-Identifier: ISC */
/* vpn-policy check: the agent's own parser, over files that are named. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "policy/load.h"
#include "policy/print.h"
#include "policy/profile.h"
#include "policy/vpn-policy.h"

enum kind { KIND_AGENT, KIND_PEER, KIND_PROFILE, KIND_COUNT };
enum { CWD_MAX = 4096 };

static const char *const kind_names[KIND_COUNT] = {"agent", "peer", "profile"};

struct check {
	/* KIND_COUNT: by the name of each file */
	enum kind kind;
	bool trust_given, verbose, print;
	enum trust trust;
	struct key_owners owners;
};

/* What a file is parsed into; static, as a peer is large. */
static union {
	struct agent_conf agent;
	struct peer peer;
	struct profile profile;
} parsed;

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

static enum kind guess_kind(const char *path)
{
	char cwd[CWD_MAX];
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

/* The peer's or profile's name: the file's own, without ".conf". */
static int name_of(const char *path, char name[NAME_MAX_LEN + 1], struct policy_error *err)
{
	static const char suffix[] = ".conf";
	const char *base = base_of(path);
	size_t len = strlen(base), cut = sizeof suffix - 1;

	if (len > cut && len - cut <= NAME_MAX_LEN &&
	    strcmp(base + len - cut, suffix) == 0) {
		memcpy(name, base, len - cut);
		name[len - cut] = '\0';
		if (policy_name_valid(name))
			return 0;
	}
	return error_file(err, path, 0,
			  "expected a file NAME.conf, of at most %d letters, digits, _ "
			  "and -, beginning with a letter or a digit",
			  NAME_MAX_LEN);
}

/* Where root's files are told by their place, that place must be an absolute path. */
static enum trust trust_of(const struct check *c, const char *path)
{
	char cwd[CWD_MAX];

	if (c->trust_given)
		return c->trust;
	if (path[0] == '/')
		return trust_default(path);
	return getcwd(cwd, sizeof cwd) == NULL ? TRUST_ANY : trust_default(cwd);
}

/* A trusted walk starts at "/": a relative path is meant from here. */
static int make_absolute(const char *path, char out[CWD_MAX], struct policy_error *err)
{
	size_t used = 0;
	int n;

	if (path[0] != '/') {
		if (getcwd(out, CWD_MAX) == NULL)
			return error_file(err, path, errno,
					  "cannot tell the current directory");
		used = strlen(out);
		while (strncmp(path, "./", 2) == 0)
			path += 2;
	}
	n = snprintf(out + used, CWD_MAX - used, "%s%s", used > 0 ? "/" : "", path);
	return n >= 0 && (size_t)n < CWD_MAX - used
		   ? 0
		   : error_file(err, path, ENAMETOOLONG, "cannot open it");
}

static int parse_kind(struct check *c, enum kind kind, const char *path,
		      struct policy_error *err)
{
	enum trust trust = trust_of(c, path);
	char name[NAME_MAX_LEN + 1], absolute[CWD_MAX];
	const char *text, *from = path;
	size_t len;

	if (strlen(path) >= POLICY_PATH_MAX)
		return error_file(err, path, ENAMETOOLONG, "cannot open it");
	if (kind != KIND_AGENT && name_of(path, name, err) < 0)
		return -1;
	if (trust == TRUST_ROOT) {
		if (make_absolute(path, absolute, err) < 0)
			return -1;
		from = absolute;
	}
	if (policy_read(from, trust, &text, &len, err) < 0)
		return -1;
	if (kind == KIND_AGENT)
		return policy_parse_agent(path, text, len, &parsed.agent, err);
	if (kind == KIND_PROFILE)
		return profile_parse(path, name, text, len, &parsed.profile, err);
	if (policy_parse_peer(path, name, text, len, &parsed.peer, err) < 0)
		return -1;
	return key_owners_add(&c->owners, &parsed.peer, err);
}

static void print_kind(enum kind kind)
{
	if (kind == KIND_AGENT)
		print_agent(&parsed.agent, stdout);
	else if (kind == KIND_PROFILE)
		print_profile(&parsed.profile, stdout);
	else
		print_peer(&parsed.peer, stdout);
}

static enum exit_code check_file(struct check *c, const char *path)
{
	enum kind kind = c->kind == KIND_COUNT ? guess_kind(path) : c->kind;
	struct policy_error err;

	if (parse_kind(c, kind, path, &err) < 0) {
		complain(&err);
		return EXIT_POLICY;
	}
	if (c->verbose)
		(void)printf("%s: good (%s)\n", path, kind_names[kind]);
	if (c->print)
		print_kind(kind);
	return EXIT_DONE;
}

static int parse_kind_name(const char *word, enum kind *out)
{
	for (*out = KIND_AGENT; *out < KIND_COUNT; (*out)++)
		if (strcmp(word, kind_names[*out]) == 0)
			return 0;
	return -1;
}

static enum exit_code take_options(struct check *c, int argc, char **argv)
{
	static const struct option options[] = {{"kind", required_argument, NULL, 'k'},
						{"trust", required_argument, NULL, 't'},
						{"print", no_argument, NULL, 'p'},
						{"verbose", no_argument, NULL, 'v'},
						{0}};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "+pv", options, NULL)) != -1) {
		if (option == 'k') {
			if (parse_kind_name(optarg, &c->kind) < 0)
				return usage_error("--kind is agent, peer or profile");
		} else if (option == 't') {
			if (trust_parse(optarg, &c->trust) < 0)
				return usage_error("--trust is root or any");
			c->trust_given = true;
		} else if (option == 'p') {
			c->print = true;
		} else if (option == 'v') {
			c->verbose = true;
		} else {
			return usage_error("check does not take such an option");
		}
	}
	return optind < argc ? EXIT_DONE : usage_error("check needs a file");
}

enum exit_code cmd_check(int argc, char **argv)
{
	struct check c = {.kind = KIND_COUNT};
	enum exit_code code = take_options(&c, argc, argv);

	if (code != EXIT_DONE)
		return code;
	for (int i = optind; i < argc; i++) {
		enum exit_code one = check_file(&c, argv[i]);

		if (one != EXIT_DONE)
			code = one;
	}
	key_owners_free(&c.owners);
	return code;
}
