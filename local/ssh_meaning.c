/* SPDX-License-Identifier: ISC */
#include "local/ssh_meaning.h"

#include <stddef.h>

#define CHANGED_KEY                                                                        \
	"the host key of %s is not the one that RunAs knows: find out why before you "     \
	"replace it in known_hosts (ssh-keygen -R)"
#define UNKNOWN_KEY                                                                        \
	"the host key of %s is not known to RunAs: log in once by hand as that user, "     \
	"compare the fingerprint, and say yes"

/*
 * OpenSSH's own words, as 8.7 to 10.x print them with LogLevel ERROR and the C locale, and
 * with LogVerbose where it is SSH_SAID_VERBOSE. The special stands before the general: the
 * first that matches is used.
 */
static const struct ssh_meaning ssh_meanings[] = {
    {"Bad configuration option", EXIT_POLICY,
     "ssh rejected its configuration: check the ssh_config of RunAs, and that ssh is "
     "OpenSSH 8.7 or newer",
     NULL, SSH_LOGIN, STEP_SSH},
    {"terminating, 1 bad configuration", EXIT_POLICY,
     "ssh rejected its configuration: check the ssh_config of RunAs", NULL, SSH_LOGIN,
     STEP_SSH},
    {"Too many recursive configuration includes", EXIT_POLICY,
     "ssh rejected its configuration: a file that Include in the ssh_config of RunAs names "
     "includes itself",
     NULL, SSH_LOGIN, STEP_SSH},
    {"_expand: ", EXIT_POLICY,
     "ssh rejected its configuration: a file or host in the ssh_config of RunAs has a % "
     "that "
     "ssh does not know, or a variable that is not set",
     NULL, SSH_LOGIN, STEP_SSH},
    {"Can't open user config file", EXIT_POLICY,
     "ssh cannot read SshConfig: the file must be readable by RunAs", NULL, SSH_LOGIN,
     STEP_SSH},
    {"Bad owner or permissions on", EXIT_POLICY,
     "ssh does not trust its configuration: the file must belong to RunAs or root and be "
     "writable by nobody else",
     NULL, SSH_LOGIN, STEP_SSH},
    {"REMOTE HOST IDENTIFICATION HAS CHANGED", EXIT_DENIED, CHANGED_KEY, NULL, SSH_LOGIN,
     STEP_HOST_KEY},
    {"has changed and you have requested strict checking", EXIT_DENIED, CHANGED_KEY, NULL,
     SSH_LOGIN, STEP_HOST_KEY},
    {"REVOKED HOST KEY", EXIT_DENIED, "the host key of %s has been revoked", NULL,
     SSH_LOGIN, STEP_HOST_KEY},
    {"host key is known for", EXIT_DENIED, UNKNOWN_KEY, NULL, SSH_LOGIN, STEP_HOST_KEY},
    {"Host key verification failed", EXIT_DENIED, UNKNOWN_KEY, NULL, SSH_LOGIN,
     STEP_HOST_KEY},
    {"Could not resolve hostname", EXIT_NO_HOST,
     "the name %s cannot be resolved: check Host in the profile, and the name server",
     "the name of %s cannot be resolved: check the ssh_config of RunAs, and the name "
     "server",
     SSH_LOGIN, STEP_NAME},
    {": open failed: ", EXIT_PROTOCOL,
     "the sshd of %s opens no session for the account: MaxSessions must be 2 or more "
     "there, "
     "and its log says more",
     NULL, SSH_OURS, STEP_COMMAND},
    {"open failed: connect failed: Connection refused", EXIT_NO_HOST,
     "a jump host reaches %s, which refuses the connection: does sshd run there, on this "
     "port?",
     NULL, SSH_LOGIN | SSH_FAR, STEP_JUMP},
    {"open failed: connect failed: Connection timed out", EXIT_NO_HOST,
     "%s does not answer a jump host: check the network behind that, and firewalls "
     "between",
     NULL, SSH_LOGIN | SSH_FAR, STEP_JUMP},
    {"open failed: connect failed: ", EXIT_NO_HOST,
     "a jump host cannot connect to %s: check the name and the network there", NULL,
     SSH_LOGIN | SSH_FAR, STEP_JUMP},
    {"open failed: administratively prohibited", EXIT_DENIED,
     "a jump host on the way to %s does not forward the connection: its sshd has "
     "AllowTcpForwarding or PermitOpen",
     NULL, SSH_LOGIN | SSH_FAR, STEP_JUMP},
    {"Connection refused", EXIT_NO_HOST,
     "%s refuses the connection: does sshd run there, on this port?", NULL, 0, STEP_TCP},
    {"No route to host", EXIT_NO_HOST, "there is no route to %s: check the network", NULL,
     0, STEP_TCP},
    {"Network is unreachable", EXIT_NO_HOST,
     "the network of %s is unreachable: check the network", NULL, 0, STEP_TCP},
    {"timed out during banner exchange", EXIT_NO_HOST,
     "%s accepts the connection and says nothing: does sshd listen there, or does "
     "something on the way hold the connection up?",
     NULL, SSH_LOGIN, STEP_EXCHANGE},
    {"Connection timed out", EXIT_NO_HOST,
     "%s does not answer: check the network, and firewalls between", NULL, 0, STEP_TCP},
    {"Operation timed out", EXIT_NO_HOST,
     "%s does not answer: check the network, and firewalls between", NULL, 0, STEP_TCP},
    {"Timeout, server", EXIT_LINK, "%s no longer answers", NULL, 0, STEP_LINK},
    {"Too many authentication failures", EXIT_DENIED,
     "%s does not want to see more keys: name the right one with IdentityFile in the "
     "profile",
     "%s does not want to see more keys: name the right one with IdentityFile in the "
     "ssh_config of RunAs",
     SSH_LOGIN | SSH_QUOTED, STEP_LOGIN},
    {"UNPROTECTED PRIVATE KEY FILE", EXIT_POLICY,
     "ssh does not use a private key that others can read: chmod 600 the key of RunAs",
     NULL, SSH_LOGIN, STEP_KEY},
    {"not accessible: No such file or directory", EXIT_POLICY,
     "the key that IdentityFile in the profile names does not exist", NULL, SSH_LOGIN,
     STEP_KEY},
    {"not accessible: Permission denied", EXIT_POLICY,
     "RunAs may not look at the key that IdentityFile in the profile names: the "
     "directories above it must let that user pass, and no unit may hide them "
     "(ProtectHome)",
     NULL, SSH_LOGIN, STEP_KEY},
    {"Load key \"", EXIT_POLICY,
     "RunAs cannot read a private key that ssh is to use: it must be that user's own, and "
     "whole",
     NULL, SSH_LOGIN, STEP_KEY},
    {"agent refused operation", EXIT_POLICY,
     "the ssh agent of RunAs did not sign: is the key locked there, or to be confirmed?",
     NULL, SSH_LOGIN, STEP_KEY},
    {"no authentication methods enabled", EXIT_PROTOCOL,
     "the sshd of %s takes no key: PubkeyAuthentication must be yes there, and "
     "AuthenticationMethods publickey",
     NULL, SSH_LOGIN, STEP_LOGIN},
    {"KnownHostsCommand failed", EXIT_POLICY,
     "ssh cannot ask for the host key of %s: check KnownHostsCommand in the ssh_config of "
     "RunAs",
     NULL, SSH_LOGIN, STEP_HOST_KEY},
    {"Permission denied (", EXIT_DENIED,
     "%s " SSH_KEY_REFUSED " and the key in it, has "
     "authorized_keys been written since, and is Account right?",
     "%s does not accept the key: log in there by hand as RunAs, without a passphrase",
     SSH_LOGIN, STEP_LOGIN},
    {"no matching ", EXIT_PROTOCOL, "ssh and the sshd of %s have no algorithm in common",
     NULL, SSH_LOGIN, STEP_EXCHANGE},
    {"Session open refused by peer", EXIT_POLICY,
     "the sshd of %s allows one session in a connection: MaxSessions must be 2 or more "
     "there",
     NULL, 0, STEP_COMMAND},
    {"exec request failed on channel", EXIT_LINK,
     "the sshd of %s cannot start a process for the account: a limit there (nproc in "
     "limits.conf, TasksMax), or too little memory; its log says which",
     NULL, 0, STEP_COMMAND},
    {": failure", EXIT_NO_HOST,
     "ssh cannot connect to %s from where the ssh_config of RunAs says: does this host "
     "have the address of BindAddress, or the interface of BindInterface?",
     NULL, SSH_LOGIN | SSH_OWN, STEP_TCP},
    {": Cannot assign requested address", EXIT_NO_HOST,
     "this host has no address to reach %s from: check the network", NULL,
     SSH_LOGIN | SSH_OWN, STEP_TCP},
    /* Any other error of connect(2): a route or a packet filter of this host forbids it. */
    {": connect to host ", EXIT_NO_HOST,
     "this host cannot connect to %s: check its routes (ip route get) and packet filters",
     NULL, SSH_LOGIN, STEP_TCP},
    {": Not allowed at this time", EXIT_NO_HOST,
     "the sshd of %s takes no connection from this address for now: after failed logins "
     "from it, perhaps by others behind the same NAT (PerSourcePenalties), or because "
     "there are too many at once (MaxStartups); the log there says which, and its "
     "administrator can exempt the address (PerSourcePenaltyExemptList)",
     NULL, SSH_LOGIN | SSH_DEBUG, STEP_EXCHANGE},
    {": Exceeded MaxStartups", EXIT_NO_HOST,
     "the sshd of %s has too many logins going on at once: try later, or its "
     "administrator raises MaxStartups",
     NULL, SSH_LOGIN | SSH_DEBUG, STEP_EXCHANGE},
    {": read: Connection reset by peer", EXIT_NO_HOST,
     "the connection to %s was reset before the login: by a firewall, or by its sshd "
     "(PerSourcePenalties after failed logins from this address, MaxStartups); the log "
     "there says which",
     NULL, SSH_LOGIN, STEP_EXCHANGE},
    {SSH_SAID_EXCHANGE, EXIT_NO_HOST,
     "%s ended the connection before the login: is it sshd that listens there, and does "
     "it take this client (PerSourcePenalties after failed logins from this address, "
     "MaxStartups, firewall)?",
     NULL, SSH_LOGIN | SSH_CUT, STEP_EXCHANGE},
    {"closed by remote host", EXIT_LINK, "%s closed the connection", NULL, SSH_CUT,
     STEP_LINK},
    {"Connection closed by", EXIT_NO_HOST, "%s closed the connection", NULL, SSH_CUT,
     STEP_EXCHANGE},
    {"Connection reset by", EXIT_NO_HOST, "the connection to %s was reset", NULL, SSH_CUT,
     STEP_EXCHANGE},
    {"Broken pipe", EXIT_LINK, "the connection to %s broke", NULL, SSH_CUT, STEP_LINK},
};

