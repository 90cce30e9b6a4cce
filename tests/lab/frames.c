/* SPDX-License-Identifier: ISC */
/*
 * frames CASE COMMAND…: runs the command, which ends in a pppd, and is a hostile PPP peer
 * to it: RFC 1662 framing over the command's input and output, RFC 1661 as far as the case
 * needs it. Prints what pppd agreed to ("acked PROTOCOL OPTION" for what it never should)
 * and how far it came ("lcp open", "ipcp open").
 *
 *   before    all that is malformed before LCP opens; then a decent link
 *   gentle    the same but a Code-Reject of LCP itself, which may end it
 *   open      a decent link, and then what must not be agreed to, and floods
 *   loopback  every frame of pppd's comes back to it
 *   silent    LCP opens, and then nothing more
 *   deaf      a decent link, and then floods, of whose answers not one is read; OWN packets
 *   spoof     a decent link, packets from sources that are not the peer's, and OWN packets
 *   stray     a decent link, packets to where the peer may not send, and OWN packets
 *
 * The last three hold the link until standard input ends.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/lab/framing.h"

enum {
	FLOOD = 2000,  /* frames of a flood */
	DEAF = 20000,  /* of one whose answers would fill any buffer */
	OWN = 10,      /* packets from the peer's own address, behind all others */
	HOLD_S = 300,  /* at most, for them to be counted */
	RESTART_S = 3, /* between two requests of a layer */
	LINK_S = 30,   /* for a decent link to come up */
	AFTER_S = 4,   /* to hear what is said to the hostile frames */
	SILENT_S = 90, /* for pppd to give up on a peer that is gone */
};
int line;
static bool lcp_open, ipcp_open;
/* Of our last Configure-Request: which protocol, and what it asked for that must not be. */
static const char *asked = "";

static void note_answer(unsigned protocol, const uint8_t *packet, size_t len)
{
	if (packet[0] == CONF_ACK && packet[1] >= 200)
		printf("acked %04x %s\n", protocol, asked);
	if (packet[0] == CONF_ACK && protocol == LCP && packet[1] == 1)
		lcp_open = true;
	if (packet[0] == CONF_ACK && protocol == IPCP && packet[1] == 1)
		ipcp_open = true;
	(void)len;
}

/* What a decent peer does with a packet. */
static void answer(unsigned protocol, const uint8_t *packet, size_t len, bool decent)
{
	note_answer(protocol, packet, len);
	if (!decent)
		return;
	if (packet[0] == CONF_REQ &&
	    (protocol == LCP || protocol == IPCP || protocol == IPV6CP))
		put_packet(protocol, CONF_ACK, packet[1], packet + 4, len - 4, 0);
	else if (packet[0] == ECHO_REQ && protocol == LCP)
		put_packet(protocol, ECHO_REP, packet[1], packet + 4, len - 4, 0);
	else if (packet[0] == TERM_REQ)
		put_packet(protocol, TERM_ACK, packet[1], "", 0, 0);
}

static void take_frame(const uint8_t *frame, size_t len, bool decent)
{
	size_t length;

	if (len < 10 || frame[0] != 0xff ||
	    framing_fcs(frame, len - 2) != (frame[len - 2] | frame[len - 1] << 8))
		return;
	length = (size_t)frame[6] << 8 | frame[7];
	if (length >= 4 && length <= len - 6)
		answer((unsigned)frame[2] << 8 | frame[3], frame + 4, length, decent);
}

