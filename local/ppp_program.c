/* SPDX-License-Identifier: ISC */
#include "local/ppp_program.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/tty.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "agent/base/descriptors.h"
#include "agent/core/engine.h"
#include "agent/net/kernel_has.h"
#include "agent/net/modules.h"
#include "agent/pppd_probe.h"
#include "local/output.h"
#include "local/place.h"
#include "local/ppp_status.h"
#include "local/pty.h"
#include "policy/language/paths.h"

/* How it ended, and its last line. */
enum { REST_MAX = PROCESS_TEXT_MAX + QUOTED_LINE_MAX + sizeof(" () []") };

/* Only the real pppd uses the kernel's PPP; ppptun and the like bring their own. */
static bool needs_kernel_ppp(const char *program)
{
	const char *slash = strrchr(program, '/');

	return strncmp(slash != NULL ? slash + 1 : program, "pppd", 4) == 0;
}

static int refuse_discipline(int sys, struct failure *failure)
{
	if (sys == EINVAL)
		return failure_set(failure, EXIT_NO_PPP,
				   "this kernel cannot run PPP on a terminal: modprobe "
				   "ppp_async");
	if (sys == EPERM)
		return failure_set(failure, EXIT_SYSTEM,
				   "this process may not load PPP for terminals "
				   "(dev.tty.ldisc_autoload is 0): modprobe ppp_async");
	return failure_set(failure, EXIT_SYSTEM, "cannot put PPP on a terminal: %s",
			   strerrordesc_np(sys));
}

/*
 * The line discipline is a module of its own (ppp_async). Setting it once on a pty that
 * nobody else has loads it, where dev.tty.ldisc_autoload forbids that to a process without
 * CAP_SYS_MODULE.
 */
