/* SPDX-License-Identifier: ISC */
/*
 * What a filter lets through, in words, from the very rules that its program is made of:
 * for people who want to know, not for the agent.
 */
#ifndef SALLYPORT_AGENT_CONFINE_FILTER_LISTING_H
#define SALLYPORT_AGENT_CONFINE_FILTER_LISTING_H

#include "agent/confine/filter_program.h"

struct filter_listing {
	/* kill is false: the rules of both are the same */
	struct filter_shape shape;
	/* "read", "ioctl TCGETS"; ended by NULL */
	const char *const *lines;
};

/* Generated. */
extern const struct filter_listing filter_listings[];
extern const size_t filter_listing_count;

#endif
