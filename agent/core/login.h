/* SPDX-License-Identifier: ISC */
/*
 * One login as values: what is kept of the caller, what was asked for, what policy says to
 * it, and what is going to be launched. What stands here looks at nothing but its arguments
 * and policy's files, and changes nothing: the agent's steps act on it (agent/agent.h), and
 * vpn-policy's explain shows it.
 */
#ifndef SALLYPORT_AGENT_CORE_LOGIN_H
#define SALLYPORT_AGENT_CORE_LOGIN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "agent/base/account.h"
#include "agent/base/child.h"
#include "agent/base/text.h"
#include "agent/confine/confine.h"
#include "agent/core/engine.h"
#include "agent/core/plan.h"
#include "policy/language/decide.h"
#include "policy/language/exitcode.h"
#include "policy/language/paths.h"
#include "policy/language/policy.h"

enum {
	AGENT_ID_SIZE = 9, /* 8 hexadecimal digits and NUL: what client and log share */
	/* Whatever happens, the agent is gone by then (SIGALRM): from its start, from where
	 * it begins to wait for a session, and from its confinement on. */
	AGENT_DEADLINE_S = 20,
	INTAKE_SHOWN_MAX = 200,	    /* of the request's text, escaped, in the log */
	INTAKE_AUTH_MAX = 8 * 1024, /* of sshd's ExposeAuthInfo file */
	/* Seconds: a session whose peer is gone is held no longer, whatever its client
	   said. */
	KEEPALIVE_HELD_MAX = 120,
	/* "lcp-echo-interval 10 lcp-echo-failure 3", which the HOWTO's clients may say
	 * (policy/language/legacy.def). */
	KEEPALIVE_LEGACY = 10 * ECHO_PARTS,
	/* "FILE:LINE:COLUMN" of the agent's own files */
	AGENT_RULE_MAX = sizeof PATH_PEERS_DIR "/.conf" + NAME_MAX_LEN + ERROR_WHERE_MAX,
};

/* A place in a policy file; file is "" when none decided, line and column are 0 where they
 * say nothing. */
struct rule_place {
	char file[POLICY_PATH_MAX];
	unsigned line, column;
};

/* Step 1: what is kept of the caller. The pointers are into the memory that execve(2)
 * filled. */
struct caller {
	const char *name;	/* argv[1], or NULL */
	const char *shell_text; /* the text after -c, when run as login shell, or NULL */
	const char *request;	/* SSH_ORIGINAL_COMMAND, or NULL */
	const char *connection; /* SSH_CONNECTION, or NULL */
	const char *auth_info;	/* SSH_USER_AUTH, or NULL */
};

/* sshd's file for SSH_USER_AUTH (ExposeAuthInfo in sshd_config(5)), read but not looked at.
 */
struct auth_info {
	bool named;	 /* the variable is there */
	size_t len;	 /* 0: named, but it cannot be used */
	const char *why; /* a constant: why it cannot be used */
	char text[INTAKE_AUTH_MAX];
};

enum intake_state {
	INTAKE_NOTHING, /* no child has answered */
	INTAKE_OK,
	INTAKE_NO_PEER,	   /* no forced command told a peer's name */
	INTAKE_NO_REQUEST, /* a shell was asked for */
	INTAKE_BAD_REQUEST,
	INTAKE_BAD_CONNECTION, /* sshd did not say where from */
	INTAKE_BAD_KEY,	       /* sshd's record of the key is missing or bad */
	INTAKE_FAILED,	       /* the child could not be confined */
	INTAKE_STATE_COUNT,
};

/*
 * Step 3: the request as typed values, made by a child that can do nothing else. What sshd
 * said comes first, and the child cannot change it once it looks at what the client said.
 */