static void take_byte(uint8_t byte, bool decent)
{
	static uint8_t frame[FRAME_MAX];
	static size_t used;
	static bool escaped;

	if (byte == FLAG) {
		take_frame(frame, used, decent);
		used = 0;
		escaped = false;
	} else if (byte == ESCAPE) {
		escaped = true;
	} else if (used < sizeof frame) {
		frame[used++] = escaped ? byte ^ 0x20 : byte;
		escaped = false;
	}
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Listens until *until is true, the line ends (false), or so many seconds are over. */
static bool listen_for(int seconds, const bool *until, bool decent, bool echo)
{
	const double end = now() + seconds;
	uint8_t bytes[FRAME_MAX];

	while ((until == NULL || !*until) && now() < end) {
		struct pollfd poll_line = {.fd = line, .events = POLLIN};
		ssize_t len;

		if (poll(&poll_line, 1, 100) <= 0)
			continue;
		len = recv(line, bytes, sizeof bytes, 0);
		if (len <= 0)
			return false;
		if (echo)
			put(bytes, (size_t)len);
		for (ssize_t i = 0; i < len; i++)
			take_byte(bytes[i], decent);
	}
	return true;
}

/* RFC 1661's Restart timer and Max-Configure: a request may be lost on the way. */
static void open_layer(const char *name, unsigned protocol, const uint8_t *options,
		       size_t len, const bool *open)
{
	for (int i = 0; i < LINK_S / RESTART_S && !*open; i++) {
		put_packet(protocol, CONF_REQ, 1, options, len, 0);
		if (!listen_for(RESTART_S, open, true, false))
			return;
	}
	if (*open)
		printf("%s open\n", name);
}

static void decent_link(void)
{
	static const uint8_t lcp[] = {1, 4, 5, 220, 5, 6, 1, 2, 3, 4},
			     ipcp[] = {3, 6, 10, 9, 0, 1};

	open_layer("lcp", LCP, lcp, sizeof lcp, &lcp_open);
	open_layer("ipcp", IPCP, ipcp, sizeof ipcp, &ipcp_open);
}

/* CVE-2020-8597: MD5 challenges and answers, with a name that is longer than the buffer for
 * it. */
static void put_eap(void)
{
	static uint8_t eap[1400] = {4 /* MD5-Challenge */, 16};

	memset(eap + 18, 'A', sizeof eap - 18);
	for (uint8_t code = 1; code < 5; code++)
		put_packet(EAP, code, 1, eap, sizeof eap, 0);
}

/* Whether a reject of what no end can do without is left out: it is good form to end. */
static bool gentle;

static void malformed(void)
{
	static const uint8_t options[][8] = {{1, 0}, {1, 1},	   {1, 255},
					     {5, 2}, {3, 3, 0xc0}, {0, 0}};
	static uint8_t block[LONG];

	for (size_t i = 0; i < sizeof block; i++)
		block[i] = (uint8_t)rand();
	put(block, 8000);
	memset(block, FLAG, 8000);
	put(block, 8000);
	memset(block, ESCAPE, 8000);
	put(block, 8000);
	memset(block, 'x', sizeof block);
	put_frame(block, sizeof block, 0);
	for (int i = 0; i < 100; i++)
		put_frame((const uint8_t *)"\xff\x03\xc0\x21\x01\x01\x00\x04", 8, 0x1234);
	for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
		put_packet(LCP, CONF_REQ, 100, options[i], 4, 0);
	put_packet(LCP, CONF_REQ, 100, options, 8, 3);
	put_packet(LCP, CONF_REQ, 100, options, 8, 0xffff);
	memset(block, 1, 1400);
	put_packet(LCP, CONF_REQ, 100, block, 1400, 0);
	put_eap();
	for (unsigned code = 0; code < 256; code++)
		put_packet(LCP,
			   code == CONF_REQ || code == TERM_REQ ||
				   (gentle && code == CODE_REJ)
			       ? 200
			       : (uint8_t)code,
			   77, block, 20, 0);
}

static void ask(const char *what, unsigned protocol, uint8_t id, const void *options,
		size_t len)
{
	asked = what;
	put_packet(protocol, CONF_REQ, id, options, len, 0);
	listen_for(1, NULL, true, false);
}

/* Each with an identifier from 200 on, so that an Ack shows. */
static void demands(void)
{
	ask("another address", IPCP, 200, "\x03\x06\x0a\x09\x00\x63", 6);
	ask("addresses of both", IPCP, 201, "\x01\x0a\x0a\x09\x00\x63\x0a\x09\x00\x62", 10);
	ask("the server's address", IPCP, 202, "\x03\x06\xc6\x33\x64\x01", 6);
	ask("a name server", IPCP, 203, "\x81\x06\x00\x00\x00\x00", 6);
	ask("header compression", IPCP, 204, "\x02\x06\x00\x2d\x0f\x01", 6);
	ask("deflate", CCP, 205, "\x1a\x04\x78\x00", 4);
	ask("MPPE", CCP, 206, "\x12\x06\x01\x00\x00\x40", 6);
	ask("encryption", ECP, 207, "\x01\x0a\x01\x02\x03\x04\x05\x06\x07\x08", 10);
	ask("bandwidth", BACP, 208, "\x01\x06\x01\x02\x03\x04", 6);
}

static void floods(void)
{
	static uint8_t block[1400];
	static const unsigned protocols[] = {PAP,    CHAP,   EAP,    LQR,
					     MP,     0x0001, 0x00ff, 0x8281,
					     0xffff, 0x0029, 0x002b, 0x4025};

	put_eap();
	for (size_t i = 0; i < sizeof protocols / sizeof protocols[0]; i++)
		for (uint8_t code = 1; code < 8; code++)
			put_packet(protocols[i], code, 1, block, sizeof block, 0);
	for (int i = 0; i < FLOOD; i++)
		put_packet(LCP, ECHO_REQ, (uint8_t)i, "\1\2\3\4", 4, 0);
	for (int i = 0; i < FLOOD; i++)
		put_packet(LCP, DISCARD, (uint8_t)i, block, 100, 0);
	for (int i = 0; i < FLOOD; i++)
		put_packet(0x0021, 0x45, 0, block, 64, 0);
	/* A storm of configurations: the link goes down and up as it does. */
	for (int i = 0; i < FLOOD; i++)
		put_packet(LCP, CONF_REQ, (uint8_t)(i % 100), "\1\4\5\334\3\4\300\43", 8,
			   0);
}

static const char own[] = "\x0a\x09\x00\x01", /* 10.9.0.1 */
    servers[] = "\x0a\x09\x00\x02";

/* UDP with nothing in it, from the one address to the other, so often; via: first to there,
 * by a loose source route (RFC 791 3.1). */
static void put_ip(const char *source, const char *target, const char *via, int times)
{
	/* its kind, its length, where the next stop stands */
	static const uint8_t route[] = {131, 7, 4};
	uint8_t frame[4 + 20 + 8 + 8] = {0xff, 0x03, 0, 0x21}, *ip = frame + 4;
	const size_t header = via != NULL ? 28 : 20, len = header + 8;
	unsigned sum = 0;

	ip[0] = (uint8_t)(0x40 | header / 4);
	ip[3] = (uint8_t)len;
	ip[8] = 64;
	ip[9] = 17;
	memcpy(ip + 12, source, 4);
	memcpy(ip + 16, via != NULL ? via : target, 4);
	if (via != NULL) {
		memcpy(ip + 20, route, sizeof route);
		memcpy(ip + 23, target, 4);
	}
	for (size_t i = 0; i < header; i += 2)
		sum += (unsigned)ip[i] << 8 | ip[i + 1];
	sum = 0xffff & ~((sum & 0xffff) + (sum >> 16));
	ip[10] = (uint8_t)(sum >> 8);
	ip[11] = (uint8_t)sum;
	for (int i = 0; i < times; i++)
		put_frame(frame, 4 + len, 0);
}

static void deaf(void)
{
	static uint8_t block[1000];

	for (int i = 0; i < DEAF; i++) {
		put_packet(LCP, ECHO_REQ, (uint8_t)i, block, sizeof block, 0);
		put_packet(PAP, CONF_REQ, (uint8_t)i, block, 100, 0);
		put_packet(LCP, 200, (uint8_t)i, block, 100, 0);
		put_packet(LCP, PROTO_REJ, (uint8_t)i, "\x80\xfd", 2, 0);
	}
}

static void spoof(void)
{
	static const char *const sources[] = {
	    "\xcb\x00\x71\x42", /* 203.0.113.66 */
	    "\x0a\x09\x00\x02", /* the server's own end */
	    "\x0a\x09\x01\x01", /* another peer's */
	    "\x7f\x00\x00\x01", "\x00\x00\x00\x00", "\xff\xff\xff\xff",
	};

	for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++)
		put_ip(sources[i], servers, NULL, FLOOD);
}

