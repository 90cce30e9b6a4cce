/* SPDX-License-Identifier: ISC */
#include "local/ssh_view.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "agent/base/descriptors.h"
#include "local/apart.h"
#include "local/process.h"
#include "local/ssh.h"
#include "local/ssh_reach.h"
#include "policy/language/escape.h"

#define PATH_SSH_KEYGEN "/usr/bin/ssh-keygen"
#define PATH_SSH_ADD	"/usr/bin/ssh-add"
#define AGENT_VARIABLE	"SSH_AUTH_SOCK"

enum {
	/* The head of a key's file, which says what it is. */
	KEY_HEAD_MAX = 1024,
	ANSWER_MAX = 16 * 1024,
};

struct view_question {
	const struct profile *profile;
	const char *host;
	const struct run_as *account;
	const struct words *env;
	int64_t deadline;
};

struct view_program {
	char *const *argv, *const *envp;
};

/* In a child of the child. */
static void execute(const void *arg, struct error *err)
{
	const struct view_program *program = arg;

	execve(program->argv[0], program->argv, program->envp);
	error_sys(err, errno, "cannot execute %s", program->argv[0]);
}

/* What a program prints, terminated; "" when it does not. */
static void ask(const struct view_question *q, char *const *argv, char *const *envp,
		char *answer)
{
	const struct view_program program = {argv, envp};
	struct error err;
	const ssize_t got =
	    process_ask(execute, &program, answer, ANSWER_MAX - 1, q->deadline, &err);

	answer[got < 0 ? 0 : got] = '\0';
}

static void quote_last_line(char *text, char *out, size_t size)
{
	size_t end = strlen(text), begin;

	while (end > 0 && strchr("\r\n", text[end - 1]) != NULL)
		end--;
	for (begin = end; begin > 0 && strchr("\r\n", text[begin - 1]) == NULL;)
		begin--;
	if (begin == end)
		snprintf(out, size, "nothing");
	else
		escape_quoted(text + begin, end - begin, out, size);
}

/* The words with which `up` starts it. A name is not looked up for its canonical form: that
 * would be traffic. */
static int ask_ssh(const struct view_question *q, char text[SSH_REACH_ANSWER_MAX],
		   struct ssh_view *view)
{
	static struct words command, words;
	struct error err;

	if (ssh_command_build(
		&command, q->profile,
		&(struct ssh_command){
		    .role = SSH_MASTER, .host = q->host, .control = "/", .request = "pppd"},
		&err) != 0)
		return -1;
	words_add_pair(&words, "ssh", "-oCanonicalizeHostname=no");
	words_add_all(&words, (const char *const *)command.argv + 1);
	if (words.overflow || ssh_reach_read(words.argv, q->env->argv, text,
					     SSH_REACH_ANSWER_MAX, q->deadline, &err) < 0) {
		escape_quoted(err.text, strlen(err.text), view->said, sizeof view->said);
		return -1;
	}
	return 0;
}

