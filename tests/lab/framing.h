/* SPDX-License-Identifier: ISC */
/* Frames of a hostile PPP peer, good or bad, on a line. */
#ifndef SALLYPORT_TESTS_LAB_FRAMING_H
#define SALLYPORT_TESTS_LAB_FRAMING_H

#include <stddef.h>
#include <stdint.h>

enum {
	FLAG = 0x7e,
	ESCAPE = 0x7d,
	FRAME_MAX = 4096,
	LONG = 100 * 1000, /* bytes of a frame that is too long */
};
enum { LCP = 0xc021, IPCP = 0x8021, IPV6CP = 0x8057, CCP = 0x80fd, ECP = 0x8053 };
enum {
	PAP = 0xc023,
	CHAP = 0xc223,
	EAP = 0xc227,
	LQR = 0xc025,
	MP = 0x003d,
	BACP = 0xc02b
};
enum {
	CONF_REQ = 1,
	CONF_ACK,
	CONF_NAK,
	CONF_REJ,
	TERM_REQ,
	TERM_ACK,
	CODE_REJ,
	PROTO_REJ,
	ECHO_REQ,
	ECHO_REP,
	DISCARD
};

/* A socket; the program that is the peer has it. */
extern int line;

/* RFC 1662, C.2, a bit at a time. */
uint16_t framing_fcs(const uint8_t *bytes, size_t len);

/* Bytes as they are. */
void put(const void *bytes, size_t len);
/* A frame, with that change to its FCS. */
void put_frame(const uint8_t *frame, size_t len, uint16_t spoil);
/* A frame with a body of a protocol's; the length field says `says`, or the truth when 0.
 */
void put_packet(unsigned protocol, uint8_t code, uint8_t id, const void *body, size_t len,
		unsigned says);

#endif
