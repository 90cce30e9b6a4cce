/* SPDX-License-Identifier: ISC */
/* IPv4 and IPv6 addresses and prefixes as values; strict text forms (RFC 4291 2.2, RFC
 * 5952, RFC 6943 3.1.1). */
#ifndef SALLYPORT_POLICY_LANGUAGE_ADDRESS_H
#define SALLYPORT_POLICY_LANGUAGE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* Both with the terminating NUL. */
enum { ADDRESS_TEXT_MAX = 46, PREFIX_TEXT_MAX = 50 };
enum { IPV4_BITS = 32, IPV6_BITS = 128 };

struct ip_addr {
	/* AF_INET, AF_INET6, or AF_UNSPEC for "none" */
	sa_family_t family;
	/* network order; the first 4 for AF_INET, the rest zero */
	uint8_t bytes[16];
};

struct ip_prefix {
	/* host bits are zero */
	struct ip_addr addr;
	/* 0…32 or 0…128 */
	uint8_t len;
};

/*
 * Text to value. IPv4: four decimal parts, no leading zeros, nothing else. IPv6:
 * inet_pton(3)'s forms without zone; IPv4-mapped (::ffff:0:0/96) is refused. A prefix needs
 * "/LEN" in plain decimal and zero host bits. Return 0, or -1 with *why (which may be NULL)
 * a constant phrase for an error message.
 */
int ip_addr_parse(const char *text, struct ip_addr *out, const char **why);
int ip_prefix_parse(const char *text, struct ip_prefix *out, const char **why);

/* Value to canonical text, "none" for AF_UNSPEC; returns buf. */
const char *ip_addr_print(const struct ip_addr *addr, char buf[ADDRESS_TEXT_MAX]);
const char *ip_prefix_print(const struct ip_prefix *prefix, char buf[PREFIX_TEXT_MAX]);

/*
 * Whether the struct is one that ip_addr_parse() could have made: for values that another
 * process handed over.
 */
bool ip_addr_sane(const struct ip_addr *addr);

/* An IPv4-mapped address, as the kernel has it of a socket for both families, becomes the
 * IPv4 address that it stands for; any other stays. */
void ip_addr_unmap(struct ip_addr *addr);

/*
 * Loopback and unspecified addresses, in any notation of IPv6 as well. They mean the host
 * itself, so no packet on a link may carry one (RFC 1122 3.2.1.3, RFC 4291 2.5).
 */
bool ip_addr_is_local(const struct ip_addr *addr);
/* Whether all addresses of the prefix are. */
bool ip_prefix_is_local(const struct ip_prefix *prefix);

/* The network of len bits that the address is in; and the one of that address alone. */
struct ip_prefix ip_prefix_around(const struct ip_addr *addr, unsigned len);
struct ip_prefix ip_prefix_single(const struct ip_addr *addr);
/* As ip_prefix_parse(); an address without "/LEN" is one of itself. */
int ip_network_parse(const char *text, struct ip_prefix *out, const char **why);

bool ip_addr_equal(const struct ip_addr *a, const struct ip_addr *b);
/* All false between two families and for AF_UNSPEC. */
bool ip_prefix_contains(const struct ip_prefix *prefix, const struct ip_addr *addr);
bool ip_prefix_covers(const struct ip_prefix *outer, const struct ip_prefix *inner);
bool ip_prefix_overlaps(const struct ip_prefix *a, const struct ip_prefix *b);
/* An order in which a prefix comes before what it covers: IPv4 first, then by address. */
int ip_prefix_compare(const struct ip_prefix *a, const struct ip_prefix *b);

#endif
