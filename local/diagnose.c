/* SPDX-License-Identifier: ISC */
/* vpn-connect diagnose: every step of a link by itself, what is wrong with it, and what to
 * do. A link that is up is looked at as it is; otherwise one comes up, and goes down again.
 */
#include "local/diagnose.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "local/place.h"
#include "policy/language/load.h"

static bool read_profile(struct diagnosis *diagnosis, const char *name,
			 struct profile *profile)
{
	const int64_t begun = monotonic_us();
	struct failure failure;
	struct error err;

	if (place_load_profile(name, profile, &err) == 0) {
		diagnosis_ok(diagnosis, STEP_PROFILE, monotonic_us() - begun, "%s",
			     profile->file);
		return true;
	}
	failure_from(&failure, error_exit_code(&err), &err);
	diagnosis_failure(diagnosis, STEP_PROFILE, FINDING_NOT_TIMED, name, &failure);
	return false;
}

enum state_found { STATE_OURS, STATE_LIVE, STATE_UNUSABLE };

static enum state_found fail_state(struct diagnosis *diagnosis, const struct error *err)
{
	struct failure failure;

	failure_from(&failure, EXIT_SYSTEM, err);
	diagnosis_failure(diagnosis, STEP_STATE, FINDING_NOT_TIMED, "", &failure);
	return STATE_UNUSABLE;
}

/* The lock; or somebody else has it; or a run that died has left what only `up` and `down`
 * may touch. */
static enum state_found take_state(struct diagnose *diagnose, const char *name,
				   struct state *state)
{
	struct diagnosis *const diagnosis = diagnose->diagnosis;
	struct error err;

	if (state_acquire(name, state, &err) != 0) {
		if (err.sys != EWOULDBLOCK)
			return fail_state(diagnosis, &err);
		diagnose->live = check_find_journal(name, &diagnose->journal);
		diagnosis_skip(diagnosis, STEP_STATE,
			       "%s has a supervisor: what it has is looked at and not "
			       "disturbed",
			       name);
		return STATE_LIVE;
	}
	if (journal_read(state->dir, &diagnose->journal, &err) != 0)
		return err.sys == ENOENT ? STATE_OURS : fail_state(diagnosis, &err);
	diagnosis_add(
	    diagnosis,
	    &(struct remark){.step = STEP_STATE,
			     .verdict = VERDICT_FAILED,
			     .code = EXIT_SYSTEM,
			     .took = FINDING_NOT_TIMED,
			     .text = "a run that died has left something on this host",
			     .cure = "vpn-connect down undoes it; then diagnose again"});
	return STATE_UNUSABLE;
}

/* Without these there is no use in asking ssh. */
static bool may_try(const struct diagnosis *diagnosis)
{
	return !diagnosis_has_failed(diagnosis, STEP_STATE, STEP_KEY);
}

/* What is ours, until the supervisor of the attempt takes signals by itself. */
static struct state *ours;

/* Only what a handler may call (signal-safety(7)). */
static void leave(int signal)
{
	state_remove(ours);
	raise(signal);
}

/* One that is ignored, as SIGHUP by nohup(1), stays so. */
static void heed_signals(struct state *state)
{
	const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
	const struct sigaction leaving = {.sa_handler = leave,
					  .sa_flags = (int)(SA_RESETHAND | SA_NODEFER)};
	struct sigaction now;

	ours = state;
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		if (sigaction(signals[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
			(void)sigaction(signals[i], &leaving, NULL);
}

/* The name servers that are asked now may be those behind the link, or shut out. */
static void skip_way(struct diagnosis *diagnosis)
{
	const enum link_step steps[] = {STEP_NAME, STEP_TCP, STEP_EXCHANGE, STEP_HOST_KEY};

	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		diagnosis_skip(diagnosis, steps[i],
			       "with Route default its supervisor keeps the addresses "
			       "that it has found: status has the one in use");
}

static void run(struct diagnose *diagnose, const char *name)
{
	struct diagnosis *const diagnosis = diagnose->diagnosis;
	static struct state state = {.dir = -1, .lock = -1};
	enum state_found found;
	size_t reachable = 0;

	diagnose->profile = &diagnose->loaded;
	if (read_profile(diagnosis, name, &diagnose->loaded)) {
		found = take_state(diagnose, name, &state);
		if (found == STATE_OURS)
			heed_signals(&state);
		diagnose_here(diagnose);
		/* Both need the user. */
		if (found == STATE_LIVE && diagnose->profile->route_default)
			skip_way(diagnosis);
		else if (!diagnosis->failed[STEP_USER] && !diagnosis->failed[STEP_SSH])
			reachable = diagnose_way(diagnose);
		if (found == STATE_LIVE)
			diagnose_live(diagnose);
		else if (found == STATE_OURS && reachable > 0 && may_try(diagnosis))
			/* Which removes it, unless something is left. */
			diagnose_attempt(diagnose, &state);
		else if (found == STATE_OURS)
			state_remove(&state);
		state_close(&state);
	}
	diagnosis_leave_out(diagnosis, STEP_PROFILE, STEPS - 1);
}

static enum exit_code diagnose_it(struct diagnose *diagnose, const char *name)
{
	umask(022);
	/* While there is a right to. */
	ping_open(&diagnose->sockets);
	run(diagnose, name);
	ping_close(&diagnose->sockets);
	return diagnosis_conclude(diagnose->diagnosis) == 0
		   ? diagnosis_code(diagnose->diagnosis)
		   : command_fail(EXIT_SYSTEM, "cannot print what was found");
}

enum exit_code command_diagnose(const char *name, const struct command_options *options)
{
	struct ip_addr to = {.family = AF_UNSPEC};
	struct diagnose *diagnose;
	enum exit_code code;
	const char *why;

	if (options->to != NULL && ip_addr_parse(options->to, &to, &why) != 0)
		return command_fail(EXIT_USAGE, "--to takes an address: %s", why);
	diagnose = calloc(1, sizeof *diagnose);
	if (diagnose == NULL)
		return command_fail(EXIT_SYSTEM, "memory is short");
	diagnose->diagnosis = &diagnose->findings;
	diagnose->to = to;
	diagnose->findings.name = name;
	diagnose->findings.json = options->json;
	diagnose->findings.frames = options->frames;
	diagnose->findings.colour =
	    options->style.colour && !options->json && isatty(STDOUT_FILENO);
	code = diagnose_it(diagnose, name);
	free(diagnose);
	return code;
}
