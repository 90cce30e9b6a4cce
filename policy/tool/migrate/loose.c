/* SPDX-License-Identifier: ISC */
#include "policy/tool/migrate/loose.h"

#include <stdint.h>
#include <string.h>

#include "policy/language/value.h"

int loose_network(const char *text, struct ip_addr *addr, struct ip_prefix *network,
		  const char **why)
{
	const size_t len = strcspn(text, "/");
	char copy[ADDRESS_TEXT_MAX];
	unsigned bits;

	*why = "not an address";
	if (len >= sizeof copy)
		return -1;
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (ip_addr_parse(copy, addr, why) != 0)
		return -1;
	*network = ip_prefix_single(addr);
	if (text[len] == '\0')
		return 0;
	if (value_number(text + len + 1, 0, network->len, &bits, why) != 0)
		return -1;
	*network = ip_prefix_around(addr, bits);
	return 0;
}

int loose_mask(const char *text)
{
	struct ip_addr mask;
	uint32_t bits = 0, ones;

	if (ip_addr_parse(text, &mask, NULL) != 0 || mask.family != AF_INET)
		return -1;
	for (size_t i = 0; i < sizeof bits; i++)
		bits = bits << 8 | mask.bytes[i];
	ones = (uint32_t)__builtin_popcount(bits);
	/* Ones, and then zeros. */
	if (ones > 0 && bits != UINT32_MAX << (IPV4_BITS - ones))
		return -1;
	return (int)ones;
}

int loose_class(const struct ip_addr *addr)
{
	const uint8_t first = addr->bytes[0];

	if (addr->family != AF_INET || first >= 224)
		return -1;
	return first < 128 ? 8 : first < 192 ? 16 : 24;
}

bool loose_is_single(const struct ip_prefix *network)
{
	return network->len == (network->addr.family == AF_INET ? IPV4_BITS : IPV6_BITS);
}

char *loose_word(char **text, const char *separators)
{
	char *word = *text + strspn(*text, separators);
	const size_t len = strcspn(word, separators);

	if (len == 0)
		return NULL;
	*text = word + len + (word[len] != '\0');
	word[len] = '\0';
	return word;
}
