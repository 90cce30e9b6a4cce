/* SPDX-License-Identifier: ISC */
/* The addresses of the interfaces of this host. */
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "policy/language/paths.h"
#include "policy/tool/audit/host.h"
#include "policy/tool/base/grow.h"

static bool is_a_peers(const struct survey *survey, const char *interface)
{
	for (size_t i = 0; i < survey->ninterfaces; i++)
		if (strcmp(survey->interfaces[i].name, interface) == 0)
			return true;
	return false;
}

/* False for an address of another family. */
static bool take(const struct sockaddr *from, struct ip_addr *addr)
{
	struct sockaddr_in6 in6;
	struct sockaddr_in in;

	*addr = (struct ip_addr){.family = from->sa_family};
	if (from->sa_family == AF_INET) {
		memcpy(&in, from, sizeof in);
		memcpy(addr->bytes, &in.sin_addr, sizeof in.sin_addr);
	} else if (from->sa_family == AF_INET6) {
		memcpy(&in6, from, sizeof in6);
		memcpy(addr->bytes, &in6.sin6_addr, sizeof in6.sin6_addr);
	} else {
		return false;
	}
	return true;
}

/* 0; -1 when memory ran out. Other families are passed over. */
static int add(struct survey *survey, const struct sockaddr *from)
{
	struct ip_addr addr;

	return !take(from, &addr) || APPEND(survey->addresses, survey->naddresses,
					    survey->addresses_size, &addr)
		   ? 0
		   : -1;
}

int host_addresses(struct survey *survey, struct error *err)
{
	struct ifaddrs *all = NULL;
	int result = 0;

	if (getifaddrs(&all) != 0)
		return error_sys(err, errno, "cannot list the addresses of this host");
	for (const struct ifaddrs *one = all; one != NULL && result == 0;
	     one = one->ifa_next)
		if (one->ifa_addr != NULL && !is_a_peers(survey, one->ifa_name))
			result = add(survey, one->ifa_addr);
	freeifaddrs(all);
	return result == 0 ? 0 : error_set(err, "memory ran out for the host's addresses");
}

/* The network of an interface; false when the address is not of IPv4 or IPv6, or has no
 * network, as that of a link. */
static bool take_network(const struct ifaddrs *one, struct ip_prefix *network)
{
	struct ip_addr addr, mask;
	unsigned len = 0;

	if (one->ifa_addr == NULL || one->ifa_netmask == NULL ||
	    (one->ifa_flags & (IFF_LOOPBACK | IFF_POINTOPOINT)) != 0 ||
	    !take(one->ifa_addr, &addr) || !take(one->ifa_netmask, &mask))
		return false;
	for (size_t i = 0; i < sizeof mask.bytes; i++)
		len += (unsigned)__builtin_popcount(mask.bytes[i]);
	*network = ip_prefix_around(&addr, len);
	return true;
}

static void judge_route(struct host *host, const struct profile *profile,
			const struct prefix_line *route, const struct ifaddrs *all)
{
	char file[PATH_TEXT_MAX], text[PREFIX_TEXT_MAX], there[PREFIX_TEXT_MAX];
	struct ip_prefix network;

	snprintf(file, sizeof file, PATH_PROFILES_DIR "/%s.conf", profile->name);
	for (const struct ifaddrs *one = all; one != NULL; one = one->ifa_next)
		if (take_network(one, &network) &&
		    strcmp(one->ifa_name, profile->interface) != 0 &&
		    ip_prefix_overlaps(&network, &route->prefix))
			host_find(host, RULE_ROUTE_HERE, file, route->line,
				  "Route %s and %s of %s overlap",
				  ip_prefix_print(&route->prefix, text),
				  ip_prefix_print(&network, there), one->ifa_name);
}

void host_routes(struct host *host, const struct profile *profile)
{
	struct ifaddrs *all = NULL;

	if (getifaddrs(&all) != 0) {
		host_find(host, RULE_NOT_LOOKED_AT, "", 0,
			  "cannot list the addresses of this host: %s", host_why());
		return;
	}
	for (size_t i = 0; i < profile->nroutes; i++)
		judge_route(host, profile, &profile->routes[i], all);
	freeifaddrs(all);
}
