/* SPDX-License-Identifier: ISC */
/* One run of ppptun: a line, a link, a TUN device, and the loop between them. */
#ifndef SALLYPORT_AGENT_PPP_RELAY_H
#define SALLYPORT_AGENT_PPP_RELAY_H

#include "agent/ppp/ppp.h"

/* Runs until the link is over. Gives up its capabilities as soon as the device is made.
 * Adds to *settings what the line needs. */
enum ppp_exit relay_run(struct settings *settings);

#endif
