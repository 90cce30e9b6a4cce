/* SPDX-License-Identifier: ISC */
#include "policy/tool/edit/editor.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EDITOR_MAX = 1024, WORDS_MAX = 32, ANSWER_MAX = 80, NOT_STARTED = 127 };

int signals_hold(struct signals *signals, struct error *err)
{
	static const int list[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGCHLD};
	sigset_t set;

	(void)sigemptyset(&set);
	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
		(void)sigaddset(&set, list[i]);
	if (sigprocmask(SIG_BLOCK, &set, &signals->old) < 0)
		return error_sys(err, errno, "cannot hold signals");
	signals->ending = 0;
	signals->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals->fd >= 0)
		return 0;
	error_sys(err, errno, "cannot hold signals");
	(void)sigprocmask(SIG_SETMASK, &signals->old, NULL);
	return -1;
}

/* What a terminal sent to all of its processes was for the editor. */
static void forget_interrupts(struct signals *signals)
{
	struct signalfd_siginfo info;

	while (read(signals->fd, &info, sizeof info) == (ssize_t)sizeof info)
		if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGHUP)
			signals->ending = (int)info.ssi_signo;
}

void signals_release(struct signals *signals)
{
	forget_interrupts(signals);
	close(signals->fd);
	signals->fd = -1;
	if (signals->ending != 0)
		(void)raise(signals->ending);
	(void)sigprocmask(SIG_SETMASK, &signals->old, NULL);
}

/* The words of the first variable that is set; "editor" is Debian's, by alternatives(7). */
static char **choose(char text[EDITOR_MAX], char *words[WORDS_MAX])
{
	static const char *const variables[] = {"SUDO_EDITOR", "VISUAL", "EDITOR"};
	const char *chosen = NULL;
	char *rest = NULL;
	size_t count = 0;

	for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
		chosen = getenv(variables[i]);
		if (chosen != NULL && chosen[strspn(chosen, " \t")] != '\0')
			break;
		chosen = NULL;
	}
	if (snprintf(text, EDITOR_MAX, "%s", chosen == NULL ? "editor" : chosen) >=
	    EDITOR_MAX)
		return NULL;
	for (char *word = strtok_r(text, " \t", &rest); word != NULL;
	     word = strtok_r(NULL, " \t", &rest)) {
		/* The file, and the end, are to come. */
		if (count == WORDS_MAX - 2)
			return NULL;
		words[count++] = word;
	}
	words[count] = NULL;
	return words;
}

/* No shell: no character of the file's name or of the variable has a meaning. */
__attribute__((noreturn)) static void become(const struct signals *signals, char **words,
					     const char *path)
{
	char file[EDITOR_MAX * 4];
	size_t count = 0;

	snprintf(file, sizeof file, "%s", path);
	while (words[count] != NULL)
		count++;
	words[count] = file;
	words[count + 1] = NULL;
	(void)signal(SIGPIPE, SIG_DFL);
	(void)sigprocmask(SIG_SETMASK, &signals->old, NULL);
	(void)execvp(words[0], words);
	fprintf(stderr, "vpn-policy: cannot run %s: %s\n", words[0], strerror(errno));
	_exit(NOT_STARTED);
}

/*
 * The next signal; 0 when in, unless it is -1, can be read first. The terminal sends SIGINT
 * and SIGQUIT to the editor as well, which need not end by them.
 */
static int next_signal(const struct signals *signals, int in)
{
	struct pollfd fds[2] = {{.fd = signals->fd, .events = POLLIN},
				{.fd = in, .events = POLLIN}};
	struct signalfd_siginfo info;

	for (;;) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return SIGTERM;
		if (read(signals->fd, &info, sizeof info) == (ssize_t)sizeof info)
			return (int)info.ssi_signo;
		if (in >= 0 && fds[1].revents != 0)
			return 0;
	}
}

static int wait_for(struct signals *signals, pid_t child)
{
	int status = 0;

	while (waitpid(child, &status, WNOHANG) == 0) {
		const int signal = next_signal(signals, -1);

		if (signal != SIGTERM && signal != SIGHUP)
			continue;
		signals->ending = signal;
		(void)kill(child, signal);
	}
	return status;
}

int editor_run(struct signals *signals, const char *path, struct error *err)
{
	char text[EDITOR_MAX], *words[WORDS_MAX], **editor = choose(text, words);
	pid_t child;
	int status;

	if (editor == NULL)
		return error_set(err, "EDITOR has too many words");
	child = fork();
	if (child < 0)
		return error_sys(err, errno, "cannot start %s", editor[0]);
	if (child == 0)
		become(signals, editor, path);
	status = wait_for(signals, child);
	forget_interrupts(signals);
	if (signals->ending != 0)
		return error_set(err, "ended by signal %d", signals->ending);
	if (WIFSIGNALED(status))
		return error_set(err, "%s was killed by signal %d", editor[0],
				 WTERMSIG(status));
	if (WEXITSTATUS(status) != 0)
		return error_set(err, "%s exited with %d", editor[0], WEXITSTATUS(status));
	return 0;
}

bool ask_can(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

char ask(struct signals *signals, const char *question, const char *letters)
{
	char answer[ANSWER_MAX];

	for (;;) {
		ssize_t n;
		int signal;

		fprintf(stderr, "%s ", question);
		do {
			signal = next_signal(signals, STDIN_FILENO);
		} while (signal == SIGCHLD);
		if (signal != 0) {
			signals->ending = signal;
			fputc('\n', stderr);
			return 0;
		}
		n = read(STDIN_FILENO, answer, sizeof answer);
		if (n <= 0)
			return 0;
		if (n == 2 && answer[1] == '\n' && strchr(letters, answer[0]) != NULL)
			return answer[0];
	}
}
