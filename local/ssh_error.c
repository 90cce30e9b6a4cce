/* SPDX-License-Identifier: ISC */
#include "local/ssh_error.h"

#include <stdio.h>
#include <string.h>

#include "agent/engine.h"
#include "local/output.h"
#include "local/ppp_status.h"
#include "local/shortage.h"
#include "local/ssh.h"
#include "local/ssh_said.h"
#include "policy/escape.h"

enum {
	/* ssh(1): "255 if an error occurred"; everything else is the remote command's. */
	SSH_OWN_ERROR = 255,
	/* sshd's shell on the remote: POSIX XCU 2.8.2. */
	REMOTE_CANNOT_EXECUTE = 126,
	REMOTE_NOT_FOUND = 127,
	SENTENCE_MAX = 400,
	/* Two hosts, and the words around them. */
	PARTY_MAX = 2 * SSH_SAID_HOST_MAX + 64,
};

/* When ssh says it. */
enum moment {
	/* Only before the session: later it is the remote that says it. */
	LOGIN = 1 << 0,
	/* Among what it tells of its doings, not as a complaint. */
	DOING = 1 << 1,
	/* The jump host says it, of the host itself. */
	FAR = 1 << 2,
	/* In the other end's words, which ssh quotes: it is what that end has to say. */
	QUOTED = 1 << 3,
};

struct meaning {
	const char *needle;
	enum exit_code code;
	/* %s is the host, or the jump host in words. */
	const char *sentence;
	/* What is said of a jump host instead; NULL: the same. */
	const char *jump;
	unsigned moments;
};

#define CHANGED_KEY                                                                        \
	"the host key of %s is not the one that RunAs knows: find out why before you "     \
	"replace it in known_hosts (ssh-keygen -R)"
#define UNKNOWN_KEY                                                                        \
	"the host key of %s is not known to RunAs: log in once by hand as that user, "     \
	"compare the fingerprint, and say yes"

/*
 * OpenSSH's own words, as 8.7 to 10.x print them with LogLevel ERROR and the C locale, and
 * with LogVerbose where it is SSH_SAID_VERBOSE. The special stands before the general: the
 * first that occurs is the one that is told.
 */
