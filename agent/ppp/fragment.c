/* SPDX-License-Identifier: ISC */
#include "agent/ppp/fragment.h"

#include <string.h>

#include "agent/ppp/bytes.h"
#include "agent/ppp/ip_header.h"
#include "agent/ppp/segment.h"

enum {
	/* what an offset counts, and each fragment but the last carries a multiple of */
	UNIT = 8,
	/* a bit of an option's first byte */
	OPTION_COPIED = 0x80,
};

bool fragment_may(const uint8_t *packet, size_t len, unsigned mtu)
{
	size_t header, offset;

	if (len < IPV4_HEADER || ip_version(packet) != 4 ||
	    (get16(packet + IPV4_FRAGMENT) & IPV4_DONT_FRAGMENT) != 0)
		return false;
	header = ipv4_header_size(packet);
	offset = (size_t)(get16(packet + IPV4_FRAGMENT) & IPV4_OFFSET) * UNIT;
	/* Nobody could reassemble a packet beyond the largest size. */
	return header >= IPV4_HEADER && header + UNIT <= mtu && header < len &&
	       get16(packet + IPV4_LENGTH) == len && offset + len <= UINT16_MAX;
}

/* Options that are to be in the first fragment alone become padding. */
static void drop_options(uint8_t *packet, size_t header)
{
	size_t at = IPV4_HEADER;

	while (at < header && packet[at] != IPV4_OPTION_END) {
		const uint8_t kind = packet[at];
		size_t size = 1;

		if (kind != IPV4_OPTION_NOTHING)
			size = at + 1 < header ? packet[at + 1] : 0;
		/* A malformed option is left as it came. */
		if (size == 0 || size > header - at)
			return;
		if ((kind & OPTION_COPIED) == 0)
			memset(packet + at, IPV4_OPTION_NOTHING, size);
		at += size;
	}
}

size_t fragment_next(const uint8_t *packet, size_t len, unsigned mtu, size_t *at,
		     uint8_t *out)
{
	const size_t header = ipv4_header_size(packet), data = len - header;
	const unsigned word = get16(packet + IPV4_FRAGMENT);
	size_t size = (mtu - header) / UNIT * UNIT;
	unsigned more = IPV4_MORE_FRAGMENTS;

	if (*at >= data)
		return 0;
	if (data - *at <= mtu - header) {
		size = data - *at;
		more = word & IPV4_MORE_FRAGMENTS;
	}
	memcpy(out, packet, header);
	memcpy(out + header, packet + header + *at, size);
	if (*at > 0)
		drop_options(out, header);
	put16(out + IPV4_LENGTH, header + size);
	put16(out + IPV4_FRAGMENT, ((word & IPV4_OFFSET) + *at / UNIT) | more);
	put16(out + IPV4_CHECKSUM, 0);
	(void)checksum_complete(out, header, 0, IPV4_CHECKSUM);
	*at += size;
	return header + size;
}
