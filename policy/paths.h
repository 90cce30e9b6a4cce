/* SPDX-License-Identifier: ISC */
/* Where things are. The build may set the directories; nothing else may. */
#ifndef SALLYPORT_POLICY_PATHS_H
#define SALLYPORT_POLICY_PATHS_H

#ifndef SYSCONFDIR
#define SYSCONFDIR "/etc/sallyport"
#endif
#ifndef LIBEXECDIR
#define LIBEXECDIR "/usr/libexec/sallyport"
#endif
#ifndef RUNDIR
#define RUNDIR "/run/sallyport"
#endif
#ifndef VERSION
#define VERSION "unknown"
#endif

#define PATH_AGENT_CONF	  SYSCONFDIR "/agent.conf"
#define PATH_PEERS_DIR	  SYSCONFDIR "/peers"
#define PATH_PROFILES_DIR SYSCONFDIR "/connect"
#define PATH_AGENT	  LIBEXECDIR "/vpn-agent"
#define PATH_SSHROUTE	  LIBEXECDIR "/sshroute"
#define PATH_SESSIONS_DIR                                                                  \
	RUNDIR "/sessions" /* root:ACCOUNT 0770: session locks of the agent */
#define PATH_CONNECT_DIR RUNDIR "/connect" /* root 0755: state of vpn-connect */

#endif
