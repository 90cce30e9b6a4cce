/* SPDX-License-Identifier: ISC */
#include "local/ssh_login.h"

#include <stddef.h>

#include "local/ssh_said.h"

/* What ssh tells of. */
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
	/* The last that was told: the other end knows the key, and ssh may sign with it. */
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
	    /* One whose public half is not known before. */
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
		/* ssh also looks for keys that nobody has told it of. */
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
		/* Untagged, it is not ssh that tells of its doings. */
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
