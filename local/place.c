/* SPDX-License-Identifier: ISC */
#include "local/place.h"

#include <dirent.h>
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "local/run_as.h"
#include "policy/language/load.h"
#include "policy/language/path.h"
#include "policy/language/paths.h"

#define OWN_PROFILES ".config/sallyport/connect"
#define OWN_RUN	     "sallyport"
#define OWN_LINKS    "connect"

enum {
	/* ssh's socket lies below it, and its path must be short. */
	RUNTIME_MAX = 40,
	RUN_MAX = RUNTIME_MAX + sizeof("/" OWN_RUN "/" OWN_LINKS),
};

static const struct place of_root = {
    .profiles = PATH_PROFILES_DIR, .run = RUNDIR, .links = PATH_CONNECT_DIR};

static char profiles[POLICY_PATH_MAX], runtime[RUNTIME_MAX + 1], run[RUN_MAX],
    links[RUN_MAX];
static struct place here = {
    .profiles = PATH_PROFILES_DIR, .run = RUNDIR, .links = PATH_CONNECT_DIR};

const struct place *place(void)
{
	return &here;
}

void place_take_root(void)
{
	here = of_root;
}

/* The home of the account database, and not of the environment: RunAs is looked up there as
 * well. False: there is none that could have profiles. */
static bool find_profiles(void)
{
	const struct passwd *entry = getpwuid(geteuid());
	int len;

	if (entry == NULL || entry->pw_dir[0] != '/')
		return false;
	len = snprintf(profiles, sizeof profiles, "%s/" OWN_PROFILES, entry->pw_dir);
	return len > 0 && (size_t)len < sizeof profiles;
}

/* As the XDG Base Directory Specification has it: the user's, and nobody else's. */
static int check_runtime(const char *path, struct error *err)
{
	struct stat st;

	if (path[0] != '/' || !path_is_plain(path) || strlen(path) > RUNTIME_MAX)
		return error_set(err,
				 "XDG_RUNTIME_DIR is not the plain path of a directory, of "
				 "at most %d characters",
				 RUNTIME_MAX);
	if (lstat(path, &st) != 0)
		return error_sys(
		    err, errno,
		    "there is no directory for run-time state, %s: log in in a "
		    "session of systemd's, have root say `loginctl "
		    "enable-linger`, or set XDG_RUNTIME_DIR",
		    path);
	if (!S_ISDIR(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 077) != 0)
		return error_set(
		    err,
		    "%s, the directory for run-time state, must be a directory "
		    "of yours alone (0700)",
		    path);
	return 0;
}

static int find_runtime(struct error *err)
{
	const char *told = getenv("XDG_RUNTIME_DIR");

	if (told == NULL)
		snprintf(runtime, sizeof runtime, "/run/user/%u", (unsigned)geteuid());
	else
		snprintf(runtime, sizeof runtime, "%s", told);
	if (told != NULL && strlen(told) > RUNTIME_MAX)
		return check_runtime(told, err);
	if (check_runtime(runtime, err) != 0)
		return -1;
	snprintf(run, sizeof run, "%s/" OWN_RUN, runtime);
	snprintf(links, sizeof links, "%s/" OWN_RUN "/" OWN_LINKS, runtime);
	return 0;
}

/* A set-id bit or a file capability would make what follows another's. */
static int check_rights(struct error *err)
{
	uid_t real, effective, saved;
	gid_t greal, geffective, gsaved;

	if (getauxval(AT_SECURE) == 0 && getresuid(&real, &effective, &saved) == 0 &&
	    getresgid(&greal, &geffective, &gsaved) == 0 && real == effective &&
	    saved == effective && greal == geffective && gsaved == geffective)
		return 0;
	return error_set(err,
			 PATH_VPN_CONNECT " has a setuid or setgid bit or a capability, "
					  "which it must not have");
}

static bool has(const char *directory, const char *name, const char *suffix)
{
	char path[POLICY_PATH_MAX + NAME_MAX_LEN + 8];

	snprintf(path, sizeof path, "%s/%s%s", directory, name, suffix);
	return access(path, F_OK) == 0;
}

static int is_entry(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool has_any(const char *directory)
{
	struct dirent **names = NULL;
	const int count = scandir(directory, &names, is_entry, NULL);

	for (int i = 0; i < count; i++)
		free(names[i]);
	free(names);
	return count > 0;
}

enum place_found place_find_own(const char *name, struct error *err)
{
	const bool has_profiles = find_profiles(),
		   has_profile =
		       has_profiles &&
		       (name != NULL ? has(profiles, name, ".conf") : has_any(profiles));
	const bool has_runtime = find_runtime(err) == 0,
		   has_link = has_profiles && has_runtime &&
			      (name != NULL ? has(links, name, "") : has_any(links));

	if (!has_profile && !has_link)
		return PLACE_NOT_OWN;
	if (!has_runtime || check_rights(err) != 0)
		return PLACE_UNUSABLE;
	here = (struct place){.own = true,
			      .owner = geteuid(),
			      .profiles = profiles,
			      .run = run,
			      .links = links};
	return PLACE_OWN;
}

static int refuse(const struct profile *profile, unsigned line, struct error *err,
		  const char *what)
{
	return error_at(err, profile->file, line, 0,
			"%s: a profile of your own is brought up without root", what);
}

/* ssh is the user's, PPP is ppptun's, on a device that is there already; and nothing is
 * held back but by that device itself, whose routes stay. */
static int take_own(struct profile *profile, struct error *err)
{
	struct run_as account;

	if (run_as_find(profile->run_as, &account, err) != 0)
		return err->sys != 0 ? -1
				     : refuse(profile, profile->run_as_line, err,
					      "RunAs must be you");
	if (account.uid != here.owner)
		return refuse(profile, profile->run_as_line, err, "RunAs must be you");
	if (profile->ppp == PPP_PPPD)
		return refuse(profile, 0, err, "Ppp pppd needs root");
	if (profile->hooks)
		return refuse(profile, 0, err, "Hooks yes needs pppd, and so root");
	if (profile->hook_as == HOOK_AS_ROOT)
		return refuse(profile, profile->hook_as_line, err,
			      "HookAs root needs root");
	if (profile->ndns > 0)
		return refuse(profile, profile->dns[0].line, err, "Dns needs root");
	if (profile->accept_dns)
		return refuse(profile, 0, err, "Accept dns needs root");
	if (profile->route_default)
		return refuse(profile, profile->route_default_line, err,
			      "Route default needs root");
	if (profile->clamp_mss)
		return refuse(profile, 0, err, "ClampMss auto needs root");
	profile->ppp = PPP_PPPTUN;
	profile->fallback = true;
	return 0;
}

int place_load_profile(const char *name, struct profile *out, struct error *err)
{
	if (!here.own)
		return profile_load(PATH_PROFILES_DIR, name, TRUST_ROOT, out, err);
	return profile_load(here.profiles, name, TRUST_OWN, out, err) == 0
		   ? take_own(out, err)
		   : -1;
}
