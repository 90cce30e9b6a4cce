/* SPDX-License-Identifier: ISC */
#include "local/choose_names.h"

#include <stdio.h>
#include <string.h>

static const char not_accepted[] = "the profile does not accept it (Accept dns)";

bool names_wanted(const struct profile *profile)
{
	return profile->ndns > 0 || profile->accept_dns;
}

bool names_are_routed(const struct profile *profile, const struct choice *choice,
		      const struct ip_addr *server)
{
	/* This host itself, whose own programs listen there. */
	if (ip_addr_equal(server, &choice->pair.local) ||
	    ip_addr_equal(server, &choice->pair6.local))
		return false;
	if (profile->route_default && (server->family == choice->pair.remote.family ||
				       server->family == choice->pair6.remote.family))
		return true;
	if (ip_addr_equal(server, &choice->pair.remote) ||
	    ip_addr_equal(server, &choice->pair6.remote))
		return true;
	for (size_t i = 0; i < choice->nroutes; i++)
		if (ip_prefix_contains(&choice->routes[i].prefix, server))
			return true;
	return false;
}

bool names_have_all(const struct link_names *names)
{
	for (size_t i = 0; i < names->ndomains; i++)
		if (domain_is_all(names->domains[i].name))
			return true;
	return false;
}

static void refuse(struct link_names *names, bool accepted, const char *what,
		   const char *why)
{
	struct refused_name *const refused = &names->refused[names->nrefused++];

	refused->accepted = accepted;
	snprintf(refused->what, sizeof refused->what, "%s", what);
	snprintf(refused->why, sizeof refused->why, "%s", why);
}

static void add_server(struct link_names *names, const struct server_line *server)
{
	for (size_t i = 0; i < names->nservers; i++)
		if (ip_addr_equal(&names->servers[i].address, &server->address))
			return;
	names->servers[names->nservers++] = *server;
}

static void add_domain(struct link_names *names, const char *name, unsigned line)
{
	struct domain_line *const added = &names->domains[names->ndomains];

	for (size_t i = 0; i < names->ndomains; i++)
		if (domain_equal(names->domains[i].name, name))
			return;
	snprintf(added->name, sizeof added->name, "%s", name);
	added->line = line;
	names->ndomains++;
}

/* The administrator wrote it, so what is wrong with it is an error: the remote's, as one
 * that no remote could make a way to is refused with the profile. */
static int choose_own(const struct profile *profile, const struct choice *choice,
		      struct link_names *out, struct failure *failure)
{
	char text[ADDRESS_TEXT_MAX];

	for (size_t i = 0; i < profile->ndns; i++) {
		const struct server_line *const server = &profile->dns[i];

		if (names_are_routed(profile, choice, &server->address)) {
			add_server(out, server);
			continue;
		}
		failure_set(failure, EXIT_POLICY,
			    "%s:%u: Dns %s is not in a network that is routed through the "
			    "link, nor its other end",
			    profile->file, server->line,
			    ip_addr_print(&server->address, text));
		return failure_blame(failure, BLAME_REMOTE);
	}
	for (size_t i = 0; i < profile->nsearch; i++)
		add_domain(out, profile->search[i].name, profile->search[i].line);
	return 0;
}

static void choose_servers(const struct profile *profile, const struct ready *ready,
			   const struct choice *choice, struct link_names *out)
{
	char text[ADDRESS_TEXT_MAX];
	const char *why;

	for (size_t i = 0; i < ready->ndns; i++) {
		const struct ip_addr *const offer = &ready->dns[i];

		ip_addr_print(offer, text);
		if (!profile->accept_dns)
			refuse(out, false, text, not_accepted);
		else if (server_check(offer, &why) != 0)
			refuse(out, true, text, why);
		else if (!names_are_routed(profile, choice, offer))
			refuse(out, true, text,
			       "a name server outside of what is routed through the link");
		else
			add_server(out, &(struct server_line){*offer, 0});
	}
}

static void choose_domains(const struct profile *profile, const struct ready *ready,
			   struct link_names *out)
{
	const char *why;

	for (size_t i = 0; i < ready->nsearch; i++) {
		const char *const offer = ready->search[i];

		if (!profile->accept_dns)
			refuse(out, false, offer, not_accepted);
		else if (domain_check_offered(offer, &why) != 0)
			refuse(out, true, offer, why);
		else
			add_domain(out, offer, 0);
	}
}

int choose_names(const struct profile *profile, const struct ready *ready,
		 const struct choice *choice, struct link_names *out,
		 struct failure *failure)
{
	*out = (struct link_names){.nservers = 0};
	if (choose_own(profile, choice, out, failure) != 0)
		return -1;
	choose_servers(profile, ready, choice, out);
	choose_domains(profile, ready, out);
	if (out->nservers == 0)
		out->ndomains = 0;
	return 0;
}
