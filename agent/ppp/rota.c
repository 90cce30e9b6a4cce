/* SPDX-License-Identifier: ISC */
#include "agent/ppp/rota.h"

#include <stdbool.h>
#include <stddef.h>

static struct turn_list *list_of(struct rota *rota, const struct turn *turn)
{
	return turn->place == TURN_NEW ? &rota->new : &rota->old;
}

static void append(struct rota *rota, struct turn *turn, enum turn_place place)
{
	struct turn_list *list;

	turn->place = place;
	turn->next = NULL;
	list = list_of(rota, turn);
	if (list->first == NULL)
		list->first = turn;
	else
		list->last->next = turn;
	list->last = turn;
}

void rota_leave(struct rota *rota, struct turn *turn)
{
	list_of(rota, turn)->first = turn->next;
	turn->place = TURN_IDLE;
}

void rota_join(struct rota *rota, struct turn *turn)
{
	turn->deficit = ROTA_QUANTUM;
	append(rota, turn, TURN_NEW);
}

void rota_join_old(struct rota *rota, struct turn *turn)
{
	append(rota, turn, TURN_OLD);
}

struct turn *rota_next(struct rota *rota)
{
	struct turn *turn;

	for (;;) {
		turn = rota->new.first != NULL ? rota->new.first : rota->old.first;
		if (turn == NULL || turn->deficit > 0)
			return turn;
		turn->deficit += ROTA_QUANTUM;
		rota_leave(rota, turn);
		append(rota, turn, TURN_OLD);
	}
}

void rota_rest(struct rota *rota, struct turn *turn)
{
	const bool was_new = turn->place == TURN_NEW;

	rota_leave(rota, turn);
	if (was_new && rota->old.first != NULL)
		append(rota, turn, TURN_OLD);
}
