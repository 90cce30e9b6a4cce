/* SPDX-License-Identifier: ISC */
#include "local/ssh_error.h"

#include <stdio.h>
#include <string.h>

#include "local/shortage.h"

enum {
	/* ssh(1): "255 if an error occurred"; everything else is the remote command's. */
	SSH_OWN_ERROR = 255,
	/* sshd's shell on the remote: POSIX XCU 2.8.2. */
	REMOTE_CANNOT_EXECUTE = 126,
	REMOTE_NOT_FOUND = 127,
	SENTENCE_MAX = 320,
};

struct meaning {
	const char *needle;
	enum exit_code code;
	/* %s is the host. */
	const char *sentence;
	/* ssh says it only before the session: later it is the remote that says it. */
	bool login;
};

/*
 * OpenSSH's own words, as 8.7 to 9.x print them with LogLevel ERROR and the C locale. The
 * special stands before the general: the first that occurs is the one that is told.
 */
static const struct meaning ssh_meanings[] = {
    {"Bad configuration option", EXIT_POLICY,
     "ssh does not take its configuration: check the ssh_config of RunAs, and that ssh is "
     "OpenSSH 8.7 or newer",
     true},
    {"terminating, 1 bad configuration", EXIT_POLICY,
     "ssh does not take its configuration: check the ssh_config of RunAs", true},
    {"Can't open user config file", EXIT_POLICY,
     "ssh cannot read SshConfig: the file must be readable by RunAs", true},
    {"Bad owner or permissions on", EXIT_POLICY,
     "ssh does not trust its configuration: the file must belong to RunAs or root and be "
     "writable by nobody else",
     true},
    {"UNPROTECTED PRIVATE KEY FILE", EXIT_POLICY,
     "ssh does not use a private key that others can read: chmod 600 the key of RunAs",
     true},
    {"REMOTE HOST IDENTIFICATION HAS CHANGED", EXIT_DENIED,
     "the host key of %s is not the one that RunAs knows: find out why before you replace "
     "it "
     "in known_hosts (ssh-keygen -R)",
     true},
    {"has changed and you have requested strict checking", EXIT_DENIED,
     "the host key of %s is not the one that RunAs knows: find out why before you replace "
     "it "
     "in known_hosts (ssh-keygen -R)",
     true},
    {"REVOKED HOST KEY", EXIT_DENIED, "the host key of %s has been revoked", true},
    {"host key is known for", EXIT_DENIED,
     "the host key of %s is not known to RunAs: log in once by hand as that user, compare "
     "the "
     "fingerprint, and say yes",
     true},
    {"Host key verification failed", EXIT_DENIED,
     "the host key of %s is not known to RunAs: log in once by hand as that user, compare "
     "the "
     "fingerprint, and say yes",
     true},
    {"Could not resolve hostname", EXIT_NO_HOST,
     "the name %s cannot be resolved: check Host in the profile, and the name server",
     true},
    {"Connection refused", EXIT_NO_HOST,
     "%s refuses the connection: does sshd run there, on this port?", false},
    {"No route to host", EXIT_NO_HOST, "there is no route to %s: check the network", false},
    {"Network is unreachable", EXIT_NO_HOST,
     "the network of %s is unreachable: check the network", false},
    {"Connection timed out", EXIT_NO_HOST,
     "%s does not answer: check the network, and firewalls between", false},
    {"Operation timed out", EXIT_NO_HOST,
     "%s does not answer: check the network, and firewalls between", false},
    {"timed out during banner exchange", EXIT_NO_HOST,
     "%s takes the connection and says nothing: is it sshd that listens there?", true},
    {"Timeout, server", EXIT_LINK, "%s no longer answers", false},
    {"Too many authentication failures", EXIT_DENIED,
     "%s does not want to see more keys: name the right one with IdentityFile in the "
     "profile",
     true},
    {"Permission denied (", EXIT_DENIED,
     "%s does not accept the key: is it in the account's authorized_keys there, is its "
     "passphrase in an agent, and is Account right?",
     true},
    {"no matching ", EXIT_PROTOCOL, "ssh and the sshd of %s have no algorithm in common",
     true},
    {"Session open refused by peer", EXIT_POLICY,
     "the sshd of %s allows one session in a connection: MaxSessions must be 2 or more "
     "there",
     false},
    {"administratively prohibited", EXIT_DENIED,
     "a jump host on the way to %s does not forward the connection", false},
    {"kex_exchange_identification", EXIT_NO_HOST,
     "%s ended the connection before the login: is it sshd that listens there, and does it "
     "take this client (MaxStartups, firewall)?",
     true},
    {"closed by remote host", EXIT_LINK, "%s closed the connection", false},
    {"Connection closed by", EXIT_NO_HOST, "%s closed the connection", false},
    {"Connection reset by", EXIT_NO_HOST, "the connection to %s was reset", false},
    {"Broken pipe", EXIT_LINK, "the connection to %s broke", false},
};

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
     "a policy file on %s has an error; vpn-policy check there says where"},
    {REMOTE_CANNOT_EXECUTE, EXIT_PROTOCOL, "%s cannot execute the agent as this account"},
    {REMOTE_NOT_FOUND, EXIT_PROTOCOL,
     "the account on %s does not end in vpn-agent: check its shell and its "
     "authorized_keys"},
};

