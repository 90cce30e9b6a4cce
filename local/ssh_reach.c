/* SPDX-License-Identifier: ISC */
#include "local/ssh_reach.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/core/ssh_answer.h"
#include "local/apart.h"
#include "local/process.h"
#include "local/ssh.h"

enum {
	/* The words of a command line, and what is put before them. */
	ARGUMENTS_MAX = 256,
};

struct reach_question {
	char *const *argv, *const *envp;
	int64_t deadline;
};

/* In a child of the child. */
static void execute_query(const void *arg, struct error *err)
{
	static char name[] = "ssh", query[] = "-G";
	const struct reach_question *question = arg;
	char *argv[ARGUMENTS_MAX + 1] = {name, query};

	for (size_t i = 1; question->argv[i] != NULL && i + 1 < ARGUMENTS_MAX; i++)
		argv[i + 1] = question->argv[i];
	/* Its answer has keywords, and what it complains of has none. */
	dup2(STDOUT_FILENO, STDERR_FILENO);
	execve(PATH_SSH, argv, question->envp);
	error_sys(err, errno, "cannot execute %s", PATH_SSH);
}

long ssh_reach_read(char *const *argv, char *const *envp, char *text, size_t size,
		    int64_t deadline, struct error *err)
{
	const struct reach_question question = {argv, envp, deadline};
	const ssize_t got =
	    process_ask(execute_query, &question, text, size - 1, deadline, err);

	/* Half of an answer is none. */
	text[got < 0 ? 0 : got] = '\0';
	return got;
}

void ssh_reach_parse(char *text, struct ssh_reach *out)
{
	struct ssh_answer answer;
	const char *value;

	ssh_answer_take(&answer, text);
	*out = (struct ssh_reach){.family = AF_UNSPEC};
	value = ssh_answer_value(&answer, "hostname");
	if (strlen(value) < sizeof out->host)
		snprintf(out->host, sizeof out->host, "%s", value);
	value = ssh_answer_value(&answer, "port");
	if (strlen(value) < sizeof out->port)
		snprintf(out->port, sizeof out->port, "%s", value);
	value = ssh_answer_value(&answer, "addressfamily");
	if (value[0] != '\0' && strcmp(value, "any") != 0)
		out->family = strcmp(value, "inet6") == 0 ? AF_INET6 : AF_INET;
	out->timed = ssh_answer_says(ssh_answer_value(&answer, "connecttimeout"));
	out->proxied = ssh_answer_says(ssh_answer_value(&answer, "proxyjump")) ||
		       ssh_answer_says(ssh_answer_value(&answer, "proxycommand"));
}

static unsigned count_addresses(const char *host, int family)
{
	const struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_STREAM};
	struct addrinfo *list;
	unsigned count = 0;

	if (getaddrinfo(host, "22", &hints, &list) != 0)
		return 0;
	for (const struct addrinfo *at = list; at != NULL; at = at->ai_next)
		count++;
	freeaddrinfo(list);
	return count;
}

void ssh_reach_ask(char *const *argv, char *const *envp, int64_t deadline,
		   struct ssh_reach *out)
{
	static char text[SSH_REACH_ANSWER_MAX];
	struct error err;

	(void)ssh_reach_read(argv, envp, text, sizeof text, deadline, &err);
	ssh_reach_parse(text, out);
}

/* In the child. */
static void find(const void *arg, void *result)
{
	const struct reach_question *question = arg;
	struct ssh_reach *reach = result;

	ssh_reach_ask(question->argv, question->envp, question->deadline, reach);
	if (reach->host[0] != '\0' && !reach->proxied)
		reach->addresses = count_addresses(reach->host, reach->family);
}

void ssh_reach_find(char *const *argv, char *const *envp, int64_t deadline,
		    struct ssh_reach *out)
{
	const struct reach_question question = {argv, envp, deadline};
	const struct apart apart = {find, &question, out, sizeof *out};
	struct error err;

	*out = (struct ssh_reach){.addresses = 0};
	/* Half of an answer is none. */
	if (apart_run(&apart, deadline, &err) != 0)
		*out = (struct ssh_reach){.addresses = 0};
	out->host[sizeof out->host - 1] = '\0';
}

int64_t ssh_reach_patience(unsigned timeout)
{
	const int64_t part = (int64_t)timeout * 1000 / SSH_REACH_PART;

	return part < SSH_REACH_MS_MAX ? part : SSH_REACH_MS_MAX;
}

unsigned ssh_reach_share(const struct ssh_reach *reach, unsigned timeout)
{
	const unsigned addresses = reach->addresses > 0 ? reach->addresses : 1;

	return (timeout + addresses - 1) / addresses;
}
