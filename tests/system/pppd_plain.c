/* SPDX-License-Identifier: ISC */
/*
 * Stands in the place of a pppd that was built with neither multilink nor IPv6, which
 * upstream's configure leaves out or can: it knows none of their words, and looks at its
 * words one after the other, as pppd does. When it takes them all it says one line and
 * waits for the end of its input; tests read /proc/PID of it.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_OPTION = 2 };

static int refuses(const char *word)
{
	static const char *const unknown[] = {"nomultilink", "nomp", "noipv6", "+ipv6",
					      "ipv6"};

	for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
		if (strcmp(word, unknown[i]) == 0)
			return 1;
	return 0;
}

int main(int argc, char **argv)
{
	char bytes[256];

	for (int i = 1; i < argc; i++) {
		if (refuses(argv[i])) {
			(void)fprintf(stderr, "%s: unrecognized option '%s'\n", argv[0],
				      argv[i]);
			return EXIT_OPTION;
		}
		if (strcmp(argv[i], "--version") == 0) {
			(void)puts("pppd version 2.5.4");
			return 0;
		}
	}
	(void)puts("launched");
	(void)fflush(stdout);
	while (read(STDIN_FILENO, bytes, sizeof bytes) > 0)
		;
	return 0;
}
