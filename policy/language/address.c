/* SPDX-License-Identifier: ISC */
#include "policy/language/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum { OCTET_MAX = 255, OCTETS = 4 };

static int refuse(const char **why, const char *phrase)
{
	if (why != NULL)
		*why = phrase;
	return -1;
}

/* A plain decimal of at most max; advances *at past it. missing: what to say without one.
 */
static int parse_decimal(const char **at, unsigned max, unsigned *out, const char *missing,
			 const char **why)
{
	const char *p = *at;
	unsigned value = 0, digits = 0;

	for (; *p >= '0' && *p <= '9'; p++) {
		value = value * 10 + (unsigned)(*p - '0');
		if (++digits > 1 && **at == '0')
			return refuse(why, "a number has a leading zero");
		if (value > max)
			return refuse(why, "a number is too large");
	}
	if (digits == 0)
		return refuse(why, missing);
	*at = p;
	*out = value;
	return 0;
}

static int parse_ipv4(const char *text, struct ip_addr *out, const char **why)
{
	static const char parts[] = "an IPv4 address has four decimal parts";
	const char *at = text;

	out->family = AF_INET;
	for (unsigned i = 0; i < OCTETS; i++) {
		unsigned octet;

		if (i > 0 && *at++ != '.')
			return refuse(why, parts);
		if (parse_decimal(&at, OCTET_MAX, &octet, parts, why) != 0)
			return -1;
		out->bytes[i] = (uint8_t)octet;
	}
	return *at == '\0' ? 0 : refuse(why, "bytes follow the IPv4 address");
}

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

static int parse_ipv6(const char *text, struct ip_addr *out, const char **why)
{
	out->family = AF_INET6;
	if (strchr(text, '%') != NULL)
		return refuse(why, "an address with a zone is not accepted");
	if (inet_pton(AF_INET6, text, out->bytes) != 1)
		return refuse(why, "not an IPv6 address");
	/* The same host by two names: a rule for one would miss the other. */
	if (memcmp(out->bytes, mapped, sizeof mapped) == 0)
		return refuse(why, "an IPv4-mapped address must be written as IPv4");
	return 0;
}

int ip_addr_parse(const char *text, struct ip_addr *out, const char **why)
{
	int r;

	memset(out, 0, sizeof *out);
	if (strlen(text) >= ADDRESS_TEXT_MAX)
		r = refuse(why, "too long for an address");
	else if (strchr(text, ':') != NULL)
		r = parse_ipv6(text, out, why);
	else
		r = parse_ipv4(text, out, why);
	if (r < 0)
		memset(out, 0, sizeof *out);
	return r;
}

void ip_addr_unmap(struct ip_addr *addr)
{
	struct ip_addr four = {.family = AF_INET};

	if (addr->family != AF_INET6 || memcmp(addr->bytes, mapped, sizeof mapped) != 0)
		return;
	memcpy(four.bytes, addr->bytes + sizeof mapped, sizeof addr->bytes - sizeof mapped);
	*addr = four;
}

static unsigned family_bits(sa_family_t family)
{
	return family == AF_INET ? IPV4_BITS : family == AF_INET6 ? IPV6_BITS : 0;
}

/* Whether the first len bits of a and b are the same. */
static bool same_bits(const uint8_t *a, const uint8_t *b, unsigned len)
{
	unsigned whole = len / 8, rest = len % 8;

	if (memcmp(a, b, whole) != 0)
		return false;
	return rest == 0 || ((a[whole] ^ b[whole]) & (0xff00 >> rest & 0xff)) == 0;
}

struct ip_prefix ip_prefix_around(const struct ip_addr *addr, unsigned len)
{
	struct ip_prefix out = {.addr = *addr, .len = (uint8_t)len};

