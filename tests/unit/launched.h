/* SPDX-License-Identifier: ISC */
/* sshroute run as vpn-agent leaves it: an unprivileged user with the capabilities told. */
#ifndef SALLYPORT_TESTS_UNIT_LAUNCHED_H
#define SALLYPORT_TESTS_UNIT_LAUNCHED_H

#include <stdint.h>
#include <sys/types.h>

enum { LAUNCHED_OUTPUT_MAX = 4096, LAUNCHED_UID = 65534 };

struct launched {
	pid_t pid;
	/* what launched_finish reads */
	int out, err;
	int code;
	char stdout_text[LAUNCHED_OUTPUT_MAX], stderr_text[LAUNCHED_OUTPUT_MAX];
};

/*
 * With which capabilities, with what for standard output (-1: a pipe), and with which
 * library preloaded (NULL: none).
 */
struct launch_way {
	uint64_t capabilities;
	int out;
	const char *preload;
};

/* words: the arguments, single spaces between them. What fails fails the cmocka test. */
struct launched launched_start(const struct launch_way *way, const char *words);
/* Waits for its end and fills in the code and the texts. */
void launched_finish(struct launched *run);

#endif
