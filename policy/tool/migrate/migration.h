/* SPDX-License-Identifier: ISC */
/*
 * What the files of other VPNs say, as far as policy and profiles can say it; and what they
 * say beside that, as notes for a person. The from_*.c fill it, complete.c gives each link
 * its addresses, and migrate_text.c makes files of it.
 */
#ifndef SALLYPORT_POLICY_TOOL_MIGRATE_MIGRATION_H
#define SALLYPORT_POLICY_TOOL_MIGRATE_MIGRATION_H

#include "policy/language/policy.h"
#include "policy/language/profile.h"

enum {
	/* So that "sp-" and the name is an interface's. */
	MIGRATE_NAME_MAX = IFNAME_MAX_LEN - 3,
	/* More than anybody has in such files. */
	MIGRATE_PEERS_MAX = 1024,
	MIGRATE_NOTES_MAX = 16 * 1024,
	/* A word of a file, quoted in a note. */
	MIGRATE_SHOWN_MAX = 48,
};

/* Where something was found; file outlives the migration. */
struct origin {
	const char *file;
	unsigned line;
};

/* Without duplicates. */
struct network_list {
	struct ip_prefix *list;
	size_t count, size;
};

/* A party that may come in. */
struct made_peer {
	struct origin origin;
	char name[NAME_MAX_LEN + 1];
	/* owned; NULL: none that ssh takes */
	struct public_key *key;
	struct network_list from, routes, offers;
	/* An end that is not known yet is AF_UNSPEC. */
	struct address_pair address, address6;
	/* 0: as policy has it */
	unsigned mru;
	time_t expires;
	/* it uses the commands of the HOWTOs */
	bool legacy;
};

/* A remote to connect to. */
struct made_profile {
	struct origin origin;
	char name[NAME_MAX_LEN + 1];
	/* each "" or 0: not said */
	char host[HOST_MAX_LEN + 1];
	char account[ACCOUNT_MAX_LEN + 1];
	char identity[POLICY_PATH_MAX];
	char interface[IFNAME_MAX_LEN + 1];
	unsigned port, mru;
	/* with an end that is not known, the remote's are taken */
	struct address_pair address, address6;
	struct network_list routes, accept;
	char users[PROFILE_USERS_MAX][ACCOUNT_MAX_LEN + 1];
	size_t nusers;
	/* it cannot be made, which a note tells */
	bool left_out;
};

/* A route of one of the HOWTO's scripts. */
struct script_route {
	struct origin origin;
	struct ip_prefix network;
	struct ip_addr gateway;
};

struct migration {
	/* Given: whose ssh makes the connections of profiles, or NULL. */
	const char *run_as;
	/* Networks for links: given, or those of a wg-quick file. */
	struct ip_prefix pools[AGENT_POOLS_MAX];
	size_t npools;
	/* Something is for the side that is logged in to, which needs an agent.conf. */
	bool remote;
	/* each "": not said */
	char account[ACCOUNT_MAX_LEN + 1];
	char pppd[POLICY_PATH_MAX];
	struct made_peer *peers;
	size_t npeers, peers_size;
	struct made_profile *profiles;
	size_t nprofiles, profiles_size;
	struct script_route *script_routes;
	size_t nscript_routes, script_routes_size;
	/* The HOWTO's script: its profile, and the network behind that side. */
	bool scripted;
	size_t script_profile;
	struct network_list behind;
	/* What no policy should give to a link. */
	struct network_list taken;
	/* What was not taken over, or taken as something else; as it was
	 * found. */
	struct error *notes;
	size_t nnotes, notes_size;
	/* Memory ran out, or there is more than anybody has: something is missing. */
	bool lost, full;
};

/* Frees all that it owns. */
void migration_free(struct migration *m);

/* A sentence for the person; what it quotes is escaped. */
void migration_note(struct migration *m, struct origin at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* "not taken over: WHAT: why: what to do". */
void migration_drop(struct migration *m, struct origin at, const char *what,
		    const char *why);

/*
 * A new one, which is valid until the next; NULL with lost or full. wanted, any bytes, is
 * what it should be called: what of it may be in a name is.
 */
struct made_peer *migration_peer(struct migration *m, struct origin at, const char *wanted);
struct made_profile *migration_profile(struct migration *m, struct origin at,
				       const char *wanted);

/* What a link is called after its file: NAME of "…/NAME.conf" or "…/NAME.nmconnection". */
void source_stem(const char *file, char out[NAME_MAX_LEN + 1]);

/* Whether the list has it, and adding it. */
bool network_listed(const struct network_list *list, const struct ip_prefix *network);
void migration_network(struct migration *m, struct network_list *list,
		       const struct ip_prefix *network);
/*
 * The same for one that is to be routed: what may not be is dropped with a note, in which
 * it is called what.
 */
void migration_route(struct migration *m, struct origin at, const char *what,
		     struct network_list *list, const struct ip_prefix *network);
/* A network for links, unless there is one of its family already, or it is none. */
void migration_pool(struct migration *m, const struct ip_prefix *network);

/* Values of a profile, each dropped with a note when it cannot be one. */
void migration_host(struct migration *m, struct origin at, const char *what,
		    struct made_profile *profile, const char *value);
void migration_port(struct migration *m, struct origin at, const char *what,
		    struct made_profile *profile, const char *value);
void migration_account(struct migration *m, struct origin at, const char *what,
		       struct made_profile *profile, const char *value);
void migration_identity(struct migration *m, struct origin at, const char *what,
			struct made_profile *profile, const char *value);
/* Of a profile or a peer. */
void migration_mru(struct migration *m, struct origin at, const char *what, unsigned *mru,
		   const char *value);
/* One end of a link. */
void migration_end(struct migration *m, struct origin at, const char *what,
		   struct ip_addr *out, sa_family_t family, const char *value);

/*
 * complete.c: gives links the addresses that they lack, routes to whom they belong, and
 * takes out what cannot stand together. 0, or -1 with *err, which says what has to be given
 * beside.
 */
int migration_complete(struct migration *m, struct error *err);

#endif
