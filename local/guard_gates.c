/* SPDX-License-Identifier: ISC */
/* Where the gateways of a link are that is this host's default route. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "local/guard.h"

/* A profile that was read again may have others, or another order. */
static void match_ways(struct guard *guard, const struct profile *profile)
{
	struct gate_ways fresh = {.list = {{.known = false}}};

	for (size_t i = 0; i < profile->nhosts; i++) {
		const uint32_t host = gates_host(profile->hosts[i].name);

		for (size_t j = 0; j < PROFILE_HOSTS_MAX; j++)
			if (guard->ways.list[j].host == host)
				fresh.list[i] = guard->ways.list[j];
		fresh.list[i].host = host;
	}
	guard->ways = fresh;
	gates_keep(&guard->gates, profile);
}

/* Once the packet filter is closed, no name server outside is asked in vain: but where ssh
 * goes to with what is known already may have to be asked. */
static bool is_missing(const struct guard *guard, const struct profile *profile)
{
	for (size_t i = 0; i < profile->nhosts; i++)
		if (!guard->ways.list[i].known &&
		    (!guard->filtered || guard->ways.list[i].why[0] == '\0'))
			return true;
	return false;
}

static int judge(const struct guard *guard, const struct profile *profile,
		 struct failure *failure)
{
	struct failure before;
	bool hopeless = true;

	for (size_t i = 0; i < profile->nhosts; i++) {
		if (guard->ways.list[i].known)
			return 0;
		hopeless &= guard->ways.list[i].hopeless;
	}
	failure_set(failure, hopeless ? EXIT_POLICY : EXIT_NO_HOST,
		    "the address of %s cannot be found, which Route default needs "
		    "beforehand: %s",
		    profile->hosts[0].name, guard->ways.list[0].why);
	if (guard_is_empty(guard))
		return -1;
	before = *failure;
	failure_set(failure, before.code,
		    "%s; and no name server outside is asked while the default route is "
		    "held: `vpn-connect down %s`, then `up`",
		    before.text, profile->name);
	return -1;
}

int guard_find_gates(struct guard *guard, const struct profile *profile, int unless,
		     struct failure *failure)
{
	static struct words env;
	struct run_as account;
	const struct gates_search search = {profile, &account, &env, unless};
	struct error err;

	if (!profile->route_default)
		return 0;
	if (run_as_find(profile->run_as, &account, &err) != 0)
		return err.sys != 0 ? failure_from(failure, EXIT_SYSTEM, &err)
				    : failure_set(failure, EXIT_POLICY, "%s: %s",
						  profile->file, err.text);
	guard->uid = account.uid;
	match_ways(guard, profile);
	if (!is_missing(guard, profile))
		return judge(guard, profile, failure);
	if (run_as_environment(&account, getenv("SSH_AUTH_SOCK"), &env, &err) != 0)
		return failure_from(failure, EXIT_SYSTEM, &err);
	if (gates_find(&search, &guard->ways, &guard->gates, &err) == 0)
		return judge(guard, profile, failure);
	if (err.sys != ETIMEDOUT)
		return failure_from(failure, EXIT_SYSTEM, &err);
	return failure_set(failure, EXIT_NO_HOST,
			   "the address of %s was not found in time, which Route default "
			   "needs beforehand",
			   profile->hosts[0].name);
}

void guard_forget_ways(struct guard *guard)
{
	guard->ways = (struct gate_ways){.list = {{.known = false}}};
}

const struct gate *guard_gate(const struct guard *guard, const char *host,
			      const struct gate_way **way)
{
	const uint32_t number = gates_host(host);

	*way = NULL;
	for (size_t i = 0; i < PROFILE_HOSTS_MAX; i++)
		if (guard->ways.list[i].host == number)
			*way = &guard->ways.list[i];
	if (*way == NULL || !(*way)->known)
		return NULL;
	return gates_choose(&guard->gates, host, guard->turn);
}
