/* SPDX-License-Identifier: ISC */
/* What pam_access answers for the account: the first line of access.conf(5) that matches
 * the account and where peers come from decides. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/tool/audit/host.h"
#include "policy/tool/audit/host_names.h"
#include "policy/tool/audit/host_pam.h"
#include "policy/tool/audit/pam_text.h"

/* Networks of From that are looked at. */
enum { NETWORKS_MAX = 256 };

/* pam_access's own limit (BUFSIZ): it reads a longer line in pieces. */
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

/* Whether a peer that comes from there is in the network. */
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
	/* A login by sshd comes from a host, not from a terminal or the console. */
	if (strcmp(word, "LOCAL") == 0 || strncmp(word, "tty", 3) == 0 || word[0] == ':')
		return MATCH_NO;
	if (ip_network_parse(word, &network, NULL) == 0)
		return match_network(from, &network);
	/* A word without these is the name of a service, such as cron, or of a host without
	 * a domain. */
	return strpbrk(word, ".@:") == NULL ? MATCH_NO : MATCH_PERHAPS;
}

/* Words after EXCEPT are exceptions from those before it. */
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

/* For a peer from that network; NULL: from anywhere. */
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

/* YES or NO when it is the same for all networks that peers come from, otherwise PERHAPS.
 */
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
		/* With other separators the lines mean something else. */
		else if (strstr(word, "sep=") != NULL)
			pam_doubt(answer);
	}
	if (!answer->sure || take_file(host, path, answer))
		return;
	/* These files are read after the first one; hardly any host has some. */
	(void)host_names_list(host, "/etc/security/access.d", &more);
	if (more.count > 0)
		pam_doubt(answer);
	host_names_free(&more);
}