/* After the key: what the same last words mean depends on how far the login came. */
static const struct ssh_meaning no_key = {
    "",
    EXIT_POLICY,
    "ssh has no key that it may show to %s: check IdentityFile in the profile, and "
    "PubkeyAcceptedAlgorithms in the ssh_config of RunAs",
    "ssh has no key that it may show to %s: check IdentityFile and "
    "PubkeyAcceptedAlgorithms in the ssh_config of RunAs",
    SSH_LOGIN,
    STEP_KEY};
static const struct ssh_meaning more_than_a_key = {
    "",
    EXIT_DENIED,
    "%s accepts the key and then wants more: AuthenticationMethods must be publickey there",
    NULL,
    SSH_LOGIN,
    STEP_LOGIN};
static const struct ssh_meaning half_a_key = {
    "",
    EXIT_POLICY,
    "%s accepts the key, but only its public half is here: the private key beside it is "
    "missing",
    NULL,
    SSH_LOGIN,
    STEP_KEY};
static const struct ssh_meaning refused_signature = {
    "",
    EXIT_DENIED,
    "%s knows the key and refuses the login with it: the log of its sshd says why (a "
    "security key that wants to be touched, perhaps)",
    NULL,
    SSH_LOGIN,
    STEP_LOGIN};

#define LOCKED_KEY                                                                         \
	"%s accepts the key, but ssh cannot use it: its passphrase must be in an agent "   \
	"of "                                                                              \
	"RunAs"
