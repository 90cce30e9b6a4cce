/* SPDX-License-Identifier: ISC */
/*
 * Who speaks PPP, pppd with the kernel's or ppptun by itself: the same choice for both
 * sides. What the configuration and the other end leave open, the kernel decides.
 */
#ifndef SALLYPORT_AGENT_CORE_ENGINE_H
#define SALLYPORT_AGENT_CORE_ENGINE_H

#include <stdbool.h>

#include "policy/language/policy.h"

struct engine_question {
	enum ppp_engine wanted;
	/* The program of Pppd. */
	const char *pppd;
	/* ppptun has none. */
	bool hooks;
	/* ppptun is installed here; the other end has it as well, or speaks by it, or has
	 * to be held to what pppd does not hold. */
	bool here, there;
};

/* Whether that program is ppptun, by the last part of its path: it speaks PPP by itself and
 * takes no more than its own device. */
bool engine_is_ppptun(const char *program);
/* PPP_PPPD or PPP_PPPTUN; PPP_AUTO: pppd where it is there and the kernel has PPP, else
 * ppptun, which is there. */
enum ppp_engine engine_settle(const struct engine_question *question);
/* The path of the program that is it. */
const char *engine_program(enum ppp_engine engine, const char *pppd);
/* "pppd", as in the ready line. */
const char *engine_name(enum ppp_engine engine);

#endif
