/* SPDX-License-Identifier: ISC */
#include "agent/core/engine.h"

#include <string.h>

#include "policy/language/paths.h"

bool engine_is_ppptun(const char *program)
{
	const char *slash = strrchr(program, '/');

	return strcmp(slash != NULL ? slash + 1 : program, "ppptun") == 0;
}

enum ppp_engine engine_settle(const struct engine_question *question)
{
	if (engine_is_ppptun(question->pppd))
		return PPP_PPPTUN;
	if (question->wanted != PPP_AUTO)
		return question->wanted;
	/*
	 * Without ppptun here, pppd's own message about a kernel without PPP is the best
	 * help. And what hooks do, rules of a packet filter perhaps, must not be left out
	 * because a device is missing.
	 */
	if (!question->here || question->hooks)
		return PPP_PPPD;
	/* It is faster, and has fewer rights, if both ends use it. */
	return question->there ? PPP_PPPTUN : PPP_AUTO;
}

const char *engine_program(enum ppp_engine engine, const char *pppd)
{
	return engine == PPP_PPPTUN && !engine_is_ppptun(pppd) ? PATH_PPPTUN : pppd;
}

const char *engine_name(enum ppp_engine engine)
{
	return engine == PPP_PPPTUN ? "ppptun" : "pppd";
}
