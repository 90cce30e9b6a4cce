/* SPDX-License-Identifier: ISC */
/*
 * Stands in the place of a pppd that was built with neither multilink nor IPv6, which
 * upstream's configure leaves out or can: it knows none of their words, and looks at its
 * words one after the other, as pppd does. Called "older" it is one of before 2.4.9 as
 * well. When it takes them all it says one line and waits for the end of its input; tests
 * read /proc/PID of it.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_OPTION = 2 };

static int refuses(const char *word, int older)
{
	static const char *const unknown[] = {"nomultilink", "nomp", "noipv6", "+ipv6",
					      "ipv6"};

	for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
		if (strcmp(word, unknown[i]) == 0)
			return 1;
	return older && strcmp(word, "lcp-echo-adaptive") == 0;
}

int main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');
	const int older = slash != NULL && strcmp(slash, "/older") == 0;
	char bytes[256];

	for (int i = 1; i < argc; i++) {
		if (refuses(argv[i], older)) {
			(void)fprintf(stderr, "%s: unrecognized option '%s'\n", argv[0],
				      argv[i]);
			return EXIT_OPTION;
		}
		if (strcmp(argv[i], "--version") == 0) {
			(void)puts(older ? "pppd version 2.4.8" : "pppd version 2.5.4");
			return 0;
		}
	}
	(void)puts("launched");
	(void)fflush(stdout);
	while (read(STDIN_FILENO, bytes, sizeof bytes) > 0)
		;
	return 0;
}
