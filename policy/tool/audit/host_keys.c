/* SPDX-License-Identifier: ISC */
/* Where sshd looks for the account's keys. The account must be able to read these files and
 * unable to change them; a command that prints keys must be ours. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/language/paths.h"
#include "policy/tool/audit/host.h"
#include "policy/tool/audit/host_sshd.h"
#include "policy/tool/audit/key_lines.h"

/* More than anybody has. */
enum { KEYS_FILES_MAX = 32 };

struct key_files {
	struct host *host;
	struct key_lines lines;
	/* kept lines point into them */
	char paths[KEYS_FILES_MAX][PATH_TEXT_MAX];
	size_t count;
};

/* step is a directory above path, or path itself. */
static void judge_step(struct host *host, const char *path, const char *step)
{
	const bool last = strcmp(path, step) == 0;
	const int fd = host_open(host, step, O_PATH | O_NOFOLLOW);
	struct stat st;

	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && S_ISLNK(st.st_mode))
		host_find(host, RULE_KEYS_FILE, path, 0,
			  "%s is a symbolic link: expected the file itself", step);
	else
		host_readable(host, step, last ? S_IROTH : S_IXOTH);
	close(fd);
	/* On the host itself host_trust_file() checks every directory. */
	if (!last && !host->living)
		(void)host_trust_directory(host, RULE_KEYS_FILE, step);
}

/* From "/" down to the file. */
static void judge_way(struct host *host, const char *path)
{
	char step[PATH_TEXT_MAX];

	for (size_t i = 0; path[i] != '\0'; i++) {
		const size_t len = i == 0 ? 1 : i;

		if (path[i] != '/')
			continue;
		memcpy(step, path, len);
		step[len] = '\0';
		judge_step(host, path, step);
	}
	judge_step(host, path, path);
	(void)host_trust_file(host, RULE_KEYS_FILE, path);
}

static void read_file(struct key_files *files, const char *path)
{
	size_t len;
	char *text;

	judge_way(files->host, path);
	text = host_read(files->host, path, &len);
	if (text == NULL) {
		/* sshd passes over what is not there. */
		if (errno != ENOENT)
			host_find(files->host, RULE_UNREADABLE, path, 0,
				  "cannot read it: %s", host_why());
		return;
	}
	key_lines_read(&files->lines, path, text, len);
	free(text);
}

/* The text that sshd puts for %c, or NULL when it knows no such token. */
static const char *token(const struct host *host, char c, char uid[16])
{
	if (c != '%' && !host->has_account)
		return NULL;
	switch (c) {
	case '%':
		return "%";
	case 'h':
		return host->account.home;
	case 'u':
		return host->account.name;
	case 'U':
		snprintf(uid, 16, "%lu", (unsigned long)host->account.uid);
		return uid;
	default:
		return NULL;
	}
}

/* Replaces the tokens of word: 0, or -1 when one is unknown or out is too small. */
static int expand(const struct host *host, const char *word, size_t len,
		  char out[PATH_TEXT_MAX])
{
	char uid[16], letter[2] = "";
	size_t used = 0;

	for (size_t i = 0; i < len; i++) {
		const char *text = letter;

		letter[0] = word[i];
		if (word[i] == '%')
			text = ++i < len ? token(host, word[i], uid) : NULL;
		if (text == NULL || used + strlen(text) >= PATH_TEXT_MAX)
			return -1;
		memcpy(out + used, text, strlen(text));
		used += strlen(text);
	}
	out[used] = '\0';
	return 0;
}

/* The path that a word of AuthorizedKeysFile stands for. */
static int place(const struct host *host, const char *word, size_t len,
		 char path[PATH_TEXT_MAX])
{
	char expanded[PATH_TEXT_MAX];

	if (expand(host, word, len, expanded) != 0 ||
	    (expanded[0] != '/' && !host->has_account))
		return -1;
	return expanded[0] == '/' ? path_tidy(expanded, path)
				  : path_join(host->account.home, expanded, path);
}

static void take_word(struct key_files *files, const char *word, size_t len)
{
	char path[PATH_TEXT_MAX];

	if (place(files->host, word, len, path) != 0) {
		host_find(files->host, RULE_KEYS_FILE, PATH_SSHD_CONFIG, 0,
			  "authorizedkeysfile %.*s: it is not known which file this is",
			  (int)len, word);
		return;
	}
	if (files->count == KEYS_FILES_MAX) {
		host_find(files->host, RULE_NOT_LOOKED_AT, path, 0,
			  "authorizedkeysfile has more than %d files", KEYS_FILES_MAX);
		return;
	}
	memcpy(files->paths[files->count], path, sizeof path);
	read_file(files, files->paths[files->count++]);
}

static void take_files(struct key_files *files, const char *value)
{
	if (strcmp(value, "none") == 0)
		return;
	while (*value != '\0') {
		const size_t len = strcspn(value, " ");

		if (len > 0)
			take_word(files, value, len);
		value += len + (value[len] == ' ' ? 1 : 0);
	}
}

/* As vpn-policy(8) gives it. */
static const char our_command[] =
    PATH_VPN_POLICY " authorized-keys --user %u --type %t --key %k";

static const char *setting(const struct host *host, const char *keyword,
			   const char *otherwise)
{
	const char *value = sshd_setting(host->sshd, keyword);

	return value == NULL ? otherwise : value;
}

/* True when sshd finds every peer's key by our command, so that no file needs a line for
 * it. */
static bool take_command(struct host *host)
{
	const char *command = setting(host, "authorizedkeyscommand", "none");
	const char *user = setting(host, "authorizedkeyscommanduser", "none");

	if (strcmp(command, "none") == 0)
		return false;
	if (strcmp(command, our_command) != 0) {
		host_find(host, RULE_KEYS_COMMAND, PATH_SSHD_CONFIG, 0,
			  "authorizedkeyscommand %s for %s: expected none, or %s", command,
			  host->conf.account, our_command);
		return false;
	}
	/* sshd does not run it without a user; and it needs no right of root's. */
	if (strcmp(user, "none") == 0 || strcmp(user, "root") == 0)
		host_find(host, RULE_KEYS_COMMAND, PATH_SSHD_CONFIG, 0,
			  "authorizedkeyscommanduser %s: expected %s, or another in its "
			  "group",
			  user, host->conf.account);
	return strcmp(user, "none") != 0;
}

void host_keys(struct host *host)
{
	struct key_files *files = calloc(1, sizeof *files);
	bool command;

	if (files == NULL) {
		host->findings->lost = true;
		return;
	}
	files->host = host;
	if (key_lines_begin(&files->lines, host) != 0)
		goto out;
	if (host->sshd == NULL)
		host_find(host, RULE_NOT_LOOKED_AT, PATH_SSHD_CONFIG, 0,
			  "where sshd looks for keys is not known: " PATH_AUTHORIZED
			  " was looked at");
	command = take_command(host);
	take_files(files, setting(host, "authorizedkeysfile", PATH_AUTHORIZED));
	key_lines_end(&files->lines, !command);
out:
	free(files);
}
