/* SPDX-License-Identifier: ISC */
/*
 * vpn-connect@NAME.service, as systemd has it: asked through systemd's own socket for root,
 * so that neither D-Bus's daemon nor polkit takes part.
 */
#ifndef SALLYPORT_LOCAL_SYSTEMD_UNIT_H
#define SALLYPORT_LOCAL_SYSTEMD_UNIT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "policy/language/error.h"

enum unit_job { UNIT_START, UNIT_STOP, UNIT_RESTART };

struct unit_state {
	/* Neither inactive nor failed: it has, or will have, a process. */
	bool active;
	/* 0: none. */
	pid_t main_pid;
	/* Of its last process. */
	int exit_status;
};

/* name is a profile's. -1 with *err. */
int unit_look(const char *name, struct unit_state *out, struct error *err);
/*
 * 0 once it is done; deadline 0: once it is queued. -1 with *err: err->sys is ETIMEDOUT
 * when it was not done by then and goes on, and 0 when it failed.
 */
int unit_run(const char *name, enum unit_job job, int64_t deadline, struct error *err);
/* systemd starts it at boot from now on: systemctl(1), enable. 0, or -1 with *err. */
int unit_enable(const char *name, struct error *err);

#endif