static void stray(void)
{
	static const char *const targets[] = {
	    "\x7f\x00\x00\x01", "\x7f\x01\x02\x03", "\x00\x00\x00\x00", "\xff\xff\xff\xff",
	    "\xe0\x00\x00\x01", "\x0a\x4d\x00\x05", /* 10.77.0.5, a network of the server's
						     */
	    "\xc6\x33\x64\x01",			    /* 198.51.100.1, which ssh came to */
	    "\x0a\x09\x01\x02",			    /* this end of another peer's link */
	    "\x0a\x09\x01\x01",			    /* that peer */
	    "\x0a\x09\x00\x01",			    /* back to itself */
	};

	for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
		put_ip(own, targets[i], NULL, FLOOD);
		put_ip(own, targets[i], servers, FLOOD);
	}
}

/* The link stays until whoever counts the packets closes our input. */
static void await_end_of_input(void)
{
	const double end = now() + HOLD_S;
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	char byte;

	while (now() < end) {
		if (poll(&input, 1, 100) > 0 && read(STDIN_FILENO, &byte, 1) <= 0)
			return;
	}
}

static pid_t start(char **argv)
{
	int ends[2];
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
		exit(1);
	child = fork();
	if (child == 0) {
		dup2(ends[1], 0);
		dup2(ends[1], 1);
		close(ends[0]);
		close(ends[1]);
		execvp(argv[0], argv);
		_exit(127);
	}
	close(ends[1]);
	line = ends[0];
	return child;
}

int main(int argc, char **argv)
{
	bool alive = true;
	pid_t child;

	if (argc < 3)
		return 64;
	setvbuf(stdout, NULL, _IOLBF, 0);
	child = start(argv + 2);
	gentle = strcmp(argv[1], "gentle") == 0;
	if (gentle || strcmp(argv[1], "before") == 0)
		malformed();
	if (strcmp(argv[1], "loopback") == 0)
		alive = listen_for(SILENT_S, NULL, false, true);
	else
		decent_link();
	if (strcmp(argv[1], "open") == 0) {
		demands();
		floods();
		alive = listen_for(AFTER_S, NULL, true, false);
	}
	if (strcmp(argv[1], "silent") == 0)
		alive = listen_for(SILENT_S, NULL, false, false);
	if (strcmp(argv[1], "deaf") == 0 || strcmp(argv[1], "spoof") == 0 ||
	    strcmp(argv[1], "stray") == 0) {
		(*argv[1] == 'd' ? deaf : argv[1][1] == 'p' ? spoof : stray)();
		put_ip(own, servers, NULL, OWN);
		printf("all sent\n");
		await_end_of_input();
	}
	printf("%s\n", alive ? "still there" : "hung up");
	close(line);
	kill(child, SIGTERM);
	waitpid(child, NULL, 0);
	return 0;
}
