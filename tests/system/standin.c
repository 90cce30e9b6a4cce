/* SPDX-License-Identifier: ISC */
/*
 * Stands in pppd's place where only the launch is looked at: tests read /proc/PID of it. It
 * says one line and waits for the end of its input. Once that has a byte, it does what
 * ppptun does whose client is gone: it ends when it is challenged.
 */
#include <signal.h>
#include <unistd.h>

#include "agent/ppp/challenge.h"

static void end(int number)
{
	(void)number;
	_exit(0);
}

int main(void)
{
	static const char line[] = "launched\n";
	char bytes[256];

	if (write(STDOUT_FILENO, line, sizeof line - 1) != sizeof line - 1)
		return 1;
	while (read(STDIN_FILENO, bytes, sizeof bytes) > 0)
		signal(CHALLENGE_SIGNAL, end);
	return 0;
}
