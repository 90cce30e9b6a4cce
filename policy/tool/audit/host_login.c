/* SPDX-License-Identifier: ISC */
/* What can refuse a peer after its key, besides sshd's settings: the state of the account,
 * and PAM if sshd uses it. */
#include "policy/tool/audit/host.h"
#include "policy/tool/audit/host_pam.h"
#include "policy/tool/audit/host_sshd.h"
#include "policy/tool/audit/sshd_text.h"

static const char shadow_file[] = "/etc/shadow";

/* Without PAM sshd checks these itself. */
static void judge_without_pam(struct host *host)
{
	static const char nologin[] = "/etc/nologin";

	if (host->account.locked != NULL)
		host_find(host, RULE_ACCOUNT_SHUT, host->account.locked, 0,
			  "%s is locked: its password begins with \"!\", and usepam is no",
			  host->account.name);
	if (host_is_there(host, nologin))
		host_find(host, RULE_LOGIN_NOLOGIN, nologin, 0, "it is there");
}

static void judge_with_pam(struct host *host)
{
	const char *service = sshd_setting(host->sshd, "pamservicename");

	if (host->account.password_due)
		host_find(host, RULE_ACCOUNT_PASSWORD_AGE, shadow_file, 0,
			  "the password of %s is too old, or to be changed at once",
			  host->account.name);
	host_pam(host, service == NULL ? "sshd" : service);
}

/* Whether sshd asks PAM is not known. */
static void judge_unknown(struct host *host)
{
	if (host->account.locked != NULL)
		host_find(host, RULE_ACCOUNT_LOCKED, host->account.locked, 0,
			  "%s is locked: its password begins with \"!\"",
			  host->account.name);
	if (host->account.password_due)
		host_find(host, RULE_NOT_LOOKED_AT, shadow_file, 0,
			  "whether sshd has PAM ask for a new password of %s, which is due",
			  host->account.name);
}

void host_login(struct host *host)
{
	if (!host->has_account)
		return;
	if (host->sshd == NULL) {
		judge_unknown(host);
		return;
	}
	if (sshd_is(host->sshd, "usepam", "yes"))
		judge_with_pam(host);
	else
		judge_without_pam(host);
}
