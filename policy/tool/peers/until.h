/* SPDX-License-Identifier: ISC */
/* Times of the command line that are still to come, and until when a key can be handed in.
 */
#ifndef SALLYPORT_POLICY_TOOL_PEERS_UNTIL_H
#define SALLYPORT_POLICY_TOOL_PEERS_UNTIL_H

#include <time.h>

#include "policy/tool/base/cli.h"

/* A moment or a day that is not over, into *out. option is its name. */
enum exit_code until_take_time(const struct cli *cli, const char *option, time_t *out,
			       const char *value);
/* Of --until, which is bounded: for cli_option's take, out is a time_t. */
enum exit_code until_take(const struct cli *cli, void *out, const char *value);
/* Until when: what was said, or the default where that is 0; and not beyond the end of the
 * peer itself, where that is not 0. */
time_t until_settle(time_t said, time_t expires);

#endif
