/* SPDX-License-Identifier: ISC */
/*
 * up --dry-run: what each step of tunnel_bring_up() would do, told in its order. The steps
 * and these functions stand side by side in bringup.c, and both ask the same functions for
 * what is launched and set.
 */
#ifndef SALLYPORT_LOCAL_REHEARSAL_H
#define SALLYPORT_LOCAL_REHEARSAL_H

#include "agent/base/text.h"
#include "local/foresight.h"
#include "local/journal.h"
#include "local/run_as.h"
#include "local/ssh.h"
#include "local/ssh_view.h"
#include "local/state.h"
#include "policy/language/profile.h"

enum {
	/* The PPP programs between which the remote decides. */
	REHEARSAL_ENGINES = 2,
	REHEARSAL_MADE_MAX = JOURNAL_ENTRIES_MAX,
	REHEARSAL_NAME_MAX = 192,
};

/* In a command line, what nobody knows before the remote has answered. */
#define REHEARSAL_UNKNOWN "<from the remote>"

struct rehearsal {
	const struct profile *profile;
	/* The supervisor is this process. */
	bool foreground;
	/* Its path alone: nothing is opened. */
	struct state state;
	char control[SSH_CONTROL_MAX];
	struct run_as account;
	struct words env;
	struct ssh_view view;
	struct surroundings around;
	struct endpoints endpoints;
	struct choice choice[FORESIGHTS];
	/* With a remote that has ppptun, and without. */
	enum ppp_engine engines[REHEARSAL_ENGINES];
	size_t nengines;
	/* What would be written into the journal, and has to be undone. */
	struct rehearsal_made {
		enum journal_kind kind;
		char name[REHEARSAL_NAME_MAX];
	} made[REHEARSAL_MADE_MAX];
	size_t nmade;
	/* What could not be told. */
	struct failure failure;
};

/* One line: what is done, and to what. */
void rehearsal_tell(const char *verb, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* What the journal would get before it is done. */
void rehearsal_note(struct rehearsal *show, enum journal_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* A command line, as a shell would take it; where other differs from argv, it is unknown.
 */
void rehearsal_print_words(char *const *argv, char *const *other);

/* One for each step that changes something; 0, or -1 with show->failure. */
int rehearse_journal(struct rehearsal *show);
int rehearse_gateways(struct rehearsal *show);
int rehearse_control(struct rehearsal *show);
int rehearse_reader(struct rehearsal *show);
int rehearse_line(struct rehearsal *show);
int rehearse_ssh(struct rehearsal *show);
int rehearse_choice(struct rehearsal *show);
int rehearse_ppp(struct rehearsal *show);
int rehearse_request(struct rehearsal *show);
int rehearse_routers(struct rehearsal *show);
int rehearse_sources(struct rehearsal *show);
int rehearse_pair6(struct rehearsal *show);
int rehearse_routes(struct rehearsal *show);
int rehearse_hold(struct rehearsal *show);
int rehearse_hooks(struct rehearsal *show);
int rehearse_names(struct rehearsal *show);
/* rehearsal_guard.c: of a default route, before the first step, and once the link is up. */
void rehearse_guard(struct rehearsal *show);
void rehearse_default(const struct rehearsal *show);
/* Before the first step. */
void rehearse_hold_back(struct rehearsal *show);

/* bringup.c: all of them, in the order of the steps. 0, or -1 with show->failure. */
int tunnel_rehearse(struct rehearsal *show);

#endif
