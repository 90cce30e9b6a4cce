/* SPDX-License-Identifier: ISC */
/*
 * What pam_access answers for the account: the first line of access.conf(5) that has it,
 * and where peers come from, decides.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/tool/audit/host.h"
#include "policy/tool/audit/host_names.h"
#include "policy/tool/audit/host_pam.h"
#include "policy/tool/audit/pam_text.h"

/* More networks of From than these change nothing. */
enum { NETWORKS_MAX = 256 };

/* pam_access's own (BUFSIZ): what is longer comes to it in pieces. */
enum { LINE_TEXT_MAX = 8192 };

static const char between[] = " \t,", except[] = "EXCEPT";

static enum match match_user(struct host *host, const struct ip_prefix *from,
			     const char *word)
{
	char group[ACCOUNT_MAX_LEN + 2];
	const size_t len = strlen(word);

	(void)from;
	if (strcmp(word, "ALL") == 0 || strcmp(word, host->account.name) == 0)
		return MATCH_YES;
	if (word[0] == '@' || strchr(word, '@') != NULL)
		return MATCH_PERHAPS;
	if (word[0] == '(' && len > 2 && len < sizeof group) {
		snprintf(group, sizeof group, "%.*s", (int)len - 2, word + 1);
		return host_pam_in_group(host, group) ? MATCH_YES : MATCH_NO;
	}
	return host_pam_in_group(host, word) ? MATCH_YES : MATCH_NO;
}

/* Whether who comes from there is within the network. */
static enum match match_network(const struct ip_prefix *from,
				const struct ip_prefix *network)
{
	if (from == NULL)
		return MATCH_PERHAPS;
	if (ip_prefix_covers(network, from))
		return MATCH_YES;
	return ip_prefix_covers(from, network) ? MATCH_PERHAPS : MATCH_NO;
}

static enum match match_origin(struct host *host, const struct ip_prefix *from,
			       const char *word)
{
	struct ip_prefix network;

	(void)host;
	if (strcmp(word, "ALL") == 0)
		return MATCH_YES;
	/* A login by sshd has a host, and neither a terminal nor a console. */
	if (strcmp(word, "LOCAL") == 0 || strncmp(word, "tty", 3) == 0 || word[0] == ':')
		return MATCH_NO;
	if (ip_network_parse(word, &network, NULL) == 0)
		return match_network(from, &network);
	/* A service's name, such as cron, is never a host with a dot. */
	return strpbrk(word, ".@:") == NULL ? MATCH_NO : MATCH_PERHAPS;
}

/* A list with what stands behind EXCEPT taken out of it. */
typedef enum match match_function(struct host *host, const struct ip_prefix *from,
				  const char *word);

static enum match match_list(struct host *host, const struct ip_prefix *from, char *list,
			     match_function *one)
{
	enum match most = MATCH_NO, out;
	char *rest = NULL;

	for (const char *word = strtok_r(list, between, &rest); word != NULL;
	     word = strtok_r(NULL, between, &rest)) {
		enum match match;

		if (strcmp(word, except) == 0) {
			out = match_list(host, from, rest, one);
			return out == MATCH_YES				   ? MATCH_NO
			       : out == MATCH_PERHAPS && most == MATCH_YES ? MATCH_PERHAPS
									   : most;
		}
		match = one(host, from, word);
		most = match > most ? match : most;
	}
	return most;
}

/* From that network; from NULL, from anywhere. */
static enum match match_origins_from(struct host *host, const char *origins,
				     const struct ip_prefix *from)
{
	char *list = strdup(origins);
	enum match match;

	if (list == NULL) {
		host->findings->lost = true;
		return MATCH_PERHAPS;
	}
	match = match_list(host, from, list, match_origin);
	free(list);
	return match;
}

/* All that peers come from, or nothing of it; else it is not known. */
static enum match match_origins(struct host *host, const char *origins)
{
	enum match all;

	if (host->nfrom == 0)
		return match_origins_from(host, origins, NULL);
	all = match_origins_from(host, origins, &host->from[0].network);
	for (size_t i = 1; i < host->nfrom && i < NETWORKS_MAX; i++)
		if (match_origins_from(host, origins, &host->from[i].network) != all)
			return MATCH_PERHAPS;
	return all;
}

/* True when the line decides. */
static bool take_line(struct host *host, const char *path, unsigned number, char *line,
		      struct pam_answer *answer)
{
	char *users, *origins, *permission = line + strspn(line, " \t");
	enum match match, from;

	if (strlen(line) >= LINE_TEXT_MAX) {
		pam_doubt(answer);
		return true;
	}
	users = strchr(line, ':');
	origins = users == NULL ? NULL : strchr(users + 1, ':');
	if (line[0] == '#' || origins == NULL)
		return false;
	*users++ = '\0';
	*origins++ = '\0';
	match = match_list(host, NULL, users, match_user);
	from = match == MATCH_NO ? MATCH_NO : match_origins(host, origins);
	if (from == MATCH_NO)
		return false;
	if (match == MATCH_PERHAPS || from == MATCH_PERHAPS)
		pam_doubt(answer);
	else if (permission[0] == '-')
		pam_refuse(answer, "perm_denied", "%s:%u", path, number);
	return true;
}

static bool take_file(struct host *host, const char *path, struct pam_answer *answer)
{
	char *text = host_read(host, path, NULL), *rest = text;
	bool decided = false;
	unsigned number = 1;

	for (char *line; !decided && rest != NULL && (line = strsep(&rest, "\n")) != NULL;
	     number++)
		decided = take_line(host, path, number, line, answer);
	free(text);
	return decided;
}

void host_pam_access(struct host *host, struct pam_answer *answer)
{
	const char *path = "/etc/security/access.conf", *value;
	struct host_names more = {0};

	for (const char *word; (word = pam_word(&answer->args)) != NULL;) {
		if ((value = pam_value(word, "accessfile")) != NULL)
			path = value;
		/* Other separators make other lines. */
		else if (strstr(word, "sep=") != NULL)
			pam_doubt(answer);
	}
	if (!answer->sure || take_file(host, path, answer))
		return;
	/* Which come in their order; most hosts have none. */
	(void)host_names_list(host, "/etc/security/access.d", &more);
	if (more.count > 0)
		pam_doubt(answer);
	host_names_free(&more);
}
