/* SPDX-License-Identifier: ISC */
/*
 * Step 3: a child that has nothing but read, write and exit turns the client's words into a
 * struct of fixed size. This process, which holds capabilities, looks at no byte of them;
 * what comes back is checked as if the child had been taken over.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/base/deadline.h"
#include "agent/base/descriptors.h"

enum { INTAKE_TIMEOUT_MS = 5000, GONE_TIMEOUT_MS = 2000 };

/* Where sshd makes that file; a client's own SSH_USER_AUTH (AcceptEnv) names no such file.
 */
static const char auth_info_prefix[] = "/tmp/sshauth.";

static bool auth_info_path_valid(const char *path)
{
	const size_t head = sizeof auth_info_prefix - 1;

	if (strncmp(path, auth_info_prefix, head) != 0 || path[head] == '\0')
		return false;
	for (path += head; *path != '\0'; path++)
		if (!((*path >= 'a' && *path <= 'z') || (*path >= 'A' && *path <= 'Z') ||
		      (*path >= '0' && *path <= '9')))
			return false;
	return true;
}

/* Whether the client's end of standard output is closed. sshd removes its file a moment
 * before it closes the connection's descriptors, so this waits that long. */
static bool client_gone(void)
{
	struct pollfd out = {.fd = STDOUT_FILENO};

	return poll(&out, 1, GONE_TIMEOUT_MS) == 1 &&
	       (out.revents & (POLLERR | POLLHUP)) != 0;
}

static const char *missing_file(int sys)
{
	if (sys != ENOENT)
		return sys == ELOOP    ? "sshd's record of the key is a link"
		       : sys == EACCES ? "the account may not read sshd's record of the key"
				       : "cannot open sshd's record of the key";
	return client_gone() ? "the client went away, and sshd's record of the key with it"
			     : "sshd's record of the key is missing";
}

/* Why it cannot be used, or NULL. */
static const char *read_file(int fd, const struct login *login, struct auth_info *info)
{
	struct stat st;
	ssize_t len;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_nlink != 1 ||
	    st.st_uid != login->account.uid || (st.st_mode & 077) != 0)
		return "sshd's record of the key must be a file of the account, readable "
		       "by it alone";
	if (st.st_size >= (off_t)sizeof info->text)
		return "sshd's record of the key is too long";
	len = read(fd, info->text, sizeof info->text - 1);
	info->len = len > 0 ? (size_t)len : 0;
	return len < 0	  ? "cannot read sshd's record of the key"
	       : len == 0 ? "sshd's record of the key is empty"
			  : NULL;
}

/* A variable that is there and does not lead to sshd's file leaves info->len at 0. */
static void read_auth_info(const struct login *login, struct auth_info *info)
{
	int fd;

	info->named = login->caller.auth_info != NULL;
	if (!info->named)
		return;
	if (!auth_info_path_valid(login->caller.auth_info)) {
		info->why = "SSH_USER_AUTH does not name a file of sshd's";
		return;
	}
	fd = open(login->caller.auth_info, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		info->why = missing_file(errno);
		return;
	}
	info->why = read_file(fd, login, info);
	close(fd);
}

/* The child keeps the writing end of its pipe, and neither the log nor the terminal. */
static int keep_only(int fd)
{
	if (fd != 0 && dup2(fd, 0) < 0)
		return -1;
	return descriptors_close(1, UINT_MAX);
}

static void child_send(const void *bytes, size_t len)
{
	if (write(0, bytes, len) != (ssize_t)len)
		confine_parser_exit(EXIT_SYSTEM);
}

/* What the child looks at. */
struct task {
	const struct login *login;
	struct auth_info *info;
};

static void parse_in_child(const void *arg, int out)
{
	const struct task *task = arg;
	const struct login *login = task->login;
	struct error err = {0};
	struct intake intake;

	memset(&intake, 0, sizeof intake);
	if (keep_only(out) != 0)
		_exit(EXIT_SYSTEM);
	if (confine_parser(login->account.uid, login->account.gid,
			   login->conf.tun_persistent, &err) != 0) {
		intake.who.state = INTAKE_FAILED;
		snprintf(intake.who.why, sizeof intake.who.why,
			 "cannot confine the request parser: %.200s", err.text);
		child_send(&intake.who, sizeof intake.who);
		child_send(&intake.what, sizeof intake.what);
		_exit(EXIT_DONE);
	}
	/* In this order: what has been sent cannot be changed by what is parsed next. */
	intake_parse_identity(&login->caller, task->info, &intake.who);
	child_send(&intake.who, sizeof intake.who);
	intake_parse_request(&login->caller, &intake.what);
	child_send(&intake.what, sizeof intake.what);
	confine_parser_exit(EXIT_DONE);
}

static bool printable(const char *text, size_t size)
{
	const size_t len = strnlen(text, size);

	if (len == size)
		return false;
	for (size_t i = 0; i < len; i++)
		if (text[i] < ' ' || text[i] > '~')
			return false;
	return true;
}

