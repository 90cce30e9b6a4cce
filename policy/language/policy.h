/* SPDX-License-Identifier: ISC */
/* The two kinds of policy file as values, and how they are read. */
#ifndef SALLYPORT_POLICY_LANGUAGE_POLICY_H
#define SALLYPORT_POLICY_LANGUAGE_POLICY_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "policy/language/address.h"
#include "policy/language/domain.h"
#include "policy/language/error.h"
#include "policy/language/key.h"
#include "policy/language/request.h"

enum {
	/* peer and profile names: [A-Za-z0-9][A-Za-z0-9_-]* */
	NAME_MAX_LEN = 32,
	/* IFNAMSIZ - 1 */
	IFNAME_MAX_LEN = 15,
	/* useradd(8) */
	ACCOUNT_MAX_LEN = 32,
	POLICY_PATH_MAX = 256,
	/* bytes in one policy file */
	POLICY_FILE_MAX = 64 * 1024,
	/* an RSA 16384 key fits */
	POLICY_LINE_MAX = 16 * 1024,
	/* on one line */
	POLICY_WORDS_MAX = 64,
	/* one of each family */
	AGENT_POOLS_MAX = 2,
	/* the longest of which a pair is left without the first and the last: see
	   parse_agent_kind */
	POOL_LEN_MAX = 29,
	POOL6_LEN_MAX = 126,
	PEER_KEYS_MAX = 16,
	/* one in force, and those that follow and precede it */
	AGENT_AUTHORITIES_MAX = 4,
	PEER_FROM_MAX = 32,
	PEER_ROUTES_MAX = 64,
	PEER_OFFERS_MAX = 64,
	PEER_REACH_MAX = 64,
	/* with this end's addresses; the larger of Reach and Offer */
	PEER_REACH_ALL_MAX = 2 + 64,
	/* smallest that IPv4 over PPP is used with */
	MRU_MIN = 296,
	/* smallest that IPv6 takes (RFC 8200 5): without it, the kernel has no IPv6 on a
	   link */
	MRU_IPV6_MIN = 1280,
	/* largest that pppd takes */
	MRU_MAX = 16384,
	SESSIONS_MAX = 8,
};

/* A kernel without Landlock: auto accepts it for programs that do not run as uid 0. */
enum landlock_use { LANDLOCK_AUTO, LANDLOCK_REQUIRED, LANDLOCK_OPTIONAL };

/* Who speaks PPP: auto is the agent's, or the launcher's, choice. */
enum ppp_engine { PPP_AUTO, PPP_PPPD, PPP_PPPTUN };

enum launch_as { LAUNCH_AUTO, LAUNCH_ACCOUNT, LAUNCH_ROOT };

/*
 * The structs of files have a field for each keyword, after which it is named: keywords.def
 * says what it means, and its default. A *_line is where the keyword stands first; 0: the
 * default is in force.
 */

struct prefix_line {
	struct ip_prefix prefix;
	unsigned line;
};

struct key_line {
	struct public_key key;
	unsigned line;
};

/* /etc/sallyport/agent.conf: the same for all peers. */
struct agent_conf {
	char file[POLICY_PATH_MAX];
	char account[ACCOUNT_MAX_LEN + 1];
	enum ppp_engine ppp;
	char pppd[POLICY_PATH_MAX];
	enum launch_as launch_as;
	bool tun_persistent;
	unsigned tun_line;
	bool hooks;
	unsigned hooks_line;
	enum landlock_use landlock;
	unsigned landlock_line;
	bool seccomp_kill;
	bool auth_info_required;
	unsigned auth_info_line;
	/* at most one of each family */
	struct prefix_line pools[AGENT_POOLS_MAX];
	size_t npools;
	/* whose certificates let peers in; never a fingerprint alone */
	struct key_line authorities[AGENT_AUTHORITIES_MAX];
	size_t nauthorities;
};

/* What policy wants to know of a certificate: see certificate.h. */
struct certificate {
	/* of the key that it is about, and of the one that signed it */
	uint8_t key[KEY_DIGEST_SIZE], authority[KEY_DIGEST_SIZE];
	/* a name that a peer can have */
	char principal[NAME_MAX_LEN + 1];
	uint64_t serial;
	/* seconds since 1970: the first at which it is valid, and at which it no longer is;
	 * 0 and UINT64_MAX: no limit */
	uint64_t begins, expires;
};

/* Both AF_UNSPEC and line 0 when not given. */
struct address_pair {
	/* this end, the other end */
	struct ip_addr local, remote;
	unsigned line;
};

