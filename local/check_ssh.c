/* SPDX-License-Identifier: ISC */
/* check: RunAs, its ssh, its key, and whether it knows the host. */
#include "local/check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/core/ssh_destination.h"
#include "policy/language/escape.h"

bool check_account(struct obstacles *all, const struct profile *profile,
		   struct run_as *account)
{
	struct error err;

	if (run_as_find(profile->run_as, account, &err) != 0) {
		obstacle_error(all, err.sys != 0 ? EXIT_SYSTEM : EXIT_POLICY,
			       profile->run_as_line, &err);
		return false;
	}
	if (account->uid == 0)
		obstacle_add(all, EXIT_DONE, profile->run_as_line,
			     "RunAs root: ssh, and what its configuration runs, is root: "
			     "name an ordinary user");
	return true;
}

const char *check_shown(const char *path, char buf[SSH_VIEW_TEXT_MAX])
{
	for (const char *at = path; *at != '\0'; at++)
		if (*at <= ' ' || *at > '~' || *at == '"' || *at == '\\')
			return escape_quoted(path, strlen(path), buf, SSH_VIEW_TEXT_MAX);
	snprintf(buf, SSH_VIEW_TEXT_MAX, "%s", path);
	return buf;
}

/* The key that the profile names, which has to be good. */
static void judge_own_key(struct obstacles *all, const struct profile *profile,
			  const struct ssh_view *view, const struct ssh_view_key *key)
{
	const char *who = profile->run_as;
	const unsigned line = profile->identity_line;
	char path[SSH_VIEW_TEXT_MAX];

	check_shown(profile->identity, path);
	if (key->kind == PRIVATE_KEY_UNREAD && key->why == ENOENT)
		obstacle_add(all, EXIT_POLICY, line,
			     "IdentityFile %s: there is no such file: make the key as %s "
			     "(ssh-keygen), or correct the path",
			     path, who);
	else if (key->kind == PRIVATE_KEY_UNREAD)
		obstacle_add(all, EXIT_POLICY, line,
			     "IdentityFile %s: %s cannot read it: %s: give it to %s "
			     "(chown, chmod 600), and let %s pass every directory above it",
			     path, who, strerrordesc_np(key->why), who, who);
	else if (key->kind == PRIVATE_KEY_NONE)
		obstacle_add(all, EXIT_POLICY, line,
			     "IdentityFile %s: it contains no private key", path);
	else if (key->kind == PRIVATE_KEY_AGENT && !view->agent)
		obstacle_add(all, EXIT_POLICY, line,
			     "IdentityFile %s: only an agent can use it, and ssh of %s has "
			     "none with a key: remove its passphrase (ssh-keygen -p), or "
			     "let SSH_AUTH_SOCK name an agent of that user",
			     path, who);
	else if (key->shared && key->own)
		obstacle_add(all, EXIT_POLICY, line,
			     "IdentityFile %s: others may read it, so ssh does not use it: "
			     "chmod 600",
			     path);
	else if (key->shared)
		obstacle_add(all, EXIT_DONE, line,
			     "IdentityFile %s: every user of this host may read it: give "
			     "it to %s (chown, chmod 600)",
			     path, who);
}

/* Without one, ssh tries its own list of files. */
static void judge_keys(struct obstacles *all, const struct profile *profile,
		       const struct ssh_view *view)
{
	bool closed = false;

	if (profile->identity[0] != '\0' && view->nkeys > 0) {
		judge_own_key(all, profile, view, &view->keys[0]);
		return;
	}
	for (unsigned i = 0; i < view->nkeys; i++)
		closed |= view->keys[i].kind == PRIVATE_KEY_AGENT;
	if (ssh_view_usable(view) != NULL || view->agent || view->unseen_keys)
		return;
	obstacle_add(all, closed ? EXIT_POLICY : EXIT_DENIED, profile->run_as_line,
		     "%s has no key that ssh could use without asking%s: name one "
		     "(IdentityFile)",
		     profile->run_as, closed ? ", but one with a passphrase" : "");
}

