/* SPDX-License-Identifier: ISC */
#include "local/ppp_status.h"

#include <stddef.h>
#include <string.h>

/* Those that can happen to a link like ours; PPP_AUTO: of both programs. */
static const struct ppp_status statuses[] = {
    {0, PPP_AUTO, EXIT_LINK, EXIT_LINK, "the remote's PPP ended the link",
     "ended the link because this side asked for it"},
    {1, PPP_AUTO, EXIT_SYSTEM, EXIT_PROTOCOL, "%s failed",
     "failed: the log there says why"},
    {2, PPP_AUTO, EXIT_SYSTEM, EXIT_PROTOCOL, "%s rejected its options",
     "rejected its options: the log there says which"},
    {5, PPP_AUTO, EXIT_LINK, EXIT_LINK, "%s was told to end", "was told to end"},
    {7, PPP_AUTO, EXIT_SYSTEM, EXIT_PROTOCOL, "%s cannot open its terminal",
     "cannot open its terminal"},
    {10, PPP_AUTO, EXIT_LINK, EXIT_LINK, "the two ends do not agree on how to speak PPP",
     "and this side's PPP do not agree on how to speak it"},
    {12, PPP_AUTO, EXIT_LINK, EXIT_LINK, "%s ended an idle link", "ended an idle link"},
    {13, PPP_AUTO, EXIT_LINK, EXIT_LINK, "%s ended the link: its time limit was reached",
     "ended the link: its time limit was reached"},
    {15, PPP_AUTO, EXIT_LINK, EXIT_LINK, "the remote's PPP no longer answers",
     "got no more answers from this side"},
    {16, PPP_AUTO, EXIT_LINK, EXIT_LINK, "the line under PPP was hung up",
     "was cut off: the line under it was hung up"},
    {17, PPP_AUTO, EXIT_LINK, EXIT_LINK, "the line under PPP leads back to this end",
     "receives its own packets: the line under it leads back to it"},
    {19, PPP_AUTO, EXIT_LINK, EXIT_LINK,
     "the remote's PPP requires authentication in addition to ssh's",
     "was asked for authentication in addition to ssh's"},
    {3, PPP_PPPD, EXIT_SYSTEM, EXIT_PROTOCOL, "%s says that it needs more privileges",
     "says that it needs more privileges: its administrator can set LaunchAs in "
     "agent.conf"},
    {4, PPP_PPPD, EXIT_NO_PPP, EXIT_NO_PPP,
     "%s says that this kernel has no PPP: modprobe ppp_generic ppp_async",
     "says that its kernel has no PPP; its administrator: modprobe ppp_generic"},
    {3, PPP_PPPTUN, EXIT_SYSTEM, EXIT_PROTOCOL,
     "%s may not use its TUN device: /dev/net/tun must have mode 0666, and a container "
     "must be given the device and CAP_NET_ADMIN",
     "may not use its TUN device: the log there says why, and its administrator runs "
     "vpn-policy audit"},
    {4, PPP_PPPTUN, EXIT_NO_PPP, EXIT_NO_PPP,
     "%s finds no TUN here: modprobe tun, or give the container /dev/net/tun",
     "finds no TUN there: its administrator can run modprobe tun, or give the container "
     "/dev/net/tun"},
};

/* What pppd 2.4.8 to 2.5.x print when they end a link, and the status that is meant. */
static const struct {
	const char *words;
	int status;
} reasons[] = {
    {"No response to ", 15},
    {"timeout sending Config-Requests", 10},
    {"Could not determine local IP address", 10},
    {"to our IP address", 10},
    {"is looped back", 17},
    {"refused to authenticate", 19},
    {"authentication failed", 19},
    {"due to lack of activity", 12},
    {"Connect time expired", 13},
};
enum { REASONS = sizeof reasons / sizeof *reasons };

const struct ppp_status *ppp_status_find(enum ppp_engine engine, int status)
{
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		if (statuses[i].status == status &&
		    (statuses[i].engine == PPP_AUTO || statuses[i].engine == engine))
			return &statuses[i];
	return NULL;
}

bool ppp_status_tells(const char *line, size_t len)
{
	for (size_t i = 0; i < REASONS; i++)
		if (memmem(line, len, reasons[i].words, strlen(reasons[i].words)) != NULL)
			return true;
	return false;
}

int ppp_status_meant(enum ppp_engine engine, int status, const char *line)
{
	if (engine != PPP_PPPD || status != PPP_STATUS_HANGUP)
		return status;
	for (size_t i = 0; i < REASONS; i++)
		if (strstr(line, reasons[i].words) != NULL)
			return reasons[i].status;
	return status;
}