/* /etc/sallyport/peers/NAME.conf: one party that may come in. */
struct peer {
	char file[POLICY_PATH_MAX];
	char name[NAME_MAX_LEN + 1];
	/* none: it has no key yet */
	struct key_line keys[PEER_KEYS_MAX];
	size_t nkeys;
	bool key_none;
	unsigned keys_line;
	/* Only with key_none: lets one key be handed in until that time. A whole key. */
	struct key_line hand_in_keys[1];
	size_t nhand_in_keys;
	time_t hand_in_until;
	unsigned hand_in_until_line;
	/* it may come in by a certificate of one of the authorities as well */
	bool certificate;
	unsigned certificate_line;
	struct prefix_line from[PEER_FROM_MAX];
	size_t nfrom;
	unsigned from_line;
	/* bit 1u << enum verb */
	unsigned allow;
	unsigned allow_line;
	struct address_pair address, address6;
	struct prefix_line routes[PEER_ROUTES_MAX];
	size_t nroutes;
	struct prefix_line offers[PEER_OFFERS_MAX];
	size_t noffers;
	/* never domains without a server */
	struct server_line offer_dns[DNS_SERVERS_MAX];
	size_t noffer_dns;
	struct domain_line offer_search[DNS_DOMAINS_MAX];
	size_t noffer_search;
	/* line 0 leaves it to the offers; see peer_reach() */
	struct prefix_line reach[PEER_REACH_MAX];
	size_t nreach;
	bool reach_any;
	unsigned reach_line;
	/* "sp-NAME" without a line; with sessions > 1 it has room for ".N" */
	char interface[IFNAME_MAX_LEN + 1];
	/* line 0 leaves it to agent.conf */
	enum ppp_engine ppp;
	unsigned ppp_line;
	unsigned mru;
	unsigned sessions, sessions_line;
	/* seconds since 1970 UTC; 0: no limit */
	time_t begins, expires;
	unsigned begins_line, expires_line;
	bool strict;
	unsigned strict_line;
	bool legacy;
	unsigned legacy_line;
};

enum trust {
	/* as the agent does: see trusted_open */
	TRUST_ROOT,
	/* an auditor's copy: any regular file */
	TRUST_ANY,
	/* one that nobody but root and this user can write to */
	TRUST_OWN,
};

/* The authority with that key, or NULL. */
const struct key_line *agent_authority(const struct agent_conf *conf,
				       const uint8_t digest[KEY_DIGEST_SIZE]);
/* Those whose certificates the peer may come in by; NULL and *count 0 for none. */
const struct key_line *peer_authorities(const struct peer *peer,
					const struct agent_conf *conf, size_t *count);

/* The interface's name of a peer's session, from 0 on: "sp-alice", "sp-alice.1" … */
void peer_interface(const struct peer *peer, unsigned session,
		    char name[IFNAME_MAX_LEN + 1]);

/*
 * Where the peer's packets may go beside this end of its link: what is in Reach or, without
 * it, in Offer. NULL: anywhere.
 */
const struct prefix_line *peer_reach(const struct peer *peer, size_t *count);
/* The same with this end's addresses before them; returns how many. 0: anywhere. */
size_t peer_reach_all(const struct peer *peer, struct ip_prefix out[PEER_REACH_ALL_MAX]);

/* The keys with which somebody can log in as the peer: its own or, while it has none, that
 * of HandInKey. */
static inline const struct key_line *peer_login_keys(const struct peer *peer, size_t *count)
{
	*count = peer->nkeys > 0 ? peer->nkeys : peer->nhand_in_keys;
	return peer->nkeys > 0 ? peer->keys : peer->hand_in_keys;
}

/* Whether Reach says so, and sets a limit. */
static inline bool peer_has_reach(const struct peer *peer)
{
	return peer->reach_line != 0 && !peer->reach_any;
}

/* True for a name that may be a peer or profile: see NAME_MAX_LEN. */
bool policy_name_valid(const char *name);
/* What such a name looks like; "%d" stands for NAME_MAX_LEN. */
#define NAME_EXPECTED                                                                      \
	"at most %d letters, digits, _ and -, beginning with a letter or a digit"

/*
 * Read one file, strictly. The caller owns *out; nothing is allocated. A missing agent.conf
 * is an error, a missing peer as well (err->sys == ENOENT). Return 0, or -1 with *err
 * filled and *out all zero, which allows nothing. The load functions share a buffer: one
 * thread only.
 */
int policy_load_agent(const char *path, enum trust trust, struct agent_conf *out,
		      struct error *err);
int policy_load_peer(const char *dir, const char *name, enum trust trust, struct peer *out,
		     struct error *err);
/* The same, with what trusted_open_dir() gave for directory, or -1, as dir. */
int policy_load_peer_in(int dir, const char *directory, const char *name, enum trust trust,
			struct peer *out, struct error *err);
/* The same from memory; file is used in messages only. */
int policy_parse_agent(const char *file, const char *text, size_t len,
		       struct agent_conf *out, struct error *err);

#endif
