/* SPDX-License-Identifier: ISC */
/*
 * The agent's steps, in the order in which main() takes them. Each is a file; each that
 * fails says so through agent_refuse(), which does not return: nothing after a failed step
 * may run.
 */
#ifndef SALLYPORT_AGENT_AGENT_H
#define SALLYPORT_AGENT_AGENT_H

#include "agent/core/login.h"

/* neutralise.c: 1. Nothing of the caller's process matters after this. */
void agent_neutralise(struct login *login, int argc, char **argv, char **environment);
/* Ignores the signals that a client can cause; or restores them, for the program that is
 * launched. 0, or -1 with errno. */
int agent_heed_client(bool heed);
/* identity.c: 2. Fails closed when setuid, another account, or without file capabilities.
 */
void agent_check_identity(struct login *login);
/* intake.c: 3. The child ends while policy is read and decides; agent_end_parser() checks
 * then that it exited normally. */
void agent_take_in(struct login *login);
void agent_end_parser(struct login *login);
/* verdict.c: 4. A denial is recorded at once, by agent_refuse(). */
void agent_decide(struct login *login);
/* take_session.c: 5. For a link a free slot's lock, whose descriptor is left open for the
 * program that is launched, or that of a session whose client is gone, which then ends; for
 * sshroute the session that is meant. */
void agent_take_session(struct login *login);
/* choose_ppp.c: 6, for a link: which program speaks PPP (login->engine). */
void agent_choose_ppp(struct login *login);
/* launch.c: 6. */
void agent_plan(struct login *login);
/* launch.c: 7. */
void agent_confine(struct login *login);
/* record.c: the rest of 4, once nothing is left that could fail: a request has one verdict.
 * login->report is about program and interface ("-": the agent's own answer). */
void agent_record(const struct login *login, const char *program, const char *interface);
/* launch.c: 8. */
void agent_launch(struct login *login) __attribute__((noreturn));
/* answer.c: in place of 5 to 8, for requests that the agent answers itself. */
void agent_answer(struct login *login) __attribute__((noreturn));
/* pass_on.c: the same for a key that is handed in, which a service of root's takes. */
void agent_hand_in(struct login *login) __attribute__((noreturn));
/* answer.c: what both do before they answer. */
void agent_confine_answer(struct login *login);

/* answer.c: sends it, when it was asked for. */
void agent_tell_ready(const struct login *login);

/* verdict.c: err as the reason of a refusal, and its file and line as what decided. */
void agent_refuse_policy(struct login *login, enum exit_code code, const struct error *err)
    __attribute__((noreturn));

/*
 * record.c: one log record with the reason, one line for the client with the id, and the
 * end. fmt gives the reason: printable ASCII.
 */
void agent_refuse(const struct login *login, enum exit_code code, const char *fmt, ...)
    __attribute__((noreturn, format(printf, 3, 4)));

#endif
