/* SPDX-License-Identifier: ISC */
/* One run of ppptun: a line, a link, a TUN device, and the loop between them. */
#ifndef SALLYPORT_AGENT_PPP_TUNNEL_H
#define SALLYPORT_AGENT_PPP_TUNNEL_H

#include "agent/ppp/ppp.h"

/* Until the link is over. Drops what it was given as soon as the device is made. */
enum ppp_exit tunnel_run(const struct settings *settings);

/* A line for the system log, and for logfd where there is one. */
void tunnel_say(const struct settings *settings, int priority, const char *line);

#endif