static void read_key(struct ssh_view_key *key, const struct run_as *account)
{
	char head[KEY_HEAD_MAX];
	const int fd = open(key->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;
	ssize_t len = -1;

	if (fd >= 0 && fstat(fd, &st) == 0 && !S_ISREG(st.st_mode))
		errno = EINVAL;
	else if (fd >= 0)
		len = descriptors_read(fd, head, sizeof head - 1);
	key->why = errno;
	if (fd >= 0)
		close(fd);
	if (len < 0)
		return;
	head[len] = '\0';
	key->kind = private_key_kind(head);
	explicit_bzero(head, sizeof head);
	key->own = st.st_uid == account->uid;
	/* Of a key of root's, its group may be the user's own. */
	key->shared = (st.st_mode & (key->own ? 077 : 007)) != 0;
}

static void add_key(const struct view_question *q, const char *path, struct ssh_view *view)
{
	struct ssh_view_key *key = &view->keys[view->nkeys];

	for (unsigned i = 0; i < view->nkeys; i++)
		if (strcmp(view->keys[i].path, path) == 0)
			return;
	if (view->nkeys == SSH_VIEW_KEYS_MAX || strlen(path) >= sizeof key->path) {
		view->unseen_keys = true;
		return;
	}
	snprintf(key->path, sizeof key->path, "%s", path);
	read_key(key, q->account);
	view->nkeys++;
}

static void add_certificate(const char *path, struct ssh_view *view)
{
	if (view->ncertificates < SSH_VIEW_CERTIFICATES_MAX &&
	    ssh_certificate_read(path, &view->certificates[view->ncertificates]))
		view->ncertificates++;
}

/* As ssh looks for them: those that are named, and one beside each key. */
static void read_certificates(const struct view_question *q,
			      const struct ssh_answer *answer, struct ssh_view *view)
{
	const char *at = answer->at, *value;
	char path[PATH_TEXT_MAX];

	while ((value = ssh_answer_next(answer, &at, "certificatefile")) != NULL)
		if (ssh_answer_path(q->account->home, value, path))
			add_certificate(path, view);
	for (unsigned i = 0; i < view->nkeys; i++) {
		const int len =
		    snprintf(path, sizeof path, "%s-cert.pub", view->keys[i].path);

		if (len > 0 && (size_t)len < sizeof path)
			add_certificate(path, view);
	}
}

/* The profile's comes first, and ssh does not tell of it when it is not there. */
static void read_keys(const struct view_question *q, const struct ssh_answer *answer,
		      struct ssh_view *view)
{
	const char *at = answer->at, *value;
	char path[PATH_TEXT_MAX];

	if (q->profile->identity[0] != '\0')
		add_key(q, q->profile->identity, view);
	while ((value = ssh_answer_next(answer, &at, "identityfile")) != NULL) {
		if (ssh_answer_path(q->account->home, value, path))
			add_key(q, path, view);
		else
			view->unseen_keys = true;
	}
}

/* The agent of IdentityAgent, or that of the environment: ssh-add is told by the latter. */
static void ask_agent(const struct view_question *q, const struct ssh_answer *answer,
		      struct ssh_view *view)
{
	static char program[] = PATH_SSH_ADD, list[] = "-l", said[ANSWER_MAX];
	static struct words env;
	char *const argv[] = {program, list, NULL};
	const char *socket = ssh_answer_value(answer, "identityagent");
	char path[PATH_TEXT_MAX];

	env = *q->env;
	if (strcmp(socket, "none") == 0)
		return;
	if (socket[0] != '\0' && strcmp(socket, AGENT_VARIABLE) != 0) {
		env.argc = 0;
		if (ssh_answer_path(q->account->home, socket, path))
			words_add(&env, AGENT_VARIABLE "=%s", path);
	}
	ask(q, argv, env.argv, said);
	/* A line for each key begins with its size; what it says without one does not. */
	view->agent = said[0] >= '0' && said[0] <= '9';
}

/* Whether one of the files in that setting has the host; *sure becomes false when one
 * cannot be looked at. */
static bool is_known(const struct view_question *q, const char *files, char *name,
		     bool *sure)
{
	static char program[] = PATH_SSH_KEYGEN, look[] = "-F", in[] = "-f";
	static char said[ANSWER_MAX];
	char word[PATH_TEXT_MAX], path[PATH_TEXT_MAX];
	char *const argv[] = {program, look, name, in, path, NULL};
	size_t len;

	for (const char *at = files; *at != '\0'; at += len + strspn(at + len, " ")) {
		len = strcspn(at, " ");
		snprintf(word, sizeof word, "%.*s", (int)len, at);
		if (strcmp(word, "none") == 0)
			continue;
		if (len >= sizeof word || !ssh_answer_path(q->account->home, word, path)) {
			*sure = false;
			continue;
		}
		ask(q, argv, q->env->argv, said);
		if (ssh_answer_found(said))
			return true;
	}
	return false;
}

static enum ssh_view_host find_host(const struct view_question *q,
				    const struct ssh_answer *answer, struct ssh_view *view)
{
	static const char *const lax[] = {"no", "off", "false", "accept-new"};
	const char *checking = ssh_answer_value(answer, "stricthostkeychecking");
	const char *dns = ssh_answer_value(answer, "verifyhostkeydns");
	bool sure = !ssh_answer_says(ssh_answer_value(answer, "knownhostscommand")) &&
		    strcmp(dns, "true") != 0 && strcmp(dns, "yes") != 0;

	for (size_t i = 0; i < sizeof lax / sizeof *lax; i++)
		if (strcmp(checking, lax[i]) == 0)
			return SSH_VIEW_UNCHECKED;
	if (!ssh_answer_known_name(answer, view->known_as))
		return SSH_VIEW_UNSURE;
	if (is_known(q, ssh_answer_value(answer, "userknownhostsfile"), view->known_as,
		     &sure) ||
	    is_known(q, ssh_answer_value(answer, "globalknownhostsfile"), view->known_as,
		     &sure))
		return SSH_VIEW_KNOWN;
	return sure ? SSH_VIEW_UNKNOWN : SSH_VIEW_UNSURE;
}

static int why_not(const char *path, int mode)
{
	return access(path, mode) == 0 ? 0 : errno;
}

static void take_answer(const struct view_question *q, char *text, struct ssh_view *view)
{
	struct ssh_answer answer;
	const char *jump;

	quote_last_line(text, view->said, sizeof view->said);
	ssh_answer_take(&answer, text);
	view->answered = ssh_answer_value(&answer, "hostname")[0] != '\0';
	if (!view->answered)
		return;
	jump = ssh_answer_value(&answer, "proxyjump");
	if (ssh_answer_says(jump))
		snprintf(view->jump, sizeof view->jump, "%s", jump);
	view->proxied = ssh_answer_says(jump) ||
			ssh_answer_says(ssh_answer_value(&answer, "proxycommand"));
	read_keys(q, &answer, view);
	read_certificates(q, &answer, view);
	if (ssh_view_usable(view) == NULL)
		ask_agent(q, &answer, view);
	view->host = find_host(q, &answer, view);
}

/* What the user's configuration has started (Match exec) must not stay behind. */
static void end_others(void)
{
	signal(SIGTERM, SIG_IGN);
	kill(0, SIGTERM);
}

/* In the child. */
static void find(const void *arg, void *result)
{
	static char text[SSH_REACH_ANSWER_MAX];
	const struct view_question *q = arg;
	struct ssh_view *view = result;
	struct error err;

	/* A group of its own. */
	if (setsid() < 0)
		return;
	if (run_as_become(q->account, &err) != 0) {
		escape_quoted(err.text, strlen(err.text), view->said, sizeof view->said);
		return;
	}
	view->no_tun = why_not("/dev/net/tun", R_OK | W_OK);
	view->no_ssh = why_not(PATH_SSH, X_OK);
	if (view->no_ssh == 0 && ask_ssh(q, text, view) == 0)
		take_answer(q, text, view);
	end_others();
}

static bool is_printable(const char *text)
{
	while (*text >= ' ' && *text <= '~')
		text++;
	return *text == '\0';
}

/* The child, which has read what RunAs can write, may have been taken over. */
static void take_certificates(struct ssh_view *view)
{
	if (view->ncertificates > SSH_VIEW_CERTIFICATES_MAX)
		view->ncertificates = SSH_VIEW_CERTIFICATES_MAX;
	for (unsigned i = 0; i < view->ncertificates; i++) {
		struct ssh_certificate *certificate = &view->certificates[i];

		certificate->path[sizeof certificate->path - 1] = '\0';
		certificate->why[sizeof certificate->why - 1] = '\0';
		certificate->value.principal[NAME_MAX_LEN] = '\0';
		/* Both are shown as they are. */
		if (!is_printable(certificate->why) ||
		    (certificate->why[0] == '\0' &&
		     !policy_name_valid(certificate->value.principal)))
			snprintf(certificate->why, sizeof certificate->why,
				 "it cannot be looked at");
	}
}

int ssh_view_find(const struct profile *profile, const char *host,
		  const struct run_as *account, const struct words *env,
		  struct ssh_view *out, struct error *err)
{
	const int64_t deadline = monotonic_ms() + SSH_VIEW_MS;
	/* Of what it asks others, so that it can still say what it has seen. */
	const struct view_question question = {profile, host, account, env,
					       deadline - SSH_VIEW_LAST_MS};
	const struct apart apart = {find, &question, out, sizeof *out};

	*out = (struct ssh_view){.answered = false};
	if (apart_run(&apart, deadline, err) != 0)
		return -1;
	out->said[sizeof out->said - 1] = '\0';
	/* It was quoted there; here it only has to be so. */
	for (char *at = out->said; *at != '\0'; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
	out->known_as[sizeof out->known_as - 1] = '\0';
	out->jump[sizeof out->jump - 1] = '\0';
	if (out->nkeys > SSH_VIEW_KEYS_MAX)
		out->nkeys = SSH_VIEW_KEYS_MAX;
	for (unsigned i = 0; i < out->nkeys; i++)
		out->keys[i].path[SSH_VIEW_PATH_MAX - 1] = '\0';
	take_certificates(out);
	return 0;
}

const struct ssh_view_key *ssh_view_usable(const struct ssh_view *view)
{
	for (unsigned i = 0; i < view->nkeys; i++) {
		const struct ssh_view_key *key = &view->keys[i];

		if (key->kind == PRIVATE_KEY_OPEN && !(key->own && key->shared))
			return key;
	}
	return NULL;
}