static bool nonce_valid(const char nonce[NONCE_MAX + 1])
{
	return printable(nonce, NONCE_MAX + 1) && strpbrk(nonce, " \"\\=%") == NULL;
}

/* As escape_quoted() writes it: empty, or one quoted word and nothing that could pass for
 * another. */
static bool shown_valid(const char *shown)
{
	const char *end;

	if (shown[0] == '\0')
		return true;
	end = shown[0] == '"' ? strchr(shown + 1, '"') : NULL;
	return end != NULL && (end[1] == '\0' || strcmp(end + 1, "...") == 0);
}

static bool byte_is_bool(const bool *value)
{
	unsigned char byte;

	memcpy(&byte, value, sizeof byte);
	return byte <= 1;
}

static bool certificate_valid(const struct intake_identity *who)
{
	const struct certificate *certificate = &who->certificate;

	if (!printable(certificate->principal, sizeof certificate->principal))
		return false;
	return who->state != INTAKE_OK || !who->certified ||
	       (who->key_told && policy_name_valid(certificate->principal));
}

/* The child parsed hostile text, so each field is checked for what its type allows. */
static bool identity_valid(const struct intake_identity *who)
{
	if ((unsigned)who->state >= INTAKE_STATE_COUNT ||
	    !printable(who->why, sizeof who->why) ||
	    !printable(who->peer, sizeof who->peer) ||
	    (who->peer[0] != '\0' && !policy_name_valid(who->peer)) ||
	    (who->from.family != AF_UNSPEC && !ip_addr_sane(&who->from)) ||
	    !byte_is_bool(&who->key_told) || !byte_is_bool(&who->certified) ||
	    !certificate_valid(who))
		return false;
	return who->state != INTAKE_OK ||
	       (who->peer[0] != '\0' && ip_addr_sane(&who->from) &&
		ip_addr_sane(&who->server));
}

static bool end_valid(const struct ip_addr *end)
{
	return end->family == AF_UNSPEC || (end->family == AF_INET && ip_addr_sane(end));
}

static bool asks_valid(const struct legacy_asks *asks)
{
	return end_valid(&asks->local) && end_valid(&asks->remote) &&
	       byte_is_bool(&asks->ipv6) && byte_is_bool(&asks->noipv6);
}

static bool keepalive_valid(unsigned seconds)
{
	return seconds == 0 || (seconds >= KEEPALIVE_MIN && seconds <= KEEPALIVE_MAX);
}

/* Where a key stands, every byte of it does; whether it is one the service looks again. */
static bool key_valid(const struct request *request)
{
	static const char alphabet[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const size_t len = strnlen(request->key, sizeof request->key);

	return len == (request->verb == VERB_HAND_IN ? HAND_IN_KEY_LEN : 0) &&
	       strspn(request->key, alphabet) == len;
}

static bool verb_valid(enum verb verb)
{
	return (unsigned)verb < VERB_COUNT || verb == VERB_HAND_IN;
}

static bool request_valid(const struct intake_request *what)
{
	if ((unsigned)what->state >= INTAKE_STATE_COUNT ||
	    !printable(what->why, sizeof what->why) ||
	    !printable(what->shown, sizeof what->shown) || !shown_valid(what->shown) ||
	    !byte_is_bool(&what->request.legacy) || !asks_valid(&what->request.asks) ||
	    !byte_is_bool(&what->request.has_ppptun) ||
	    !keepalive_valid(what->request.keepalive))
		return false;
	return what->state != INTAKE_OK ||
	       (verb_valid(what->request.verb) && key_valid(&what->request) &&
		nonce_valid(what->request.ready));
}

/* One after the other, as the child sends them: as one struct they could be longer. */
static bool read_answer(int fd, struct intake *out)
{
	const int64_t deadline = monotonic_ms() + INTAKE_TIMEOUT_MS;

	return deadline_read(fd, &out->who, sizeof out->who, deadline) == sizeof out->who &&
	       deadline_read(fd, &out->what, sizeof out->what, deadline) ==
		   sizeof out->what;
}

void agent_take_in(struct login *login)
{
	static struct auth_info info;
	const struct task task = {login, &info};
	struct intake answer;

	read_auth_info(login, &info);
	if (child_start(&login->parser, parse_in_child, &task) != 0)
		agent_refuse(login, EXIT_SYSTEM, "cannot start the request parser: %s",
			     strerrordesc_np(errno));
	if (!read_answer(login->parser.answer, &answer) || !identity_valid(&answer.who) ||
	    !request_valid(&answer.what)) {
		child_kill(&login->parser);
		agent_refuse(login, EXIT_INTERNAL,
			     "the request parser ended without an answer");
	}
	login->intake = answer;
}

void agent_end_parser(struct login *login)
{
	if (child_finish(&login->parser, monotonic_ms() + INTAKE_TIMEOUT_MS) != EXIT_DONE) {
		login->verdict.allow = false;
		login->rule = (struct rule_place){0};
		agent_refuse(login, EXIT_INTERNAL, "the request parser exited abnormally");
	}
}
