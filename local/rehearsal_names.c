/* SPDX-License-Identifier: ISC */
/* The name servers that a link would have, and who would be told of them. */
#include <stdio.h>

#include "local/names.h"
#include "local/rehearsal.h"

static void tell_own(struct rehearsal *show, const char *title)
{
	const struct profile *const profile = show->profile;
	struct link_names names;
	struct ready ready;
	struct failure failure;
	char text[ADDRESS_TEXT_MAX];

	foresee_ready(profile, 0, &ready);
	if (choose_names(profile, &ready, &show->choice[0], &names, &failure) != 0) {
		rehearsal_tell(profile->accept_any ? "if" : "fail", "%s%s",
			       profile->accept_any ? "nothing more is offered: " : "",
			       failure.text);
		return;
	}
	for (size_t i = 0; i < names.nservers; i++)
		rehearsal_tell("set", "name server %s of %s, by %s (%s:%u)",
			       ip_addr_print(&names.servers[i].address, text),
			       profile->interface, title, profile->file,
			       names.servers[i].line);
	for (size_t i = 0; i < names.ndomains; i++)
		rehearsal_tell("set", "domain %s of %s, by %s (%s:%u)",
			       names.domains[i].name, profile->interface, title,
			       profile->file, names.domains[i].line);
}

/* The routes that the profile has, and those that the remote may offer. */
static void foresee_routes(struct rehearsal *show)
{
	struct choice *const choice = &show->choice[0];
	const struct profile *const profile = show->profile;

	choice->nroutes = 0;
	for (size_t i = 0; i < profile->nroutes; i++)
		choice->routes[choice->nroutes++] = profile->routes[i];
	for (size_t i = 0; i < profile->naccept; i++)
		choice->routes[choice->nroutes++] = profile->accept[i];
}

int rehearse_names(struct rehearsal *show)
{
	struct names_state state;

	if (!names_wanted(show->profile))
		return 0;
	names_look_up(NULL, 0, &state);
	if (state.why[0] != '\0')
		rehearsal_tell("lack", "of name servers: %s", state.why);
	foresee_routes(show);
	tell_own(show, names_manager_title(state.manager));
	if (show->profile->accept_dns)
		rehearsal_tell("offer", "name servers behind the link, and domains of two "
					"parts at least (Accept dns)");
	rehearsal_note(show, JOURNAL_NAMES, "%s", names_manager_title(state.manager));
	return 0;
}
