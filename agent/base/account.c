/* SPDX-License-Identifier: ISC */
#include "agent/base/account.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "policy/language/load.h"

enum { PASSWD_LINE_MAX = 4096 };

int account_find(const char *passwd, enum trust trust, const char *name,
		 struct account *account, struct error *err)
{
	char line[PASSWD_LINE_MAX];
	struct passwd entry, *found = NULL;
	const int fd = policy_open(passwd, trust, err);
	FILE *file;
	int code;

	if (fd < 0)
		return -1;
	file = fdopen(fd, "re");
	if (file == NULL) {
		error_sys(err, errno, "cannot read %s", passwd);
		close(fd);
		return -1;
	}
	while ((code = fgetpwent_r(file, &entry, line, sizeof line, &found)) == 0)
		if (strcmp(found->pw_name, name) == 0)
			break;
	fclose(file);
	/* ENOENT is how the end of the file is reported. */
	if (code != 0 && code != ENOENT)
		return error_file(err, passwd, code, "cannot read it");
	if (code != 0)
		return error_set(err, "the account %s is not in %s", name, passwd);
	*account = (struct account){.uid = entry.pw_uid, .gid = entry.pw_gid};
	return 0;
}
