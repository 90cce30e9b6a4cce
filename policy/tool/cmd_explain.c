/* SPDX-License-Identifier: ISC */
/* vpn-policy explain: what the agent would say to a peer's request, why, and what it would
 * launch. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "policy/language/value.h"
#include "policy/tool/explain/explanation.h"
#include "policy/tool/report/report.h"
#include "policy/tool/vpn-policy.h"

struct explain_options {
	struct explain_question question;
	enum report_format format;
	bool shell, one;
	/* The text of the one request. */
	char request[REQUEST_TEXT_MAX * 2];
};

static enum exit_code take_address(const char *option, struct ip_addr *out)
{
	const char *why;

	return ip_addr_parse(optarg, out, &why) == 0 ? EXIT_DONE
						     : usage_error("%s: %s", option, why);
}

static enum exit_code take_key(struct explain_question *question)
{
	struct public_key key;
	const char *why;

	if (strcmp(optarg, "none") == 0) {
		question->key = EXPLAIN_KEY_NONE;
		return EXIT_DONE;
	}
	if (!key_is_fingerprint(optarg))
		return usage_error("--key is none, or a fingerprint: SHA256:...");
	if (key_parse(optarg, NULL, &key, &why) != 0)
		return usage_error("--key: %s", why);
	question->key = EXPLAIN_KEY_GIVEN;
	memcpy(question->digest, key.digest, sizeof question->digest);
	return EXIT_DONE;
}

static enum exit_code take_option(struct explain_options *c, int option)
{
	const char *why;

	switch (option) {
	case 'f':
		return take_address("--from", &c->question.from);
	case 's':
		return take_address("--server", &c->question.server);
	case 'k':
		return take_key(&c->question);
	case 'a':
		return value_time(optarg, &c->question.now, &why) == 0
			   ? EXIT_DONE
			   : usage_error("--at: %s", why);
	case 'r':
		c->question.root = optarg;
		return EXIT_DONE;
	case 'F':
		c->format = report_format_find(optarg);
		return c->format < REPORT_FORMAT_COUNT
			   ? EXIT_DONE
			   : usage_error("--format is text, json or sarif");
	case 'S':
		c->shell = true;
		return EXIT_DONE;
	default:
		return option_refused(option);
	}
}

static enum exit_code take_options(struct explain_options *c, int argc, char **argv)
{
	static const struct option options[] = {{"from", required_argument, NULL, 'f'},
						{"server", required_argument, NULL, 's'},
						{"key", required_argument, NULL, 'k'},
						{"at", required_argument, NULL, 'a'},
						{"root", required_argument, NULL, 'r'},
						{"format", required_argument, NULL, 'F'},
						{"shell", no_argument, NULL, 'S'},
						{0}};
	enum exit_code code;
	int option;

	opterr = 0;
	/* Options may stand before the peer and behind it; what comes after the request's
	 * first word, or after "--" behind the peer, is the request's. */
	while ((option = getopt_long(argc, argv, "+:", options, NULL)) != -1) {
		code = take_option(c, option);
		if (code != EXIT_DONE)
			return code;
	}
	return EXIT_DONE;
}

/* The words of a request, as ssh(1) puts them together: with blanks between. */
static enum exit_code join_request(struct explain_options *c, int count, char **words)
{
	size_t used = 0;

	c->one = count > 0;
	for (int i = 0; i < count; i++) {
		const int len = snprintf(c->request + used, sizeof c->request - used,
					 "%s%s", i > 0 ? " " : "", words[i]);

		if (len < 0 || (size_t)len >= sizeof c->request - used)
			return usage_error("the request is too long");
		used += (size_t)len;
	}
	return EXIT_DONE;
}

static int report(const struct explain_options *c, const struct explanation *list,
		  size_t count)
{
	struct findings findings = {0};
	int result;

	switch (c->format) {
	case REPORT_JSON:
		return explain_json(&c->question, list, count);
	case REPORT_SARIF:
		for (size_t i = 0; i < count; i++)
			explain_finding(&list[i], &findings);
		findings_sort(&findings);
		result = report_findings(&findings, "explain", REPORT_SARIF);
		findings_free(&findings);
		return result;
	default:
		for (size_t i = 0; i < count; i++) {
			if (i > 0)
				putchar('\n');
			explain_text(&list[i]);
		}
		return 0;
	}
}

/* Every verb when no request is given. */
static size_t answer(const struct explain_options *c, struct explanation list[VERB_COUNT])
{
	if (c->shell || c->one) {
		explain(&c->question, c->shell ? NULL : c->request, &list[0]);
		return 1;
	}
	for (unsigned verb = 0; verb < VERB_COUNT; verb++)
		explain(&c->question, verb_name(verb), &list[verb]);
	return VERB_COUNT;
}

enum exit_code cmd_explain(int argc, char **argv)
{
	static struct explanation list[VERB_COUNT];
	static struct explain_options c = {.question = {.root = ""}};
	enum exit_code code;
	size_t count;

	c.question.now = time(NULL);
	code = take_options(&c, argc, argv);
	if (code != EXIT_DONE)
		return code;
	if (optind >= argc)
		return usage_error("explain needs a peer's name");
	/* Options may stand behind the name as well, before the request. */
	c.question.peer = argv[optind];
	argc -= optind;
	argv += optind;
	optind = 0;
	code = take_options(&c, argc, argv);
	if (code == EXIT_DONE)
		code = join_request(&c, argc - optind, argv + optind);
	if (code != EXIT_DONE)
		return code;
	if (c.shell && c.one)
		return usage_error("--shell is in place of a request");
	count = answer(&c, list);
	if (report(&c, list, count) != 0)
		return EXIT_SYSTEM;
	for (size_t i = 0; i < count; i++)
		if (list[i].code == EXIT_DONE)
			return EXIT_DONE;
	return list[0].code;
}
