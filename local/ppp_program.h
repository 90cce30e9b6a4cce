/* SPDX-License-Identifier: ISC */
/* This host's end of the link: its kernel, and its confined PPP program. */
#ifndef SALLYPORT_LOCAL_PPP_PROGRAM_H
#define SALLYPORT_LOCAL_PPP_PROGRAM_H

#include "agent/confine/confine.h"
#include "agent/core/plan.h"
#include "local/process.h"
#include "local/reporting.h"
#include "local/run_as.h"
#include "policy/language/profile.h"

/*
 * Which program speaks PPP here, PPP_PPPD or PPP_PPPTUN; there: the remote uses ppptun.
 * Where it can be pppd, makes the kernel load its modules, which the confined program
 * itself may not. -1 with EXIT_NO_PPP in *failure when this kernel cannot do what is
 * needed.
 */
int ppp_choose(const struct profile *profile, bool there, enum ppp_engine *engine,
	       struct failure *failure);
/* The same, but nothing is loaded: a module that the kernel could load counts as if it were
 * there. */
int ppp_foresee(const struct profile *profile, bool there, enum ppp_engine *engine,
		struct failure *failure);
/* Whether that is a guess: the kernel's PPP is not loaded, and nothing here tells whether
 * it could be. */
bool ppp_is_unsure(const struct profile *profile);
/* The same without a look at the kernel, which decides where this is PPP_AUTO. Before the
 * remote is asked: the answers for both. */
enum ppp_engine ppp_settled(const struct profile *profile, bool there);

/* What the child needs; it takes a copy along. */
struct ppp_child {
	const struct profile *profile;
	/* What speaks PPP (agent/core/engine.h). */
	const char *program;
	struct ppp_end end;
	/* Whose ids a program has that needs no uid 0. */
	const struct run_as *account;
	/* Its standard input and output; -1: the end's terminal. */
	int line;
	/* The process that starts it: the child dies with it. */
	pid_t parent;
	/* Takes the confinement's report; closed by the execution of the program. */
	int report;
};

/* The plan of its words, with the program opened and, where that is a pppd, asked what it
 * knows: as the account, without privileges, so that it reads no file of root's. 0, or -1.
 */
int ppp_plan(const struct ppp_child *child, struct plan *plan, struct error *err);
/* What confines the program: decided here, done in the child. target_fd is the program's,
 * or -1. */
void ppp_confinement(const struct profile *profile, const struct run_as *account,
		     const char *program, int target_fd, struct confine *out);

/* Reads that report from the other end, once the child has been released. 0, or -1. */
int ppp_read_report(int fd, struct confine_report *out);

/* Spawns it, confined: pppd as uid 0 with CAP_NET_ADMIN alone, ppptun as the account. out
 * takes what it says. */
int ppp_spawn(const struct ppp_child *child, int out, struct process *process,
	      struct error *err);

/* Why the program, which has been reaped, ended; last_line is what it said, quoted, or "".
 * -1. */
int ppp_explain(const struct process *process, enum ppp_engine engine,
		const char *last_line, struct failure *failure);

#endif
