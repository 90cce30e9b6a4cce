/* SPDX-License-Identifier: ISC */
/* The editor that a person has chosen, and what that person says to it and to us. */
#ifndef SALLYPORT_POLICY_TOOL_EDIT_EDITOR_H
#define SALLYPORT_POLICY_TOOL_EDIT_EDITOR_H

#include <signal.h>
#include <stdbool.h>

#include "policy/language/error.h"

/* What signals_hold() holds. */
struct signals {
	sigset_t old;
	int fd;
	/* the signal to raise at the end; 0: none */
	int ending;
};

/*
 * From signals_hold() on a signal that would end the program is kept until
 * signals_release() raises it, so that nothing is left beside a file. Only one at a time.
 */
int signals_hold(struct signals *signals, struct error *err);
void signals_release(struct signals *signals);

/*
 * Runs the editor on the file and waits for it. 0; -1 with *err when it cannot be started,
 * fails or is killed, or a signal asks this program to end, which ends the editor as well.
 */
int editor_run(struct signals *signals, const char *path, struct error *err);

/*
 * Asks on the terminal until the answer is one of the letters, which it returns; 0 when
 * there is no more input, or a signal came. question says what the letters mean.
 */
char ask(struct signals *signals, const char *question, const char *letters);
/* Whether there is somebody to ask. */
bool ask_can(void);

#endif