struct intake_identity {
	enum intake_state state;
	char peer[NAME_MAX_LEN + 1];
	/* The client's end of the ssh connection, and the address of this host that it
	 * reached. */
	struct ip_addr from;
	uint16_t port;
	struct ip_addr server;
	bool key_told;
	uint8_t digest[KEY_DIGEST_SIZE];
	/* by a certificate; the key is the one that it is about */
	bool certified;
	struct certificate certificate;
	char why[ERROR_TEXT_MAX]; /* when state is not INTAKE_OK */
};

struct intake_request {
	enum intake_state state;
	struct request request;
	char why[ERROR_TEXT_MAX];     /* when state is not INTAKE_OK */
	char shown[INTAKE_SHOWN_MAX]; /* the text, escaped */
};

struct intake {
	struct intake_identity who;
	struct intake_request what;
};

/* Step 5: the peer's slot that the launched program holds. */
struct session {
	unsigned slot;
	char interface[IFNAME_MAX_LEN + 1];
	/* The lock's descriptor, not close-on-exec; -1 when none is held. */
	int lock_fd;
};

struct login {
	char id[AGENT_ID_SIZE];
	struct caller caller;
	struct agent_conf conf;
	struct account account;
	struct intake intake;
	/* Until agent_end_parser(). */
	struct child parser;
	struct peer peer;
	/* The peer's file is missing, as opposed to wrong. */
	bool no_peer;
	/* All of its sessions are in use, and their clients answered a challenge. */
	bool answered;
	/* What the client is told when it is refused, or NULL: what the code means. */
	const char *refusal;
	struct verdict verdict;
	/* Which line of policy decided, for the log. */
	struct rule_place rule;
	/* Standard input is the client's terminal (ssh -t); raw: and has been made raw. */
	bool ssh_tty;
	bool raw;
	struct session session;
	/* Of a request for a link: which program speaks PPP. */
	enum ppp_engine engine;
	struct plan plan;
	struct confine confine;
	struct confine_report report;
};

/* intake_parse.c, in the child: the parsers behind agent_take_in(). */
void intake_parse_identity(const struct caller *caller, struct auth_info *info,
			   struct intake_identity *out);
void intake_parse_request(const struct caller *caller, struct intake_request *out);
/*
 * The first part of intake_parse_identity(). The peer: argv[1] when another shell ran the
 * forced command, or `-c "PATH_AGENT PEER"` exactly. 0, or -1 with what is wrong in out.
 */
int intake_parse_peer(const struct caller *caller, struct intake_identity *out);

/*
 * judge.c: what 4 decides, from login->conf and login->intake; peers is the directory of
 * the peers' files. Fills login->peer, login->verdict and login->rule, and with the reason
 * (printable ASCII) reason. Returns EXIT_DONE when allowed, otherwise what a client is
 * told.
 */
enum exit_code login_judge(struct login *login, const char *peers, enum trust trust,
			   time_t now, char reason[ERROR_TEXT_MAX]);
/* judge.c: what the log names as having decided. */
void login_set_rule(struct login *login, const char *file, unsigned line, unsigned column);

/* prepare.c: the request is for a link (its verb is pppd, whichever program speaks PPP). */
bool login_launches_ppp(const struct login *login);
/* prepare.c: a program is launched; the other requests the agent answers itself. */
bool login_launches(const struct login *login);
/* prepare.c: the seconds within which this end notices that the line is silent. */
unsigned login_keepalive(const struct request *request);
/*
 * prepare.c: what 6 and 7 are going to do, without doing it. The words of the plan for
 * login->session.interface; log is the descriptor that sshroute gets. And the confinement
 * of the target, or of the agent's own answer; root if the target has to be uid 0. 0, or -1
 * with *err.
 */
int login_build_plan(struct login *login, int log, struct error *err);
void login_shape_confinement(struct login *login, bool root);
/* prepare.c: what decides which program speaks PPP for login->peer; here: ppptun is
 * installed. */
struct engine_question login_engine_question(const struct login *login, bool here);

/* ready_line.c: the line that vpn-connect waits for, with its line feed. */
void login_print_ready(const struct login *login, struct text *line);

#endif