/* The remote may list the key itself as well, so that none of it need keep the link down.
 */
static void judge_certificates(struct obstacles *all, const struct profile *profile,
			       const struct ssh_view *view)
{
	char text[SSH_CERTIFICATE_TEXT_MAX];

	for (unsigned i = 0; i < view->ncertificates; i++)
		if (ssh_certificate_judge(&view->certificates[i], time(NULL), text))
			obstacle_add(all, EXIT_DONE,
				     profile->identity[0] != '\0' ? profile->identity_line
								  : profile->run_as_line,
				     "the certificate %s", text);
}

void check_host_key(struct obstacles *all, const struct profile *profile,
		    const struct host_line *host, const struct ssh_view *view)
{
	char name[SSH_VIEW_TEXT_MAX];

	check_shown(view->known_as, name);
	if (view->host == SSH_VIEW_UNKNOWN)
		obstacle_add(all, EXIT_DENIED, host->line,
			     "the host key of %s is not known to %s: log in once by hand "
			     "as that user, compare the fingerprint, and say yes",
			     name, profile->run_as);
	else if (view->host == SSH_VIEW_UNSURE)
		obstacle_add(all, EXIT_DONE, host->line,
			     "whether %s knows the host key of %s cannot be told: not all "
			     "that its ssh_config names can be looked at",
			     profile->run_as, name);
	else if (view->host == SSH_VIEW_UNCHECKED)
		obstacle_add(all, EXIT_DONE, host->line,
			     "ssh of %s takes any host for the remote "
			     "(StrictHostKeyChecking): let it check the host key",
			     profile->run_as);
	if (profile->route_default && view->proxied && view->jump[0] == '\0')
		obstacle_add(all, EXIT_POLICY, profile->route_default_line,
			     "Route default: a ProxyCommand makes the connection to %s, "
			     "and nobody knows where to: use ProxyJump",
			     host->name);
	if (view->jump[0] != '\0')
		obstacle_add(all, EXIT_DONE, host->line,
			     "the jump host %s is not looked at: log in to it once by hand "
			     "as %s",
			     check_shown(view->jump, name), profile->run_as);
}

void check_keys(struct obstacles *all, const struct profile *profile,
		const struct ssh_view *view)
{
	judge_keys(all, profile, view);
	judge_certificates(all, profile, view);
}

static bool judge_view(struct obstacles *all, const struct profile *profile,
		       const struct ssh_view *view)
{
	if (view->no_ssh != 0)
		obstacle_add(all, EXIT_SYSTEM, profile->run_as_line,
			     "%s cannot execute %s: %s: install openssh-client",
			     profile->run_as, PATH_SSH, strerrordesc_np(view->no_ssh));
	else if (!view->answered)
		obstacle_add(all, EXIT_POLICY, profile->run_as_line,
			     "ssh of %s does not say how it would connect (ssh -G), but "
			     "%s: correct its ssh_config",
			     profile->run_as, view->said);
	return view->no_ssh == 0 && view->answered;
}

bool check_view(struct obstacles *all, const struct profile *profile,
		const struct host_line *host, const struct run_as *account,
		struct ssh_view *view)
{
	static struct words env;
	struct error err;

	*view = (struct ssh_view){.answered = false};
	if (run_as_environment(account, getenv("SSH_AUTH_SOCK"), &env, &err) == 0 &&
	    ssh_view_find(profile, host->name, account, &env, view, &err) == 0)
		return judge_view(all, profile, view);
	obstacle_add(all, EXIT_SYSTEM, profile->run_as_line,
		     "what ssh of %s would use cannot be looked at: %s", profile->run_as,
		     err.text);
	return false;
}

void check_ssh(struct obstacles *all, const struct profile *profile,
	       const struct host_line *host, const struct run_as *account,
	       struct ssh_view *view)
{
	if (!check_view(all, profile, host, account, view))
		return;
	check_keys(all, profile, view);
	check_host_key(all, profile, host, view);
}