static const struct meaning ssh_meanings[] = {
    {"Bad configuration option", EXIT_POLICY,
     "ssh does not take its configuration: check the ssh_config of RunAs, and that ssh is "
     "OpenSSH 8.7 or newer",
     NULL, LOGIN},
    {"terminating, 1 bad configuration", EXIT_POLICY,
     "ssh does not take its configuration: check the ssh_config of RunAs", NULL, LOGIN},
    {"Can't open user config file", EXIT_POLICY,
     "ssh cannot read SshConfig: the file must be readable by RunAs", NULL, LOGIN},
    {"Bad owner or permissions on", EXIT_POLICY,
     "ssh does not trust its configuration: the file must belong to RunAs or root and be "
     "writable by nobody else",
     NULL, LOGIN},
    {"REMOTE HOST IDENTIFICATION HAS CHANGED", EXIT_DENIED, CHANGED_KEY, NULL, LOGIN},
    {"has changed and you have requested strict checking", EXIT_DENIED, CHANGED_KEY, NULL,
     LOGIN},
    {"REVOKED HOST KEY", EXIT_DENIED, "the host key of %s has been revoked", NULL, LOGIN},
    {"host key is known for", EXIT_DENIED, UNKNOWN_KEY, NULL, LOGIN},
    {"Host key verification failed", EXIT_DENIED, UNKNOWN_KEY, NULL, LOGIN},
    {"Could not resolve hostname", EXIT_NO_HOST,
     "the name %s cannot be resolved: check Host in the profile, and the name server",
     "the name of %s cannot be resolved: check the ssh_config of RunAs, and the name "
     "server",
     LOGIN},
    {"open failed: connect failed: Connection refused", EXIT_NO_HOST,
     "a jump host reaches %s, which refuses the connection: does sshd run there, on this "
     "port?",
     NULL, LOGIN | FAR},
    {"open failed: connect failed: Connection timed out", EXIT_NO_HOST,
     "%s does not answer a jump host: check the network behind that, and firewalls "
     "between",
     NULL, LOGIN | FAR},
    {"open failed: connect failed: ", EXIT_NO_HOST,
     "a jump host cannot connect to %s: check the name and the network there", NULL,
     LOGIN | FAR},
    {"administratively prohibited", EXIT_DENIED,
     "a jump host on the way to %s does not forward the connection: its sshd has "
     "AllowTcpForwarding or PermitOpen",
     NULL, FAR},
    {"Connection refused", EXIT_NO_HOST,
     "%s refuses the connection: does sshd run there, on this port?", NULL, 0},
    {"No route to host", EXIT_NO_HOST, "there is no route to %s: check the network", NULL,
     0},
    {"Network is unreachable", EXIT_NO_HOST,
     "the network of %s is unreachable: check the network", NULL, 0},
    {"timed out during banner exchange", EXIT_NO_HOST,
     "%s takes the connection and says nothing: is it sshd that listens there, and does "
     "nothing on the way hold the connection up?",
     NULL, LOGIN},
    {"Connection timed out", EXIT_NO_HOST,
     "%s does not answer: check the network, and firewalls between", NULL, 0},
    {"Operation timed out", EXIT_NO_HOST,
     "%s does not answer: check the network, and firewalls between", NULL, 0},
    {"Timeout, server", EXIT_LINK, "%s no longer answers", NULL, 0},
    {"Too many authentication failures", EXIT_DENIED,
     "%s does not want to see more keys: name the right one with IdentityFile in the "
     "profile",
     "%s does not want to see more keys: name the right one with IdentityFile in the "
     "ssh_config of RunAs",
     LOGIN | QUOTED},
    {"UNPROTECTED PRIVATE KEY FILE", EXIT_POLICY,
     "ssh does not use a private key that others can read: chmod 600 the key of RunAs",
     NULL, LOGIN},
    {"not accessible: No such file or directory", EXIT_POLICY,
     "there is no key where IdentityFile in the profile says", NULL, LOGIN},
    {"not accessible: Permission denied", EXIT_POLICY,
     "RunAs may not look at the key that IdentityFile in the profile names: the "
     "directories above it must let that user pass, and no unit hide them (ProtectHome)",
     NULL, LOGIN},
    {"Load key \"", EXIT_POLICY,
     "RunAs cannot read a private key that ssh is to use: it must be that user's own, and "
     "whole",
     NULL, LOGIN},
    {"agent refused operation", EXIT_POLICY,
     "the ssh agent of RunAs did not sign: is the key locked there, or to be confirmed?",
     NULL, LOGIN},
    {"Permission denied (", EXIT_DENIED,
     "%s does not accept the key: is there a file for this peer and the key in it, has "
     "authorized_keys been written since, and is Account right?",
     "%s does not accept the key: log in there by hand as RunAs, without a passphrase",
     LOGIN},
    {"no matching ", EXIT_PROTOCOL, "ssh and the sshd of %s have no algorithm in common",
     NULL, LOGIN},
    {"Session open refused by peer", EXIT_POLICY,
     "the sshd of %s allows one session in a connection: MaxSessions must be 2 or more "
     "there",
     NULL, 0},
    {"exec request failed on channel", EXIT_LINK,
     "the sshd of %s cannot start a process for the account: a limit there (nproc in "
     "limits.conf, TasksMax), or too little memory; its log says which",
     NULL, 0},
    {": Not allowed at this time", EXIT_NO_HOST,
     "the sshd of %s takes no connection from this address for now: after failed logins "
     "from it, of others behind the same NAT perhaps (PerSourcePenalties), or as there "
     "are too many at once (MaxStartups); the log there says which, and its administrator "
     "can exempt the address (PerSourcePenaltyExemptList)",
     NULL, LOGIN | DOING},
    {": Exceeded MaxStartups", EXIT_NO_HOST,
     "the sshd of %s has too many logins going on at once: try later, or its "
     "administrator raises MaxStartups",
     NULL, LOGIN | DOING},
    {": read: Connection reset by peer", EXIT_NO_HOST,
     "the connection to %s was reset before the login: by a firewall, or by its sshd "
     "(PerSourcePenalties after failed logins from this address, MaxStartups); the log "
     "there says which",
     NULL, LOGIN},
    {SSH_SAID_EXCHANGE, EXIT_NO_HOST,
     "%s ended the connection before the login: is it sshd that listens there, and does "
     "it take this client (PerSourcePenalties after failed logins from this address, "
     "MaxStartups, firewall)?",
     NULL, LOGIN},
    {"closed by remote host", EXIT_LINK, "%s closed the connection", NULL, 0},
    {"Connection closed by", EXIT_NO_HOST, "%s closed the connection", NULL, 0},
    {"Connection reset by", EXIT_NO_HOST, "the connection to %s was reset", NULL, 0},
    {"Broken pipe", EXIT_LINK, "the connection to %s broke", NULL, 0},
    /* Whatever else connect(2) says: a route or a packet filter of this host's forbids. */
    {": connect to host ", EXIT_NO_HOST,
     "this host cannot connect to %s: check its routes (ip route get) and packet filters",
     NULL, LOGIN},
};

