/* SPDX-License-Identifier: ISC */
#include "agent/ppp/trace.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "agent/ppp/bytes.h"
#include "agent/ppp/ppp.h"
#include "policy/language/error.h"
#include "policy/language/escape.h"

enum { ESCAPED_MAX = 4 * TRACE_BYTES_MAX + 8, MAGIC_SIZE = 4, PROTOCOL_SIZE = 2 };

struct trace_line {
	char *text;
	size_t used;
};

static void add(struct trace_line *line, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void add(struct trace_line *line, const char *fmt, ...)
{
	const size_t room = TRACE_TEXT_MAX - line->used;
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(line->text + line->used, room, fmt, args);
	va_end(args);
	error_show_cut(line->text + line->used, room, len);
	if (len > 0)
		line->used += (size_t)len < room ? (size_t)len : room - 1;
}

static void add_bytes(struct trace_line *line, const uint8_t *bytes, size_t len)
{
	char escaped[ESCAPED_MAX];

	if (len == 0)
		return;
	add(line, " %s%s",
	    escape_quoted(bytes, len < TRACE_BYTES_MAX ? len : TRACE_BYTES_MAX, escaped,
			  sizeof escaped),
	    len > TRACE_BYTES_MAX ? "..." : "");
}

static const char *protocol_name(uint16_t protocol)
{
	switch (protocol) {
	case PROTOCOL_LCP:
		return "LCP";
	case PROTOCOL_IPCP:
		return "IPCP";
	case PROTOCOL_IPV6CP:
		return "IPV6CP";
	case PROTOCOL_IP:
		return "IP";
	case PROTOCOL_IPV6:
		return "IPv6";
	/* The assigned numbers of what a pppd may begin with. */
	case 0x80fd:
		return "CCP";
	case 0xc023:
		return "PAP";
	case 0xc025:
		return "LQR";
	case 0xc223:
		return "CHAP";
	case 0xc227:
		return "EAP";
	default:
		return NULL;
	}
}

/* How the value of an option is written. */
enum form { FORM_NUMBER, FORM_HEX, FORM_FLAG, FORM_ADDRESS, FORM_ID };

static const struct option_name {
	uint16_t protocol;
	uint8_t type;
	const char *name;
	enum form form;
} option_names[] = {
    {PROTOCOL_LCP, 1, "mru", FORM_NUMBER},
    {PROTOCOL_LCP, 2, "asyncmap", FORM_HEX},
    {PROTOCOL_LCP, 3, "auth", FORM_HEX},
    {PROTOCOL_LCP, 5, "magic", FORM_HEX},
    {PROTOCOL_LCP, 7, "pcomp", FORM_FLAG},
    {PROTOCOL_LCP, 8, "accomp", FORM_FLAG},
    {PROTOCOL_IPCP, 2, "compress", FORM_HEX},
    {PROTOCOL_IPCP, 3, "addr", FORM_ADDRESS},
    {PROTOCOL_IPCP, 129, "ms-dns1", FORM_ADDRESS},
    {PROTOCOL_IPCP, 131, "ms-dns2", FORM_ADDRESS},
    {PROTOCOL_IPV6CP, 1, "addr", FORM_ID},
};

static const struct option_name *find_option(uint16_t protocol, uint8_t type)
{
	for (size_t i = 0; i < sizeof option_names / sizeof *option_names; i++)
		if (option_names[i].protocol == protocol && option_names[i].type == type)
			return &option_names[i];
	return NULL;
}

/* False when it has not the size that the form has. */
static bool add_value(struct trace_line *line, enum form form, const struct option *option)
{
	const uint8_t *at = option->value;
	char address[INET_ADDRSTRLEN];

	if (form == FORM_FLAG)
		return option->len == 0;
	if (form == FORM_ADDRESS && option->len == sizeof(struct in_addr))
		add(line, " %s", inet_ntop(AF_INET, at, address, sizeof address));
	else if (form == FORM_ID && option->len == INTERFACE_ID_SIZE)
		add(line, " fe80::%04x:%04x:%04x:%04x", get16(at), get16(at + 2),
		    get16(at + 4), get16(at + 6));
	else if (form == FORM_NUMBER && option->len == 2)
		add(line, " %u", get16(at));
	else if (form == FORM_HEX && option->len == 4)
		add(line, " 0x%" PRIx32, get32(at));
	else if (form == FORM_HEX && option->len == 2)
		add(line, " 0x%x", get16(at));
	else
		return false;
	return true;
}

static void add_options(struct trace_line *line, uint16_t protocol, const uint8_t *bytes,
			size_t len)
{
	struct option option;
	size_t at = 0;

	while (option_next(bytes, len, &at, &option)) {
		const struct option_name *known = find_option(protocol, option.type);

		if (known != NULL)
			add(line, " <%s", known->name);
		else
			add(line, " <option %u", option.type);
		if (known == NULL || !add_value(line, known->form, &option))
			add_bytes(line, option.value, option.len);
		add(line, ">");
	}
	add_bytes(line, bytes + at, len - at);
}

static void add_data(struct trace_line *line, uint16_t protocol,
		     const struct packet *packet)
{
	const bool echo = packet->code == ECHO_REQUEST || packet->code == ECHO_REPLY ||
			  packet->code == DISCARD_REQUEST;

	if (packet->code >= CONFIGURE_REQUEST && packet->code <= CONFIGURE_REJECT) {
		add_options(line, protocol, packet->data, packet->len);
	} else if (echo && packet->len >= MAGIC_SIZE) {
		add(line, " magic=0x%" PRIx32, get32(packet->data));
	} else if (packet->code == PROTOCOL_REJECT && packet->len >= PROTOCOL_SIZE) {
		const char *name = protocol_name((uint16_t)get16(packet->data));

		add(line, " of %s 0x%04x", name != NULL ? name : "protocol",
		    get16(packet->data));
	} else {
		add_bytes(line, packet->data, packet->len);
	}
}

const char *trace_packet(uint16_t protocol, const uint8_t *bytes, size_t len,
			 char buf[TRACE_TEXT_MAX])
{
	static const char *const codes[] = {
	    [CONFIGURE_REQUEST] = "ConfReq", [CONFIGURE_ACK] = "ConfAck",
	    [CONFIGURE_NAK] = "ConfNak",     [CONFIGURE_REJECT] = "ConfRej",
	    [TERMINATE_REQUEST] = "TermReq", [TERMINATE_ACK] = "TermAck",
	    [CODE_REJECT] = "CodeRej",	     [PROTOCOL_REJECT] = "ProtRej",
	    [ECHO_REQUEST] = "EchoReq",	     [ECHO_REPLY] = "EchoRep",
	    [DISCARD_REQUEST] = "DiscReq",   [IDENTIFICATION] = "Ident",
	    [TIME_REMAINING] = "TimeRem",
	};
	const char *name = protocol_name(protocol);
	struct trace_line line = {buf, 0};
	struct packet packet;
	size_t said;

	buf[0] = '\0';
	if (name != NULL)
		add(&line, "%s", name);
	else
		add(&line, "protocol 0x%04x", protocol);
	if (len < PACKET_HEADER) {
		add_bytes(&line, bytes, len);
		return buf;
	}
	/* What is behind the length that it tells is padding (RFC 1661 5). */
	said = get16(bytes + 2);
	packet = (struct packet){bytes[0], bytes[1], bytes + PACKET_HEADER,
				 (said < len ? said : len) - PACKET_HEADER};
	if (said < PACKET_HEADER)
		packet.len = len - PACKET_HEADER;
	if (packet.code < sizeof codes / sizeof *codes && codes[packet.code] != NULL)
		add(&line, " %s", codes[packet.code]);
	else
		add(&line, " code %u", packet.code);
	add(&line, " id=0x%x", packet.id);
	add_data(&line, protocol, &packet);
	return buf;
}
