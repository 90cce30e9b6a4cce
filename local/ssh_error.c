/* SPDX-License-Identifier: ISC */
#include "local/ssh_error.h"

#include <stdio.h>
#include <string.h>

#include "agent/base/refusal.h"
#include "agent/core/engine.h"
#include "local/output.h"
#include "local/ppp_status.h"
#include "local/retry.h"
#include "local/ssh.h"
#include "local/ssh_meaning.h"
#include "local/ssh_said.h"
#include "policy/language/escape.h"

enum {
	/* sshd's shell on the remote: POSIX XCU 2.8.2. */
	REMOTE_CANNOT_EXECUTE = 126,
	REMOTE_NOT_FOUND = 127,
	SENTENCE_MAX = 400,
	/* Two hosts, and the words around them. */
	PARTY_MAX = 2 * SSH_SAID_HOST_MAX + 64,
};

_Static_assert(SENTENCE_MAX + PARTY_MAX + QUOTED_LINE_MAX + sizeof(" []") <=
		   FAILURE_TEXT_MAX,
	       "a failure has room for all of it");

/* DESIGN.md's exit codes of the agent, and what a shell says in its place. */
static const struct {
	int status;
	enum exit_code code;
	const char *sentence;
} agent_meanings[] = {
    {EXIT_BAD_REQUEST, EXIT_PROTOCOL,
     "%s does not understand the request: do both sides run the same version?"},
    {EXIT_NO_PPP, EXIT_NO_PPP,
     "%s has no PPP: its kernel lacks it (its administrator: modprobe ppp_generic, or a "
     "kernel that has it), or the device for this peer is missing (/dev/net/tun); its log "
     "says which, under the id"},
    {EXIT_INTERNAL, EXIT_PROTOCOL,
     "the agent on %s failed; its log says more under the id: ask its administrator"},
    {EXIT_SYSTEM, EXIT_PROTOCOL,
     "the agent on %s could not do what was asked; its log says more under the id: ask its "
     "administrator"},
    {EXIT_BUSY, EXIT_BUSY,
     "%s has no session free for this peer: try later, or end the other"},
    {EXIT_DENIED, EXIT_DENIED,
     "the policy of %s denies this; its log says why under the id: ask its administrator"},
    {EXIT_POLICY, EXIT_POLICY,
     "a policy file on %s has an error; its log says which under the id: ask its "
     "administrator"},
    {REMOTE_CANNOT_EXECUTE, EXIT_PROTOCOL, "%s cannot execute the agent as this account"},
    {REMOTE_NOT_FOUND, EXIT_PROTOCOL,
     "vpn-agent is not what answers for the account on %s: check its login shell and its "
     "authorized_keys"},
};

/* Where the agent's words tell apart what has one code. */
static const struct {
	enum exit_code code;
	const char *words, *sentence;
} agent_words[] = {
    {EXIT_BUSY, REFUSAL_ANSWERED,
     "another client with this key is connected to %s, and answers: end that one, or ask "
     "the administrator there for a key and a peer of its own, or for more Sessions"},
    {EXIT_DENIED, REFUSAL_HAND_IN_DENIED,
     "%s takes no key with this invitation: it was used already, was taken back or has "
     "ended, or From there does not name this host's address"},
    {EXIT_DENIED, REFUSAL_HAND_IN_KNOWN,
     "%s has this key already, as another peer's: remove it here, and import again"},
    {EXIT_BUSY, REFUSAL_HAND_IN_BUSY,
     "somebody is changing the policy of %s at this moment: import again"},
    {EXIT_SYSTEM, REFUSAL_HAND_IN_NO_ROOM,
     "%s has no room on its disk for the key: ask its administrator, and import again"},
    {EXIT_SYSTEM, REFUSAL_HAND_IN_NO_SERVICE,
     "what takes keys on %s does not run: ask its administrator for systemctl enable --now "
     "sallyport-hand-in.socket, and import again"},
    {EXIT_POLICY, REFUSAL_NO_PEER,
     "%s has no file for this peer: ask its administrator, whose log says under the id "
     "which is missing"},
};