static const struct meaning locked_key = {
    "", EXIT_POLICY,
    "%s accepts the key, but ssh cannot use it: its passphrase must be in an agent of "
    "RunAs (SSH_AUTH_SOCK), or taken away (ssh-keygen -p)",
    NULL, LOGIN};

/*
 * PAM's account step, which comes after the key. What it says, ssh keeps to itself, as it
 * does every banner. A remote that is just booting or going down is the most frequent one.
 */
static const struct meaning refused_account = {
    "", EXIT_LINK,
    "%s takes the key and then ends the login: it is booting or going down (nologin), or "
    "its PAM refuses the account; the log there says which",
    NULL, LOGIN};

/* DESIGN.md's exit codes of the agent, and what a shell says in its place. */
static const struct {
	int status;
	enum exit_code code;
	const char *sentence;
} agent_meanings[] = {
    {EXIT_BAD_REQUEST, EXIT_PROTOCOL,
     "%s does not understand the request: are both sides of the same version?"},
    {EXIT_NO_PPP, EXIT_NO_PPP,
     "%s has no PPP: not in its kernel (its administrator: modprobe ppp_generic, or a "
     "kernel that has it), or not the device for this peer; its log says which"},
    {EXIT_INTERNAL, EXIT_PROTOCOL,
     "the agent on %s failed; its log says more under the id"},
    {EXIT_SYSTEM, EXIT_PROTOCOL,
     "the agent on %s could not do it; its log says more under the id"},
    {EXIT_BUSY, EXIT_BUSY,
     "%s has no session free for this peer: try later, or end the other"},
    {EXIT_DENIED, EXIT_DENIED, "the policy of %s denies it; its log says why under the id"},
    {EXIT_POLICY, EXIT_POLICY,
     "a policy file on %s has an error, or this peer has none: its log says which under "
     "the id"},
    {REMOTE_CANNOT_EXECUTE, EXIT_PROTOCOL, "%s cannot execute the agent as this account"},
    {REMOTE_NOT_FOUND, EXIT_PROTOCOL,
     "the account on %s does not end in vpn-agent: check its shell and its "
     "authorized_keys"},
};

/* The sentence with the party in it, and then a line of what was said. */
static int tell(struct failure *failure, enum exit_code code, const char *sentence,
		const char *party, const struct ssh_line *line)
{
	const char *hole = strstr(sentence, "%s");
	char text[SENTENCE_MAX + PARTY_MAX], quoted[QUOTED_LINE_MAX];

	if (hole == NULL)
		snprintf(text, sizeof(text), "%s", sentence);
	else
		snprintf(text, sizeof(text), "%.*s%s%s", (int)(hole - sentence), sentence,
			 party, hole + 2);
	if (line == NULL)
		return failure_set(failure, code, "%s", text);
	return failure_set(
	    failure, code, "%s [%s]", text,
	    escape_quoted(line->text, line->text_len, quoted, sizeof(quoted)));
}

