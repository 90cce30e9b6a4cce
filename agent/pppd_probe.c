/* SPDX-License-Identifier: ISC */
#include "agent/pppd_probe.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/child.h"
#include "agent/base/deadline.h"
#include "agent/base/descriptors.h"
#include "agent/confine/confine.h"

enum { VERSION_TIMEOUT_MS = 2000, VERSION_TEXT_MAX = 256 };

/* One probe: the words of its answer. */
struct probe {
	const struct plan *plan;
	uid_t uid;
	gid_t gid;
	/* before --version, or NULL */
	const char *word;
};

/* With --version it prints its version and exits; the process is not part of a session. */
static void ask_instead(const struct probe *probe, struct plan *out)
{
	static char option[] = "--version", known[] = PPPD_WORD_IPV6;
	size_t used = 1;

	*out = *probe->plan;
	if (probe->word != NULL)
		out->words.argv[used++] = known;
	out->words.argv[used++] = option;
	out->words.argv[used] = NULL;
}

static void run_in_child(const void *arg, int out)
{
	const struct probe *probe = arg;
	const struct confine confine = {
	    .profile = CONFINE_PPPD,
	    .uid = probe->uid,
	    .gid = probe->gid,
	    .target_fd = probe->plan->fd,
	};
	struct plan version;
	struct confine_report report;
	struct error err;

	ask_instead(probe, &version);
	/* In case the agent is gone already. */
	alarm(VERSION_TIMEOUT_MS / 1000 + 1);
	/* Nothing of the session's, nor of the client's. */
	if (descriptors_standard(-1, out, out) != 0 ||
	    descriptors_close(STDERR_FILENO + 1, CONFINE_EXEC_FD - 1) != 0 ||
	    confine_apply(&confine, &report, &err) != 0)
		_exit(EXIT_SYSTEM);
	plan_execute(&version);
	_exit(EXIT_SYSTEM);
}

/* What it said, cut; "" when it said nothing in time. */
static void ask(const struct probe *probe, char text[VERSION_TEXT_MAX])
{
	struct child child;

	memset(text, 0, VERSION_TEXT_MAX);
	if (child_start(&child, run_in_child, probe) != 0)
		return;
	/* text is all zero: whatever comes is terminated. */
	deadline_read(child.answer, text, VERSION_TEXT_MAX - 1,
		      monotonic_ms() + VERSION_TIMEOUT_MS);
	child_kill(&child);
}

void pppd_probe(const struct plan *plan, uid_t uid, gid_t gid, struct pppd_nature *out)
{
	struct probe probe = {plan, uid, gid, PPPD_WORD_IPV6};
	char text[VERSION_TEXT_MAX];

	*out = (struct pppd_nature){0};
	ask(&probe, text);
	/* It printed something else, an error perhaps: is that because of the word? */
	if (text[0] != '\0' && !pppd_version_told(text)) {
		probe.word = NULL;
		ask(&probe, text);
		out->lacks_ipv6 = pppd_version_told(text);
	}
	out->without_root = pppd_version_suffices(text);
	out->always_asks = pppd_version_always_asks(text);
}
