/* SPDX-License-Identifier: ISC */
/*
 * The agent is linked statically, without libmnl: interfaces and addresses come from
 * getifaddrs(3), routes from /proc/net (proc_pid_net(5)).
 */
#include "agent/session_link.h"

#include <errno.h>
#include <ifaddrs.h>
#include <inttypes.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "agent/net/tun_device.h"

enum { ROUTE_LINE_MAX = 256, INTERFACE_TEXT_MAX = IFNAMSIZ };

struct sessions {
	const struct peer *peer;
	unsigned held;
	struct session_link *links;
};

/* The first of them from slot on, or SESSIONS_MAX. */
static unsigned next_held(const struct sessions *sessions, unsigned slot)
{
	while (slot < SESSIONS_MAX && (sessions->held >> slot & 1) == 0)
		slot++;
	return slot;
}

static enum session_link_state judge(const struct peer *peer, const char *interface,
				     const struct ifaddrs *list)
{
	const struct address_pair *const four = &peer->address, *const six =
								    &peer->address6;
	const struct ifaddrs *entry = list;

	while (entry != NULL && strcmp(entry->ifa_name, interface) != 0)
		entry = entry->ifa_next;
	if (entry == NULL)
		return SESSION_LINK_MISSING;
	if ((entry->ifa_flags & IFF_UP) == 0 || (entry->ifa_flags & IFF_RUNNING) == 0)
		return SESSION_LINK_DOWN;
	if (tun_device_pair(list, interface, &four->local, &four->remote, NULL) != 0 ||
	    tun_device_pair(list, interface, &six->local, &six->remote, NULL) != 0)
		return SESSION_LINK_BARE;
	return SESSION_LINK_UP;
}

/* Ones of a mask in network byte order. */
static unsigned mask_length(uint32_t mask)
{
	return (unsigned)__builtin_popcount(mask);
}

/* "sp-alice 000200C0 00000000 0001 0 0 0 00FFFFFF …": numbers as the machine stores them.
 */
static bool parse_route4(const char *line, char interface[INTERFACE_TEXT_MAX],
			 struct ip_prefix *out)
{
	uint32_t to, mask;

	if (sscanf(line, "%15s %8" SCNx32 " %*s %*s %*s %*s %*s %8" SCNx32, interface, &to,
		   &mask) != 3)
		return false;
	*out =
	    (struct ip_prefix){.addr.family = AF_INET, .len = (uint8_t)mask_length(mask)};
	memcpy(out->addr.bytes, &to, sizeof to);
	return true;
}

/* "20010db8…(32 digits) 30 …(source, its length, gateway, metric, two counts, flags)
 * sp-alice" */
static bool parse_route6(const char *line, char interface[INTERFACE_TEXT_MAX],
			 struct ip_prefix *out)
{
	unsigned len;
	int used = 0;

	*out = (struct ip_prefix){.addr.family = AF_INET6};
	if (sscanf(line, "%*32s %2x %*s %*s %*s %*s %*s %*s %*s %15s%n", &len, interface,
		   &used) != 2 ||
	    used == 0 || len > IPV6_BITS)
		return false;
	out->len = (uint8_t)len;
	for (size_t i = 0; i < 16; i++)
		if (sscanf(line + 2 * i, "%2" SCNx8, &out->addr.bytes[i]) != 1)
			return false;
	return true;
}

static void mark(const struct sessions *sessions, const char *through,
		 const struct ip_prefix *route)
{
	const struct peer *peer = sessions->peer;
	unsigned slot = next_held(sessions, 0);

	while (slot < SESSIONS_MAX && strcmp(sessions->links[slot].interface, through) != 0)
		slot = next_held(sessions, slot + 1);
	for (size_t i = 0; slot < SESSIONS_MAX && i < peer->nroutes; i++)
		if (peer->routes[i].prefix.len == route->len &&
		    ip_addr_equal(&peer->routes[i].prefix.addr, &route->addr))
			sessions->links[slot].routes[i] = true;
}

static int read_routes(const char *path,
		       bool (*parse)(const char *, char *, struct ip_prefix *),
		       const struct sessions *sessions, struct error *err)
{
	char line[ROUTE_LINE_MAX], through[INTERFACE_TEXT_MAX];
	struct ip_prefix route;
	FILE *file = fopen(path, "re");
	int result = 0;

	/* A kernel without IPv6 has no such file, and no such route. */
	if (file == NULL)
		return errno == ENOENT ? 0 : error_sys(err, errno, "cannot read %s", path);
	while (fgets(line, sizeof line, file) != NULL)
		if (parse(line, through, &route))
			mark(sessions, through, &route);
	if (ferror(file))
		result = error_sys(err, errno, "cannot read %s", path);
	fclose(file);
	return result;
}

int session_links_read(const struct peer *peer, unsigned held,
		       struct session_link links[SESSIONS_MAX], struct error *err)
{
	const struct sessions sessions = {peer, held, links};
	struct ifaddrs *list;

	if (getifaddrs(&list) != 0)
		return error_sys(err, errno, "cannot read the interfaces of this host");
	for (unsigned slot = next_held(&sessions, 0); slot < SESSIONS_MAX;
	     slot = next_held(&sessions, slot + 1)) {
		links[slot] = (struct session_link){.state = SESSION_LINK_MISSING};
		peer_interface(peer, slot, links[slot].interface);
		links[slot].state = judge(peer, links[slot].interface, list);
	}
	freeifaddrs(list);
	if (read_routes("/proc/net/route", parse_route4, &sessions, err) != 0)
		return -1;
	return read_routes("/proc/net/ipv6_route", parse_route6, &sessions, err);
}

const char *session_link_word(enum session_link_state state)
{
	switch (state) {
	case SESSION_LINK_MISSING:
		break;
	case SESSION_LINK_DOWN:
		return "down";
	case SESSION_LINK_BARE:
		return "bare";
	case SESSION_LINK_UP:
		return "up";
	}
	return "missing";
}
