/* SPDX-License-Identifier: ISC */
#include "local/ready_confined.h"

#include <errno.h>
#include <string.h>

#include "agent/confine/confine.h"
#include "local/apart.h"
#include "local/place.h"

enum outcome { OUTCOME_PARSED, OUTCOME_REFUSED, OUTCOME_UNCONFINED };

struct result {
	enum outcome outcome;
	struct ready ready;
	struct error err;
};

/* In the child. */
static void parse_confined(const void *arg, void *to)
{
	const struct ready_line *line = arg;
	struct result *result = to;

	if ((place()->own ? confine_own_parser(&result->err)
			  : confine_parser(line->uid, line->gid, false, &result->err)) == 0)
		result->outcome = ready_parse(line->bytes, line->len, line->nonce,
					      &result->ready, &result->err) == 0
				      ? OUTCOME_PARSED
				      : OUTCOME_REFUSED;
}

/* Family, length and host bits as ip_prefix_parse() leaves them. */
static bool prefix_is_sane(const struct ip_prefix *prefix)
{
	struct ip_prefix again;
	char text[PREFIX_TEXT_MAX];
	const char *why;

	if (prefix->addr.family != AF_INET && prefix->addr.family != AF_INET6)
		return false;
	return ip_addr_sane(&prefix->addr) &&
	       ip_prefix_parse(ip_prefix_print(prefix, text), &again, &why) == 0;
}

static bool names_are_sane(const struct ready *ready)
{
	const char *why;

	if (ready->ndns > DNS_SERVERS_MAX || ready->nsearch > DNS_DOMAINS_MAX)
		return false;
	for (size_t i = 0; i < ready->ndns; i++)
		if (ready->dns[i].family == AF_UNSPEC || !ip_addr_sane(&ready->dns[i]))
			return false;
	for (size_t i = 0; i < ready->nsearch; i++)
		if (memchr(ready->search[i], '\0', DOMAIN_TEXT_MAX) == NULL ||
		    domain_check(ready->search[i], &why) != 0)
			return false;
	return true;
}

bool ready_is_sane(const struct ready *ready)
{
	const struct ip_addr *const addresses[] = {&ready->local, &ready->remote,
						   &ready->local6, &ready->remote6};
	const sa_family_t families[] = {AF_INET, AF_INET, AF_INET6, AF_INET6};

	for (size_t i = 0; i < 4; i++)
		if (addresses[i]->family != AF_UNSPEC &&
		    (addresses[i]->family != families[i] || !ip_addr_sane(addresses[i])))
			return false;
	if (ready->local.family != ready->remote.family ||
	    ready->local6.family != ready->remote6.family)
		return false;
	if (ready->link != PPP_PPPD && ready->link != PPP_PPPTUN)
		return false;
	if (ready->noffers > READY_OFFERS_MAX || ready->mru < MRU_MIN ||
	    ready->mru > MRU_MAX)
		return false;
	for (size_t i = 0; i < ready->noffers; i++)
		if (!prefix_is_sane(&ready->offers[i]))
			return false;
	return names_are_sane(ready);
}

/* The child's text is not trusted either. */
static void take_text(const struct error *from, struct error *err)
{
	size_t len = 0;

	*err = (struct error){.sys = 0};
	while (len < sizeof err->text - 1 && from->text[len] >= 0x20 &&
	       from->text[len] <= 0x7e) {
		err->text[len] = from->text[len];
		len++;
	}
}

static int take_result(const struct result *result, struct ready *out, struct error *err)
{
	if (result->outcome != OUTCOME_PARSED) {
		take_text(&result->err, err);
		err->sys = result->outcome == OUTCOME_REFUSED ? 0 : EPERM;
		return -1;
	}
	if (!ready_is_sane(&result->ready))
		return error_code(err, EPROTO,
				  "the process that parses the ready line returned "
				  "invalid values");
	*out = result->ready;
	return 0;
}

int ready_parse_confined(const struct ready_line *line, int64_t deadline, struct ready *out,
			 struct error *err)
{
	static struct result result;
	const struct apart apart = {parse_confined, line, &result, sizeof result};
	struct error why;

	result = (struct result){.outcome = OUTCOME_UNCONFINED};
	if (apart_run(&apart, deadline, &why) != 0)
		return error_code(err, why.sys, "the ready line was not parsed: %s",
				  why.text);
	return take_result(&result, out, err);
}
