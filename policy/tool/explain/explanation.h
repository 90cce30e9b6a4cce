/* SPDX-License-Identifier: ISC */
/*
 * What the agent would answer to a request, and what it would then do: the agent's own code
 * decides it (agent/core/judge.c, agent/core/prepare.c), and nothing is done.
 */
#ifndef SALLYPORT_POLICY_TOOL_EXPLAIN_EXPLANATION_H
#define SALLYPORT_POLICY_TOOL_EXPLAIN_EXPLANATION_H

#include "agent/confine/landlock_rules.h"
#include "agent/core/login.h"
#include "policy/language/path.h"
#include "policy/tool/report/finding.h"

enum {
	/* shown as if the kernel had Landlock */
	EXPLAIN_LANDLOCK_ABI = 1,
	EXPLAIN_PEER_MAX = 80,
};

/* In place of ids that are not known. */
#define EXPLAIN_NO_ID ((uid_t)(-1))

enum explain_key {
	/* the peer's first */
	EXPLAIN_KEY_FIRST,
	EXPLAIN_KEY_GIVEN,
	/* a certificate: digest is its authority's */
	EXPLAIN_KEY_CERTIFIED,
	/* sshd does not tell */
	EXPLAIN_KEY_NONE,
};

/* Who asks, from where, when, of which files. */
struct explain_question {
	const char *peer;
	/* "" for this host, whose files must be as the agent wants them, or where a copy of
	 * its files lies */
	const char *root;
	/* The client and this host, as in SSH_CONNECTION. AF_UNSPEC: the client's is taken
	 * from the peer's first From, or is one for documentation; against a server's that
	 * is not known, no Route is held. */
	struct ip_addr from, server;
	enum explain_key key;
	uint8_t digest[KEY_DIGEST_SIZE];
	time_t now;
};

struct explanation {
	/* The peer's name, escaped when it is none; and the request's text, NULL: a shell.
	 */
	char peer[EXPLAIN_PEER_MAX];
	const char *request;
	enum exit_code code;
	/* printable ASCII */
	char reason[ERROR_TEXT_MAX];
	bool from_assumed, key_given, key_assumed;
	/* sshd tells of a certificate, of an authority that was not given */
	bool authority_assumed;
	/* Who speaks PPP; login.engine is what this host, or a usual one, comes to. */
	bool kernel_decides;
	time_t now;
	/*
	 * Everything else that the agent knows of a login: conf, intake, peer, verdict,
	 * rule; and when code is EXIT_DONE, session, plan (but for status) and confine.
	 * Where policy leaves the ids to the host, uid 0 is the worse case; EXPLAIN_NO_ID
	 * stands for the account of a copy without a passwd file.
	 */
	struct login login;
};

/* In place of the login's id, in what sshroute is called with. */
#define EXPLAIN_ID "ID"

/* Answers for one request. */
void explain(const struct explain_question *question, const char *request,
	     struct explanation *out);

/* The fingerprint of the key that was given, or taken from the peer's file; or NULL. */
const char *explain_key(const struct explanation *explanation,
			char buf[KEY_FINGERPRINT_TEXT_MAX]);

/* The fingerprint of the authority whose certificate is used; or NULL. */
const char *explain_authority(const struct explanation *explanation,
			      char buf[KEY_FINGERPRINT_TEXT_MAX]);

/*
 * Where the peer's packets may go (none: anywhere), or for sshroute the routes that it
 * would add; returns how many.
 */
size_t explain_networks(const struct explanation *explanation,
			struct ip_prefix out[PEER_REACH_ALL_MAX]);

/* The i-th path that Landlock allows, and what may be done there; false past the last. */
bool explain_path(const struct explanation *explanation, size_t i, struct path_rule *out);

/* What depends on the host at the time: the i-th sentence, or NULL past the last. */
const char *explain_depends(const struct explanation *explanation, size_t i);

/* What its filter lets through, ended by NULL (agent/confine/filter_listing.h). */
const char *const *explain_calls(const struct confine *confine);

/* explain_text.c and explain_json.c: print to standard output; explain_verdict() the answer
 * and why, without what would be launched. explain_json() returns 0, or -1 when memory ran
 * out. */
void explain_verdict(const struct explanation *explanation);
void explain_text(const struct explanation *explanation);
int explain_json(const struct explain_question *question, const struct explanation *list,
		 size_t count);

/* The answer alone, as a finding (SARIF). */
void explain_finding(const struct explanation *explanation, struct findings *findings);

/* The name of a right (linux/landlock.h), or NULL past the last. */
const char *explain_right(unsigned bit);

#endif
