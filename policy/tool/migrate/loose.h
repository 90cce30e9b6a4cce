/* SPDX-License-Identifier: ISC */
/* Addresses and networks as other programs write them, which take more than policy does. */
#ifndef SALLYPORT_POLICY_TOOL_MIGRATE_LOOSE_H
#define SALLYPORT_POLICY_TOOL_MIGRATE_LOOSE_H

#include "policy/language/address.h"

/*
 * "ADDRESS" or "ADDRESS/LEN", whose host bits may be set: the address, and the network that
 * it is in. 0, or -1 with *why.
 */
int loose_network(const char *text, struct ip_addr *addr, struct ip_prefix *network,
		  const char **why);
/* The length of a netmask such as "255.255.255.0", or -1. */
int loose_mask(const char *text);
/* How long a network was before there were masks: RFC 791 3.2; -1 for none. */
int loose_class(const struct ip_addr *addr);
/* Whether the prefix is one address. */
bool loose_is_single(const struct ip_prefix *network);
/* Cuts the next word off *text, which is split by any of the characters; NULL at the end.
 */
char *loose_word(char **text, const char *separators);

#endif
