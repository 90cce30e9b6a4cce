/* SPDX-License-Identifier: ISC */
#include "policy/tool/audit/unit_files.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/tool/audit/host_names.h"

static const char administrators[] = "/etc/systemd/system";

const char *const unit_directories[] = {
    administrators,
    "/run/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    NULL,
};

const char *const network_directories[] = {
    "/etc/systemd/network",
    "/run/systemd/network",
    "/usr/local/lib/systemd/network",
    "/usr/lib/systemd/network",
    NULL,
};

/* In a copy a link to /dev/null leads nowhere, but it counts as a file. */
static bool is_there(const struct host *host, const char *path)
{
	const int fd = host_open(host, path, O_PATH | O_NOFOLLOW);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

bool unit_find(const struct host *host, const char *const *directories, const char *name,
	       char out[PATH_TEXT_MAX])
{
	for (size_t i = 0; directories[i] != NULL; i++)
		if (path_join(directories[i], name, out) == 0 && is_there(host, out))
			return true;
	return false;
}

bool unit_is_masked(const struct host *host, const char *path)
{
	const int fd = host_open(host, path, O_PATH | O_NOFOLLOW);
	char target[sizeof "/dev/null"] = "";
	struct stat st = {0};
	ssize_t got = -1;

	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && S_ISLNK(st.st_mode))
		got = readlinkat(fd, "", target, sizeof target);
	close(fd);
	return (S_ISREG(st.st_mode) && st.st_size == 0) ||
	       (got == sizeof target - 1 && memcmp(target, "/dev/null", (size_t)got) == 0);
}

bool unit_is_installed(const struct host *host)
{
	char path[PATH_TEXT_MAX];

	return unit_find(host, unit_directories, UNIT_NAME, path);
}

static bool is_wanting(const char *directory)
{
	const char *dot = strrchr(directory, '.');

	return dot != NULL && (strcmp(dot, ".wants") == 0 || strcmp(dot, ".requires") == 0);
}

static void visit_links(struct host *host, const char *directory,
			void (*visit)(struct host *host, const char *link,
				      const char *name))
{
	struct host_names links = {0};

	if (host_names_list(host, directory, &links) != 0)
		host_not_read(host, directory, "what is enabled");
	for (size_t i = 0; i < links.count; i++)
		visit(host, links.list[i], basename(links.list[i]));
	host_names_free(&links);
}

void unit_each_enabled(struct host *host,
		       void (*visit)(struct host *host, const char *link, const char *name))
{
	struct host_names paths = {0};

	(void)host_names_list(host, administrators, &paths);
	for (size_t i = 0; i < paths.count; i++)
		if (is_wanting(paths.list[i]))
			visit_links(host, paths.list[i], visit);
	host_names_free(&paths);
}

bool unit_is_enabled(const struct host *host, const char *name)
{
	struct host_names paths = {0};
	char link[PATH_TEXT_MAX];
	bool enabled = false;

	(void)host_names_list(host, administrators, &paths);
	for (size_t i = 0; i < paths.count && !enabled; i++)
		enabled = is_wanting(paths.list[i]) &&
			  path_join(paths.list[i], name, link) == 0 && is_there(host, link);
	host_names_free(&paths);
	return enabled;
}

static char *trim(char *text)
{
	char *end;

	text += strspn(text, " \t\r");
	end = text + strlen(text);
	while (end > text && strchr(" \t\r", end[-1]) != NULL)
		end--;
	*end = '\0';
	return text;
}

void unit_each_line(struct host *host, const char *path,
		    void (*visit)(struct host *host, const char *path,
				  const struct unit_line *line))
{
	char *whole = host_read(host, path, NULL), *rest = whole, *text, *equals;
	struct unit_line line = {.section = ""};

	if (whole == NULL)
		host_not_read(host, path, "");
	while (whole != NULL && (text = strsep(&rest, "\n")) != NULL) {
		line.line++;
		text = trim(text);
		equals = strchr(text, '=');
		if (text[0] == '[')
			line.section = text;
		if (text[0] == '#' || text[0] == ';' || text[0] == '[' || equals == NULL)
			continue;
		*equals = '\0';
		line.key = trim(text);
		line.value = trim(equals + 1);
		visit(host, path, &line);
	}
	free(whole);
}
