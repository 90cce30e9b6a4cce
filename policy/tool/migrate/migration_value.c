/* SPDX-License-Identifier: ISC */
/* Single values of a link, from another program's file. */
#include "policy/tool/migrate/migration.h"

#include <stdio.h>
#include <string.h>

#include "policy/language/constraint.h"
#include "policy/language/escape.h"
#include "policy/language/value.h"

static void refuse(struct migration *m, struct origin at, const char *what,
		   const char *value, const char *why)
{
	char shown[MIGRATE_SHOWN_MAX];

	migration_note(m, at, "not taken over: %s %s: %s", what,
		       escape_quoted(value, strlen(value), shown, sizeof shown), why);
}

/* Checks the value and copies it; false, with a note, when it is none. */
static bool take(struct migration *m, struct origin at, const char *what, const char *value,
		 int (*check)(const char *, const char **), char *out, size_t size)
{
	const char *why = "too long";

	if (strlen(value) < size && check(value, &why) == 0) {
		memcpy(out, value, strlen(value) + 1);
		return true;
	}
	refuse(m, at, what, value, why);
	return false;
}

void migration_host(struct migration *m, struct origin at, const char *what,
		    struct made_profile *profile, const char *value)
{
	(void)take(m, at, what, value, value_host, profile->host, sizeof profile->host);
}

void migration_port(struct migration *m, struct origin at, const char *what,
		    struct made_profile *profile, const char *value)
{
	const char *why;

	if (value_number(value, 1, UINT16_MAX, &profile->port, &why) != 0)
		refuse(m, at, what, value, why);
}

void migration_account(struct migration *m, struct origin at, const char *what,
		       struct made_profile *profile, const char *value)
{
	if (strcmp(value, "root") == 0)
		migration_drop(m, at, what,
			       "the agent's account is never root: set Account, if the "
			       "remote's agent.conf has another than the default");
	else
		(void)take(m, at, what, value, value_account, profile->account,
			   sizeof profile->account);
}

void migration_identity(struct migration *m, struct origin at, const char *what,
			struct made_profile *profile, const char *value)
{
	if (profile->identity[0] != '\0')
		refuse(m, at, what, value,
		       "IdentityFile names one key: the first one is taken");
	else if (strstr(value, "dropbear") != NULL)
		refuse(m, at, what, value,
		       "ssh cannot read dropbear's keys: convert it (dropbearconvert), or "
		       "make a new one (ssh-keygen)");
	else
		(void)take(m, at, what, value, value_path, profile->identity,
			   sizeof profile->identity);
}

void migration_mru(struct migration *m, struct origin at, const char *what, unsigned *mru,
		   const char *value)
{
	const char *why;

	if (value_number(value, MRU_MIN, MRU_MAX, mru, &why) != 0)
		refuse(m, at, what, value, why);
}

void migration_end(struct migration *m, struct origin at, const char *what,
		   struct ip_addr *out, sa_family_t family, const char *value)
{
	const char *why = NULL;
	struct ip_addr addr;

	if (ip_addr_parse(value, &addr, &why) == 0)
		why = addr.family == family ? constraint_link_end(&addr)
					    : "an address of the other family";
	if (why == NULL)
		*out = addr;
	else
		refuse(m, at, what, value, why);
}