	for (unsigned bit = len; bit < family_bits(addr->family); bit++)
		out.addr.bytes[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
	return out;
}

struct ip_prefix ip_prefix_single(const struct ip_addr *addr)
{
	return ip_prefix_around(addr, family_bits(addr->family));
}

static bool host_bits_zero(const struct ip_prefix *prefix)
{
	const struct ip_prefix network = ip_prefix_around(&prefix->addr, prefix->len);

	return ip_addr_equal(&network.addr, &prefix->addr);
}

static int parse_prefix(const char *text, struct ip_prefix *out, const char **why)
{
	char addr[ADDRESS_TEXT_MAX];
	const char *slash = strchr(text, '/');
	unsigned len;

	if (slash == NULL)
		return refuse(why, "the prefix length is missing");
	if ((size_t)(slash - text) >= sizeof addr)
		return refuse(why, "too long for an address");
	memcpy(addr, text, (size_t)(slash - text));
	addr[slash - text] = '\0';
	if (ip_addr_parse(addr, &out->addr, why) < 0)
		return -1;
	slash++;
	if (parse_decimal(&slash, family_bits(out->addr.family), &len,
			  "the prefix length is not plain decimal", why) != 0)
		return -1;
	if (*slash != '\0')
		return refuse(why, "bytes follow the prefix length");
	out->len = (uint8_t)len;
	return host_bits_zero(out) ? 0 : refuse(why, "host bits are set");
}

int ip_prefix_parse(const char *text, struct ip_prefix *out, const char **why)
{
	memset(out, 0, sizeof *out);
	if (parse_prefix(text, out, why) == 0)
		return 0;
	memset(out, 0, sizeof *out);
	return -1;
}

int ip_network_parse(const char *text, struct ip_prefix *out, const char **why)
{
	struct ip_addr addr;

	if (strchr(text, '/') != NULL)
		return ip_prefix_parse(text, out, why);
	memset(out, 0, sizeof *out);
	if (ip_addr_parse(text, &addr, why) != 0)
		return -1;
	*out = ip_prefix_single(&addr);
	return 0;
}

const char *ip_addr_print(const struct ip_addr *addr, char buf[ADDRESS_TEXT_MAX])
{
	if (family_bits(addr->family) == 0 ||
	    inet_ntop(addr->family, addr->bytes, buf, ADDRESS_TEXT_MAX) == NULL)
		snprintf(buf, ADDRESS_TEXT_MAX, "none");
	return buf;
}

const char *ip_prefix_print(const struct ip_prefix *prefix, char buf[PREFIX_TEXT_MAX])
{
	char addr[ADDRESS_TEXT_MAX];

	(void)ip_addr_print(&prefix->addr, addr);
	if (prefix->addr.family == AF_UNSPEC)
		snprintf(buf, PREFIX_TEXT_MAX, "%s", addr);
	else
		snprintf(buf, PREFIX_TEXT_MAX, "%s/%u", addr, prefix->len);
	return buf;
}

bool ip_addr_equal(const struct ip_addr *a, const struct ip_addr *b)
{
	return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

bool ip_prefix_contains(const struct ip_prefix *prefix, const struct ip_addr *addr)
{
	unsigned bits = family_bits(prefix->addr.family);

	return bits != 0 && addr->family == prefix->addr.family && prefix->len <= bits &&
	       same_bits(prefix->addr.bytes, addr->bytes, prefix->len);
}

bool ip_prefix_covers(const struct ip_prefix *outer, const struct ip_prefix *inner)
{
	return inner->len >= outer->len && ip_prefix_contains(outer, &inner->addr);
}

bool ip_prefix_overlaps(const struct ip_prefix *a, const struct ip_prefix *b)
{
	return ip_prefix_covers(a, b) || ip_prefix_covers(b, a);
}

int ip_prefix_compare(const struct ip_prefix *a, const struct ip_prefix *b)
{
	int order;

	if (a->addr.family != b->addr.family)
		return a->addr.family == AF_INET ? -1 : 1;
	order = memcmp(a->addr.bytes, b->addr.bytes, sizeof a->addr.bytes);
	return order != 0 ? order : a->len - b->len;
}

static const struct ip_prefix locals[] = {
    {{AF_INET, {0}}, 8},
    {{AF_INET, {127}}, 8},
    {{AF_INET6, {0}}, 127},
    {{AF_INET6, {[10] = 0xff, [11] = 0xff}}, 96},
    {{AF_INET6, {[12] = 127}}, 104},
};

bool ip_addr_is_local(const struct ip_addr *addr)
{
	static const uint8_t none[8];

	/* Looked up for every packet: of IPv6, hardly any goes on from here. */
	if (addr->family == AF_INET)
		return addr->bytes[0] == 0 || addr->bytes[0] == 127;
	if (memcmp(addr->bytes, none, sizeof none) != 0)
		return false;
	for (size_t i = 0; i < sizeof locals / sizeof locals[0]; i++)
		if (ip_prefix_contains(&locals[i], addr))
			return true;
	return false;
}

bool ip_prefix_is_local(const struct ip_prefix *prefix)
{
	for (size_t i = 0; i < sizeof locals / sizeof locals[0]; i++)
		if (ip_prefix_covers(&locals[i], prefix))
			return true;
	return false;
}

bool ip_addr_sane(const struct ip_addr *addr)
{
	struct ip_addr again;
	char text[ADDRESS_TEXT_MAX];
	const char *why;

	if (addr->family != AF_INET && addr->family != AF_INET6)
		return false;
	return ip_addr_parse(ip_addr_print(addr, text), &again, &why) == 0 &&
	       ip_addr_equal(&again, addr);
}
