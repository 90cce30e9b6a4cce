/* SPDX-License-Identifier: ISC */
/* What each module of PAM answers for the account, as far as audit can know it. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/tool/audit/host.h"
#include "policy/tool/audit/host_names.h"
#include "policy/tool/audit/host_pam.h"
#include "policy/tool/audit/pam_text.h"
#include "policy/tool/audit/sshd_text.h"
#include "policy/tool/audit/word_list.h"

typedef void ask_function(struct host *host, struct pam_answer *answer);

void pam_refuse(struct pam_answer *answer, const char *code, const char *fmt, ...)
{
	va_list args;

	answer->code = code;
	va_start(args, fmt);
	free(answer->why);
	if (vasprintf(&answer->why, fmt, args) < 0)
		answer->why = NULL;
	va_end(args);
}

void pam_doubt(struct pam_answer *answer)
{
	answer->sure = false;
}

static void ask_deny(struct host *host, struct pam_answer *answer)
{
	(void)host;
	pam_refuse(answer, "auth_err", "it refuses everybody");
}

/* The value of name=VALUE among the arguments, or NULL; *plain: they include "successok".
 */
static const char *argument(char *args, const char *name, bool *plain)
{
	const char *value = NULL, *one;

	for (const char *word; (word = pam_word(&args)) != NULL;)
		if ((one = pam_value(word, name)) != NULL)
			value = one;
		else if (plain != NULL && strcmp(word, "successok") == 0)
			*plain = true;
	return value;
}

static void ask_nologin(struct host *host, struct pam_answer *answer)
{
	static const char *const usual[] = {"/run/nologin", "/etc/nologin"};
	bool success = false;
	const char *own = argument(answer->args, "file", &success);

	answer->code = success ? "success" : "ignore";
	for (size_t i = 0; i < (own == NULL ? 2 : 1); i++) {
		const char *path = own == NULL ? usual[i] : own;

		if (host->account.uid == 0 || !host_is_there(host, path))
			continue;
		pam_refuse(answer, "auth_err", "%s is there", path);
		answer->rule = RULE_LOGIN_NOLOGIN;
		return;
	}
}

static void ask_shells(struct host *host, struct pam_answer *answer)
{
	static const char file[] = "/etc/shells";
	char *text = host_read(host, file, NULL), *rest = text;
	bool found = false;

	for (char *line; rest != NULL && (line = strsep(&rest, "\n")) != NULL;)
		found |= strcmp(line, host->account.shell) == 0;
	free(text);
	if (!found)
		pam_refuse(answer, "auth_err", "%s is not in %s", host->account.shell,
			   file);
}

/* The number in login.defs for the word, or otherwise. */
static unsigned long login_def(const struct host *host, const char *word,
			       unsigned long otherwise)
{
	char *text = host_read(host, "/etc/login.defs", NULL), *rest = text;
	unsigned long value = otherwise;

	for (char *line; rest != NULL && (line = strsep(&rest, "\n")) != NULL;) {
		char *at = line;
		const char *name = pam_word(&at), *number = NULL;

		if (name != NULL && strcmp(name, word) == 0)
			number = pam_word(&at);
		if (number != NULL)
			value = strtoul(number, NULL, 0);
	}
	free(text);
	return value;
}

static void ask_usertype(struct host *host, struct pam_answer *answer)
{
	enum { UID_MIN = 1000, NOBODY = 65534 };
	const unsigned long min = login_def(host, "UID_MIN", UID_MIN);
	const unsigned long max = login_def(host, "SYS_UID_MAX", min - 1);
	const bool system = host->account.uid <= max || host->account.uid == NOBODY;

	for (const char *word; (word = pam_word(&answer->args)) != NULL;)
		if ((strcmp(word, "isregular") == 0 && system) ||
		    (strcmp(word, "issystem") == 0 && !system))
			pam_refuse(answer, "auth_err", "uid %u is %s, and %s is asked for",
				   (unsigned)host->account.uid,
				   system ? "a system account's" : "a person's", word);
}

/* Whether the word matches the text; a list of several words is not known. */
static bool word_has(const char *word, const char *text, bool *known)
{
	const bool except = word[0] == '!';

	*known &= strpbrk(word, "&|") == NULL;
	return sshd_pattern_fits(word + (except ? 1 : 0), text) != except;
}

/* "SERVICES;TERMINALS;USERS;TIMES": of times only "always" and "never" are understood. */
static void take_times(struct host *host, char *line, struct pam_answer *answer)
{
	enum { SERVICES, TERMINALS, USERS, TIMES, PARTS };
	static const char day[] = "Al0000-2400";
	char *part[PARTS], *rest = line;
	bool known = true, has;

	for (size_t i = 0; i < PARTS; i++) {
		part[i] = strsep(&rest, ";");
		if (part[i] == NULL)
			return;
		part[i] += strspn(part[i], " \t");
		part[i][strcspn(part[i], " \t\r")] = '\0';
	}
	has = word_has(part[SERVICES], "sshd", &known) &&
	      word_has(part[TERMINALS], "ssh", &known) &&
	      word_has(part[USERS], host->account.name, &known);
	if (known && (!has || strcmp(part[TIMES], day) == 0))
		return;
	if (known && part[TIMES][0] == '!' && strcmp(part[TIMES] + 1, day) == 0)
		pam_refuse(answer, "perm_denied", "at no time");
	else
		pam_doubt(answer);
}

