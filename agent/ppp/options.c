/* SPDX-License-Identifier: ISC */
#include "agent/ppp/options.h"

#include <string.h>

bool options_add(struct options *options, uint8_t type, const void *value, size_t len)
{
	if (len + OPTION_HEADER > UINT8_MAX ||
	    options->len + OPTION_HEADER + len > sizeof options->bytes)
		return false;
	options->bytes[options->len++] = type;
	options->bytes[options->len++] = (uint8_t)(len + OPTION_HEADER);
	if (len > 0)
		memcpy(options->bytes + options->len, value, len);
	options->len += len;
	return true;
}

bool option_next(const uint8_t *bytes, size_t len, size_t *at, struct option *out)
{
	const size_t left = len - *at;
	size_t size;

	if (left < OPTION_HEADER)
		return false;
	size = bytes[*at + 1];
	if (size < OPTION_HEADER || size > left)
		return false;
	*out =
	    (struct option){bytes[*at], bytes + *at + OPTION_HEADER, size - OPTION_HEADER};
	*at += size;
	return true;
}

bool options_sound(const uint8_t *bytes, size_t len)
{
	struct option option;
	size_t at = 0;

	while (option_next(bytes, len, &at, &option))
		;
	return at == len;
}

bool options_have(const uint8_t *bytes, size_t len, uint8_t type)
{
	struct option option;
	size_t at = 0;

	while (option_next(bytes, len, &at, &option))
		if (option.type == type)
			return true;
	return false;
}

enum packet_code options_judge(enum packet_code (*judge)(void *owner,
							 const struct option *option,
							 struct options *nak),
			       void *owner, const uint8_t *bytes, size_t len, bool may_nak,
			       struct options *answer)
{
	static struct options nak;
	struct option option;
	size_t at = 0;

	nak.len = 0;
	while (option_next(bytes, len, &at, &option)) {
		const enum packet_code code = judge(owner, &option, &nak);

		if (code == CONFIGURE_REJECT || (code == CONFIGURE_NAK && !may_nak))
			options_add(answer, option.type, option.value, option.len);
	}
	if (answer->len > 0)
		return CONFIGURE_REJECT;
	if (nak.len == 0)
		return CONFIGURE_ACK;
	*answer = nak;
	return CONFIGURE_NAK;
}
