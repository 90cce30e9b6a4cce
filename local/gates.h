/* SPDX-License-Identifier: ISC */
/*
 * Where ssh's own connection goes, of each of a profile's hosts: the addresses and the port
 * of the host itself, or of the first jump host on the way to it. They are looked up before
 * the link is this host's default route, and kept: afterwards a name server may be out of
 * reach.
 */
#ifndef SALLYPORT_LOCAL_GATES_H
#define SALLYPORT_LOCAL_GATES_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/core/ssh_answer.h"
#include "local/run_as.h"
#include "policy/language/address.h"
#include "policy/language/profile.h"

enum {
	GATES_MAX = 32,
	/* Of each host. */
	GATE_ADDRESSES_MAX = 8,
	/* ssh -G of all hosts, and the name servers. */
	GATES_MS = 20000,
	GATE_ALIAS_MAX = KNOWN_NAME_MAX,
	GATE_WHY_MAX = 240,
};

/* For the first hop of a link, by the environment: jump-ssh. "ADDRESS ALIAS" */
#define GATE_VARIABLE "SALLYPORT_GATE"

struct gate {
	/* Of the profile's host: gates_host(). */
	uint32_t host;
	struct ip_addr address;
	uint16_t port;
};

struct gates {
	struct gate list[GATES_MAX];
	size_t count;
};

/* How ssh is told where to go, of one of the profile's hosts. */
struct gate_way {
	/* gates_host(); 0: of nobody */
	uint32_t host;
	/* It is known; otherwise why not, quoted, for a person; "": it was not asked yet.
	 */
	bool known;
	/* Only a person can change that. */
	bool hopeless;
	char why[GATE_WHY_MAX];
	/* ssh does not connect itself: another ssh does, which is the first hop. */
	bool jumps;
	/* How the first hop is called in known_hosts. */
	char alias[GATE_ALIAS_MAX];
};

struct gate_ways {
	struct gate_way list[PROFILE_HOSTS_MAX];
};

/* A number for a name, that is the same in each run. */
uint32_t gates_host(const char *name);

struct gates_search {
	const struct profile *profile;
	const struct run_as *account;
	const struct words *env;
	/* It is given up when this descriptor is readable; -1: none. */
	int unless;
};

/*
 * Fills what is not known of the ways, and the addresses of the hosts that have none in
 * *gates: as the account, in a child. 0; or -1 with *err when nothing could be asked, EINTR
 * when it was given up. That a name has no address is no failure here.
 */
int gates_find(const struct gates_search *search, struct gate_ways *ways,
	       struct gates *gates, struct error *err);

/* How many addresses that host has; and the one with that number, counted round and round.
 * NULL: none. */
size_t gates_count(const struct gates *gates, const char *host);
const struct gate *gates_choose(const struct gates *gates, const char *host, unsigned turn);
/* Forgets those of hosts that the profile has no more. */
void gates_keep(struct gates *gates, const struct profile *profile);

/* Pure: the first of the hosts in a value of ProxyJump, as words for ssh: user and port may
 * be "". False when it is too long. */
struct gate_jump {
	char user[ACCOUNT_MAX_LEN + 1];
	char host[HOST_MAX_LEN + 1];
	char port[8];
};
bool gates_first_jump(const char *value, struct gate_jump *out);

#endif
