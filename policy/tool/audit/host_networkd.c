/* SPDX-License-Identifier: ISC */
/* systemd-networkd takes over the interfaces of links unless a file of ours tells it not
 * to. */
#include <fnmatch.h>
#include <string.h>

#include "policy/tool/audit/host.h"
#include "policy/tool/audit/host_names.h"
#include "policy/tool/audit/unit_files.h"

/* The file in packaging/systemd, and an interface name such as it is for. */
static const char own_file[] = "05-sallyport.network";
static const char an_interface[] = "sp-x";

static bool is_used(const struct host *host)
{
	return unit_is_enabled(host, "systemd-networkd.service") ||
	       (host->living && host_is_there(host, "/run/systemd/netif/state"));
}

static void judge_match(struct host *host, const char *path, const struct unit_line *line)
{
	char words[PATH_TEXT_MAX], *rest = words;

	if (strcmp(line->section, "[Match]") != 0 || strcmp(line->key, "Name") != 0 ||
	    strlen(line->value) >= sizeof words)
		return;
	snprintf(words, sizeof words, "%s", line->value);
	for (const char *word; (word = strsep(&rest, " \t")) != NULL;)
		if (fnmatch(word, an_interface, 0) == 0)
			host_find(host, RULE_NETWORKD, path, line->line,
				  "Name=%s: this file comes before %s", word, own_file);
}

/* Of all files that match, systemd-networkd takes the one whose name comes first. */
static void judge_earlier(struct host *host, const char *directory)
{
	struct host_names paths = {0};

	(void)host_names_list(host, directory, &paths);
	for (size_t i = 0; i < paths.count; i++) {
		const char *path = paths.list[i], *name = basename(path);

		if (strcmp(name, own_file) < 0 && fnmatch("*.network", name, 0) == 0 &&
		    !unit_is_masked(host, path))
			unit_each_line(host, path, judge_match);
	}
	host_names_free(&paths);
}

void host_networkd(struct host *host)
{
	char path[PATH_TEXT_MAX];

	if (!is_used(host))
		return;
	if (!unit_find(host, network_directories, own_file, path))
		host_find(host, RULE_NETWORKD, "", 0, "there is no %s", own_file);
	else if (unit_is_masked(host, path))
		host_find(host, RULE_NETWORKD, path, 0, "it is masked");
	for (size_t i = 0; network_directories[i] != NULL; i++)
		judge_earlier(host, network_directories[i]);
}
