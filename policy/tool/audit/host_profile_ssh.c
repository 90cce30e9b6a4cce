/* SPDX-License-Identifier: ISC */
/* What RunAs's ssh makes of a profile, by its own word (ssh -G), and whether it knows the
 * host that it is to reach. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/core/ssh_destination.h"
#include "policy/language/paths.h"
#include "policy/tool/audit/host.h"
#include "policy/tool/audit/private_key.h"
#include "policy/tool/audit/run.h"

enum {
	SETTING_MAX = 4096,
	SSH_PORT = 22,
	SHOWN_MAX = 160,
	NAME_SHOWN_MAX = HOST_MAX_LEN + 16
};

struct ssh_question {
	struct host *host;
	const struct profile *profile;
	const struct user *user;
	/* What ssh -G says. */
	const char *answer;
	/* The profile's own file. */
	char file[PATH_TEXT_MAX];
};

/* The next line of that keyword, from *at on; its value, cut to size. */
static bool next_setting(const char **at, const char *keyword, char value[SETTING_MAX])
{
	const size_t len = strlen(keyword);

	while (**at != '\0') {
		const char *line = *at;

		*at += strcspn(line, "\n");
		*at += **at == '\n' ? 1 : 0;
		if (strncmp(line, keyword, len) != 0 || line[len] != ' ')
			continue;
		snprintf(value, SETTING_MAX, "%.*s", (int)strcspn(line + len + 1, "\r\n"),
			 line + len + 1);
		return true;
	}
	return false;
}

static bool setting(const struct ssh_question *q, const char *keyword,
		    char value[SETTING_MAX])
{
	const char *at = q->answer;

	value[0] = '\0';
	return next_setting(&at, keyword, value);
}

static bool setting_is(const struct ssh_question *q, const char *keyword, const char *words)
{
	char value[SETTING_MAX];
	const size_t len = setting(q, keyword, value) ? strlen(value) : 0;
	const char *found = len > 0 ? strstr(words, value) : NULL;

	return found != NULL && (found == words || found[-1] == ' ') &&
	       (found[len] == '\0' || found[len] == ' ');
}

/* A path of ssh's, which may begin with the home; false for what only ssh can expand. */
static bool expand(const struct ssh_question *q, const char *path, char out[PATH_TEXT_MAX])
{
	if (strchr(path, '%') != NULL || strchr(path, '$') != NULL)
		return false;
	if (strncmp(path, "~/", 2) == 0)
		return path_join(q->user->home, path + 2, out) == 0;
	return path[0] == '/' && path_tidy(path, out) == 0;
}

/* The name that known_hosts has: of another port in brackets (sshd(8)). */
static const char *known_name(const struct ssh_question *q, char name[SETTING_MAX])
{
	char host[SETTING_MAX], port[SETTING_MAX];

	if (setting(q, "hostkeyalias", name) && strcmp(name, "none") != 0)
		return name;
	(void)setting(q, "hostname", host);
	if (!setting(q, "port", port) || strtol(port, NULL, 10) == SSH_PORT)
		snprintf(name, SETTING_MAX, "%s", host);
	else
		snprintf(name, SETTING_MAX, "[%.*s]:%.8s", HOST_MAX_LEN, host, port);
	return name;
}

/* Whether ssh-keygen finds a key there that is not one of a list of revoked ones. */
static bool is_known_in(const struct ssh_question *q, char *name, char *path)
{
	static char program[] = "/usr/bin/ssh-keygen", find[] = "-F", in[] = "-f";
	char *const argv[] = {program, find, name, in, path, NULL};
	struct run_output output;
	struct error err;
	bool known = false;

	if (run_program_as(q->user, argv, &output, &err) < 0)
		return false;
	for (const char *at = output.out; (at = strstr(at, " found: line ")) != NULL;) {
		const char *end = at + strcspn(at, "\n");

		known |= memmem(at, (size_t)(end - at), "REVOKED", 7) == NULL;
		at = end;
	}
	run_free(&output);
	return known;
}

/* In one of the files of that setting. *sure: each of them could be looked at. */
static bool is_known(const struct ssh_question *q, const char *keyword, char *name,
		     bool *sure)
{
	char value[SETTING_MAX], path[PATH_TEXT_MAX], *rest = value;

	if (!setting(q, keyword, value))
		return false;
	for (const char *word; (word = strsep(&rest, " ")) != NULL;) {
		if (word[0] == '\0' || strcmp(word, "none") == 0)
			continue;
		if (!expand(q, word, path))
			*sure = false;
		else if (is_known_in(q, name, path))
			return true;
	}
	return false;
}

