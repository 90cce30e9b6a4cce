/* SPDX-License-Identifier: ISC */
/*
 * Records for the system log: one datagram, one line, to the syslog socket (RFC 3164 as
 * syslog(3) writes it locally). Not syslog(3) itself, for that cannot tell whether anything
 * was recorded.
 */
#ifndef SALLYPORT_AGENT_BASE_LOG_H
#define SALLYPORT_AGENT_BASE_LOG_H

#include "policy/language/error.h"

enum {
	LOG_RECORD_MAX = 1024, /* RFC 3164 4.1: what every syslog daemon takes */
	LOG_BODY_MAX =
	    960, /* of these, what is formatted: the rest is priority, time and tag */
	LOG_TIMEOUT_S = 2, /* a daemon that hangs must not hang a login */
};

/*
 * Connects to the system log as tag (a constant); the descriptor is close-on-exec and
 * serves log_record() from then on, also under a filter that knows sendto(2) alone. 0, or
 * -1 with *err.
 */
int log_open(const char *tag, struct error *err);

/*
 * A program that is launched with the log: log_descriptor() is its number, log_hand_on()
 * keeps it open over execve(2), and log_take_over() takes it there. log_hand_on: 0, or -1
 * with errno.
 */
int log_descriptor(void);
int log_hand_on(void);
void log_take_over(int fd, const char *tag);

/*
 * Sends one record of at most LOG_BODY_MAX bytes; a longer one is not sent, for its end
 * would be lost. priority is a LOG_* level of syslog.h. What is formatted must be printable
 * ASCII: escape_quoted() what is not ours. 0 when the log took it, otherwise -1.
 */
int log_record(int priority, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