#define OR_REMOVED ", or removed (ssh-keygen -p)"
static const struct ssh_meaning locked_key[] = {
    [SSH_AGENT_UNKNOWN] = {"", EXIT_POLICY, LOCKED_KEY " (SSH_AUTH_SOCK)" OR_REMOVED, NULL,
			   SSH_LOGIN, STEP_KEY},
    [SSH_AGENT_NONE] = {"", EXIT_POLICY,
			LOCKED_KEY " (SSH_AUTH_SOCK names none here)" OR_REMOVED, NULL,
			SSH_LOGIN, STEP_KEY},
    [SSH_AGENT_STRANGE] = {"", EXIT_POLICY,
			   LOCKED_KEY
			   " (SSH_AUTH_SOCK is not a socket of that user)" OR_REMOVED,
			   NULL, SSH_LOGIN, STEP_KEY},
    [SSH_AGENT_GIVEN] = {"", EXIT_POLICY,
			 LOCKED_KEY
			 " (the one of SSH_AUTH_SOCK does not have it: ssh-add)" OR_REMOVED,
			 NULL, SSH_LOGIN, STEP_KEY},
};

/*
 * PAM's account step comes after the key. ssh does not print what it says, as it prints no
 * banner. The usual cause is a remote that is booting or going down.
 */
const struct ssh_meaning ssh_meaning_turned_away = {
    "",
    EXIT_LINK,
    "%s takes the key and then ends the login: it is booting or going down (nologin), or "
    "the account may not log in (expired, PAM, ChrootDirectory, limits); the log there "
    "says which",
    NULL,
    SSH_LOGIN,
    STEP_LOGIN};
