/* SPDX-License-Identifier: ISC */
/* Each profile: whether the user of RunAs exists, and can open what the profile names. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "agent/core/ssh_destination.h"
#include "policy/language/paths.h"
#include "policy/tool/audit/host.h"

/* How long one profile may take: some fifty programs, at most, that end at once. */
enum { PROFILE_TIMEOUT_MS = 60 * 1000 };

/* Whether this process was refused with its own rights, which says nothing about the
 * user's. */
static bool is_own_refusal(bool entered)
{
	return !entered && (errno == EACCES || errno == EPERM);
}

/* Finds the directory above path that the user may not pass. */
static bool find_shut(const struct host *host, const char *path, char out[PATH_TEXT_MAX])
{
	struct stat st;

	for (const char *slash = strchr(path + 1, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		char *end;

		snprintf(out, PATH_TEXT_MAX, "%.*s", (int)(slash - path), path);
		if (host_stat(host, out, &st) == 0 || errno != EACCES)
			continue;
		end = strrchr(out, '/');
		end[end == out ? 1 : 0] = '\0';
		return true;
	}
	/* All above it can be looked at: it is the last one, or none. */
	snprintf(out, PATH_TEXT_MAX, "%s", path);
	*strrchr(out, '/') = '\0';
	return host_stat(host, path, &st) < 0 && errno == EACCES;
}

/* ssh checks the mode only of a key that the user owns. */
static void judge_key_mode(struct host *host, const struct user *user, const char *profile,
			   const char *path)
{
	struct stat st;

	if (host_stat(host, path, &st) == 0 && st.st_uid == user->uid &&
	    (st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		host_find(host, RULE_IDENTITY_FILE, path, 0,
			  "users other than %s may read it (mode %04o), so ssh ignores it "
			  "(profile %s)",
			  user->name, host_mode(&st), profile);
}

static void tell_unreadable(struct host *host, const struct user *user, const char *profile,
			    const char *path)
{
	char shut[PATH_TEXT_MAX];
	const int why = errno;

	if (why == EACCES && find_shut(host, path, shut)) {
		host_find(host, RULE_IDENTITY_FILE, path, 0,
			  "%s may not pass %s (profile %s)", user->name, shut, profile);
		return;
	}
	errno = why;
	host_find(host, RULE_IDENTITY_FILE, path, 0, "%s cannot read it: %s (profile %s)",
		  user->name, host_why(), profile);
}

enum private_key host_read_key(const struct host *host, const char *path)
{
	char *text = host_read(host, path, NULL);
	const int why = errno;
	const enum private_key kind =
	    text == NULL ? PRIVATE_KEY_UNREAD : private_key_kind(text);

	/* The key must not stay in memory. */
	if (text != NULL)
		explicit_bzero(text, strlen(text));
	free(text);
	errno = why;
	return kind;
}

/* True when only an agent can use it. */
static bool judge_identity(struct host *host, const struct profile *profile,
			   const struct user *user)
{
	const char *path = profile->identity;
	const bool entered = user_enter(host, user);
	const enum private_key kind = host_read_key(host, path);

	if (kind == PRIVATE_KEY_UNREAD && is_own_refusal(entered))
		host_find(host, RULE_NOT_LOOKED_AT, "", 0,
			  "the keys of profiles: only root can open them as RunAs");
	else if (kind == PRIVATE_KEY_UNREAD)
		tell_unreadable(host, user, profile->name, path);
	else if (kind == PRIVATE_KEY_NONE)
		host_find(host, RULE_IDENTITY_FILE, path, 0,
			  "it contains no private key (profile %s)", profile->name);
	if (kind != PRIVATE_KEY_UNREAD && entered)
		judge_key_mode(host, user, profile->name, path);
	user_leave(host);
	return kind == PRIVATE_KEY_AGENT;
}

static void judge_ssh_config(struct host *host, const struct profile *profile,
			     const struct user *user)
{
	const bool entered = user_enter(host, user);
	char *text = host_read(host, profile->ssh_config, NULL);

	if (text == NULL && !is_own_refusal(entered))
		host_find(host, RULE_SSH_CONFIG, profile->ssh_config, 0,
			  "%s cannot read it: %s (profile %s)", user->name, host_why(),
			  profile->name);
	user_leave(host);
	free(text);
}

/* ppptun opens it as that user. */
static void judge_tun(struct host *host, const struct user *user)
{
	static const char device[] = "/dev/net/tun";
	const bool entered = user_enter(host, user);
	const int fd = host_open(host, device, O_PATH);
	struct stat st;

	if (fd < 0 && !is_own_refusal(entered))
		host_find(host, RULE_KERNEL_TUN, device, 0, "%s", host_why());
	else if (fd >= 0 && entered &&
		 (fstat(fd, &st) < 0 || !S_ISCHR(st.st_mode) ||
		  faccessat(fd, "", R_OK | W_OK, AT_EACCESS | AT_EMPTY_PATH) != 0))
		host_find(host, RULE_KERNEL_TUN, device, 0,
			  "%s may not read and write it (mode %04o)", user->name,
			  host_mode(&st));
	user_leave(host);
	if (fd >= 0)
		close(fd);
}

static void judge_profile(struct host *host, const struct profile *profile)
{
	struct user user;
	char file[PATH_TEXT_MAX];
	struct error err = {0};
	bool needs_agent = false;

	host->profile_until = monotonic_ms() + PROFILE_TIMEOUT_MS;
	snprintf(file, sizeof file, PATH_PROFILES_DIR "/%s.conf", profile->name);
	/* On a living host the survey has checked that. */
	if (!host->living)
		(void)host_trust_file(host, RULE_UNTRUSTED, file);
	host_users(host, profile);
	if (host->living)
		host_routes(host, profile);
	if (user_find(host, profile->run_as, &user, &err) != 0) {
		host_find(host, RULE_RUN_AS_MISSING, file, 0, "RunAs: %s", err.text);
		return;
	}
	if (user.uid == 0)
		host_find(host, RULE_RUN_AS_ROOT, file, 0, "RunAs: %s is root", user.name);
	else
		host_run_as(host, profile, &user);
	host_hooks(host, profile, &user);
	host_ssh_files(host, profile, &user);
	if (profile->identity[0] != '\0')
		needs_agent = judge_identity(host, profile, &user);
	if (profile->ssh_config[0] != '\0')
		judge_ssh_config(host, profile, &user);
	if (host->living && (profile->ppp != PPP_PPPD))
		judge_tun(host, &user);
	host_profile_ssh(host, profile, &user, needs_agent);
}

void host_profile_check(struct host *host, const struct profile *profile)
{
	struct user user;
	char file[PATH_TEXT_MAX];
	struct error err = {0};

	host->profile_until = monotonic_ms() + PROFILE_TIMEOUT_MS;
	host_users(host, profile);
	host_routes(host, profile);
	if (user_find(host, profile->run_as, &user, &err) != 0) {
		snprintf(file, sizeof file, PATH_PROFILES_DIR "/%s.conf", profile->name);
		host_find(host, RULE_RUN_AS_MISSING, file, profile->run_as_line,
			  "RunAs: %s", err.text);
		return;
	}
	host_hooks(host, profile, &user);
	if (profile->ssh_config[0] != '\0')
		judge_ssh_config(host, profile, &user);
	host_profile_ssh(host, profile, &user, false);
}

void host_profiles(struct host *host)
{
	for (size_t i = 0; i < host->nprofiles; i++)
		judge_profile(host, &host->profiles[i]);
}
