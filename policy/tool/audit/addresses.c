/* SPDX-License-Identifier: ISC */
/* The addresses of the interfaces of this host. */
#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>

#include "policy/tool/audit/host.h"
#include "policy/tool/base/grow.h"

static bool is_a_peers(const struct survey *survey, const char *interface)
{
	for (size_t i = 0; i < survey->ninterfaces; i++)
		if (strcmp(survey->interfaces[i].name, interface) == 0)
			return true;
	return false;
}

/* 0; -1 when memory ran out. Other families are passed over. */
static int add(struct survey *survey, const struct sockaddr *from)
{
	struct ip_addr addr = {.family = from->sa_family};
	struct sockaddr_in6 in6;
	struct sockaddr_in in;

	if (from->sa_family == AF_INET) {
		memcpy(&in, from, sizeof in);
		memcpy(addr.bytes, &in.sin_addr, sizeof in.sin_addr);
	} else if (from->sa_family == AF_INET6) {
		memcpy(&in6, from, sizeof in6);
		memcpy(addr.bytes, &in6.sin6_addr, sizeof in6.sin6_addr);
	} else {
		return 0;
	}
	return APPEND(survey->addresses, survey->naddresses, survey->addresses_size, &addr)
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
