/* SPDX-License-Identifier: ISC */
#include "local/control_authority.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/base/descriptors.h"
#include "local/profile_names.h"
#include "policy/language/paths.h"
#include "policy/language/profile.h"

/* The kernel's own default, where it does not tell. */
enum { OVERFLOW_UID = 65534 };

/* What the kernel puts in place of a user of another user namespace. */
static uid_t overflow_uid(void)
{
	char text[16];

	return descriptors_read_text("/proc/sys/kernel/overflowuid", text, sizeof text) > 0
		   ? (uid_t)strtoul(text, NULL, 10)
		   : OVERFLOW_UID;
}

int control_user_of(int socket, struct control_user *out, struct error *err)
{
	struct ucred peer;
	socklen_t len = sizeof peer;
	const struct passwd *entry;

	out->ngroups = 0;
	out->uid = OVERFLOW_UID;
	if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0 ||
	    len != sizeof peer)
		return error_sys(err, errno, "the kernel does not say who asks");
	out->uid = peer.uid;
	snprintf(out->name, sizeof out->name, "%u", (unsigned)peer.uid);
	if (peer.uid == (uid_t)-1 || peer.uid == OVERFLOW_UID || peer.uid == overflow_uid())
		return error_set(err, "user number %u may be anybody's of a user namespace",
				 (unsigned)peer.uid);
	errno = 0;
	entry = getpwuid(peer.uid);
	if (entry == NULL)
		return error_set(err, "user number %u has no account here",
				 (unsigned)peer.uid);
	if (strlen(entry->pw_name) >= sizeof out->name)
		return error_set(err, "the name of user number %u is too long",
				 (unsigned)peer.uid);
	snprintf(out->name, sizeof out->name, "%s", entry->pw_name);
	out->ngroups = CONTROL_GROUPS_MAX;
	if (getgrouplist(entry->pw_name, entry->pw_gid, out->groups, &out->ngroups) < 0)
		out->ngroups = CONTROL_GROUPS_MAX;
	return 0;
}

static bool is_member(const struct control_user *user, const char *group)
{
	const struct group *entry = getgrnam(group);

	for (int i = 0; entry != NULL && i < user->ngroups; i++)
		if (user->groups[i] == entry->gr_gid)
			return true;
	return false;
}

/* By number: accounts that share one are one user to the kernel. */
static bool is_account(const struct control_user *user, const char *name)
{
	const struct passwd *entry = getpwnam(name);

	return entry != NULL && entry->pw_uid == user->uid;
}

/* A profile that is missing or wrong names nobody. */
static bool is_named(const struct control_user *user, const char *name)
{
	static struct profile profile;
	struct error err;

	if (profile_load(PATH_PROFILES_DIR, name, TRUST_ROOT, &profile, &err) != 0)
		return false;
	for (size_t i = 0; i < profile.nusers; i++) {
		const char *allowed = profile.users[i].name;

		if (allowed[0] == '@' ? is_member(user, allowed + 1)
				      : is_account(user, allowed))
			return true;
	}
	return false;
}

static bool may_see_all(const struct control_user *user)
{
	return user->uid == 0 || is_member(user, CONTROL_GROUP);
}

bool control_user_sees(const void *user, const char *name)
{
	return may_see_all(user) || is_named(user, name);
}

/* Otherwise list would have nothing to tell, and says so as to everybody else. */
static bool is_named_anywhere(const struct control_user *user)
{
	struct dirent **names = NULL;
	const int count = profile_names_read(&names);
	bool named = false;

	for (int i = 0; i < count && !named; i++)
		named = is_named(user, names[i]->d_name);
	if (count >= 0)
		profile_names_free(names, count);
	return named;
}

bool control_user_may(const struct control_user *user,
		      const struct control_request *request)
{
	const enum control_verb verb = (enum control_verb)request->verb;

	if (user->uid == 0 || (!control_verb_changes(verb) && may_see_all(user)))
		return true;
	if (verb == CONTROL_LIST)
		return is_named_anywhere(user);
	return request->name[0] != '\0' && is_named(user, request->name);
}
