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
	/* ppptun runs no hooks. */
	bool hooks;
	/* ppptun is installed here; the other end has it as well, or uses it, or has limits
	 * that pppd does not enforce. */
	bool here, there;
};

/* Whether that program is ppptun, by the last part of its path. ppptun speaks PPP by itself
 * and needs only its own device. */
bool engine_is_ppptun(const char *program);
/* PPP_PPPD or PPP_PPPTUN; PPP_AUTO: pppd if it is installed and the kernel has PPP,
 * otherwise ppptun, which is installed. */
enum ppp_engine engine_settle(const struct engine_question *question);
/* The path of that program. */
const char *engine_program(enum ppp_engine engine, const char *pppd);
/* "pppd", as in the ready line. */
const char *engine_name(enum ppp_engine engine);

#endif
