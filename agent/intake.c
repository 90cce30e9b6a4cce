/* SPDX-License-Identifier: ISC */
/*
 * Step 3: a child that has nothing but read, write and exit turns the client's words into a
 * struct of fixed size. This process, which holds capabilities, looks at no byte of them;
 * what comes back is checked as if the child had been taken over.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/deadline.h"
#include "policy/escape.h"
#include "policy/paths.h"

enum { INTAKE_TIMEOUT_MS = 5000, CONNECTION_FIELD_MAX = 64, PORT_MAX = 65535 };

/* sshd's file for SSH_USER_AUTH (ExposeAuthInfo in sshd_config(5)), read but not looked at.
 */
struct auth_info {
	char text[INTAKE_AUTH_MAX];
	size_t len;
	bool given;
};

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

/* 0 with the bytes, or -1: then there is no word on the key, and policy says what that
 * means. */
static int read_auth_info(const struct agent *agent, struct auth_info *info)
{
	struct stat st;
	int fd, result = -1;

	if (agent->caller.auth_info == NULL ||
	    !auth_info_path_valid(agent->caller.auth_info))
		return -1;
	fd = open(agent->caller.auth_info, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1 &&
	    st.st_uid == agent->account.uid && (st.st_mode & 077) == 0 &&
	    st.st_size < (off_t)sizeof info->text) {
		const ssize_t len = read(fd, info->text, sizeof info->text - 1);

		if (len > 0) {
			info->len = (size_t)len;
			info->given = true;
			result = 0;
		}
	}
	close(fd);
	return result;
}

static void set_state(struct intake *out, enum intake_state state, const char *why)
{
	out->state = state;
	snprintf(out->why, sizeof out->why, "%s", why);
}

/* The peer: argv[1] when another shell ran the forced command, or `-c "PATH_AGENT PEER"`
 * exactly. */
static int take_peer(const struct caller *caller, struct intake *out)
{
	static const char command[] = PATH_AGENT " ";
	const char *name = caller->name;

	if (name == NULL && caller->shell_text != NULL &&
	    strncmp(caller->shell_text, command, sizeof command - 1) == 0)
		name = caller->shell_text + sizeof command - 1;
	if (name == NULL || !policy_name_valid(name)) {
		set_state(out, INTAKE_NO_PEER,
			  "no forced command named a peer: every key needs "
			  "command=\"" PATH_AGENT " PEER\"");
		return -1;
	}
	snprintf(out->peer, sizeof out->peer, "%s", name);
	return 0;
}

/* One blank-separated field of SSH_CONNECTION; returns what follows it, or NULL when it is
 * too long. */
static const char *take_field(const char *text, char field[CONNECTION_FIELD_MAX])
{
	size_t len = 0;

	while (text[len] != '\0' && text[len] != ' ')
		len++;
	if (len == 0 || len >= CONNECTION_FIELD_MAX)
		return NULL;
	memcpy(field, text, len);
	field[len] = '\0';
	return text[len] == ' ' ? text + len + 1 : text + len;
}

/* An address of SSH_CONNECTION. A zone (fe80::1%eth0) says nothing to policy. */
static int take_address(char *field, struct ip_addr *out, const char **why)
{
	char *zone = strchr(field, '%');

	if (zone != NULL)
		*zone = '\0';
	return ip_addr_parse(field, out, why);
}

/* "CLIENT PORT SERVER PORT": ssh(1), SSH_CONNECTION. */
static int take_connection(const char *text, struct intake *out)
{
	char client[CONNECTION_FIELD_MAX], port[CONNECTION_FIELD_MAX],
	    server[CONNECTION_FIELD_MAX];
	const char *why = "sshd did not say where the client is: SSH_CONNECTION";
	unsigned long number;
	char *end;

	if (text == NULL || (text = take_field(text, client)) == NULL ||
	    (text = take_field(text, port)) == NULL || take_field(text, server) == NULL)
		goto bad;
	if (take_address(client, &out->from, &why) != 0 ||
	    take_address(server, &out->server, &why) != 0)
		goto bad;
	number = strtoul(port, &end, 10);
	if (*end != '\0' || number > PORT_MAX) {
		why = "sshd's SSH_CONNECTION has no port";
		goto bad;
	}
	out->port = (uint16_t)number;
	return 0;
bad:
	set_state(out, INTAKE_BAD_CONNECTION, why);
	return -1;
}

/* A line "publickey TYPE BASE64" of sshd's, cut into words in place. */
static int take_key(char *line, struct intake *out)
{
	struct public_key key;
	const char *why = "sshd's word on the key does not parse";
	char *type = strchr(line, ' '), *base64;

	if (type == NULL)
		goto bad;
	base64 = strchr(++type, ' ');
	if (base64 == NULL)
		goto bad;
	*base64++ = '\0';
	if (key_parse(type, base64, &key, &why) != 0)
		goto bad;
	if (out->key_told) {
		why = "more than one key was used; policy knows one key a login";
		goto bad;
	}
	memcpy(out->digest, key.digest, sizeof out->digest);
	out->key_told = true;
	return 0;
bad:
	set_state(out, INTAKE_BAD_KEY, why);
	return -1;
}

