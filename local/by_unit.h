/* SPDX-License-Identifier: ISC */
/* up, down and restart where systemd runs: by the unit of the profile, so that a link never
 * lives in the cgroup of whoever asked for it. */
#ifndef SALLYPORT_LOCAL_BY_UNIT_H
#define SALLYPORT_LOCAL_BY_UNIT_H

#include <stdbool.h>

#include "local/command.h"

/* Whether the link's supervisor is the unit's main process. */
bool by_unit_keeps(const char *name);

/* As the commands of these names. Where the supervisor is not the unit's, up joins it, and
 * down ends it, as these do. */
enum exit_code by_unit_up(const char *name, const struct command_options *options);
/* The same, and at each boot from now on. */
enum exit_code by_unit_enable(const char *name, const struct command_options *options);
enum exit_code by_unit_down(const char *name, const struct command_options *options);
enum exit_code by_unit_restart(const char *name, const struct command_options *options);
/* restart of a link that the unit keeps: the unit's. */
enum exit_code by_unit_again(const char *name, const struct command_options *options);

#endif
