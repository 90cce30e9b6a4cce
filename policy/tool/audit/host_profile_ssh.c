/* SPDX-License-Identifier: ISC */
/* How ssh of RunAs would connect for a profile, which `ssh -G` tells, and whether it knows
 * the remote's host key. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/core/ssh_answer.h"
#include "agent/core/ssh_destination.h"
#include "policy/language/paths.h"
#include "policy/tool/audit/host.h"
#include "policy/tool/audit/run.h"
#include "policy/tool/audit/word_list.h"

struct ssh_question {
	struct host *host;
	const struct profile *profile;
	/* One of the profile's gateways. */
	const char *gateway;
	const struct user *user;
	struct ssh_answer answer;
	/* The profile's own file. */
	char file[PATH_TEXT_MAX];
};

/* Whether ssh-keygen finds a key of that name in the file that is not marked as revoked.
 * *sure becomes false when it could not be asked. */
static bool is_known_in(const struct ssh_question *q, char *name, char *path, bool *sure)
{
	char program[] = "/usr/bin/ssh-keygen", find[] = "-F", in[] = "-f";
	char *const argv[] = {program, find, name, in, path, NULL};
	struct run_output output;
	struct error err;
	bool known;

	if (run_program_as(q->user, q->host->profile_until, argv, &output, &err) < 0) {
		*sure = false;
		return false;
	}
	known = ssh_answer_found(output.out);
	run_free(&output);
	return known;
}

/* The next file of a list of known_hosts: 1 with path; 0 for none, or for one whose path
 * only ssh can tell; -1 at the end. *at moves on. */
static int next_file(const struct ssh_question *q, const char **at, bool *sure,
		     char path[PATH_TEXT_MAX])
{
	char word[PATH_TEXT_MAX];
	const size_t len = strcspn(*at, " ");
	const char *begin = *at;

	if (len == 0)
		return -1;
	*at += len + strspn(begin + len, " ");
	snprintf(word, sizeof word, "%.*s", (int)len, begin);
	if (strcmp(word, "none") == 0)
		return 0;
	if (len < sizeof word && ssh_answer_path(q->user->home, word, path))
		return 1;
	*sure = false;
	return 0;
}

/* Whether one of the files in that setting has it. *sure becomes false when one could not
 * be looked at. */
static bool is_known(const struct ssh_question *q, const char *keyword, char *name,
		     bool *sure)
{
	const char *at = ssh_answer_value(&q->answer, keyword);
	char path[PATH_TEXT_MAX];
	int next;

	while ((next = next_file(q, &at, sure, path)) >= 0)
		if (next > 0 && is_known_in(q, name, path, sure))
			return true;
	return false;
}

/* Each of them counts, whichever has the key now: ssh takes a key from any. */
static void judge_known_files(const struct ssh_question *q)
{
	static const char *const settings[] = {"userknownhostsfile",
					       "globalknownhostsfile"};
	char path[PATH_TEXT_MAX];
	bool sure = true;
	int next;

	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		const char *at = ssh_answer_value(&q->answer, settings[i]);

		while ((next = next_file(q, &at, &sure, path)) >= 0)
			if (next > 0)
				host_ssh_file(q->host, q->profile, q->user, path);
	}
}

static void judge_host_key(const struct ssh_question *q)
{
	const char *checking = ssh_answer_value(&q->answer, "stricthostkeychecking");
	char name[KNOWN_NAME_MAX];
	bool sure = true;

	if (word_list_has("no off false accept-new", " ", checking)) {
		host_find(q->host, RULE_HOST_KEY_UNCHECKED, q->file, 0,
			  "StrictHostKeyChecking %s, in the ssh_config of %s", checking,
			  q->user->name);
		return;
	}
	if (!ssh_answer_known_name(&q->answer, name)) {
		host_find(q->host, RULE_NOT_LOOKED_AT, q->file, 0,
			  "whether ssh of %s knows the host key of the remote: its name is "
			  "too long",
			  q->user->name);
		return;
	}
	/* Keys can also come from these. */
	if (ssh_answer_says(ssh_answer_value(&q->answer, "knownhostscommand")) ||
	    word_list_has("true yes", " ",
			  ssh_answer_value(&q->answer, "verifyhostkeydns")))
		sure = false;
	if (is_known(q, "userknownhostsfile", name, &sure) ||
	    is_known(q, "globalknownhostsfile", name, &sure))
		return;
	host_find(q->host, sure ? RULE_HOST_KEY_UNKNOWN : RULE_NOT_LOOKED_AT, q->file, 0,
		  "the host key of %s is in no known_hosts that ssh of %s looks at%s", name,
		  q->user->name, sure ? "" : ", but not all of them could be");
}