/* The sentence with the party in it, and then a line of what was said. */
static int tell(struct failure *failure, enum exit_code code, const char *sentence,
		const char *party, const struct ssh_line *line)
{
	char quoted[QUOTED_LINE_MAX], rest[QUOTED_LINE_MAX + sizeof(" []")] = "";

	if (line != NULL)
		snprintf(
		    rest, sizeof rest, " [%s]",
		    escape_quoted(line->text.at, line->text.len, quoted, sizeof quoted));
	return failure_name(failure, code, sentence, party, rest);
}

/* For what has no known meaning: the last line that ssh printed. */
static int tell_last(const struct ssh_end *end, struct failure *failure,
		     enum exit_code code, const char *sentence)
{
	struct ssh_line line;
	const bool any = ssh_said_last(end->output, SSH_SAID_BY_ANY, 0, &line);

	return tell(failure, code, sentence, end->host, any ? &line : NULL);
}

static void name_jump(const struct ssh_end *end, const char *host, char party[PARTY_MAX])
{
	if (host[0] != '\0')
		snprintf(party, PARTY_MAX, "the jump host %s on the way to %s", host,
			 end->host);
	else
		snprintf(party, PARTY_MAX, "a jump host on the way to %s", end->host);
}

/* Which jump host the line is about; false when it is about the host itself. */
static bool find_jump(const struct ssh_end *end, const struct ssh_meaning *meaning,
		      const struct ssh_line *line, char host[SSH_SAID_HOST_MAX])
{
	long victim;

	host[0] = '\0';
	if (end->shared)
		return false;
	/* Behind one jump host there may be the next. */
	if ((meaning->moments & SSH_FAR) != 0) {
		victim = ssh_said_victim(line);
		return victim != end->pid && ssh_said_host(end->output, victim, host);
	}
	if (!ssh_said_by_jump(line, end->pid))
		return false;
	if (!ssh_line_host(line, end->output, end->pid, host))
		host[0] = '\0';
	return true;
}

static int tell_meaning(const struct ssh_end *end, struct failure *failure,
			const struct ssh_meaning *meaning, const struct ssh_line *line)
{
	char party[PARTY_MAX], host[SSH_SAID_HOST_MAX];
	const bool jump = find_jump(end, meaning, line, host);

	if (jump)
		name_jump(end, host, party);
	else
		snprintf(party, sizeof party, "%s", end->host);
	(void)tell(failure, meaning->code,
		   jump && meaning->jump != NULL ? meaning->jump : meaning->sentence, party,
		   line);
	return failure_at(failure, jump ? STEP_JUMP : meaning->step);
}

/*
 * Tells what the ssh to a jump host said about its end; otherwise what the program in place
 * of the connection said, which explains more than our own ssh does.
 */
static int tell_no_way(const struct ssh_end *end, const struct ssh_heard *heard,
		       struct failure *failure)
{
	const struct ssh_meaning *meaning = NULL;
	char party[PARTY_MAX], host[SSH_SAID_HOST_MAX];
	struct ssh_line line;
	bool any;

	if (ssh_said_last(end->output, SSH_SAID_BY_OTHER, end->pid, &line))
		meaning = ssh_meaning_of_end(&line);
	if (meaning != NULL)
		return tell_meaning(end, failure, ssh_meaning_refine(heard, meaning, &line),
				    &line);
	any = ssh_said_last(end->output, SSH_SAID_BY_UNKNOWN, end->pid, &line);
	if (!any && ssh_said_only_host(end->output, host)) {
		name_jump(end, host, party);
		(void)tell(failure, ssh_meaning_silent.code, ssh_meaning_silent.sentence,
			   party, NULL);
		return failure_at(failure, STEP_JUMP);
	}
	(void)tell(failure, ssh_meaning_no_way.code, ssh_meaning_no_way.sentence, end->host,
		   any ? &line : NULL);
	return failure_at(failure, STEP_JUMP);
}

/* All that is known is that the way there ended, and no jump host said so. */
static bool is_no_way(const struct ssh_end *end, const struct ssh_meaning *meaning,
		      const struct ssh_line *line)
{
	return !end->shared && !end->session && ssh_said_no_way(end->output, end->pid) &&
	       !ssh_login_answered(end->output, end->pid) &&
	       (meaning == NULL ||
		((meaning->moments & SSH_CUT) != 0 && !ssh_said_by_jump(line, end->pid)));
}

