/* SPDX-License-Identifier: ISC */
/*
 * Whose turn it is: deficit round robin with two lists (RFC 8290 4.2). Those that had
 * nothing come first, once; then the others, each of which may spend a quantum in a turn.
 * What takes turns has a struct turn at its beginning. All zero, a rota is empty and a turn
 * is idle.
 */
#ifndef SALLYPORT_AGENT_PPP_ROTA_H
#define SALLYPORT_AGENT_PPP_ROTA_H

#include <stdint.h>

enum {
	/* Bytes: few, so that small packets need not wait for as many of a download's (RFC
	 * 8290 5.2.5). What is larger takes several turns. */
	ROTA_QUANTUM = 300,
};

enum turn_place { TURN_IDLE, TURN_NEW, TURN_OLD };

struct turn {
	enum turn_place place;
	/* bytes that it may still spend in its turn */
	int32_t deficit;
	struct turn *next;
};

struct turn_list {
	struct turn *first, *last;
};

struct rota {
	struct turn_list new, old;
};

/* An idle one has something now: among the new ones, with a quantum. */
void rota_join(struct rota *rota, struct turn *turn);
/* The same behind the old ones, with what it has. */
void rota_join_old(struct rota *rota, struct turn *turn);
/* Whose turn it is; NULL: all are idle. */
struct turn *rota_next(struct rota *rota);
/* The one whose turn it is has nothing. It is idle, or has to wait for a turn among the old
 * ones until it is. */
void rota_rest(struct rota *rota, struct turn *turn);
/* The one whose turn it is becomes idle at once. */
void rota_leave(struct rota *rota, struct turn *turn);

#endif