/* The sentence with the host in it, then what ssh itself said last. */
static int tell(const struct ssh_end *end, struct failure *failure, enum exit_code code,
		const char *sentence)
{
	const char *hole = strstr(sentence, "%s");
	char text[SENTENCE_MAX + 256];

	if (hole == NULL)
		snprintf(text, sizeof(text), "%s", sentence);
	else
		snprintf(text, sizeof(text), "%.*s%s%s", (int)(hole - sentence), sentence,
			 end->host, hole + 2);
	if (end->last_line[0] == '\0')
		return failure_set(failure, code, "%s", text);
	return failure_set(failure, code, "%s [%s]", text, end->last_line);
}

static int explain_own(const struct ssh_end *end, struct failure *failure)
{
	for (size_t i = 0; i < sizeof(ssh_meanings) / sizeof(*ssh_meanings); i++)
		if (!(end->session && ssh_meanings[i].login) &&
		    strstr(end->output, ssh_meanings[i].needle) != NULL)
			return tell(end, failure, ssh_meanings[i].code,
				    ssh_meanings[i].sentence);
	return tell(end, failure, EXIT_LINK, "the ssh connection to %s failed");
}

int ssh_error_explain(const struct ssh_end *end, struct failure *failure)
{
	/* In a session it may be the remote that says so. */
	const char *lack = end->session ? NULL : shortage_sentence(end->output);

	if (end->status < 0)
		return tell(end, failure, EXIT_LINK, "the ssh process to %s was killed");
	if (lack != NULL && end->status != EXIT_DONE)
		return tell(end, failure, EXIT_SYSTEM, lack);
	if (end->status == SSH_OWN_ERROR)
		return explain_own(end, failure);
	for (size_t i = 0; i < sizeof(agent_meanings) / sizeof(*agent_meanings); i++)
		if (agent_meanings[i].status == end->status)
			return tell(end, failure, agent_meanings[i].code,
				    agent_meanings[i].sentence);
	if (end->status == EXIT_DONE)
		return tell(end, failure, EXIT_LINK, "the session on %s ended");
	return tell(
	    end, failure, EXIT_LINK,
	    "the session on %s ended with an error: is vpn-agent what answers there?");
}

int ssh_error_explain_routes(const struct ssh_end *end, struct failure *failure)
{
	if (end->status == EXIT_DENIED)
		return tell(end, failure, EXIT_DENIED,
			    "%s denies routes to this peer: Allow sshroute there, or say "
			    "RemoteRoutes no in the profile");
	/* sshroute has waited for the interface in vain. */
	if (end->status == EXIT_BUSY)
		return tell(end, failure, EXIT_LINK,
			    "the other end of the link, on %s, is not up");
	if (end->status == EXIT_SYSTEM)
		return tell(end, failure, EXIT_PROTOCOL,
			    "sshroute on %s cannot add its routes");
	return ssh_error_explain(end, failure);
}