const struct ssh_meaning ssh_meaning_no_way = {
    "",
    EXIT_NO_HOST,
    "the ProxyCommand or ProxyJump to %s in the ssh_config of RunAs ended before the host "
    "had answered: log in once by hand as that user",
    NULL,
    SSH_LOGIN,
    STEP_JUMP};
const struct ssh_meaning ssh_meaning_silent = {
    "",
    EXIT_NO_HOST,
    "the ssh to %s ended and did not say why: take -q out of ProxyCommand in the "
    "ssh_config of RunAs, or log in once by hand as that user",
    NULL,
    SSH_LOGIN,
    STEP_JUMP};

/*
 * A failure that only a person can mend is believed in ssh's own words only: otherwise
 * anyone on the way could end a link for good, or hide the warning of a wrong host key.
 */
static bool needs_own_words(const struct ssh_meaning *meaning)
{
	return (meaning->moments & SSH_OWN) != 0 ||
	       ((meaning->code == EXIT_POLICY || meaning->code == EXIT_DENIED) &&
		(meaning->moments & SSH_QUOTED) == 0);
}

/* Said by our ssh about the connection that it has. */
static bool finds_ours(const struct ssh_heard *heard, const char *needle,
		       struct ssh_line *line)
{
	const char *cursor = heard->output;

	while (heard->pid != 0 && !heard->launched && ssh_said_next(&cursor, line))
		if (line->pid == heard->pid && !line->continued &&
		    ssh_line_has(line, needle))
			return true;
	return false;
}

/* How far the login got of the ssh that the line is about. */
static enum ssh_login_stage stage_of(const struct ssh_heard *heard,
				     const struct ssh_line *line)
{
	return ssh_login_stage(heard->output, heard->pid,
			       ssh_said_by_jump(line, heard->pid));
}

static bool finds(const struct ssh_heard *heard, const struct ssh_meaning *meaning,
		  struct ssh_line *line)
{
	if ((meaning->moments & SSH_OURS) != 0)
		return finds_ours(heard, meaning->needle, line);
	if ((meaning->moments & SSH_DEBUG) != 0)
		return ssh_said_anywhere(heard->output, meaning->needle, line);
	if (!ssh_said_find(heard->output, meaning->needle, needs_own_words(meaning), line))
		return false;
	/* Before ssh offers a key, the other end may be anybody. */
	return (meaning->moments & SSH_QUOTED) == 0 ||
	       stage_of(heard, line) >= SSH_LOGIN_OFFERED;
}

const struct ssh_meaning *ssh_meaning_find(const struct ssh_heard *heard,
					   struct ssh_line *line)
{
	for (size_t i = 0; i < sizeof ssh_meanings / sizeof *ssh_meanings; i++)
		if ((!heard->session || (ssh_meanings[i].moments & SSH_LOGIN) == 0) &&
		    finds(heard, &ssh_meanings[i], line))
			return &ssh_meanings[i];
	return NULL;
}

const struct ssh_meaning *ssh_meaning_of_end(const struct ssh_line *line)
{
	for (size_t i = 0; i < sizeof ssh_meanings / sizeof *ssh_meanings; i++)
		if ((ssh_meanings[i].moments & SSH_CUT) != 0 &&
		    ssh_line_has(line, ssh_meanings[i].needle))
			return &ssh_meanings[i];
	return NULL;
}

/* ssh does not say that a key is locked when nobody can be asked for a passphrase: it does
 * not sign with it. */
static const struct ssh_meaning *
refine_denied(const struct ssh_line *line, enum ssh_login_stage stage, enum ssh_agent agent)
{
	switch (stage) {
	case SSH_LOGIN_NO_KEY:
		return &no_key;
	case SSH_LOGIN_REFUSED:
		return &refused_signature;
	case SSH_LOGIN_HALF:
		return &half_a_key;
	case SSH_LOGIN_PARTIAL:
		return &more_than_a_key;
	case SSH_LOGIN_UNSIGNED:
	case SSH_LOGIN_ACCEPTED:
		return ssh_line_has(line, "(publickey") ? &locked_key[agent] : NULL;
	case SSH_LOGIN_UNKNOWN:
	case SSH_LOGIN_OFFERED:
		break;
	}
	return NULL;
}

const struct ssh_meaning *ssh_meaning_refine(const struct ssh_heard *heard,
					     const struct ssh_meaning *meaning,
					     const struct ssh_line *line)
{
	const enum ssh_login_stage stage = stage_of(heard, line);
	const struct ssh_meaning *finer = NULL;

	if (!heard->session && ssh_line_has(line, "Permission denied ("))
		finer = refine_denied(line, stage, heard->agent);
	else if ((meaning->moments & SSH_CUT) != 0 && stage == SSH_LOGIN_ACCEPTED)
		finer = &ssh_meaning_turned_away;
	return finer != NULL ? finer : meaning;
}
