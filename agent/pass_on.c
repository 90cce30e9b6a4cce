/* SPDX-License-Identifier: ISC */
/*
 * A key that is handed in: the account may not write policy, so it goes to a service of
 * root's, which looks at everything again (vpn-policy take-key).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/base/descriptors.h"
#include "agent/base/refusal.h"
#include "agent/core/hand_in.h"

/* Seconds for the answer; the agent's own deadline is longer. */
enum { ANSWER_S = AGENT_DEADLINE_S / 2 };

/* What each answer but HAND_IN_TAKEN is: for the log, and for the client. */
static const struct {
	enum exit_code code;
	const char *reason, *words;
} refusals[HAND_IN_ANSWERS] = {
    [HAND_IN_OVER] = {EXIT_DENIED, "no key is awaited with this one-time key any more",
		      REFUSAL_HAND_IN_DENIED},
    [HAND_IN_LATE] = {EXIT_DENIED, "the one-time key has ended", REFUSAL_HAND_IN_DENIED},
    [HAND_IN_KNOWN] = {EXIT_DENIED,
		       "the key is a peer's already, or the one-time key itself",
		       REFUSAL_HAND_IN_KNOWN},
    [HAND_IN_BUSY] = {EXIT_BUSY, "the policy is being changed by somebody else",
		      REFUSAL_HAND_IN_BUSY},
    [HAND_IN_NO_ROOM] = {EXIT_SYSTEM, "there is no room for the peer's file",
			 REFUSAL_HAND_IN_NO_ROOM},
    [HAND_IN_FAILED] = {EXIT_SYSTEM,
			"the key was not taken: the log of sallyport-hand-in says why",
			NULL},
};

__attribute__((noreturn)) static void refuse_without(struct login *login, const char *why)
{
	login->refusal = REFUSAL_HAND_IN_NO_SERVICE;
	agent_refuse(login, EXIT_SYSTEM,
		     "cannot reach what takes keys, " PATH_HAND_IN ": %s: is "
		     "sallyport-hand-in.socket enabled?",
		     why);
}

/* Whoever listens there has to be root: nobody else gets to see a key, or to answer. */
static int connect_service(struct login *login)
{
	const struct sockaddr_un address = {.sun_family = AF_UNIX,
					    .sun_path = PATH_HAND_IN};
	const struct timeval limit = {.tv_sec = ANSWER_S};
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct ucred server = {.uid = (uid_t)-1};
	socklen_t len = sizeof server;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) != 0 ||
	    connect(fd, (const struct sockaddr *)&address, sizeof address) != 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &server, &len) != 0)
		refuse_without(login, strerrordesc_np(errno));
	if (server.uid != 0)
		refuse_without(login, "it is not root that listens");
	return fd;
}

static enum hand_in_answer ask(const struct login *login, int fd)
{
	struct hand_in asked = {0};
	unsigned char answer;
	ssize_t got;

	memcpy(asked.peer, login->peer.name, sizeof asked.peer);
	memcpy(asked.key, login->intake.what.request.key, sizeof asked.key);
	memcpy(asked.used, login->intake.who.digest, sizeof asked.used);
	if (descriptors_write(fd, &asked, sizeof asked) != 0)
		agent_refuse(login, EXIT_SYSTEM, "cannot pass the key on: %s",
			     strerrordesc_np(errno));
	got = read(fd, &answer, sizeof answer);
	if (got < 0)
		agent_refuse(login, EXIT_SYSTEM, "no answer from " PATH_HAND_IN ": %s",
			     strerrordesc_np(errno));
	return got == sizeof answer && answer < HAND_IN_ANSWERS ? answer : HAND_IN_FAILED;
}

void agent_hand_in(struct login *login)
{
	const int fd = connect_service(login);
	enum hand_in_answer answer;

	agent_confine_answer(login);
	answer = ask(login, fd);
	if (answer == HAND_IN_TAKEN) {
		agent_record(login, "-", "-");
		_exit(EXIT_DONE);
	}
	login->refusal = refusals[answer].words;
	/* Of what is policy's the service has a newer look. */
	login->verdict.allow = refusals[answer].code != EXIT_DENIED;
	agent_refuse(login, refusals[answer].code, "%s", refusals[answer].reason);
}
