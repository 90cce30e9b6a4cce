/* SPDX-License-Identifier: ISC */
/*
 * One PPP link (RFC 1661): LCP, then IPCP (RFC 1332) and IPV6CP (RFC 5072), and which
 * frames may carry what. The caller passes in the time and the frames that came; the link
 * sends and logs through hooks, touches no descriptor, and allocates nothing.
 */
#ifndef SALLYPORT_AGENT_PPP_PPP_H
#define SALLYPORT_AGENT_PPP_PPP_H

#include "agent/ppp/alive.h"
#include "agent/ppp/automaton.h"
#include "agent/ppp/frame.h"
#include "agent/ppp/settings.h"

/* Of frames (RFC 1661 2, RFC 1332 2 and 3, RFC 5072 2 and 3). */
enum {
	PROTOCOL_IP = 0x0021,
	PROTOCOL_IPV6 = 0x0057,
	PROTOCOL_IPCP = 0x8021,
	PROTOCOL_IPV6CP = 0x8057,
	PROTOCOL_LCP = 0xc021,
};

/* What ppptun exits with: pppd(8), EXIT STATUS. */
enum ppp_exit {
	PPP_EXIT_OK = 0,
	PPP_EXIT_FATAL = 1,
	PPP_EXIT_OPTIONS = 2,
	PPP_EXIT_NOT_PRIVILEGED = 3,
	PPP_EXIT_NO_KERNEL = 4,
	PPP_EXIT_SIGNAL = 5,
	PPP_EXIT_OPEN = 7,
	PPP_EXIT_NEGOTIATION = 10,
	PPP_EXIT_IDLE = 12,
	PPP_EXIT_MAX_CONNECT = 13,
	PPP_EXIT_PEER_DEAD = 15,
	PPP_EXIT_HANGUP = 16,
	PPP_EXIT_LOOPBACK = 17,
};

enum { INTERFACE_ID_SIZE = 8, NCP_VALUE_MAX = INTERFACE_ID_SIZE };

struct ppp;

struct ppp_hooks {
	/* One frame for the other end, in that style. */
	void (*send)(void *context, const struct frame *frame,
		     const struct frame_style *style);
	/* One packet of IP or IPv6 that came, when the link carries it. */
	void (*deliver)(void *context, uint16_t protocol, const uint8_t *packet,
			size_t len);
	/* IP (PROTOCOL_IP) or IPv6 has come up, with the addresses that ppp has, or gone
	 * down, or will not come up. */
	void (*network)(void *context, uint16_t protocol, bool up);
	/* A message for the log, printable ASCII; debug: it is logged only with "debug". */
	void (*say)(void *context, bool debug, const char *message);
	/* An echo of that number was sent; the other end, which cannot know it before, has
	 * answered one.
	 * It may answer twice, and late. clock: the other end's, when it did (NULL: that is
	 * not known). NULL: nobody wants to know. */
	void (*asked)(void *context, uint32_t number);
	void (*answered)(void *context, uint32_t number, const uint32_t *clock);
	/* A clock of this end, for an answer: microseconds, modulo 2^32. NULL: none. */
	uint32_t (*clock)(void *context);
};

/* What LCP settled (RFC 1661 6). */
struct lcp_values {
	/* of our options, those that the peer did not reject */
	bool ask_mru, ask_accm, ask_magic, ask_protocol, ask_address;
	/* what the peer is asked to escape */
	uint32_t accm;
	uint32_t magic;
	/* Requests of the peer's in a row that had our magic number */
	unsigned looped;
	/* of the peer's own request */
	unsigned peer_mru;
	uint32_t peer_magic;
	struct frame_style style, wanted_style;
	unsigned wanted_mru;
	uint32_t wanted_magic;
};

struct ncp_kind;

/* IPCP or IPV6CP, and what it settled. */
struct ncp {
	struct ppp *ppp;
	const struct ncp_kind *kind;
	struct automaton automaton;
	/* our option is asked for: the peer did not reject it */
	bool ask;
	/* the peer's request, while it is judged, has named a value */
	bool named;
	/* it was up: the device has these addresses and gets no others */
	bool settled;
	/* An IPv4 address in the first bytes, or an interface identifier; all zero: not
	 * known. */
	uint8_t local[NCP_VALUE_MAX], remote[NCP_VALUE_MAX], wanted_remote[NCP_VALUE_MAX];
};