static int take_auth_info(struct auth_info *info, struct intake *out)
{
	static const char method[] = "publickey ";
	char *line = info->text, *end;

	if (!info->given)
		return 0;
	info->text[info->len] = '\0';
	for (; *line != '\0'; line = end) {
		end = line + strcspn(line, "\n");
		if (*end == '\n')
			*end++ = '\0';
		if (strncmp(line, method, sizeof method - 1) == 0 &&
		    take_key(line, out) != 0)
			return -1;
	}
	return 0;
}

static int take_request(const struct caller *caller, struct intake *out)
{
	struct policy_error err = {0};
	size_t len;

	if (caller->request == NULL) {
		set_state(out, INTAKE_NO_REQUEST, "a shell was asked for, not a request");
		return -1;
	}
	/* One byte more than is allowed is enough to see that it is too long. */
	len = strnlen(caller->request, REQUEST_TEXT_MAX + 1);
	if (request_parse(caller->request, len, &out->request, &err) != 0) {
		snprintf(out->why, sizeof out->why, "column %u: %.200s", err.column,
			 err.text);
		out->state = INTAKE_BAD_REQUEST;
		return -1;
	}
	return 0;
}

static void take_all(const struct caller *caller, struct auth_info *info,
		     struct intake *out)
{
	const char *shown = caller->request != NULL ? caller->request : caller->shell_text;

	out->state = INTAKE_OK;
	if (shown != NULL)
		escape_quoted(shown, strnlen(shown, REQUEST_TEXT_MAX), out->shown,
			      sizeof out->shown);
	if (take_peer(caller, out) != 0 || take_connection(caller->connection, out) != 0 ||
	    take_auth_info(info, out) != 0)
		return;
	take_request(caller, out);
}

__attribute__((noreturn)) static void parse_in_child(const struct agent *agent,
						     struct auth_info *info, int out)
{
	const struct confine confine = {
	    .profile = CONFINE_PARSER,
	    .uid = agent->account.uid,
	    .gid = agent->account.gid,
	    .target_fd = -1,
	    .landlock_required = agent_landlock_required(agent, agent->account.uid),
	    .seccomp_kill = true, /* there is no call that it could do without */
	};
	struct confine_report report;
	struct policy_error err;
	struct intake intake;

	memset(&intake, 0, sizeof intake);
	if (confine_apply(&confine, &report, &err) != 0)
		_exit(EXIT_SYSTEM);
	take_all(&agent->caller, info, &intake);
	if (write(out, &intake, sizeof intake) != (ssize_t)sizeof intake)
		_exit(EXIT_SYSTEM);
	_exit(EXIT_DONE);
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

static bool family_valid(sa_family_t family)
{
	return family == AF_INET || family == AF_INET6;
}

static bool byte_is_bool(const bool *value)
{
	unsigned char byte;

	memcpy(&byte, value, sizeof byte);
	return byte <= 1;
}

/* The child parsed hostile text: believe its types only as far as they hold. */
static bool intake_valid(const struct intake *in)
{
	if ((unsigned)in->state >= INTAKE_STATE_COUNT ||
	    !printable(in->why, sizeof in->why) ||
	    !printable(in->shown, sizeof in->shown) ||
	    !printable(in->peer, sizeof in->peer) || !byte_is_bool(&in->key_told) ||
	    !byte_is_bool(&in->request.legacy))
		return false;
	if (in->state != INTAKE_OK)
		return true;
	return policy_name_valid(in->peer) && (unsigned)in->request.verb < VERB_COUNT &&
	       family_valid(in->from.family) && family_valid(in->server.family) &&
	       nonce_valid(in->request.ready);
}

void agent_take_in(struct agent *agent)
{
	static struct auth_info info;
	struct intake intake;
	int pipe_fd[2], status;
	bool complete;
	pid_t child;

	read_auth_info(agent, &info);
	if (pipe2(pipe_fd, O_CLOEXEC) != 0)
		agent_refuse(agent, EXIT_SYSTEM, "no pipe: %s", strerrordesc_np(errno));
	child = fork();
	if (child < 0)
		agent_refuse(agent, EXIT_SYSTEM, "no process for the parser: %s",
			     strerrordesc_np(errno));
	if (child == 0)
		parse_in_child(agent, &info, pipe_fd[1]);
	close(pipe_fd[1]);
	complete = deadline_read(pipe_fd[0], &intake, sizeof intake,
				 monotonic_ms() + INTAKE_TIMEOUT_MS) == sizeof intake;
	close(pipe_fd[0]);
	if (!complete)
		kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (!complete || !WIFEXITED(status) || WEXITSTATUS(status) != EXIT_DONE ||
	    !intake_valid(&intake))
		agent_refuse(agent, EXIT_INTERNAL, "the parser ended without an answer");
	agent->intake = intake;
}
