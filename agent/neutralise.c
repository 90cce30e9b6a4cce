/* SPDX-License-Identifier: ISC */
/* Step 1: whoever started this process, and however, it behaves the same from here on. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/base/log.h"
#include "agent/confine/inherited.h"

/* The log is not open yet, and there may be no descriptor left for it. Standard input is no
 * longer needed and makes room. */
__attribute__((noreturn)) static void die(const struct login *login,
					  const struct error *why)
{
	struct error err;

	close(STDIN_FILENO);
	log_open("vpn-agent", &err);
	agent_refuse(login, EXIT_SYSTEM, "%s", why->text);
}

/* The signals of a client that goes away or presses keys of its terminal. Where it matters,
 * read(2) or write(2) fails as well; no login may end without its record. */
int agent_heed_client(bool heed)
{
	static const int signals[] = {SIGPIPE, SIGHUP, SIGINT, SIGQUIT, SIGTSTP};
	const struct sigaction action = {.sa_handler = heed ? SIG_DFL : SIG_IGN};

	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
		if (sigaction(signals[i], &action, NULL) != 0)
			return -1;
	return 0;
}

static void neutralise_process(const struct login *login)
{
	struct error err;

	/* agent_check_identity() says when there are too few descriptors. */
	if (inherited_set_aside(&err) != 0)
		die(login, &err);
	if (agent_heed_client(false) != 0) {
		error_sys(&err, errno, "cannot ignore the client's signals");
		die(login, &err);
	}
	alarm(AGENT_DEADLINE_S);
}

/* The first of its name, as getenv(3) would; its memory stays where execve(2) put it. */
static const char *environment_value(char **environment, const char *name)
{
	const size_t len = strlen(name);

	for (; *environment != NULL; environment++)
		if (strncmp(*environment, name, len) == 0 && (*environment)[len] == '=')
			return *environment + len + 1;
	return NULL;
}

/* As login shell sshd calls it `vpn-agent -c TEXT`; as forced command of another shell,
 * `vpn-agent NAME`. */
static void keep_arguments(struct caller *caller, int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "-c") == 0)
		caller->shell_text = argv[2];
	else if (argc == 2)
		caller->name = argv[1];
}

static void make_id(char id[AGENT_ID_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char random[(AGENT_ID_SIZE - 1) / 2];

	/* Without an id a refusal could not be found in the log, so nothing goes on. */
	if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
		_exit(EXIT_SYSTEM);
	for (size_t i = 0; i < sizeof random; i++) {
		id[2 * i] = digits[random[i] >> 4];
		id[2 * i + 1] = digits[random[i] & 15];
	}
	id[AGENT_ID_SIZE - 1] = '\0';
}

void agent_neutralise(struct login *login, int argc, char **argv, char **environment)
{
	static char *empty[] = {NULL};

	/* First of all, as the C library reads it too: the time zone for a log record. */
	environ = empty;
	make_id(login->id);
	neutralise_process(login);
	keep_arguments(&login->caller, argc, argv);
	login->caller.request = environment_value(environment, "SSH_ORIGINAL_COMMAND");
	login->caller.connection = environment_value(environment, "SSH_CONNECTION");
	login->caller.auth_info = environment_value(environment, "SSH_USER_AUTH");
}
