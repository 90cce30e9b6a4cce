/* SPDX-License-Identifier: ISC */
/* A profile: /etc/sallyport/connect/NAME.conf, how to reach one remote. Same parser, own
 * table. */
#ifndef SALLYPORT_POLICY_LANGUAGE_PROFILE_H
#define SALLYPORT_POLICY_LANGUAGE_PROFILE_H

#include "policy/language/policy.h"

enum {
	HOST_MAX_LEN = 253,
	PROFILE_ACCEPT_MAX = 64,
	PROFILE_ROUTES_MAX = 64,
	TIMEOUT_MAX = 600,
};

struct profile {
	char file[POLICY_PATH_MAX];
	char name[NAME_MAX_LEN + 1];
	/* Host: required; what ssh is told: a name, an address, or an alias of the user's
	 * ssh_config: [A-Za-z0-9._:-]+, never starting with '-' */
	char host[HOST_MAX_LEN + 1];
	/* Port: 0 when not given (ssh decides) */
	unsigned port;
	/* Account: default "slave" */
	char account[ACCOUNT_MAX_LEN + 1];
	/* RunAs: required: the user whose ssh this is */
	char run_as[ACCOUNT_MAX_LEN + 1];
	unsigned run_as_line;
	/* IdentityFile: absolute; "" when not given */
	char identity[POLICY_PATH_MAX];
	unsigned identity_line;
	/* SshConfig: absolute (ssh -F); "" when not given */
	char ssh_config[POLICY_PATH_MAX];
	/* Address, Address6: this end, their end. With neither, Accept address is set: they
	 * are taken from the ready line */
	struct address_pair address, address6;
	/* Accept address */
	bool accept_address;
	/* Accept any: every offered route that is not too large and takes nothing away from
	 * this host: local/offers.c */
	bool accept_any;
	/* Accept PREFIX…: offers inside one of them are taken */
	struct prefix_line accept[PROFILE_ACCEPT_MAX];
	size_t naccept;
	/* Route: added whatever is offered */
	struct prefix_line routes[PROFILE_ROUTES_MAX];
	size_t nroutes;
	/* Interface: default "sp-NAME" */
	char interface[IFNAME_MAX_LEN + 1];
	/* Mru: 0 when not given: the ready line's */
	unsigned mru;
	/* Strict: default yes */
	bool strict;
	unsigned strict_line;
	/* Timeout: seconds for each step, 1…TIMEOUT_MAX, default 30 */
	unsigned timeout;
	/* Keepalive: seconds, KEEPALIVE_MIN…KEEPALIVE_MAX, default KEEPALIVE_DEFAULT */
	unsigned keepalive;
	/* RemoteRoutes: ask for sshroute; default yes */
	bool remote_routes;
	/* Ppp auto|pppd|ppptun: default auto */
	enum ppp_engine ppp;
	/* Pppd: default /usr/sbin/pppd */
	char pppd[POLICY_PATH_MAX];
	/* Landlock auto|required|optional: default auto */
	enum landlock_use landlock;
	/* Hooks: default no */
	bool hooks;
};

/* As policy_load_peer() and policy_parse_peer(). */
int profile_load(const char *dir, const char *name, enum trust trust, struct profile *out,
		 struct error *err);
int profile_parse(const char *file, const char *name, const char *text, size_t len,
		  struct profile *out, struct error *err);

#endif
