/* SPDX-License-Identifier: ISC */
/* Senders of TCP for line_model.h: slow start, Reno (RFC 5681) and CUBIC (RFC 9438), and
 * the restart after a pause. */
#include "tests/unit/line_model.h"

#include <math.h>

enum {
	MSS = 1448,
	/* RFC 6928 */
	INITIAL_WINDOW = 10 * MSS,
	LEAST_WINDOW = 2 * MSS,
};

static const double CUBIC_C = 0.4, CUBIC_BETA = 0.7, RENO_BETA = 0.5;
static const int64_t RTO_LEAST = 200 * MODEL_MS;

void model_flow_init(struct model_flow *flow, bool cubic)
{
	*flow = (struct model_flow){
	    .cubic = cubic,
	    .cwnd = INITIAL_WINDOW,
	    .ssthresh = INFINITY,
	};
}

bool model_flow_may_send(const struct model_flow *flow)
{
	return (double)flow->inflight < flow->cwnd;
}

void model_flow_init_steady(struct model_flow *flow, uint64_t bytes)
{
	*flow = (struct model_flow){.steady = true, .cwnd = (double)bytes};
}

/* After a pause the window is halved for each retransmission timeout (RFC 2861). */
void model_flow_sent(struct model_flow *flow, uint64_t bytes, int64_t now, int64_t trip)
{
	int64_t idle = now - flow->sent_at;

	if (!flow->steady && flow->inflight == 0 && flow->sent > 0 &&
	    idle > RTO_LEAST + trip) {
		flow->ssthresh = fmax(flow->ssthresh, flow->cwnd * 3 / 4);
		for (; idle > RTO_LEAST + trip; idle -= RTO_LEAST + trip)
			flow->cwnd = fmax(flow->cwnd / 2, fmin(flow->cwnd, INITIAL_WINDOW));
		flow->epoch = 0;
	}
	flow->inflight += bytes;
	flow->sent++;
	flow->sent_at = now;
}

static void grow_cubic(struct model_flow *flow, double bytes, int64_t now, int64_t trip)
{
	const double most = flow->most / MSS;
	const double k = cbrt(most * (1 - CUBIC_BETA) / CUBIC_C);
	double time, target;

	if (flow->epoch == 0) {
		flow->epoch = now;
		flow->friendly = flow->cwnd;
	}
	time = (double)(now - flow->epoch + trip) / (double)MODEL_SECOND;
	target = (CUBIC_C * pow(time - k, 3) + most) * MSS;
	flow->friendly +=
	    3 * (1 - CUBIC_BETA) / (1 + CUBIC_BETA) * MSS * bytes / flow->cwnd;
	if (target > flow->cwnd)
		flow->cwnd += fmin((target - flow->cwnd) / flow->cwnd, 0.5) * bytes;
	flow->cwnd = fmax(flow->cwnd, flow->friendly);
}

/* A window that is not used does not grow (RFC 7661; tcp_is_cwnd_limited() of Linux). */
void model_flow_acked(struct model_flow *flow, uint64_t bytes, int64_t now, int64_t trip)
{
	const bool starting = flow->cwnd < flow->ssthresh;
	const double used = (double)flow->inflight;

	flow->inflight -= bytes;
	if (flow->steady || (starting ? 2 * used < flow->cwnd : used + MSS < flow->cwnd))
		return;
	if (starting)
		flow->cwnd += (double)bytes;
	else if (flow->cubic)
		grow_cubic(flow, (double)bytes, now, trip);
	else
		flow->cwnd += (double)bytes / flow->cwnd * MSS;
}

void model_flow_lost(struct model_flow *flow, uint64_t number, int64_t now)
{
	(void)now;
	if (flow->steady || number < flow->recovery)
		return;
	flow->recovery = flow->sent;
	flow->most = flow->cwnd;
	flow->epoch = 0;
	flow->cwnd =
	    fmax(flow->cwnd * (flow->cubic ? CUBIC_BETA : RENO_BETA), LEAST_WINDOW);
	flow->ssthresh = flow->cwnd;
}
