/* SPDX-License-Identifier: ISC */
#include "local/ssh_login.h"

#include <stddef.h>

#include "local/ssh_said.h"

/* What ssh's debug messages say. */
enum mark {
	MARK_NONE,
	MARK_FAILED,
	MARK_OFFERED,
	MARK_TRYING,
	MARK_ACCEPTED,
	MARK_SIGNING,
	MARK_MISSING,
	MARK_PARTIAL
};

struct ssh_login {
	enum ssh_login_stage stage;
	/* The last message said that the other end knows the key, and ssh may sign with it.
	 */
	bool accepted;
};

/* OpenSSH's words for it, 8.7 to 10.x. */
static enum mark mark_of(const struct ssh_line *line)
{
	static const struct {
		const char *begin;
		enum mark mark;
	} marks[] = {
	    {"Authentications that can continue: ", MARK_FAILED},
	    {"Offering public key: ", MARK_OFFERED},
	    /* A key whose public half is not known beforehand. */
	    {"Trying private key: ", MARK_TRYING},
	    {"Server accepts key: ", MARK_ACCEPTED},
	    {"signing using ", MARK_SIGNING},
	    {"no such identity: ", MARK_MISSING},
	    {"Authenticated using \"publickey\" with partial success", MARK_PARTIAL},
	};

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (ssh_line_begins(line, marks[i].begin))
			return marks[i].mark;
	return MARK_NONE;
}

static void reach(struct ssh_login *login, enum ssh_login_stage stage)
{
	if (stage > login->stage)
		login->stage = stage;
}

static void take(struct ssh_login *login, enum mark mark)
{
	switch (mark) {
	case MARK_FAILED:
		reach(login, login->accepted ? SSH_LOGIN_REFUSED : SSH_LOGIN_NO_KEY);
		break;
	case MARK_OFFERED:
	case MARK_TRYING:
		reach(login, login->accepted	    ? SSH_LOGIN_UNSIGNED
			     : mark == MARK_OFFERED ? SSH_LOGIN_OFFERED
						    : SSH_LOGIN_UNKNOWN);
		break;
	case MARK_PARTIAL:
		reach(login, SSH_LOGIN_PARTIAL);
		break;
	case MARK_MISSING:
		/* ssh also looks for keys that nobody has named. */
		if (login->accepted)
			reach(login, SSH_LOGIN_HALF);
		break;
	case MARK_SIGNING:
		reach(login, SSH_LOGIN_OFFERED);
		return;
	case MARK_ACCEPTED:
		login->accepted = true;
		return;
	case MARK_NONE:
		return;
	}
	login->accepted = false;
}

enum ssh_login_stage ssh_login_stage(const char *output, long ours, bool jump)
{
	struct ssh_login login = {.accepted = false};
	struct ssh_line line;

	while (ssh_said_next(&output, &line))
		/* A line without a process id is not a debug message of ssh's. */
		if (line.pid != 0 && !line.continued &&
		    jump == (ours != 0 && line.pid != ours))
			take(&login, mark_of(&line));
	return login.accepted ? SSH_LOGIN_ACCEPTED : login.stage;
}

bool ssh_login_answered(const char *output, long ours)
{
	struct ssh_line line;

	while (ssh_said_next(&output, &line))
		if (ours != 0 && line.pid == ours && !line.continued &&
		    ssh_line_begins(&line, "Remote protocol version "))
			return true;
	return false;
}
