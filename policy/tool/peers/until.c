/* SPDX-License-Identifier: ISC */
#include "policy/tool/peers/until.h"

#include "policy/tool/peers/change.h"

enum {
	DAY_S = 24 * 60 * 60,
	/* Whoever finds the invitation can use it for as long. */
	HAND_IN_DAYS = 3,
	HAND_IN_DAYS_MAX = 30,
};

enum exit_code until_take_time(const struct cli *cli, const char *option, time_t *out,
			       const char *value)
{
	const char *why;

	if (change_time(value, out, &why) != 0)
		return cli_usage_error(cli,
				       "--%s: %s: expected a day in UTC such as "
				       "2027-01-31, or a moment such as "
				       "2027-01-31T00:00:00Z",
				       option, why);
	return *out > time(NULL) ? EXIT_DONE
				 : cli_usage_error(cli, "--%s: it is in the past", option);
}

enum exit_code until_take(const struct cli *cli, void *out, const char *value)
{
	const time_t *until = out;
	const enum exit_code code = until_take_time(cli, "until", out, value);

	if (code != EXIT_DONE)
		return code;
	return *until - time(NULL) <= HAND_IN_DAYS_MAX * DAY_S
		   ? EXIT_DONE
		   : cli_usage_error(cli, "--until: expected a time within %d days",
				     HAND_IN_DAYS_MAX);
}

time_t until_settle(time_t said, time_t expires)
{
	const time_t until = said != 0 ? said : time(NULL) + HAND_IN_DAYS * DAY_S;

	return expires != 0 && expires < until ? expires : until;
}
