/* SPDX-License-Identifier: ISC */
/* A profile: /etc/sallyport/connect/NAME.conf, how to reach one remote. Same parser, own
 * table. */
#ifndef SALLYPORT_POLICY_LANGUAGE_PROFILE_H
#define SALLYPORT_POLICY_LANGUAGE_PROFILE_H

#include "policy/language/policy.h"

enum {
	HOST_MAX_LEN = 253,
	/* A round of attempts knows each; more would be a list that nobody looks after. */
	PROFILE_HOSTS_MAX = 8,
	PROFILE_ACCEPT_MAX = 64,
	PROFILE_ROUTES_MAX = 64,
	PROFILE_USERS_MAX = 32,
	TIMEOUT_MAX = 600,
};

/* A gateway; ssh_config has what is its own beside the name. */
struct host_line {
	char name[HOST_MAX_LEN + 1];
	unsigned line;
};

/* Which of several gateways is tried first: the words of Prefer, in their order. */
enum prefer { PREFER_ORDER, PREFER_FASTEST };

/* Who runs Up and Down: the words of HookAs, in their order. */
enum hook_as { HOOK_AS_RUN_AS, HOOK_AS_ROOT };

/* A user's name, or '@' and a group's. */
struct user_line {
	char name[1 + ACCOUNT_MAX_LEN + 1];
	unsigned line;
};

struct profile {
	char file[POLICY_PATH_MAX];
	char name[NAME_MAX_LEN + 1];
	/* one at least, and no name twice */
	struct host_line hosts[PROFILE_HOSTS_MAX];
	size_t nhosts;
	enum prefer prefer;
	/* 0 when not given */
	unsigned port;
	char account[ACCOUNT_MAX_LEN + 1];
	char run_as[ACCOUNT_MAX_LEN + 1];
	unsigned run_as_line;
	/* "" when not given, as ssh_config */
	char identity[POLICY_PATH_MAX];
	unsigned identity_line;
	char ssh_config[POLICY_PATH_MAX];
	/* with neither, accept_address is set: they are taken from the ready line */
	struct address_pair address, address6;
	bool accept_address;
	/* servers and domains that local/choose_names.c finds harmless */
	bool accept_dns;
	/* every route that local/offers.c finds harmless */
	bool accept_any;
	/* offers inside one of them are taken */
	struct prefix_line accept[PROFILE_ACCEPT_MAX];
	size_t naccept;
	struct prefix_line routes[PROFILE_ROUTES_MAX];
	size_t nroutes;
	/* who is asked through the link, and for what */
	struct server_line dns[DNS_SERVERS_MAX];
	size_t ndns;
	struct domain_line search[DNS_DOMAINS_MAX];
	size_t nsearch;
	/* everything that has no route of its own here */
	bool route_default;
	unsigned route_default_line;
	/* nothing leaves this host but through the link */
	bool kill_switch;
	unsigned kill_switch_line;
	/* TCP that is forwarded through the link is told its packet size */
	bool clamp_mss;
	unsigned clamp_mss_line;
	/* packets to these routes may take another way while the link is away */
	bool fallback;
	unsigned fallback_line;
	/* "sp-NAME" without a line */
	char interface[IFNAME_MAX_LEN + 1];
	/* 0 when not given: the ready line's */
	unsigned mru;
	bool strict;
	unsigned strict_line;
	/* seconds for each step */
	unsigned timeout;
	/* seconds, KEEPALIVE_MIN…KEEPALIVE_MAX */
	unsigned keepalive;
	bool remote_routes;
	enum ppp_engine ppp;
	char pppd[POLICY_PATH_MAX];
	enum landlock_use landlock;
	unsigned landlock_line;
	bool hooks;
	unsigned hooks_line;
	/* programs; "" when not given */
	char up[POLICY_PATH_MAX];
	unsigned up_line;
	char down[POLICY_PATH_MAX];
	unsigned down_line;
	enum hook_as hook_as;
	unsigned hook_as_line;
	/* who may bring it up and take it down, beside root */
	struct user_line users[PROFILE_USERS_MAX];
	size_t nusers;
};

/* As policy_load_peer(). */
int profile_load(const char *dir, const char *name, enum trust trust, struct profile *out,
		 struct error *err);

#endif
