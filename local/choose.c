/* SPDX-License-Identifier: ISC */
#include "local/choose.h"

#include <stdio.h>

#include "policy/language/constraint.h"

static struct ip_prefix host_prefix(const struct ip_addr *address)
{
	return (struct ip_prefix){.addr = *address,
				  .len = address->family == AF_INET ? 32 : 128};
}

/* The addresses of one family: what the profile wants, and what the remote says. */
struct pair_choice {
	const char *keyword;
	const struct address_pair *wanted;
	struct link_pair told;
};

/* Whether the remote's addresses cannot be the ends of a link, and why. */
static bool objects_to_pair(const struct link_pair *told, const struct surroundings *around,
			    char why[REFUSAL_TEXT_MAX])
{
	const struct ip_prefix ends[] = {host_prefix(&told->local),
					 host_prefix(&told->remote)};
	const char *wrong = NULL;

	for (size_t i = 0; wrong == NULL && i < sizeof ends / sizeof *ends; i++) {
		const struct host_entry *touched = surroundings_touched(around, &ends[i]);
		char text[SURROUNDING_TEXT_MAX];

		wrong = constraint_route(&ends[i]);
		if (wrong == NULL && surroundings_carry_ssh(around, &ends[i]))
			wrong = "one is the ssh server";
		if (wrong != NULL || touched == NULL)
			continue;
		snprintf(why, REFUSAL_TEXT_MAX, "one is %s%s",
			 touched->prefix.len == ends[i].len ? "" : "in ",
			 surroundings_print(touched, text));
		return true;
	}
	if (wrong == NULL)
		wrong = constraint_link_pair(&told->local, &told->remote);
	if (wrong != NULL)
		snprintf(why, REFUSAL_TEXT_MAX, "%s", wrong);
	return wrong != NULL;
}

static int take_told(const struct profile *profile, const struct pair_choice *choice,
		     const struct surroundings *around, struct link_pair *out,
		     struct failure *failure)
{
	char local[ADDRESS_TEXT_MAX], remote[ADDRESS_TEXT_MAX], why[REFUSAL_TEXT_MAX];

	ip_addr_print(&choice->told.local, local);
	ip_addr_print(&choice->told.remote, remote);
	if (!profile->accept_address)
		return failure_set(
		    failure, EXIT_POLICY,
		    "%s does not say which addresses to use; the remote says %s "
		    "and %s: write `%s %s %s`, or `Accept address`",
		    profile->file, local, remote, choice->keyword, local, remote);
	if (objects_to_pair(&choice->told, around, why))
		return failure_set(
		    failure, EXIT_PROTOCOL,
		    "the remote wants addresses that a link cannot have, %s and %s: %s",
		    local, remote, why);
	*out = choice->told;
	return 0;
}

static int choose_pair(const struct profile *profile, const struct pair_choice *choice,
		       const struct surroundings *around, struct link_pair *out,
		       struct failure *failure)
{
	char local[ADDRESS_TEXT_MAX], remote[ADDRESS_TEXT_MAX];
	const struct address_pair *wanted = choice->wanted;

	*out = (struct link_pair){.local.family = AF_UNSPEC, .remote.family = AF_UNSPEC};
	if (wanted->local.family == AF_UNSPEC)
		return choice->told.local.family == AF_UNSPEC
			   ? 0
			   : take_told(profile, choice, around, out, failure);
	if (choice->told.local.family == AF_UNSPEC)
		return failure_set(failure, EXIT_POLICY,
				   "the remote has no %s for this peer, but %s requires "
				   "one: add it to its policy, or remove it here",
				   choice->keyword, profile->file);
	if (!ip_addr_equal(&wanted->local, &choice->told.local) ||
	    !ip_addr_equal(&wanted->remote, &choice->told.remote))
		return failure_set(
		    failure, EXIT_POLICY,
		    "the remote uses other addresses than %s: it says %s here and "
		    "%s there; write `%s %s %s`, or change the remote's policy",
		    profile->file, ip_addr_print(&choice->told.local, local),
		    ip_addr_print(&choice->told.remote, remote), choice->keyword, local,
		    remote);
	*out = choice->told;
	return 0;
}

/* The kernel takes IPv6 away from an interface whose MTU is smaller (RFC 8200 5). */
static int check_mru(const struct profile *profile, const struct ready *ready,
		     const struct choice *choice, struct failure *failure)
{
	if (choice->pair6.local.family == AF_UNSPEC || choice->mru >= MRU_IPV6_MIN)
		return 0;
	if (ready->mru < MRU_IPV6_MIN)
		return failure_set(failure, EXIT_PROTOCOL,
				   "the remote wants IPv6 on a link with an Mru of %u: "
				   "IPv6 needs %d at least",
				   ready->mru, MRU_IPV6_MIN);
	return failure_set(failure, EXIT_POLICY,
			   "%s: Mru %u is less than the %d that IPv6 needs, and the remote "
			   "has an Address6 for this link",
			   profile->file, profile->mru, MRU_IPV6_MIN);
}

static int find_addresses(const struct profile *profile, const struct ready *ready,
			  const struct surroundings *around, struct choice *out,
			  struct failure *failure)
{
	const struct pair_choice four = {
	    "Address", &profile->address, {ready->local, ready->remote}};
	const struct pair_choice six = {
	    "Address6", &profile->address6, {ready->local6, ready->remote6}};

	/* The remote's device has its size, and drops what is larger. */
	*out = (struct choice){.mru = ready->mru};
	if (profile->mru != 0 && profile->mru < ready->mru)
		out->mru = profile->mru;
	if (choose_pair(profile, &four, around, &out->pair, failure) != 0 ||
	    choose_pair(profile, &six, around, &out->pair6, failure) != 0)
		return -1;
	if (out->pair.local.family == AF_UNSPEC && out->pair6.local.family == AF_UNSPEC)
		return failure_set(
		    failure, EXIT_PROTOCOL,
		    "the remote has no addresses for this peer: its policy needs "
		    "Address or Address6");
	return check_mru(profile, ready, out, failure);
}

/* The profile may be what has to change. But the remote's word is part of each of these
 * failures, and must not end for good a link that was up. */
int choose_addresses(const struct profile *profile, const struct ready *ready,
		     const struct surroundings *around, struct choice *out,
		     struct failure *failure)
{
	return find_addresses(profile, ready, around, out, failure) == 0
		   ? 0
		   : failure_blame(failure, BLAME_REMOTE);
}