struct ppp {
	const struct settings *settings;
	const struct ppp_hooks *hooks;
	void *context;
	/* CLOCK_MONOTONIC in milliseconds, as of the last event */
	int64_t now;
	/* for magic numbers and identifiers; any but 0 */
	uint64_t random;
	struct automaton lcp;
	struct lcp_values lcp_values;
	struct ncp ipcp, ipv6cp;
	/* milliseconds; 0: not running */
	int64_t echo_timer, connect_timer, idle_timer;
	/* while echo_timer runs, it is alive_due() */
	struct alive alive;
	/* of the next echo */
	uint8_t echo_id;
	/* The other end has rejected them. */
	bool no_echoes;
	/* when the other end was last heard, or the link was started; and until when it has
	 * to be (0: no challenge is out) */
	int64_t heard_at, challenge_timer;
	/* Milliseconds, where the launcher asked; 0: a new login did. */
	int64_t ask_patience;
	/* The link is over, with result. */
	bool done;
	enum ppp_exit result;
	bool was_up;
	/* messages for the log, and since when they are counted */
	unsigned messages;
	int64_t messages_since;
	/* the same of packets that are traced */
	unsigned traces;
	int64_t traces_since;
};

/* Fills *ppp and begins to talk; the two ends may begin at any time. random must differ
 * between ends and times. */
void ppp_start(struct ppp *ppp, const struct settings *settings,
	       const struct ppp_hooks *hooks, void *context, uint64_t random, int64_t now);
/* A frame has come. */
void ppp_frame(struct ppp *ppp, const struct frame *frame, int64_t now);
/*
 * A new login of the same peer wants to know whether this one's peer is still there. One
 * that was not heard just now is asked, and if nothing comes for some seconds, the link is
 * over with PPP_EXIT_PEER_DEAD.
 */
void ppp_challenge(struct ppp *ppp, int64_t now);
/* The launcher wants to know, and gives it so many milliseconds: whenever the peer was
 * heard last, it is asked. */
void ppp_ask(struct ppp *ppp, int64_t patience, int64_t now);
/* When something is to happen by itself; INT64_MAX: never. And what is due by now. */
int64_t ppp_deadline(const struct ppp *ppp);
void ppp_tick(struct ppp *ppp, int64_t now);
/* A packet of the network's goes to the other end: the link is not idle. */
void ppp_used(struct ppp *ppp, int64_t now);
/* Ends the link in order; it is done when the peer says so, or after some seconds. */
void ppp_close(struct ppp *ppp, enum ppp_exit result, int64_t now);
/* Whether the link carries such packets now, and how large they may be for the peer. */
bool ppp_carries(const struct ppp *ppp, uint16_t protocol);
unsigned ppp_mtu(const struct ppp *ppp);
/* Whether IP or IPv6 is still being negotiated. */
bool ppp_undecided(const struct ppp *ppp);

/* Between the files of this directory. */
void lcp_init(struct ppp *ppp);
/* LCP is up: echoes begin. And an Echo-Request or -Reply that came (lcp_echo.c). */
void lcp_start_echoes(struct ppp *ppp);
void lcp_take_echo(struct ppp *ppp, const struct packet *packet);
void ipcp_init(struct ppp *ppp);
void ipv6cp_init(struct ppp *ppp);
/* LCP's part of ppp_tick(): echoes. And one at once. */
void lcp_tick(struct ppp *ppp);
void lcp_send_echo(struct ppp *ppp);
/* A packet that the other end discards, with so many bytes of data, or as many as it takes
 * (RFC 1661 5.9). */
void lcp_send_discard(struct ppp *ppp, size_t len);
/* A good frame has come, or something went: what echoes need not ask. */
void lcp_heard(struct ppp *ppp, const struct frame *frame);
void lcp_sent(struct ppp *ppp);
/* challenge.c: something came, be it a part of a frame. And its part of ppp_tick(). */
void ppp_heard(struct ppp *ppp, int64_t now);
void challenge_tick(struct ppp *ppp);
/* A message for the log. Without "debug" there is a limit for each minute, for the peer can
 * cause as many as it likes. */
void ppp_say(struct ppp *ppp, bool debug, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
uint32_t ppp_random(struct ppp *ppp);
/* An automaton with the standard's counters, whose packets are the link's. */
void ppp_automaton(struct automaton *a, void *owner,
		   const struct automaton_protocol *protocol, uint16_t number);
/* Sends a packet of a control protocol (automaton_protocol's send). */
void ppp_send_packet(void *owner, uint16_t protocol, const uint8_t *packet, size_t len);
/* LCP came up or went down; a network protocol did, or is over. */
void ppp_link_up(struct ppp *ppp);
void ppp_link_down(struct ppp *ppp);
void ppp_network_changed(struct ppp *ppp, uint16_t protocol, bool up);
void ppp_network_finished(struct ppp *ppp, uint16_t protocol);

#endif