static int explain_own(const struct ssh_end *end, struct failure *failure)
{
	const struct ssh_heard heard = {.output = end->output,
					.pid = end->pid,
					.session = end->session,
					.launched = end->launched != PPP_AUTO,
					.agent = end->agent};
	struct ssh_line line;
	const struct ssh_meaning *meaning = ssh_meaning_find(&heard, &line);

	if (is_no_way(end, meaning, &line))
		return tell_no_way(end, &heard, failure);
	/* After a launch the PPP program itself explains the end better. */
	if (meaning != NULL && end->launched == PPP_AUTO)
		meaning = ssh_meaning_refine(&heard, meaning, &line);
	if (meaning != NULL)
		return tell_meaning(end, failure, meaning, &line);
	if (end->launched != PPP_AUTO) {
		(void)tell_last(end, failure, EXIT_LINK,
				"the PPP program on %s was killed, or its sshd ended "
				"the session (ChannelTimeout, a restart): nothing else is "
				"known of its end");
		return failure_at(failure, STEP_PROGRAM_THERE);
	}
	if (!end->session &&
	    ssh_login_stage(end->output, end->pid, false) == SSH_LOGIN_ACCEPTED) {
		(void)tell_last(end, failure, ssh_meaning_turned_away.code,
				ssh_meaning_turned_away.sentence);
		return failure_at(failure, STEP_LOGIN);
	}
	return tell_last(end, failure, EXIT_LINK, "the ssh connection to %s failed");
}

/* The remote has said that it is ready: the status is of what it launched. */
static int explain_launched(const struct ssh_end *end, struct failure *failure)
{
	const struct ppp_status *meaning = ppp_status_find(end->launched, end->status);
	char sentence[SENTENCE_MAX];

	if (meaning == NULL) {
		snprintf(sentence, sizeof sentence, "%s on %%s ended with exit status %d",
			 engine_name(end->launched), end->status);
		(void)tell_last(end, failure, EXIT_LINK, sentence);
		return failure_at(failure, STEP_PROGRAM_THERE);
	}
	snprintf(sentence, sizeof sentence, "%s on %%s %s", engine_name(end->launched),
		 meaning->there);
	(void)tell_last(end, failure, meaning->there_code, sentence);
	return failure_at(failure, STEP_PROGRAM_THERE);
}

/* There was no session, so it is not the status of one. */
static int explain_early(const struct ssh_end *end, struct failure *failure)
{
	char sentence[SENTENCE_MAX];

	snprintf(sentence, sizeof sentence,
		 "%s itself ended with exit status %d before it had logged in to %%s: can "
		 "RunAs run it on this host?",
		 PATH_SSH, end->status);
	(void)tell_last(end, failure, EXIT_SYSTEM, sentence);
	return failure_at(failure, STEP_SSH);
}

/* Whoever says the words has that code anyway. */
static bool agent_said(const struct ssh_end *end, enum exit_code code, const char *words)
{
	struct ssh_line line;

	return end->status == (int)code && end->session &&
	       ssh_said_last(end->output, SSH_SAID_BY_ANY, 0, &line) &&
	       ssh_line_has(&line, words);
}

/* When ssh says that it is this host that cannot: a sentence, or NULL. */
static const char *shortage_sentence(const char *output)
{
#define SHORT_OF(what) "this host is short of " what ": ssh could not do its work"
	static const struct {
		const char *needle, *sentence;
	} shortages[] = {
	    /* strerror(3) of EMFILE and ENFILE, ENOMEM, EAGAIN, ENOSPC, EDQUOT, EROFS. */
	    {"Too many open files", SHORT_OF("descriptors")},
	    {"Cannot allocate memory", SHORT_OF("memory")},
	    {"memory allocation failed", SHORT_OF("memory")},
	    {"out of memory", SHORT_OF("memory")},
	    {"Resource temporarily unavailable", SHORT_OF("processes")},
	    {"No space left on device", SHORT_OF("room on a disk")},
	    {"Disk quota exceeded", SHORT_OF("room on a disk")},
	    {"Read-only file system",
	     "a file system of this host cannot be written: ssh could not do its work"},
	    /* ld.so(8), before the program itself has begun. */
	    {"error while loading shared libraries",
	     "ssh cannot be started on this host: it lacks a library, memory or "
	     "descriptors"},
	};
	struct ssh_line line;

	/* In ssh's own words: not in its debug messages, where an unknown other end may
	 * speak, nor where ssh quotes that end. */
	for (size_t i = 0; i < sizeof shortages / sizeof *shortages; i++)
		if (ssh_said_find(output, shortages[i].needle, true, &line))
			return shortages[i].sentence;
	return NULL;
}

