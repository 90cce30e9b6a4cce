/* SPDX-License-Identifier: ISC */
#include "local/failover.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <syslog.h>

/* The number of hosts when it is none of them. */
static size_t index_of(const struct profile *profile, const char *host)
{
	size_t i = 0;

	while (i < profile->nhosts && strcasecmp(profile->hosts[i].name, host) != 0)
		i++;
	return i;
}

static void begin_with(struct failover *failover, const struct profile *profile,
		       const char *host)
{
	gateways_begin(&failover->gateways, profile->nhosts, index_of(profile, host));
	failover->began = 0;
}

void failover_forget(struct failover *failover, const struct profile *profile)
{
	*failover = (struct failover){.good = ""};
	begin_with(failover, profile, "");
}

void failover_begin(struct failover *failover, const struct profile *profile,
		    const struct retry *retry, int64_t now)
{
	const bool again = profile->prefer == PREFER_ORDER && retry_in_haste(retry, now);

	begin_with(failover, profile, again ? failover->good : "");
	if (failover->measured != 0 && now - failover->measured < FAILOVER_MEASURED_MS)
		gateways_arrange(&failover->gateways, failover->order);
}

void failover_was_up(struct failover *failover, const char *host, bool good)
{
	memset(failover->said, 0, sizeof failover->said);
	if (good)
		snprintf(failover->good, sizeof failover->good, "%s", host);
}

/* The same failure is not told again until a link was up. */
static void tell_next(struct failover *failover, const struct profile *profile,
		      size_t failed, const struct failure *failure,
		      const struct report *report)
{
	char *const said = failover->said[failed];
	const char *const next = profile->hosts[gateways_current(&failover->gateways)].name;

	if (strcmp(said, failure->text) == 0)
		return;
	snprintf(said, FAILURE_TEXT_MAX, "%s", failure->text);
	report_notice(report, "%s; trying %s", failure->text, next);
}

bool failover_goes_on(struct failover *failover, const struct profile *profile,
		      struct failure *failure, bool was_good, const struct report *report)
{
	size_t failed;

	if (was_good) {
		begin_with(failover, profile, failover->good);
		if (failure->blame == BLAME_LINE)
			return false;
	}
	failed = gateways_current(&failover->gateways);
	if (gateways_fail(&failover->gateways, failure)) {
		tell_next(failover, profile, failed, failure, report);
		return true;
	}
	*failure = failover->gateways.failure;
	return false;
}

int64_t failover_pause(const struct failover *failover, struct retry *retry,
		       enum blame blame, int64_t now, uint32_t random)
{
	const int64_t pause = retry_pause(retry, blame, now, random);

	return failover->gateways.refused ? retry_politely(pause, random) : pause;
}

int64_t failover_least(const struct failover *failover, enum blame blame, int64_t pause)
{
	return retry_least(failover->gateways.refused ? BLAME_REMOTE : blame, pause);
}
