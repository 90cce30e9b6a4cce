/* SPDX-License-Identifier: ISC */
/* Up and Down of a profile: whether they can be run, and who could have written them. */
#include <stdio.h>
#include <unistd.h>

#include "policy/language/trusted.h"
#include "policy/tool/audit/host.h"

struct hook_question {
	struct host *host;
	const struct profile *profile;
	/* root, or the user of RunAs */
	uid_t owner;
};

static void find(const struct hook_question *q, enum rule_name rule, const char *keyword,
		 const char *path, const char *what)
{
	host_find(q->host, rule, path, 0, "%s (%s of profile %s)", what, keyword,
		  q->profile->name);
}

/* By the walk that vpn-connect takes. */
static void judge_living(const struct hook_question *q, const char *keyword,
			 const char *path)
{
	struct error err = {0};
	const int fd = trusted_open_program_of(path, q->owner, &err);

	if (fd >= 0)
		close(fd);
	else
		find(q, err.untrusted ? RULE_HOOK_UNTRUSTED : RULE_HOOK_MISSING, keyword,
		     path, err.text);
}

/* In a copy only the file itself counts: the directories above it are the copy's. */
static void judge_copy(const struct hook_question *q, const char *keyword, const char *path)
{
	char what[FINDING_TEXT_MAX];
	struct stat st;

	if (host_stat(q->host, path, &st) < 0) {
		find(q, RULE_HOOK_MISSING, keyword, path, host_why());
		return;
	}
	/* It may have lost its modes. */
	if (!S_ISREG(st.st_mode) ||
	    (q->host->owners && (st.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0)) {
		snprintf(what, sizeof what, "it is not a program (mode %04o)",
			 host_mode(&st));
		find(q, RULE_HOOK_MISSING, keyword, path, what);
		return;
	}
	if (!q->host->owners || ((st.st_uid == 0 || st.st_uid == q->owner) &&
				 (st.st_mode & (S_IWGRP | S_IWOTH)) == 0))
		return;
	snprintf(what, sizeof what, "it is owned by uid %u, mode %04o", (unsigned)st.st_uid,
		 host_mode(&st));
	find(q, RULE_HOOK_UNTRUSTED, keyword, path, what);
}

static void judge(const struct hook_question *q, const char *keyword, const char *path)
{
	if (path[0] == '\0')
		return;
	if (q->host->living)
		judge_living(q, keyword, path);
	else
		judge_copy(q, keyword, path);
}

void host_hooks(struct host *host, const struct profile *profile, const struct user *user)
{
	const struct hook_question q = {
	    .host = host,
	    .profile = profile,
	    .owner = profile->hook_as == HOOK_AS_ROOT ? 0 : user->uid};

	judge(&q, "Up", profile->up);
	judge(&q, "Down", profile->down);
}