static void judge_host_key(const struct ssh_question *q)
{
	char value[SETTING_MAX], name[SETTING_MAX];
	bool sure = true;

	(void)known_name(q, name);
	if (setting_is(q, "stricthostkeychecking", "no off false accept-new")) {
		(void)setting(q, "stricthostkeychecking", value);
		host_find(q->host, RULE_HOST_KEY_UNCHECKED, q->file, 0,
			  "StrictHostKeyChecking %s, in the ssh_config of %s", value,
			  q->user->name);
		return;
	}
	/* Either may know more than the files. */
	if ((setting(q, "knownhostscommand", value) && strcmp(value, "none") != 0) ||
	    setting_is(q, "verifyhostkeydns", "true yes"))
		sure = false;
	if (is_known(q, "userknownhostsfile", name, &sure) ||
	    is_known(q, "globalknownhostsfile", name, &sure))
		return;
	host_find(q->host, sure ? RULE_HOST_KEY_UNKNOWN : RULE_NOT_LOOKED_AT, q->file, 0,
		  "the host key of %.*s is in no known_hosts that ssh of %s looks at%s",
		  NAME_SHOWN_MAX, name, q->user->name,
		  sure ? "" : ", but not all of them could be");
}

static bool has_agent(const struct ssh_question *q)
{
	char value[SETTING_MAX];

	return setting(q, "identityagent", value) && strcmp(value, "none") != 0;
}

/* The profile leaves it to ssh: some key has to be there, and to be of use. */
static void judge_default_keys(const struct ssh_question *q)
{
	const char *at = q->answer;
	char value[SETTING_MAX], path[PATH_TEXT_MAX];
	const bool agent = has_agent(q);
	bool sure = true, closed = false;

	while (next_setting(&at, "identityfile", value)) {
		enum private_key kind;

		if (!expand(q, value, path)) {
			sure = false;
			continue;
		}
		(void)user_enter(q->host, q->user);
		kind = private_key_read(q->host, path);
		user_leave(q->host);
		if (kind == PRIVATE_KEY_OPEN)
			return;
		closed |= kind == PRIVATE_KEY_AGENT;
	}
	if (agent || !sure)
		return;
	host_find(q->host, closed ? RULE_IDENTITY_PASSPHRASE : RULE_IDENTITY_FILE, q->file,
		  0, "%s has no key that ssh could use without asking", q->user->name);
}

static void judge_answer(const struct ssh_question *q, bool needs_agent)
{
	char value[SETTING_MAX];

	judge_host_key(q);
	if (q->profile->identity[0] == '\0')
		judge_default_keys(q);
	else if (needs_agent && !has_agent(q))
		host_find(q->host, RULE_IDENTITY_PASSPHRASE, q->profile->identity, 0,
			  "only an agent can use it (profile %s)", q->profile->name);
	if (setting(q, "proxyjump", value) && strcmp(value, "none") != 0)
		host_find(q->host, RULE_NOT_LOOKED_AT, q->file, 0,
			  "what ssh of %s knows of its jump host %.*s", q->user->name,
			  SHOWN_MAX, value);
}

/* False when ssh cannot be asked, or does not take its configuration: a finding then. */
static bool ask(struct ssh_question *q, struct run_output *output)
{
	static struct words command;
	struct error err;
	char line[SHOWN_MAX];

	command = (struct words){0};
	words_add_pair(&command, PATH_SSH, "-G");
	ssh_destination_add(&command, q->profile);
	if (command.overflow)
		return false;
	if (run_program_as(q->user, command.argv, output, &err) < 0) {
		host_find(q->host, RULE_NOT_LOOKED_AT, q->file, 0,
			  "what ssh of %s makes of it: %s", q->user->name, err.text);
		return false;
	}
	if (output->status == 0)
		return true;
	host_find(q->host, RULE_SSH_CONFIG, q->file, 0, "ssh of %s says \"%s\"",
		  q->user->name, run_first_line(output->err, line, sizeof line));
	run_free(output);
	return false;
}

void host_profile_ssh(struct host *host, const struct profile *profile,
		      const struct user *user, bool needs_agent)
{
	struct ssh_question q = {.host = host, .profile = profile, .user = user};
	struct run_output output;

	snprintf(q.file, sizeof q.file, PATH_PROFILES_DIR "/%s.conf", profile->name);
	if (!host->living || (geteuid() != 0 && geteuid() != user->uid)) {
		host_find(host, RULE_NOT_LOOKED_AT, "", 0,
			  "the ssh_config and known_hosts of RunAs: only root on the host "
			  "itself can ask ssh as that user");
		if (needs_agent)
			host_find(host, RULE_IDENTITY_PASSPHRASE, profile->identity, 0,
				  "only an agent can use it (profile %s)", profile->name);
		return;
	}
	if (!ask(&q, &output))
		return;
	q.answer = output.out;
	judge_answer(&q, needs_agent);
	run_free(&output);
}
