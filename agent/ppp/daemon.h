/* SPDX-License-Identifier: ISC */
/* How ppptun meets the system: log, signals, background. */
#ifndef SALLYPORT_AGENT_PPP_DAEMON_H
#define SALLYPORT_AGENT_PPP_DAEMON_H

#include "agent/ppp/settings.h"
#include "policy/language/error.h"

/* A line for the system log, and for logfd where there is one. */
void daemon_say(const struct settings *settings, int priority, const char *line);

/* The log file, if one is asked for, from now on. 0, or -1 with *err. */
int daemon_open_log(struct settings *settings, struct error *err);

/*
 * Why there is no link: for the log, and for the caller, on standard error or by the
 * descriptor that daemon_detach() gave.
 */
void daemon_refuse(const struct settings *settings, int caller, const char *line);

/* Why a link ended, on standard error, unless the log goes to the terminal anyway. */
void daemon_say_end(const struct settings *settings, const char *line);

/* The interface and the line, in the words of pppd, which scripts look for. */
void daemon_say_connect(const struct settings *settings, const char *interface);

/* Makes sure that descriptors 0 to 2 are open, so that no other file becomes one of them,
 * and that no write ends the program. */
void daemon_standard(void);

/* A descriptor that tells of the signals that end a link, and of a challenge, which are all
 * blocked; or -1 with *err. */
int daemon_signals(struct error *err);

/*
 * As pppd: with a terminal named, the caller gets its prompt back when the line and the
 * device are there. New session, directory /, descriptors 0 to 2 on /dev/null. Returns 0
 * in the background, with the caller waiting at *caller for daemon_release() or
 * daemon_refuse(); or -1 with *err.
 */
int daemon_detach(const struct settings *settings, int *caller, struct error *err);
/* All is well: the caller, if one waits (-1: none), gets 0. */
void daemon_release(int caller);

#endif
