/* SPDX-License-Identifier: ISC */
/*
 * How long an answer to an echo of ours has waited on its way back: while both ends send,
 * it takes as long as both queues do, and only one of them is ours to keep short
 * (window.h).
 *
 * A ppptun puts its clock into its answers (lcp_echo.c). What a clock is behind this end's
 * is an unknown difference and the way; the least of late is that of a way on which nothing
 * waited, as in LEDBAT (RFC 6817 2.1). Towards a PPP that puts none there, answers are not
 * known to wait.
 *
 * Pure: the caller passes in the time, in microseconds of CLOCK_MONOTONIC. The other end
 * may say what it likes: what comes of it is no more than the answer took, and
 * WAY_BACK_US_MAX.
 */
#ifndef SALLYPORT_AGENT_PPP_WAY_BACK_H
#define SALLYPORT_AGENT_PPP_WAY_BACK_H

#include <stdbool.h>
#include <stdint.h>

enum {
	WAY_BACK_US_MAX = 500 * 1000,
};

struct way_back {
	bool known;
	/* of what a clock was behind, modulo 2^32 microseconds */
	uint32_t least;
	/* up to when the least has risen: when the last one came, or a little before */
	int64_t at;
};

/* An answer came that left when the other end's clock, in microseconds modulo 2^32, was
 * that. Microseconds that it has waited; most: by what it took beyond the least, there and
 * back. */
int64_t way_back_take(struct way_back *way, uint32_t clock, int64_t most, int64_t now);

#endif
