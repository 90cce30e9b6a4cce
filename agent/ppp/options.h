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

/*
 * What automaton_protocol.judge() returns when it has put what it rejects into *answer and
 * what it asks for instead into *nak: a Reject goes first (RFC 1661 5.4), and *answer
 * is what is sent.
 */
enum packet_code options_answer(struct options *answer, const struct options *nak);

/* Whether one of that type is among them. */
bool options_have(const uint8_t *bytes, size_t len, uint8_t type);

/* A protocol that negotiates one option only: IPCP and IPV6CP. */
struct only_option {
	uint8_t type;
	size_t size;
	/* Judges a value of that size; a Nak's value is added to *nak. */
	enum packet_code (*judge)(void *owner, const uint8_t *value, struct options *nak);
};
/*
 * Judges a peer's request by that: the first such option counts, all others are rejected.
 * Adds to *nak and to *answer what options_answer() expects there. Returns whether the
 * option was there.
 */
bool options_judge_only(const struct only_option *only, void *owner, const uint8_t *bytes,
			size_t len, bool may_nak, struct options *nak,
			struct options *answer);

/* Whether they are options from the first byte to the last. */
bool options_sound(const uint8_t *bytes, size_t len);

#endif