/* Of what ssh is not known to have said: its last word. */
static int tell_last(const struct ssh_end *end, struct failure *failure,
		     enum exit_code code, const char *sentence)
{
	struct ssh_line line;
	const bool any = ssh_said_last(end->output, &line);

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

/* Whom the line is about: false when that is the host itself. */
static bool find_jump(const struct ssh_end *end, const struct meaning *meaning,
		      const struct ssh_line *line, char host[SSH_SAID_HOST_MAX])
{
	long victim;

	host[0] = '\0';
	/* Behind one jump host there may be the next. */
	if ((meaning->moments & FAR) != 0) {
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
			const struct meaning *meaning, const struct ssh_line *line)
{
	char party[PARTY_MAX], host[SSH_SAID_HOST_MAX];
	const bool jump = find_jump(end, meaning, line, host);

	if (jump)
		name_jump(end, host, party);
	else
		snprintf(party, sizeof(party), "%s", end->host);
	return tell(failure, meaning->code,
		    jump && meaning->jump != NULL ? meaning->jump : meaning->sentence,
		    party, line);
}

/*
 * What nobody but a person mends is believed in ssh's own words alone: whoever is on the
 * way could else end a link for good, or speak in place of the warning of a wrong host key.
 */
static bool needs_own_words(const struct meaning *meaning)
{
	return (meaning->code == EXIT_POLICY || meaning->code == EXIT_DENIED) &&
	       (meaning->moments & QUOTED) == 0;
}

static bool finds(const char *output, const struct meaning *meaning, struct ssh_line *line)
{
	if ((meaning->moments & DOING) != 0)
		return ssh_said_does(output, meaning->needle, line);
	return ssh_said_find(output, meaning->needle, needs_own_words(meaning), line);
}

/* Whether the other end of our ssh, or of one that leads to a jump host, takes a key. */
static bool accepts_key(const struct ssh_end *end, bool jump)
{
	const char *cursor = end->output;
	struct ssh_line line;

	while (ssh_said_next(&cursor, &line))
		if (line.debug && ssh_line_has(&line, "Server accepts key: ") &&
		    jump == (end->pid != 0 && line.pid != end->pid))
			return true;
	return false;
}

/*
 * What the line means, where it matters that the other end had taken the key. Denied, ssh
 * has not signed with it: what signs is locked, and that ssh does not say when nobody can
 * be asked for a passphrase.
 */
static const struct meaning *after_key(const struct ssh_end *end,
				       const struct meaning *meaning,
				       const struct ssh_line *line)
{
	const bool denied = ssh_line_has(line, "Permission denied (publickey"),
		   closed = !end->session && ssh_line_has(line, "Connection closed by ");

	if ((!denied && !closed) || !accepts_key(end, ssh_said_by_jump(line, end->pid)))
		return meaning;
	return denied ? &locked_key : &refused_account;
}

static int explain_own(const struct ssh_end *end, struct failure *failure)
{
	struct ssh_line line;

	for (size_t i = 0; i < sizeof(ssh_meanings) / sizeof(*ssh_meanings); i++) {
		const struct meaning *const meaning = &ssh_meanings[i];

		if ((end->session && (meaning->moments & LOGIN) != 0) ||
		    !finds(end->output, meaning, &line))
			continue;
		return tell_meaning(end, failure, after_key(end, meaning, &line), &line);
	}
	if (end->launched != PPP_AUTO)
		return tell_last(end, failure, EXIT_LINK,
				 "the PPP program on %s was killed, or its sshd ended: "
				 "nothing else is known of the end of the session");
	if (!end->session && accepts_key(end, false))
		return tell_last(end, failure, refused_account.code,
				 refused_account.sentence);
	return tell_last(end, failure, EXIT_LINK, "the ssh connection to %s failed");
}

/* The remote has said that it is ready: the status is of what it launched. */
static int explain_launched(const struct ssh_end *end, struct failure *failure)
{
	const struct ppp_status *meaning = ppp_status_find(end->launched, end->status);
	char sentence[SENTENCE_MAX];

	if (meaning == NULL) {
		snprintf(sentence, sizeof(sentence), "%s on %%s ended with exit status %d",
			 engine_name(end->launched), end->status);
		return tell_last(end, failure, EXIT_LINK, sentence);
	}
	snprintf(sentence, sizeof(sentence), "%s on %%s %s", engine_name(end->launched),
		 meaning->there);
	return tell_last(end, failure, meaning->there_code, sentence);
}

/* There was no session whose status it could be. */
static int explain_early(const struct ssh_end *end, struct failure *failure)
{
	char sentence[SENTENCE_MAX];

	snprintf(sentence, sizeof(sentence),
		 "%s itself ended with exit status %d before it had logged in to %%s: does "
		 "it run on this host, for RunAs?",
		 PATH_SSH, end->status);
	return tell_last(end, failure, EXIT_SYSTEM, sentence);
}

int ssh_error_explain(const struct ssh_end *end, struct failure *failure)
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
	for (size_t i = 0; i < sizeof(agent_meanings) / sizeof(*agent_meanings); i++)
		if (agent_meanings[i].status == end->status &&
		    (end->session || end->status < REMOTE_CANNOT_EXECUTE))
			return tell_last(end, failure, agent_meanings[i].code,
					 agent_meanings[i].sentence);
	if (!end->session)
		return explain_early(end, failure);
	if (end->status == EXIT_DONE)
		return tell_last(end, failure, EXIT_LINK, "the session on %s ended");
	return tell_last(
	    end, failure, EXIT_LINK,
	    "the session on %s ended with an error: is vpn-agent what answers there?");
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
				 "sshroute on %s cannot add its routes");
	return ssh_error_explain(end, failure);
}
