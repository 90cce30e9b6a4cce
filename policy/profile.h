/* SPDX-License-Identifier: ISC */
/* A profile: /etc/sallyport/connect/NAME.conf, how to reach one remote. Same parser, own
 * table. */
#ifndef SALLYPORT_POLICY_PROFILE_H
#define SALLYPORT_POLICY_PROFILE_H

#include "policy/policy.h"

enum {
	HOST_MAX_LEN = 253,
	PROFILE_ACCEPT_MAX = 64,
	PROFILE_ROUTES_MAX = 64,
	TIMEOUT_MAX = 600
};

struct profile {
	char file[POLICY_PATH_MAX];
	char name[NAME_MAX_LEN + 1];
	char host[HOST_MAX_LEN + 1];	   /* Host: required; what ssh is told: a name, an
					      address, or an alias of the       user's ssh_config:
					      [A-Za-z0-9._:-]+, never starting with '-' */
	unsigned port;			   /* Port: 0 when not given (ssh decides) */
	char account[ACCOUNT_MAX_LEN + 1]; /* Account: default "slave" */
	char run_as[ACCOUNT_MAX_LEN + 1];  /* RunAs: required: the user whose ssh this is */
	char identity[POLICY_PATH_MAX];	   /* IdentityFile: absolute; "" when not given */
	char ssh_config[POLICY_PATH_MAX]; /* SshConfig: absolute (ssh -F); "" when not given
					   */
	struct address_pair address,
	    address6; /* Address, Address6: this end, their end; else taken from the ready
			 line if Accept says so */
	bool accept_address; /* Accept address */
	bool accept_any;     /* Accept any: every offered route but a default route */
	struct prefix_line accept[PROFILE_ACCEPT_MAX]; /* Accept PREFIX…: offers inside one
							  of them are taken */
	size_t naccept;
	struct prefix_line
	    routes[PROFILE_ROUTES_MAX]; /* Route: added whatever is offered */
	size_t nroutes;
	char interface[IFNAME_MAX_LEN + 1]; /* Interface: default "sp-NAME" */
	unsigned mru;			    /* Mru: 0 when not given: the ready line's */
	unsigned timeout; /* Timeout: seconds for each step, 1…TIMEOUT_MAX, default 30 */
	bool remote_routes;	    /* RemoteRoutes: ask for sshroute; default yes */
	char pppd[POLICY_PATH_MAX]; /* Pppd: default /usr/sbin/pppd */
	bool hooks;		    /* Hooks: default no */
};

int profile_load(const char *dir, const char *name, enum trust trust, struct profile *out,
		 struct policy_error *err);
int profile_parse(const char *file, const char *name, const char *text, size_t len,
		  struct profile *out, struct policy_error *err);

#endif
