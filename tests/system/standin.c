/* SPDX-License-Identifier: ISC */
/*
 * Stands in pppd's place where only the launch is looked at: tests read /proc/PID of it. It
 * says one line and waits for the end of its input; asked for its version, it never
 * answers.
 */
#include <poll.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	static const char line[] = "launched\n";
	char bytes[256];

	if (argc > 1 && strcmp(argv[1], "--version") == 0)
		(void)poll(NULL, 0, -1);
	if (write(STDOUT_FILENO, line, sizeof line - 1) != sizeof line - 1)
		return 1;
	while (read(STDIN_FILENO, bytes, sizeof bytes) > 0)
		;
	return 0;
}
