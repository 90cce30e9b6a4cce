/* SPDX-License-Identifier: ISC */
/* Configuration options (RFC 1661 section 6), of all the control protocols. */
#ifndef SALLYPORT_AGENT_PPP_OPTIONS_H
#define SALLYPORT_AGENT_PPP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Codes of packets (RFC 1661 section 5). */
enum packet_code {
	CONFIGURE_REQUEST = 1,
	CONFIGURE_ACK,
	CONFIGURE_NAK,
	CONFIGURE_REJECT,
	TERMINATE_REQUEST,
	TERMINATE_ACK,
	CODE_REJECT,
	/* LCP's own */
	PROTOCOL_REJECT,
	ECHO_REQUEST,
	ECHO_REPLY,
	DISCARD_REQUEST,
	/* RFC 1570 */
	IDENTIFICATION,
	TIME_REMAINING,
};

enum {
	PACKET_HEADER = 4, /* code, identifier, length */
	/* The largest that is sent: every peer takes it whatever its MRU (RFC 1661 6.1) */
	PACKET_SIZE_MAX = 1500,
	OPTIONS_SIZE_MAX = PACKET_SIZE_MAX - PACKET_HEADER,
	OPTION_HEADER = 2, /* type, length */
};

/* Options under construction. */
struct options {
	uint8_t bytes[OPTIONS_SIZE_MAX];
	size_t len;
};

/* Appends one; what does not fit is left out and false. */
bool options_add(struct options *options, uint8_t type, const void *value, size_t len);

struct option {
	uint8_t type;
	const uint8_t *value;
	size_t len;
};
/*
 * The option at *at of len bytes, and moves *at behind it. False at the end, and when the
 * rest is no option; *at == len tells which.
 */
bool option_next(const uint8_t *bytes, size_t len, size_t *at, struct option *out);

/* Whether one of that type is among them. */
bool options_have(const uint8_t *bytes, size_t len, uint8_t type);

/*
 * Judges a peer's request, option by option: judge() says what to answer to one, and adds a
 * Nak's value to *nak. Returns what automaton_protocol.judge() does: a Reject goes first
 * (RFC 1661 5.4).
 */
enum packet_code options_judge(enum packet_code (*judge)(void *owner,
							 const struct option *option,
							 struct options *nak),
			       void *owner, const uint8_t *bytes, size_t len, bool may_nak,
			       struct options *answer);

/* Whether they are options from the first byte to the last. */
bool options_sound(const uint8_t *bytes, size_t len);

#endif
