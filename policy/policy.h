/* SPDX-License-Identifier: ISC */
/* The two kinds of policy file as values, and how they are read. */
#ifndef SALLYPORT_POLICY_POLICY_H
#define SALLYPORT_POLICY_POLICY_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "policy/address.h"
#include "policy/error.h"
#include "policy/key.h"
#include "policy/request.h"

enum {
	NAME_MAX_LEN = 32,    /* peer and profile names: [A-Za-z0-9][A-Za-z0-9_-]* */
	IFNAME_MAX_LEN = 15,  /* IFNAMSIZ - 1 */
	ACCOUNT_MAX_LEN = 32, /* useradd(8) */
	POLICY_PATH_MAX = 256,
	POLICY_FILE_MAX = 64 * 1024, /* bytes in one policy file */
	POLICY_LINE_MAX = 16 * 1024, /* an RSA 16384 key fits */
	POLICY_WORDS_MAX = 64,	     /* words on one line */
	PEER_KEYS_MAX = 16,
	PEER_FROM_MAX = 32,
	PEER_ROUTES_MAX = 64,
	PEER_OFFERS_MAX = 64,
	MRU_MIN = 296,	 /* smallest that IPv4 over PPP is used with */
	MRU_MAX = 16384, /* largest that pppd takes */
	SESSIONS_MAX = 8,
};

enum launch_as { LAUNCH_AUTO, LAUNCH_ACCOUNT, LAUNCH_ROOT };

/* /etc/sallyport/agent.conf: the same for all peers. A *_line of 0 means the default
 * stands. */
struct agent_conf {
	char file[POLICY_PATH_MAX];
	char account[ACCOUNT_MAX_LEN + 1]; /* Account: default "slave" */
	char pppd[POLICY_PATH_MAX];	   /* Pppd: absolute path, default /usr/sbin/pppd */
	enum launch_as launch_as;	   /* LaunchAs: default auto */
	bool hooks; /* Hooks: may pppd run /etc/ppp/ip-up and friends; default no */
	bool landlock_required;	 /* Landlock auto|required: default auto */
	bool seccomp_kill;	 /* Seccomp error|kill: default error */
	bool auth_info_required; /* AuthInfo required|optional: default required */
};

struct address_pair {
	struct ip_addr local,
	    remote; /* this end, the other end; AF_UNSPEC when not given */
	unsigned line;
};

struct prefix_line {
	struct ip_prefix prefix;
	unsigned line;
};

struct key_line {
	struct public_key key;
	unsigned line;
};

/* /etc/sallyport/peers/NAME.conf: one party that may come in. */
struct peer {
	char file[POLICY_PATH_MAX];
	char name[NAME_MAX_LEN + 1];
	struct key_line keys[PEER_KEYS_MAX];
	size_t nkeys;
	struct prefix_line from[PEER_FROM_MAX]; /* none: anywhere */
	size_t nfrom;
	unsigned from_line; /* line of the first From, or 0 */
	unsigned allow;	    /* bit 1u << enum verb */
	unsigned allow_line;
	struct address_pair address, address6;
	struct prefix_line routes[PEER_ROUTES_MAX]; /* networks behind the peer */
	size_t nroutes;
	struct prefix_line offers[PEER_OFFERS_MAX]; /* networks behind this host */
	size_t noffers;
	char interface[IFNAME_MAX_LEN +
		       1]; /* Interface: default "sp-NAME", an error if that is too long */
	unsigned mru;	   /* Mru: default 1500 */
	unsigned sessions, sessions_line; /* Sessions: default 1 */
	time_t begins, expires; /* Begins, Expires: seconds since 1970 UTC; 0: no limit */
	unsigned begins_line, expires_line;
	bool legacy; /* Legacy: default no */
	unsigned legacy_line;
};

enum trust {
	TRUST_ROOT, /* as the agent does: see trusted_open */
	TRUST_ANY,  /* an auditor's copy: any regular file */
};

/* True for a name that may be a peer or profile: see NAME_MAX_LEN. */
bool policy_name_valid(const char *name);

/*
 * Read one file, strictly. The caller owns *out; nothing is allocated. A missing agent.conf
 * is an error, a missing peer as well (err->sys == ENOENT). Return 0, or -1 with *err
 * filled.
 */
int policy_load_agent(const char *path, enum trust trust, struct agent_conf *out,
		      struct policy_error *err);
int policy_load_peer(const char *dir, const char *name, enum trust trust, struct peer *out,
		     struct policy_error *err);
/* The same from memory, for tests and fuzzers; file is used in messages only. */
int policy_parse_agent(const char *file, const char *text, size_t len,
		       struct agent_conf *out, struct policy_error *err);
int policy_parse_peer(const char *file, const char *name, const char *text, size_t len,
		      struct peer *out, struct policy_error *err);

#endif
