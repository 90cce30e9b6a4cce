/* SPDX-License-Identifier: ISC */
/* What `check` looks at, a part a file; nothing is changed and nobody is connected to. */
#ifndef SALLYPORT_LOCAL_CHECK_H
#define SALLYPORT_LOCAL_CHECK_H

#include <jansson.h>

#include "local/obstacle.h"
#include "local/run_as.h"
#include "local/ssh_view.h"
#include "local/status.h"
#include "policy/language/profile.h"

/* check_ssh.c: the user of RunAs, and the way to the remote. *account is filled: false when
 * there is none. */
bool check_account(struct obstacles *all, const struct profile *profile,
		   struct run_as *account);
void check_ssh(struct obstacles *all, const struct profile *profile,
	       const struct host_line *host, const struct run_as *account,
	       struct ssh_view *view);

/* The parts of that: what ssh of the user has, *view, false when it cannot be told; its
 * key; and the host's. */
bool check_view(struct obstacles *all, const struct profile *profile,
		const struct host_line *host, const struct run_as *account,
		struct ssh_view *view);
void check_keys(struct obstacles *all, const struct profile *profile,
		const struct ssh_view *view);
void check_host_key(struct obstacles *all, const struct profile *profile,
		    const struct host_line *host, const struct ssh_view *view);

/* A path or a name that ssh told, safe to print; returns buf. */
const char *check_shown(const char *path, char buf[SSH_VIEW_TEXT_MAX]);

/* check_ppp.c: what speaks PPP here, and what it needs of the kernel. Prints into engine
 * what would speak it. */
enum { CHECK_ENGINE_MAX = 64 };
void check_ppp(struct obstacles *all, const struct profile *profile,
	       const struct ssh_view *view, char engine[CHECK_ENGINE_MAX]);

/* check.c: what a run has left or is making; false: nothing. */
bool check_find_journal(const char *name, struct journal *journal);

/*
 * check_network.c: interface, addresses and routes, against this host's and against its
 * other profiles. What a link of this very profile has made, of which that journal tells,
 * is no obstacle; NULL: nothing is there.
 */
void check_network(struct obstacles *all, const struct profile *profile,
		   const struct journal *own);

/* check_json.c: an object, or NULL when memory is short. fine as for obstacle_print(). */
json_t *check_to_json(const struct obstacles *all, const char *fine);

#endif