/* By the exit status of the agent, or of what is in its place; false: it is none of them.
 */
static bool explain_agent(const struct ssh_end *end, struct failure *failure)
{
	for (size_t i = 0; i < sizeof agent_words / sizeof *agent_words; i++)
		if (agent_said(end, agent_words[i].code, agent_words[i].words)) {
			/* It is not this host that could not do it. */
			(void)tell_last(end, failure,
					agent_words[i].code == EXIT_SYSTEM
					    ? EXIT_PROTOCOL
					    : agent_words[i].code,
					agent_words[i].sentence);
			failure_at(failure, STEP_AGENT);
			return true;
		}
	for (size_t i = 0; i < sizeof agent_meanings / sizeof *agent_meanings; i++)
		if (agent_meanings[i].status == end->status &&
		    (end->session || end->status < REMOTE_CANNOT_EXECUTE)) {
			(void)tell_last(end, failure, agent_meanings[i].code,
					agent_meanings[i].sentence);
			failure_at(failure, end->status < REMOTE_CANNOT_EXECUTE
						? STEP_AGENT
						: STEP_COMMAND);
			return true;
		}
	return false;
}

static int explain_end(const struct ssh_end *end, struct failure *failure)
{
	const bool launched = end->launched != PPP_AUTO && end->status < EXIT_USAGE;
	/* In a session it may be the remote that says so. */
	const char *lack = end->session ? NULL : shortage_sentence(end->output);

	if (end->status < 0)
		return tell_last(end, failure, EXIT_LINK,
				 "the ssh process to %s was killed");
	if (lack != NULL && end->status != EXIT_DONE)
		return tell_last(end, failure, EXIT_SYSTEM, lack);
	if (end->status == SSH_OWN_ERROR)
		return explain_own(end, failure);
	if (launched)
		return explain_launched(end, failure);
	if (explain_agent(end, failure))
		return -1;
	if (!end->session)
		return explain_early(end, failure);
	if (end->status == EXIT_DONE)
		(void)tell_last(end, failure, EXIT_LINK, "the session on %s ended");
	else
		(void)tell_last(end, failure, EXIT_LINK,
				"the session on %s ended with an error: is vpn-agent what "
				"answers there, as the "
				"shell of the account or by authorized_keys?");
	return failure_at(failure, STEP_COMMAND);
}

/* Once there is a session, it is the remote's words that are told: they must not make us
 * believe that only a person here can mend it, and end the link for good. */
int ssh_error_explain(const struct ssh_end *end, struct failure *failure)
{
	explain_end(end, failure);
	return end->session && !retry_helps(failure->blame)
		   ? failure_blame(failure, BLAME_REMOTE)
		   : -1;
}

int ssh_error_explain_routes(const struct ssh_end *end, struct failure *failure)
{
	if (end->status == EXIT_DENIED)
		return tell_last(
		    end, failure, EXIT_DENIED,
		    "%s denies routes to this peer: Allow sshroute there, or say "
		    "RemoteRoutes no in the profile");
	/* sshroute has waited for the interface in vain. */
	if (end->status == EXIT_BUSY)
		return tell_last(end, failure, EXIT_LINK,
				 "the other end of the link, on %s, is not up");
	if (end->status == EXIT_SYSTEM)
		return tell_last(end, failure, EXIT_PROTOCOL,
				 "sshroute on %s cannot add its routes; the log there says "
				 "why under the id: ask its administrator");
	return ssh_error_explain(end, failure);
}
