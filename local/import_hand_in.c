/* SPDX-License-Identifier: ISC */
#include "local/import_hand_in.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "agent/base/descriptors.h"
#include "local/command.h"
#include "local/ssh.h"
#include "local/ssh_error.h"
#include "local/ssh_login.h"
#include "policy/language/load.h"
#include "policy/language/paths.h"
#include "policy/language/value.h"

/* Where ssh finds what it gets as its input. */
#define PATH_INPUT "/proc/self/fd/0"

enum { SAID_MAX = 64 * 1024, KEY_LINE_LEN = 70, END_MS = 5000 };

struct asking {
	const struct import *import;
	struct profile profile;
	/* The private key, or -1: the profile's. */
	int identity;
	char said[SAID_MAX];
};

/* It is in memory alone, and gone with the last process that has it open. */
static int make_identity(const struct import *import, struct error *err)
{
	const char *at = import->invitation.hand_in;
	const int fd = memfd_create("one-time key", MFD_CLOEXEC);
	bool written;

	if (fd < 0)
		return error_sys(err, errno, "cannot keep the one-time key");
	written = dprintf(fd, "-----BEGIN OPENSSH PRIVATE KEY-----\n") > 0;
	for (; written && *at != '\0'; at += strnlen(at, KEY_LINE_LEN))
		written = dprintf(fd, "%.*s\n", KEY_LINE_LEN, at) > 0;
	/* ssh refuses a key that others could read, and has to open it anew. */
	if (written && dprintf(fd, "-----END OPENSSH PRIVATE KEY-----\n") > 0 &&
	    fchmod(fd, S_IRUSR) == 0 &&
	    fchown(fd, import->account.uid, import->account.gid) == 0)
		return fd;
	error_sys(err, errno, "cannot keep the one-time key");
	close(fd);
	return -1;
}

/* What it prints ends with it; a remote that goes on printing is not waited for. */
static void read_said(struct asking *asking, int fd, int64_t deadline)
{
	const ssize_t got =
	    deadline_read(fd, asking->said, sizeof asking->said - 1, deadline);

	asking->said[got < 0 ? 0 : got] = '\0';
	for (ssize_t i = 0; i < got; i++)
		if (asking->said[i] == '\0')
			asking->said[i] = '?';
}

static int explain(const struct asking *asking, const struct process *ssh,
		   struct failure *failure)
{
	const int status = process_exit_status(ssh);
	const struct ssh_end end = {.status = status,
				    .pid = ssh->pid,
				    .output = asking->said,
				    .session = status != SSH_OWN_ERROR && status >= 0,
				    .agent = SSH_AGENT_NONE,
				    .host = asking->profile.hosts[0].name};

	if (status == EXIT_DONE)
		return 0;
	if (asking->identity >= 0 && status == SSH_OWN_ERROR &&
	    ssh_login_stage(asking->said, ssh->pid, false) >= SSH_LOGIN_OFFERED)
		return failure_name(failure, EXIT_DENIED,
				    "%s does not know the one-time key: it was used "
				    "already, was taken back or has ended",
				    end.host, "");
	return ssh_error_explain(&end, failure);
}

/* ssh as RunAs, to its end or the deadline. */
static int run(struct asking *asking, const struct words *command, int pipe[2],
	       struct failure *failure)
{
	static struct words env;
	const unsigned timeout = asking->profile.timeout;
	const int64_t deadline =
	    monotonic_ms() + (int64_t)(SSH_LOGIN_TIMES + 1) * timeout * 1000;
	const struct ssh_child child = {.command = command,
					.account = &asking->import->account,
					.env = &env,
					.parent = getpid(),
					.timeout = timeout};
	struct process ssh = PROCESS_NONE;
	struct error err;
	int r = -1;

	if (run_as_environment(&asking->import->account, NULL, &env, &err) != 0 ||
	    ssh_spawn(&child, asking->identity, -1, pipe[1], &ssh, &err) != 0)
		return failure_from(failure, EXIT_SYSTEM, &err);
	close(pipe[1]);
	pipe[1] = -1;
	if (process_release(&ssh, deadline, &err) != 0)
		return failure_from(failure, EXIT_SYSTEM, &err);
	read_said(asking, pipe[0], deadline);
	if (process_wait(&ssh, deadline))
		r = explain(asking, &ssh, failure);
	else
		failure_name(failure, EXIT_LINK, "%s did not answer in time",
			     asking->profile.hosts[0].name, "");
	process_stop(&ssh, END_MS);
	process_close(&ssh);
	return r;
}

static int ask(struct asking *asking, const char *request, struct failure *failure)
{
	static struct words command;
	const struct ssh_command what = {
	    .role = SSH_ALONE, .host = asking->profile.hosts[0].name, .request = request};
	struct error err;
	int pipe[2] = {-1, -1}, r = -1;

	if (ssh_command_build(&command, &asking->profile, &what, &err) != 0)
		return failure_from(failure, EXIT_POLICY, &err);
	if (pipe2(pipe, O_CLOEXEC) != 0)
		return failure_set(failure, EXIT_SYSTEM, "cannot make a pipe: %s",
				   strerrordesc_np(errno));
	r = run(asking, &command, pipe, failure);
	for (size_t i = 0; i < 2; i++)
		if (pipe[i] >= 0)
			close(pipe[i]);
	return r;
}

/* Whether the key works: an answer to an import before this one may have been lost. */
static bool is_known(struct asking *asking)
{
	struct failure failure;

	asking->identity = -1;
	memcpy(asking->profile.identity, asking->import->identity,
	       sizeof asking->profile.identity);
	return ask(asking, "status", &failure) == 0;
}

static int hand_in(struct asking *asking, const struct public_key *key,
		   struct failure *failure)
{
	char text[REQUEST_TEXT_MAX];
	struct request request = {.verb = VERB_HAND_IN};
	struct error err;
	int r;

	snprintf(request.key, sizeof request.key, "%.*s", HAND_IN_KEY_LEN, key->base64);
	if (request_print(&request, text, sizeof text) < 0)
		return failure_set(failure, EXIT_INTERNAL, "cannot write the request");
	snprintf(asking->profile.identity, sizeof asking->profile.identity, PATH_INPUT);
	asking->identity = make_identity(asking->import, &err);
	if (asking->identity < 0)
		return failure_from(failure, EXIT_SYSTEM, &err);
	r = ask(asking, text, failure);
	close(asking->identity);
	return r;
}

int import_hand_in(const struct import *import, const struct public_key *key,
		   struct failure *failure)
{
	static struct asking asking;
	char when[TIME_TEXT_MAX];
	struct error err;

	asking = (struct asking){.import = import, .identity = -1};
	if (strcmp(key->type, HAND_IN_KEY_TYPE) != 0)
		return failure_set(failure, EXIT_POLICY,
				   "only a key of " HAND_IN_KEY_TYPE
				   " can be handed in, and %s is another",
				   import->identity);
	if (profile_load(PATH_PROFILES_DIR, import->name, TRUST_ROOT, &asking.profile,
			 &err) != 0)
		return failure_from(failure, EXIT_POLICY, &err);
	if (import->invitation.hand_in_until > time(NULL)) {
		if (hand_in(&asking, key, failure) == 0)
			return 0;
	} else {
		failure_set(failure, EXIT_DENIED,
			    "with this invitation it could be handed in until %s",
			    value_time_print(import->invitation.hand_in_until, when));
	}
	if (failure->code == EXIT_DENIED && is_known(&asking))
		return 0;
	return -1;
}
