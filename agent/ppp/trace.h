/* SPDX-License-Identifier: ISC */
/* Packets of the control protocols in words, as pppd's "debug" prints them. */
#ifndef SALLYPORT_AGENT_PPP_TRACE_H
#define SALLYPORT_AGENT_PPP_TRACE_H

#include <stddef.h>
#include <stdint.h>

enum {
	/* A line: what does not fit ends in "...". */
	TRACE_TEXT_MAX = 320,
	/* Bytes that are shown of what is no option. */
	TRACE_BYTES_MAX = 48,
};

/*
 * Pure. "LCP ConfReq id=0x1 <mru 1500> <magic 0x2a>": of bytes that anybody may have sent,
 * in printable ASCII. buf has TRACE_TEXT_MAX bytes; returns it.
 */
const char *trace_packet(uint16_t protocol, const uint8_t *bytes, size_t len,
			 char buf[TRACE_TEXT_MAX]);

#endif
