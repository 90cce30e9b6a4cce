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
	/* What pppd says without PPP in the kernel is then what helps. And what hooks do,
	 * a packet filter's rules perhaps, must not be left out for the want of a device.
	 */
	if (!question->here || question->hooks)
		return PPP_PPPD;
	/* It is the faster one, and the one with less rights, when both ends are it. */
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
