/* SPDX-License-Identifier: ISC */
/*
 * What pam_access answers for the account: the first line of access.conf(5) that has it,
 * and where peers come from, decides.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/tool/audit/host.h"
#include "policy/tool/audit/host_pam.h"
#include "policy/tool/audit/pam_text.h"

/* More networks of From than these change nothing. */
enum { NETWORKS_MAX = 256 };

/* pam_access's own (BUFSIZ): what is longer comes to it in pieces. */
enum { LINE_TEXT_MAX = 8192 };

/* Whether a list has the login; where it comes from may not be known. */
enum access_match { HAS_NOT, HAS_PERHAPS, HAS };

static const char between[] = " \t,", except[] = "EXCEPT";

static enum access_match has_user(struct host *host, const struct ip_prefix *from,
				  const char *word)
{
	char group[ACCOUNT_MAX_LEN + 2];
	const size_t len = strlen(word);

	(void)from;
	if (strcmp(word, "ALL") == 0 || strcmp(word, host->account.name) == 0)
		return HAS;
	if (word[0] == '@' || strchr(word, '@') != NULL)
		return HAS_PERHAPS;
	if (word[0] == '(' && len > 2 && len < sizeof group) {
		snprintf(group, sizeof group, "%.*s", (int)len - 2, word + 1);
		return host_pam_in_group(host, group) ? HAS : HAS_NOT;
	}
	return host_pam_in_group(host, word) ? HAS : HAS_NOT;
}

/* Whether who comes from there is within the network. */
static enum access_match has_network(const struct ip_prefix *from,
				     const struct ip_prefix *network)
{
	if (from == NULL)
		return HAS_PERHAPS;
	if (ip_prefix_covers(network, from))
		return HAS;
	return ip_prefix_covers(from, network) ? HAS_PERHAPS : HAS_NOT;
}

static enum access_match has_origin(struct host *host, const struct ip_prefix *from,
				    const char *word)
{
	struct ip_prefix network = {0};

	(void)host;
	if (strcmp(word, "ALL") == 0)
		return HAS;
	/* A login by sshd has a host, and neither a terminal nor a console. */
	if (strcmp(word, "LOCAL") == 0 || strncmp(word, "tty", 3) == 0 || word[0] == ':')
		return HAS_NOT;
	if (ip_prefix_parse(word, &network, NULL) == 0)
		return has_network(from, &network);
	if (ip_addr_parse(word, &network.addr, NULL) == 0) {
		network.len = network.addr.family == AF_INET ? IPV4_BITS : IPV6_BITS;
		return has_network(from, &network);
	}
	/* A service's name, such as cron, is never a host with a dot. */
	return strpbrk(word, ".@:") == NULL ? HAS_NOT : HAS_PERHAPS;
}

/* A list with what stands behind EXCEPT taken out of it. */
typedef enum access_match has_one(struct host *host, const struct ip_prefix *from,
				  const char *word);

static enum access_match list_has(struct host *host, const struct ip_prefix *from,
				  char *list, has_one *one)
{
	enum access_match most = HAS_NOT, out;
	char *rest = NULL;

	for (const char *word = strtok_r(list, between, &rest); word != NULL;
	     word = strtok_r(NULL, between, &rest)) {
		enum access_match has;

		if (strcmp(word, except) == 0) {
			out = list_has(host, from, rest, one);
			return out == HAS			   ? HAS_NOT
			       : out == HAS_PERHAPS && most == HAS ? HAS_PERHAPS
								   : most;
		}
		has = one(host, from, word);
		most = has > most ? has : most;
	}
	return most;
}

/* From that network; from NULL, from anywhere. */
static enum access_match has_origins_of(struct host *host, const char *origins,
					const struct ip_prefix *from)
{
	char *list = strdup(origins);
	enum access_match has;

	if (list == NULL) {
		host->findings->lost = true;
		return HAS_PERHAPS;
	}
	has = list_has(host, from, list, has_origin);
	free(list);
	return has;
}

/* All that peers come from, or nothing of it; else it is not known. */
static enum access_match has_origins(struct host *host, const char *origins)
{
	enum access_match all;

	if (host->nfrom == 0)
		return has_origins_of(host, origins, NULL);
	all = has_origins_of(host, origins, &host->from[0].network);
	for (size_t i = 1; i < host->nfrom && i < NETWORKS_MAX; i++)
		if (has_origins_of(host, origins, &host->from[i].network) != all)
			return HAS_PERHAPS;
	return all;
}

/* True when the line decides. */
static bool take_line(struct host *host, const char *path, unsigned number, char *line,
		      struct pam_answer *answer)
{
	char *users, *origins, *permission = line + strspn(line, " \t");
	enum access_match has, from;

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
	has = list_has(host, NULL, users, has_user);
	from = has == HAS_NOT ? HAS_NOT : has_origins(host, origins);
	if (from == HAS_NOT)
		return false;
	if (has == HAS_PERHAPS || from == HAS_PERHAPS)
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
	static const char own[] = "accessfile=", dir[] = "/etc/security/access.d";
	const char *path = "/etc/security/access.conf";
	const struct dirent *entry;
	DIR *stream;

	for (const char *word; (word = pam_word(&answer->args)) != NULL;) {
		if (strncmp(word, own, sizeof own - 1) == 0)
			path = word + sizeof own - 1;
		/* Other separators make other lines. */
		else if (strstr(word, "sep=") != NULL)
			pam_doubt(answer);
	}
	if (!answer->sure || take_file(host, path, answer))
		return;
	/* Which come in their order; most hosts have none. */
	stream = host_opendir(host, dir);
	while (stream != NULL && (entry = readdir(stream)) != NULL)
		if (entry->d_name[0] != '.')
			pam_doubt(answer);
	if (stream != NULL)
		closedir(stream);
}
