/* SPDX-License-Identifier: ISC */
/* Step 4: policy decides, and the log has it before anything is launched. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/base/refusal.h"
#include "policy/language/paths.h"

/* Where sshd makes that file (ExposeAuthInfo), and its usual size at most. */
#define AUTH_INFO_DIR "/tmp"
enum { AUTH_INFO_TRIED = 4096 };

void agent_refuse_policy(struct login *login, enum exit_code code, const struct error *err)
{
	login_set_rule(login, err->file, err->line, err->column);
	agent_refuse(login, code, "%s", err->text);
}

/* Why sshd, which writes it as the account, cannot make a file in that directory: an errno,
 * or 0 when it can or nothing is known. The file that is tried has no name. */
static int auth_info_hindrance(void)
{
	static const char some[AUTH_INFO_TRIED];
	const int fd = open(AUTH_INFO_DIR, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	int sys = 0;

	if (fd < 0)
		return errno == EOPNOTSUPP || errno == EISDIR ? 0 : errno;
	if (write(fd, some, sizeof some) != sizeof some)
		sys = errno;
	close(fd);
	return sys;
}

/* A peer whose key sshd did not tell is refused. If that is because the directory is full,
 * it is a failure of the system and not a denial: the client may try again. */
static void refuse_untold(struct login *login)
{
	const struct intake_identity *who = &login->intake.who;
	int sys;

	if (login->verdict.allow || who->state != INTAKE_OK || who->key_told ||
	    !login->conf.auth_info_required || login->caller.auth_info != NULL)
		return;
	sys = auth_info_hindrance();
	if (sys != 0)
		agent_refuse(login, EXIT_SYSTEM,
			     "sshd did not tell which key was used (AuthInfo required): it "
			     "cannot write that into " AUTH_INFO_DIR ": %s",
			     strerrordesc_np(sys));
}

void agent_decide(struct login *login)
{
	char reason[ERROR_TEXT_MAX];
	const enum exit_code code =
	    login_judge(login, PATH_PEERS_DIR, TRUST_ROOT, time(NULL), reason);

	refuse_untold(login);
	/* A client of a one-time key can do something about it. */
	if (code == EXIT_DENIED && login->intake.what.request.verb == VERB_HAND_IN)
		login->refusal = REFUSAL_HAND_IN_DENIED;
	if (code != EXIT_DONE || !login->verdict.allow)
		agent_refuse(login, code != EXIT_DONE ? code : EXIT_INTERNAL, "%s", reason);
}
