/* SPDX-License-Identifier: ISC */
/* diagnose: the user, the key, the PPP program, and what is in the way of the link. */
#include <stdio.h>

#include "agent/base/deadline.h"
#include "local/diagnose.h"

static struct obstacles *begin(struct diagnose *diagnose)
{
	diagnose->obstacles = (struct obstacles){.name = diagnose->profile->name,
						 .file = diagnose->profile->file};
	return &diagnose->obstacles;
}

static bool look_at_user(struct diagnose *diagnose)
{
	const int64_t begun = monotonic_us();
	const bool found =
	    check_account(begin(diagnose), diagnose->profile, &diagnose->account);

	if (diagnosis_obstacles(diagnose->diagnosis, STEP_USER, FINDING_NOT_TIMED,
				&diagnose->obstacles) &&
	    diagnose->obstacles.count == 0)
		diagnosis_ok(diagnose->diagnosis, STEP_USER, monotonic_us() - begun, "%s",
			     diagnose->account.name);
	return found;
}

static bool look_at_ssh(struct diagnose *diagnose)
{
	const int64_t begun = monotonic_us();
	const struct profile *const profile = diagnose->profile;
	const bool answered = check_view(begin(diagnose), profile, &profile->hosts[0],
					 &diagnose->account, &diagnose->view);

	(void)diagnosis_obstacles(diagnose->diagnosis, STEP_SSH, FINDING_NOT_TIMED,
				  &diagnose->obstacles);
	if (answered)
		diagnosis_ok(diagnose->diagnosis, STEP_SSH, monotonic_us() - begun,
			     "%s and its configuration", PATH_SSH);
	return answered;
}

static void look_at_key(struct diagnose *diagnose)
{
	const struct ssh_view_key *const key = ssh_view_usable(&diagnose->view);
	char path[SSH_VIEW_TEXT_MAX];

	check_keys(begin(diagnose), diagnose->profile, &diagnose->view);
	if (!diagnosis_obstacles(diagnose->diagnosis, STEP_KEY, FINDING_NOT_TIMED,
				 &diagnose->obstacles))
		return;
	if (key != NULL)
		diagnosis_ok(diagnose->diagnosis, STEP_KEY, FINDING_NOT_TIMED, "%s",
			     check_shown(key->path, path));
	else
		diagnosis_ok(diagnose->diagnosis, STEP_KEY, FINDING_NOT_TIMED,
			     "one of its agent");
}

static void look_at_program(struct diagnose *diagnose)
{
	const int64_t begun = monotonic_us();
	char engine[CHECK_ENGINE_MAX];

	check_ppp(begin(diagnose), diagnose->profile, &diagnose->view, engine);
	if (diagnosis_obstacles(diagnose->diagnosis, STEP_PROGRAM, FINDING_NOT_TIMED,
				&diagnose->obstacles))
		diagnosis_ok(diagnose->diagnosis, STEP_PROGRAM, monotonic_us() - begun,
			     "%s", engine);
}

static void look_at_network(struct diagnose *diagnose)
{
	const int64_t begun = monotonic_us();

	check_network(begin(diagnose), diagnose->profile,
		      diagnose->live ? &diagnose->journal : NULL);
	if (diagnosis_obstacles(diagnose->diagnosis, STEP_HERE, FINDING_NOT_TIMED,
				&diagnose->obstacles))
		diagnosis_ok(diagnose->diagnosis, STEP_HERE, monotonic_us() - begun,
			     "interface %s, addresses and routes",
			     diagnose->profile->interface);
}

void diagnose_here(struct diagnose *diagnose)
{
	if (look_at_user(diagnose) && look_at_ssh(diagnose))
		look_at_key(diagnose);
	look_at_program(diagnose);
	look_at_network(diagnose);
}
