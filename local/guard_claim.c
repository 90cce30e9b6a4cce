/* SPDX-License-Identifier: ISC */
/* Which of this host's links has the default route. */
#include "local/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "local/place.h"
#include "local/profile_names.h"
#include "local/state.h"

/* Whoever has locked the directory of all links; it is free when that process ends as well.
 */
static int claim = -1;

bool guard_claimed(void)
{
	return claim >= 0;
}

void guard_unclaim(void)
{
	if (claim >= 0)
		close(claim);
	claim = -1;
}

static bool has_default(const char *name)
{
	static struct journal journal;
	struct state state;
	struct error err;
	bool has = false;

	if (state_open(name, false, &state, &err) == 0 &&
	    journal_read(state.dir, &journal, &err) == 0)
		has = journal_is_current(&journal) &&
		      journal_find(&journal, JOURNAL_TABLE) != NULL;
	state_close(&state);
	return has;
}

bool guard_other(const char *name, char other[NAME_MAX_LEN + 1])
{
	struct dirent **names = NULL;
	const int count = profile_names_with_links(&names);
	bool found = false;

	for (int i = 0; i < count && !found; i++) {
		if (strcmp(names[i]->d_name, name) == 0 || !has_default(names[i]->d_name))
			continue;
		snprintf(other, NAME_MAX_LEN + 1, "%.*s", NAME_MAX_LEN, names[i]->d_name);
		found = true;
	}
	if (count >= 0)
		profile_names_free(names, count);
	return found;
}

int guard_claim(const char *name, struct error *err)
{
	char other[NAME_MAX_LEN + 1];
	int fd;

	if (guard_other(name, other))
		return error_code(err, EBUSY,
				  "%s is this host's default route already (Route "
				  "default), and only one link can be: `vpn-connect down "
				  "%s` first",
				  other, other);
	if (claim >= 0)
		return 0;
	fd = open(place()->links, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return error_sys(err, errno, "cannot open %s", place()->links);
	if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
		claim = fd;
		return 0;
	}
	close(fd);
	if (errno != EWOULDBLOCK)
		return error_sys(err, errno, "cannot lock %s", place()->links);
	return error_code(err, EBUSY,
			  "another link is becoming this host's default route (Route "
			  "default), and only one can be");
}
