/* SPDX-License-Identifier: ISC */
/* The frame check sequence of 16 bits (RFC 1662 appendix C.2). */
#ifndef SALLYPORT_AGENT_PPP_FCS_H
#define SALLYPORT_AGENT_PPP_FCS_H

#include <stddef.h>
#include <stdint.h>

enum {
	FCS_INITIAL = 0xffff,
	/* over a frame with its own FCS at the end */
	FCS_GOOD = 0xf0b8,
	FCS_SIZE = 2,
};

/* Makes the tables; once, before the first fcs_add(). */
void fcs_prepare(void);

/* The sequence over what fcs stands for and the len bytes that follow it. A frame's end is
 * the complement of the last, low byte first. */
uint16_t fcs_add(uint16_t fcs, const uint8_t *bytes, size_t len);

#endif
