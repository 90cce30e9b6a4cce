/* SPDX-License-Identifier: ISC */
/* What the link does when it is challenged, or asked. Whatever comes counts as an answer.
 */
#include "agent/ppp/challenge.h"

#include "agent/ppp/ppp.h"

/* A peer that was heard so recently is there. */
enum { HEARD_MS = 1000 };

/* Whatever makes a living peer answer at once. */
static void ask(struct ppp *ppp)
{
	if (ppp->lcp.state == STATE_OPENED)
		lcp_send_echo(ppp);
	else if (ppp->lcp.state >= STATE_REQUEST_SENT && ppp->lcp.restarts_left > 0)
		automaton_timeout(&ppp->lcp, ppp->now);
}

void ppp_challenge(struct ppp *ppp, int64_t now)
{
	const int64_t heard = ppp->lcp.state == STATE_OPENED ? HEARD_MS : HEARD_OPENING_MS;

	ppp->now = now;
	/* Each login that asks while a challenge is out waits for the same answer. */
	if (ppp->done || ppp->challenge_timer != 0 || now - ppp->heard_at < heard)
		return;
	ppp->challenge_timer = now + CHALLENGE_MS;
	ppp->ask_patience = 0;
	ask(ppp);
}

/* What came before the change says nothing of the line after it. */
void ppp_ask(struct ppp *ppp, int64_t patience, int64_t now)
{
	if (patience < ASK_MS_MIN || patience > CHALLENGE_MS)
		patience = CHALLENGE_MS;
	ppp->now = now;
	if (ppp->done || ppp->lcp.state != STATE_OPENED ||
	    (ppp->challenge_timer != 0 && ppp->challenge_timer <= now + patience))
		return;
	ppp->challenge_timer = now + patience;
	ppp->ask_patience = patience;
	ask(ppp);
}

void ppp_heard(struct ppp *ppp, int64_t now)
{
	ppp->heard_at = now;
	ppp->challenge_timer = 0;
}

/* Without a farewell: nobody is there to answer it, and the new login waits. */
void challenge_tick(struct ppp *ppp)
{
	if (ppp->challenge_timer == 0 || ppp->now < ppp->challenge_timer)
		return;
	ppp->challenge_timer = 0;
	if (ppp->ask_patience != 0)
		ppp_say(ppp, false,
			"no sign of life for %d ms after a change of this host's network",
			(int)ppp->ask_patience);
	else
		ppp_say(ppp, false,
			"a new login of the same peer takes over: no sign of life from "
			"this one for %d ms",
			CHALLENGE_MS);
	if (ppp->result == PPP_EXIT_OK)
		ppp->result = PPP_EXIT_PEER_DEAD;
	ppp->done = true;
}
