/* SPDX-License-Identifier: ISC */
#include "local/ready_apart.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "agent/confine.h"
#include "agent/deadline.h"
#include "local/process.h"

enum { CHILD_GRACE_MS = 1000 };

enum outcome { OUTCOME_PARSED, OUTCOME_REFUSED, OUTCOME_UNCONFINED };

struct result {
	enum outcome outcome;
	struct ready ready;
	struct policy_error err;
};

/* In the child. The line is in its copy of our memory; one write, and the end. */
static void parse_confined(const void *arg, struct policy_error *err)
{
	const struct ready_line *line = arg;
	const struct confine confine = {
	    .profile = CONFINE_PARSER,
	    .uid = line->uid,
	    .gid = line->gid,
	    .target_fd = -1,
	    .seccomp_kill = true,
	};
	static struct result result = {.outcome = OUTCOME_UNCONFINED};
	struct confine_report report;

	/* The journal, the lock and the terminal are none of its business. */
	if (close_range(STDERR_FILENO + 1, ~0U, 0) != 0)
		error_sys(&result.err, errno, "cannot close descriptors");
	else if (confine_apply(&confine, &report, &result.err) == 0)
		result.outcome = ready_parse(line->bytes, line->len, line->nonce,
					     &result.ready, &result.err) == 0
				     ? OUTCOME_PARSED
				     : OUTCOME_REFUSED;
	/* err went with the descriptor that would have carried it. */
	(void)err;
	_exit(write(STDOUT_FILENO, &result, sizeof(result)) == sizeof(result) ? 0 : 1);
}

/* Family, length and host bits as ip_prefix_parse() leaves them. */
static bool prefix_is_sane(const struct ip_prefix *prefix)
{
	struct ip_prefix again;
	char text[PREFIX_TEXT_MAX];
	const char *why;

	if (prefix->addr.family != AF_INET && prefix->addr.family != AF_INET6)
		return false;
	return ip_prefix_parse(ip_prefix_print(prefix, text), &again, &why) == 0;
}

bool ready_is_sane(const struct ready *ready)
{
	const struct ip_addr *const addresses[] = {&ready->local, &ready->remote,
						   &ready->local6, &ready->remote6};
	const sa_family_t families[] = {AF_INET, AF_INET, AF_INET6, AF_INET6};

	for (size_t i = 0; i < 4; i++)
		if (addresses[i]->family != AF_UNSPEC &&
		    addresses[i]->family != families[i])
			return false;
	if (ready->local.family != ready->remote.family ||
	    ready->local6.family != ready->remote6.family)
		return false;
	if (ready->noffers > READY_OFFERS_MAX || ready->mru < MRU_MIN ||
	    ready->mru > MRU_MAX)
		return false;
	for (size_t i = 0; i < ready->noffers; i++)
		if (!prefix_is_sane(&ready->offers[i]))
			return false;
	return true;
}

/* Its words are a stranger's as well. */
static void take_text(const struct policy_error *from, struct policy_error *err)
{
	size_t len = 0;

	*err = (struct policy_error){.sys = 0};
	while (len < sizeof(err->text) - 1 && from->text[len] >= 0x20 &&
	       from->text[len] <= 0x7e) {
		err->text[len] = from->text[len];
		len++;
	}
}

static int take_result(int fd, int64_t deadline, struct ready *out,
		       struct policy_error *err)
{
	static struct result result;
	const ssize_t got = deadline_read(fd, &result, sizeof(result), deadline);

	if (got < 0)
		return error_sys(err, errno, "the ready line was not parsed");
	if (got != sizeof(result))
		return error_code(err, EPROTO,
				  "the process that parses the ready line died");
	if (result.outcome != OUTCOME_PARSED) {
		take_text(&result.err, err);
		err->sys = result.outcome == OUTCOME_REFUSED ? 0 : EPERM;
		return -1;
	}
	if (!ready_is_sane(&result.ready))
		return error_code(
		    err, EPROTO,
		    "the process that parses the ready line made nonsense of it");
	*out = result.ready;
	return 0;
}

int ready_parse_apart(const struct ready_line *line, int64_t deadline, struct ready *out,
		      struct policy_error *err)
{
	struct process child = PROCESS_NONE;
	int fds[2], result = -1;

	if (pipe2(fds, O_CLOEXEC) != 0)
		return error_sys(err, errno, "cannot make a pipe");
	const struct spawn spawn = {
	    .in = -1, .out = fds[1], .err = -1, .execute = parse_confined, .arg = line};

	if (process_spawn(&spawn, &child, err) != 0)
		goto out;
	close(fds[1]);
	fds[1] = -1;
	if (process_release(&child, deadline, err) == 0)
		result = take_result(fds[0], deadline, out, err);
	process_wait(&child, monotonic_ms() + CHILD_GRACE_MS);
	process_stop(&child, 0);
out:
	process_close(&child);
	close(fds[0]);
	if (fds[1] >= 0)
		close(fds[1]);
	return result;
}