static int check_discipline(struct failure *failure)
{
	struct error err;
	struct pty pty;
	int slave, discipline = N_PPP, result = 0;

	if (pty_open(&pty, &err) != 0)
		return failure_from(failure, EXIT_SYSTEM, &err);
	slave = open(pty.name, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (slave < 0)
		result = failure_set(failure, EXIT_SYSTEM, "cannot open %s: %s", pty.name,
				     strerrordesc_np(errno));
	else if (ioctl(slave, TIOCSETD, &discipline) != 0)
		result = refuse_discipline(errno, failure);
	if (slave >= 0)
		close(slave);
	close(pty.master);
	return result;
}

static int refuse_device(const struct error *err, struct failure *failure)
{
	return failure_from(failure, err->sys == ENODEV ? EXIT_NO_PPP : EXIT_SYSTEM, err);
}

/* What the kernel is asked; may make it load modules. */
static int check_kernel(struct failure *failure)
{
	struct error err;

	return ppp_device_check(&err) == 0 ? check_discipline(failure)
					   : refuse_device(&err, failure);
}

static int look_at_kernel(struct failure *failure)
{
	struct error err;

	if (ppp_device_look(NULL, &err) != 0)
		return refuse_device(&err, failure);
	return module_look("ppp_async") != MODULE_MISSING
		   ? 0
		   : refuse_discipline(EINVAL, failure);
}

bool ppp_is_unsure(const struct profile *profile)
{
	struct error err;
	bool sure = true;

	return needs_kernel_ppp(profile->pppd) && ppp_device_look(&sure, &err) == 0 &&
	       !sure;
}

typedef int ask_kernel(struct failure *failure);

static int has_kernel_ppp(const struct profile *profile, ask_kernel *ask,
			  struct failure *failure)
{
	return needs_kernel_ppp(profile->pppd) ? ask(failure) : 0;
}

/* ppptun needs none of that; where pppd is used only because ppptun cannot be executed, say
 * so. */
static int check_pppd(const struct profile *profile, ask_kernel *ask,
		      struct failure *failure)
{
	struct failure why;

	if (has_kernel_ppp(profile, ask, &why) == 0)
		return 0;
	if (profile->ppp != PPP_AUTO || profile->hooks || access(PATH_PPPTUN, X_OK) == 0) {
		*failure = why;
		return -1;
	}
	return failure_set(failure, why.code,
			   "ppptun cannot be executed here (" PATH_PPPTUN
			   ": %s), and pppd cannot be used: %s",
			   strerrordesc_np(errno), why.text);
}

enum ppp_engine ppp_settled(const struct profile *profile, bool there)
{
	const struct engine_question question = {
	    .wanted = profile->ppp,
	    .pppd = profile->pppd,
	    .hooks = profile->hooks,
	    .here = access(PATH_PPPTUN, X_OK) == 0,
	    .there = there,
	};

	return engine_settle(&question);
}

static int choose(const struct profile *profile, bool there, ask_kernel *ask,
		  enum ppp_engine *engine, struct failure *failure)
{
	*engine = ppp_settled(profile, there);
	if (*engine == PPP_AUTO)
		*engine = access(profile->pppd, X_OK) == 0 &&
				  has_kernel_ppp(profile, ask, failure) == 0
			      ? PPP_PPPD
			      : PPP_PPPTUN;
	else if (*engine == PPP_PPPD)
		return check_pppd(profile, ask, failure);
	return 0;
}

int ppp_choose(const struct profile *profile, bool there, enum ppp_engine *engine,
	       struct failure *failure)
{
	return choose(profile, there, check_kernel, engine, failure);
}

int ppp_foresee(const struct profile *profile, bool there, enum ppp_engine *engine,
		struct failure *failure)
{
	return choose(profile, there, look_at_kernel, engine, failure);
}

int ppp_plan(const struct ppp_child *child, struct plan *plan, struct error *err)
{
	struct pppd_nature nature = {0};

	if (plan_ppp(plan, child->program, &child->end, err) != 0 ||
	    plan_open(plan, err) != 0)
		return -1;
	if (!engine_is_ppptun(child->program))
		pppd_probe(plan, child->account->uid, child->account->gid, &nature);
	return pppd_adapt(plan, &nature, err);
}

void ppp_confinement(const struct profile *profile, const struct run_as *account,
		     const char *program, int target_fd, struct confine *out)
{
	const bool ppptun = engine_is_ppptun(program);

	*out = (struct confine){
	    .profile = ppptun ? CONFINE_PPPTUN : CONFINE_PPPD,
	    .uid = ppptun ? account->uid : 0,
	    .gid = ppptun ? account->gid : 0,
	    .keep_net_admin = !place()->own,
	    .unprivileged = place()->own,
	    .keeps_groups = place()->own,
	    .target_fd = target_fd,
	    .landlock_required = profile->landlock != LANDLOCK_OPTIONAL,
	    .hooks = profile->hooks && !ppptun,
	};
}

/* In the child, where all descriptor numbers that a plan and a confinement need are free.
 */
static void execute_program(const void *arg, struct error *err)
{
	const struct ppp_child *child = arg;
	struct confine_report report;
	struct confine confine;
	struct plan plan;

	const bool ppptun = engine_is_ppptun(child->program);

	if (ppp_plan(child, &plan, err) != 0)
		return;
	/* The one descriptor that it has beside the three. */
	if (child->end.rtt_fd > 0 && fcntl(child->end.rtt_fd, F_SETFD, 0) != 0) {
		error_sys(err, errno, "cannot pass on a descriptor");
		return;
	}
	ppp_confinement(child->profile, child->account, child->program, plan.fd, &confine);
	/* ppptun's ids have changed; pppd's do not. */
	if (confine_apply(&confine, &report, err) != 0 ||
	    (ppptun && process_die_with(child->parent, err) != 0))
		return;
	if (write(child->report, &report, sizeof report) != sizeof report) {
		error_sys(err, errno, "cannot report the confinement");
		return;
	}
	plan_execute(&plan);
	error_sys(err, errno, "cannot execute %s", plan.target);
}

int ppp_read_report(int fd, struct confine_report *out)
{
	const ssize_t got = descriptors_read(fd, out, sizeof *out);

	out->text[sizeof out->text - 1] = '\0';
	return got == sizeof *out ? 0 : -1;
}

int ppp_spawn(const struct ppp_child *child, int out, struct process *process,
	      struct error *err)
{
	const struct spawn spawn = {
	    .in = child->line,
	    .out = child->line >= 0 ? child->line : out,
	    .err = out,
	    .execute = execute_program,
	    .arg = child,
	};

	return process_spawn(&spawn, process, err);
}

int ppp_explain(const struct process *process, enum ppp_engine engine,
		const char *last_line, struct failure *failure)
{
	const int status = process_exit_status(process);
	const struct ppp_status *meaning =
	    ppp_status_find(engine, ppp_status_meant(engine, status, last_line));
	const enum exit_code code = meaning != NULL ? meaning->here_code : EXIT_LINK;
	const char *sentence = status < 0 ? "%s was killed" : "%s ended";
	char how[PROCESS_TEXT_MAX], rest[REST_MAX];

	if (meaning != NULL)
		sentence = meaning->here;
	process_print(process, how);
	if (last_line[0] == '\0')
		snprintf(rest, sizeof rest, " (%s)", how);
	else
		snprintf(rest, sizeof rest, " (%s) [%s]", how, last_line);
	return failure_name(failure, code, sentence, engine_name(engine), rest);
}