static void ask_time(struct host *host, struct pam_answer *answer)
{
	static const char usual[] = "/etc/security/time.conf";
	const char *own = argument(answer->args, "conffile", NULL);
	char *text = host_read(host, own == NULL ? usual : own, NULL), *rest = text;

	for (char *line; rest != NULL && (line = strsep(&rest, "\n")) != NULL;) {
		line[strcspn(line, "#")] = '\0';
		take_times(host, line, answer);
	}
	free(text);
}

/* Modules of a name service do not know the account, which is in /etc/passwd. */
static void ask_elsewhere(struct host *host, struct pam_answer *answer)
{
	(void)host;
	answer->code = "user_unknown";
}

static const struct module {
	const char *name;
	/* NULL: it succeeds for this type */
	ask_function *account, *session;
} modules[] = {
    {"pam_access.so", host_pam_access, host_pam_access},
    {"pam_deny.so", ask_deny, ask_deny},
    {"pam_limits.so", NULL, host_pam_limits},
    {"pam_listfile.so", host_pam_listfile, host_pam_listfile},
    {"pam_nologin.so", ask_nologin, NULL},
    {"pam_shells.so", ask_shells, NULL},
    {"pam_succeed_if.so", host_pam_succeed_if, host_pam_succeed_if},
    {"pam_time.so", ask_time, NULL},
    {"pam_usertype.so", ask_usertype, NULL},
    {"pam_sss.so", ask_elsewhere, NULL},
    {"pam_ldap.so", ask_elsewhere, NULL},
    {"pam_winbind.so", ask_elsewhere, NULL},
    {"pam_systemd_home.so", ask_elsewhere, NULL},
};

/* These succeed for the account whatever else they do; host_login() checks what pam_unix
 * does. */
static const char harmless[] =
    "pam_unix.so pam_permit.so pam_localuser.so pam_loginuid.so pam_keyinit.so "
    "pam_motd.so pam_mail.so pam_env.so pam_selinux.so pam_umask.so "
    "pam_mkhomedir.so pam_lastlog.so pam_lastlog2.so pam_systemd.so pam_elogind.so "
    "pam_warn.so pam_echo.so pam_issue.so pam_tty_audit.so pam_faillock.so "
    "pam_faildelay.so pam_group.so pam_cap.so pam_apparmor.so pam_rootok.so "
    "pam_xauth.so pam_ck_connector.so pam_tmpdir.so pam_cgfs.so pam_krb5.so "
    "pam_gnome_keyring.so pam_kwallet5.so pam_fscrypt.so pam_ecryptfs.so "
    "pam_tally2.so";

/* Whether a module of that name is in the directory. */
static bool has_module(const struct host *host, const char *dir, const char *name)
{
	char path[PATH_TEXT_MAX];

	return path_join(dir, name, path) == 0 && host_is_there(host, path);
}

/* libpam looks in one directory, which differs between distributions. */
static bool is_missing(const struct host *host, const char *name)
{
	static const char *const dirs[] = {"/usr/lib/security", "/usr/lib64/security",
					   "/lib/security", "/lib64/security"};
	static const char sure[] = "pam_permit.so";
	struct host_names libraries = {0};
	char below[PATH_TEXT_MAX];
	bool installed = false, found = false;

	if (name[0] == '/')
		found = has_module(host, "/", name);
	for (size_t i = 0; i < sizeof dirs / sizeof dirs[0]; i++) {
		installed |= has_module(host, dirs[i], sure);
		found |= has_module(host, dirs[i], name);
	}
	(void)host_names_list(host, "/usr/lib", &libraries);
	for (size_t i = 0; i < libraries.count && !found; i++) {
		if (path_join(libraries.list[i], "security", below) != 0)
			continue;
		installed |= has_module(host, below, sure);
		found |= has_module(host, below, name);
	}
	host_names_free(&libraries);
	return installed && !found;
}

void host_pam_ask(struct host *host, const char *type, const char *module,
		  struct pam_answer *answer)
{
	const char *name = basename(module);
	ask_function *ask;

	if (is_missing(host, module)) {
		pam_refuse(answer, "module_unknown", "it is not there");
		return;
	}
	if (word_list_has(harmless, " ", name))
		return;
	for (size_t i = 0; i < sizeof modules / sizeof modules[0]; i++) {
		if (strcmp(name, modules[i].name) != 0)
			continue;
		ask =
		    strcmp(type, "account") == 0 ? modules[i].account : modules[i].session;
		if (ask != NULL)
			ask(host, answer);
		return;
	}
	pam_doubt(answer);
}
