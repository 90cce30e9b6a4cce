/* SPDX-License-Identifier: ISC */
/*
 * CoDel (RFC 8289): when a queue has stood for too long, its packets are signalled to, one
 * after the other, until it is short again. Pure: times are microseconds that the caller
 * passes in. All zero, a struct codel is that of an empty queue.
 */
#ifndef SALLYPORT_AGENT_PPP_CODEL_H
#define SALLYPORT_AGENT_PPP_CODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	/* RFC 8289 4.2 and 4.3 */
	CODEL_TARGET = 5000,
	CODEL_INTERVAL = 100000,
	/* What is left of a queue is one packet at most: it does not stand. Segments of
	 * TCP may be far longer; then it is the packet itself that is left. */
	CODEL_LEFT = 1514,
};

struct codel_pace {
	/* so long a packet may wait; so long all must have waited longer than that */
	int64_t target, interval;
};

struct codel {
	/* When it will have waited too long for an interval; 0: it does not. */
	int64_t first_above;
	/* while dropping: when the next packet is signalled to */
	int64_t drop_next;
	/* signals since dropping began, and how many it began with */
	uint32_t count, last_count;
	bool dropping;
};

/*
 * A packet leaves the queue that has waited so long, with so many bytes left behind it:
 * whether its sender is to hear of it, by the loss of the packet or a mark. To be asked for
 * each packet, in order.
 */
bool codel_signals(struct codel *codel, const struct codel_pace *pace, int64_t waited,
		   size_t left, int64_t now);

#endif
