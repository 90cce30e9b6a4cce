/* SPDX-License-Identifier: ISC */
/* Where the files are. Only the build may set the directories. */
#ifndef SALLYPORT_POLICY_LANGUAGE_PATHS_H
#define SALLYPORT_POLICY_LANGUAGE_PATHS_H

#ifndef SYSCONFDIR
#define SYSCONFDIR "/etc/sallyport"
#endif
#ifndef LIBEXECDIR
#define LIBEXECDIR "/usr/libexec/sallyport"
#endif
#ifndef RUNDIR
#define RUNDIR "/run/sallyport"
#endif
#ifndef SBINDIR
#define SBINDIR "/usr/sbin"
#endif
#ifndef VERSION
#define VERSION "unknown"
#endif

#define PATH_AGENT_CONF	  SYSCONFDIR "/agent.conf"
#define PATH_PEERS_DIR	  SYSCONFDIR "/peers"
#define PATH_PROFILES_DIR SYSCONFDIR "/connect"
/* Made by `vpn-policy authorized-keys --index`. */
#define PATH_KEYS_INDEX SYSCONFDIR "/keys.index"
#define PATH_AGENT	LIBEXECDIR "/vpn-agent"
#define PATH_SSHROUTE	LIBEXECDIR "/sshroute"
#define PATH_PPPTUN	LIBEXECDIR "/ppptun"
/* Holds nothing but "ssh", which is jump-ssh. */
#define PATH_JUMP_DIR	 LIBEXECDIR "/jump"
#define PATH_VPN_POLICY	 SBINDIR "/vpn-policy"
#define PATH_VPN_CONNECT SBINDIR "/vpn-connect"
/* As packaging/sshd_config.d/sallyport.conf has it. */
#define PATH_AUTHORIZED SYSCONFDIR "/authorized_keys"
/* root:ACCOUNT 0660, always empty: what the agent's sessions lock. */
#define PATH_SESSIONS RUNDIR "/sessions"
/* Where the agent passes on a key that was handed in, to vpn-policy take-key. */
#define PATH_HAND_IN RUNDIR "/hand-in"
/* The socket through which ordinary users reach root's vpn-connect, and whose bytes the
 * connections of a user lock. */
#define PATH_CONTROL	   RUNDIR "/control"
#define PATH_CONTROL_LOCKS RUNDIR "/control.lock"
/* root 0755: the state of vpn-connect. */
#define PATH_CONNECT_DIR RUNDIR "/connect"

#endif