static bool has_agent(const struct ssh_question *q)
{
	return ssh_answer_says(ssh_answer_value(&q->answer, "identityagent"));
}

/* Without IdentityFile ssh tries its own list of files: one of them must be a usable key.
 */
static void judge_default_keys(const struct ssh_question *q)
{
	const char *at = q->answer.at, *value;
	char path[PATH_TEXT_MAX];
	bool sure = true, closed = false;

	while ((value = ssh_answer_next(&q->answer, &at, "identityfile")) != NULL) {
		enum private_key kind;

		if (!ssh_answer_path(q->user->home, value, path)) {
			sure = false;
			continue;
		}
		(void)user_enter(q->host, q->user);
		kind = host_read_key(q->host, path);
		user_leave(q->host);
		if (kind == PRIVATE_KEY_OPEN)
			return;
		closed |= kind == PRIVATE_KEY_AGENT;
	}
	if (has_agent(q) || !sure)
		return;
	host_find(q->host, closed ? RULE_IDENTITY_PASSPHRASE : RULE_IDENTITY_FILE, q->file,
		  0, "%s has no key that ssh could use without asking", q->user->name);
}

static void judge_agent_key(struct host *host, const struct profile *profile)
{
	host_find(host, RULE_IDENTITY_PASSPHRASE, profile->identity, 0,
		  "only an agent can use it (profile %s)", profile->name);
}

static void judge_answer(const struct ssh_question *q, bool needs_agent)
{
	const char *jump = ssh_answer_value(&q->answer, "proxyjump");

	judge_known_files(q);
	judge_host_key(q);
	if (q->profile->identity[0] == '\0')
		judge_default_keys(q);
	else if (needs_agent && !has_agent(q))
		judge_agent_key(q->host, q->profile);
	if (ssh_answer_says(jump))
		host_find(q->host, RULE_NOT_LOOKED_AT, q->file, 0,
			  "whether ssh of %s knows the host key of its jump host %s",
			  q->user->name, jump);
}

/* False, with a finding, when ssh cannot be run or rejects its configuration. */
static bool ask(struct ssh_question *q, struct run_output *output)
{
	struct words command = {0};
	struct error err;
	char line[FINDING_TEXT_MAX];

	words_add_pair(&command, PATH_SSH, "-G");
	ssh_destination_add(&command, q->profile, q->gateway);
	if (command.overflow)
		(void)error_set(&err, "its command line is too long");
	if (command.overflow || run_program_as(q->user, q->host->profile_until,
					       command.argv, output, &err) < 0) {
		host_find(q->host, RULE_NOT_LOOKED_AT, q->file, 0,
			  "how ssh of %s would connect: %s", q->user->name, err.text);
		return false;
	}
	if (output->status == 0)
		return true;
	host_find(q->host, RULE_SSH_CONFIG, q->file, 0, "ssh of %s says \"%s\"",
		  q->user->name, run_first_line(output->err, line, sizeof line));
	run_free(output);
	return false;
}

static void look_at_gateway(struct ssh_question *q, bool needs_agent)
{
	struct run_output output;

	if (!ask(q, &output))
		return;
	ssh_answer_take(&q->answer, output.out);
	judge_answer(q, needs_agent);
	run_free(&output);
}

void host_profile_ssh(struct host *host, const struct profile *profile,
		      const struct user *user, bool needs_agent)
{
	struct ssh_question q = {.host = host, .profile = profile, .user = user};

	snprintf(q.file, sizeof q.file, PATH_PROFILES_DIR "/%s.conf", profile->name);
	if (!host->living || (geteuid() != 0 && geteuid() != user->uid)) {
		host_find(host, RULE_NOT_LOOKED_AT, "", 0,
			  "the ssh_config and known_hosts of RunAs: only root on the host "
			  "itself can ask ssh as that user");
		if (needs_agent)
			judge_agent_key(host, profile);
		return;
	}
	for (size_t i = 0; i < profile->nhosts; i++) {
		q.gateway = profile->hosts[i].name;
		look_at_gateway(&q, needs_agent);
	}
}
