/* SPDX-License-Identifier: ISC */
/*
 * The agent's steps, in the order in which main() takes them. Each is a file; each that
 * fails says so through agent_refuse(), which does not return: nothing after a failed step
 * may run.
 */
#ifndef SALLYPORT_AGENT_AGENT_H
#define SALLYPORT_AGENT_AGENT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "agent/base/account.h"
#include "agent/base/text.h"
#include "agent/confine/confine.h"
#include "agent/core/engine.h"
#include "agent/core/plan.h"
#include "agent/session.h"
#include "policy/language/decide.h"
#include "policy/language/exitcode.h"
#include "policy/language/paths.h"
#include "policy/language/policy.h"

enum {
	AGENT_ID_SIZE = 9,     /* 8 hexadecimal digits and NUL: what client and log share */
	AGENT_DEADLINE_S = 20, /* whatever happens, the agent is gone by then (SIGALRM) */
	INTAKE_SHOWN_MAX = 200,	    /* of the request's text, escaped, in the log */
	INTAKE_AUTH_MAX = 8 * 1024, /* of sshd's ExposeAuthInfo file */
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
	size_t len;	 /* 0: named, but not to be had */
	const char *why; /* a constant: why it is not to be had */
	char text[INTAKE_AUTH_MAX];
};

enum intake_state {
	INTAKE_NOTHING, /* no child has answered */
	INTAKE_OK,
	INTAKE_NO_PEER,	   /* no forced command told a peer's name */
	INTAKE_NO_REQUEST, /* a shell was asked for */
	INTAKE_BAD_REQUEST,
	INTAKE_BAD_CONNECTION, /* sshd did not say where from */
	INTAKE_BAD_KEY,	       /* sshd's word on the key does not hold */
	INTAKE_FAILED,	       /* the child could not be confined */
	INTAKE_STATE_COUNT,
};

/*
 * Step 3: the caller's words as typed values, made by a child that can do nothing else.
 * What sshd said comes first and is out of the child's hands before it looks at what the
 * client said.
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

struct agent {
	char id[AGENT_ID_SIZE];
	struct caller caller;
	struct agent_conf conf;
	struct account account;
	struct intake intake;
	/* Its child, and the pipe from there, until agent_end_parser(). */
	pid_t parser;
	int parser_fd;
	struct peer peer;
	/* Policy has no file for that peer: no mistake in one. */
	bool no_peer;
	struct verdict verdict;
	/* Which line of policy decided, for the log. */
	struct rule_place rule;
	/* Standard input is the client's terminal (ssh -t); and it has been made raw. */
	bool ssh_tty;
	bool raw;
	struct session session;
	/* Of a request for pppd, who it is. */
	enum ppp_engine engine;
	struct plan plan;
	struct confine confine;
	struct confine_report report;
};

/* neutralise.c: 1. Nothing of the caller's process matters after this. */
void agent_neutralise(struct agent *agent, int argc, char **argv, char **environment);
/* The signals that a client can cause are ignored from then on; or are as they were, for
 * what is launched. 0, or -1 with errno. */
int agent_heed_client(bool heed);
/* identity.c: 2. Fails closed when setuid, another account, or without file capabilities.
 */
void agent_check_identity(struct agent *agent);
/*
 * intake.c: 3. That the child has ended, and well, is looked at after the decision, which
 * it takes as long as: until then nothing but reading policy happens.
 */
void agent_take_in(struct agent *agent);
void agent_end_parser(struct agent *agent);
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
 * judge.c: what 4 decides, from agent->conf and agent->intake; peers is the directory of
 * the peers' files. Fills agent->peer, agent->verdict and agent->rule, and with the reason
 * (printable ASCII) reason. Returns EXIT_DONE when allowed, else what a client is told.
 */
enum exit_code agent_judge(struct agent *agent, const char *peers, enum trust trust,
			   time_t now, char reason[ERROR_TEXT_MAX]);
/* verdict.c: 4. A denial is recorded at once, by agent_refuse(). */
void agent_decide(struct agent *agent);
/*
 * session.c: 5. For pppd a free slot's lock, whose descriptor is left open for what is
 * launched; for sshroute the session that is meant.
 */
void agent_take_session(struct agent *agent);
/*
 * prepare.c: what 6 and 7 are about to do, and nothing is done: the words of the plan for
 * agent->session.interface, with log the descriptor that sshroute gets; and the
 * confinement, root where the target has to be uid 0, of the target or of the agent's own
 * answer. 0, or -1 with *err.
 */
int agent_build_plan(struct agent *agent, int log, struct policy_error *err);
void agent_shape_confinement(struct agent *agent, bool root);
/* prepare.c: what decides who speaks PPP for agent->peer; here: ppptun is installed. */
struct engine_question agent_engine_question(const struct agent *agent, bool here);
/* choose_ppp.c: 6, for a request for pppd: agent->engine. */
void agent_choose_ppp(struct agent *agent);
/* launch.c: 6. */
void agent_plan(struct agent *agent);
/* launch.c: 7. */
void agent_confine(struct agent *agent);
/*
 * record.c: the rest of 4, once nothing is left that could fail: a request is one verdict.
 * program and interface are what agent->report says of ("-": the agent's own answer).
 */
void agent_record(const struct agent *agent, const char *program, const char *interface);
/* launch.c: 8. */
void agent_launch(struct agent *agent) __attribute__((noreturn));
/* answer.c: in place of 5 to 8, for requests that the agent answers itself. */
void agent_answer(struct agent *agent) __attribute__((noreturn));

/* ready.c: the line that vpn-connect waits for, with its line feed. */
void agent_print_ready(const struct agent *agent, struct text *line);
/* answer.c: sends it, when it was asked for. */
void agent_tell_ready(const struct agent *agent);

/* judge.c: what the log names as having decided. */
void agent_set_rule(struct agent *agent, const char *file, unsigned line, unsigned column);
/* verdict.c: err as the reason of a refusal, and its file and line as what decided. */
void agent_refuse_policy(struct agent *agent, enum exit_code code,
			 const struct policy_error *err) __attribute__((noreturn));

/*
 * record.c: one log record with the reason, one line for the client with the id, and the
 * end. fmt gives the reason: printable ASCII.
 */
void agent_refuse(const struct agent *agent, enum exit_code code, const char *fmt, ...)
    __attribute__((noreturn, format(printf, 3, 4)));

#endif
