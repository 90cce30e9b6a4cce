/* SPDX-License-Identifier: ISC */
/* Where sshd listens, by the kernel's own lists. If none runs: where the first process
 * listens, which may start one for each connection. And whether the running sshd have read
 * their files since the last change: each rewrites its PidFile when it reads them. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/tool/audit/host.h"
#include "policy/tool/audit/host_sshd.h"
#include "policy/tool/audit/sshd_text.h"
#include "policy/tool/base/grow.h"

enum {
	SSH_PORT = 22,
	FIRST_PROCESS = 1,
	PROC_PATH_MAX = 64,
	LINK_MAX = 64,
	/* of a line of /proc/net/tcp6, with room */
	LINE_MAX_SIZE = 512,
	HEX = 16,
	WORD_DIGITS = 8,
	LOOPBACK = 127,
};

struct sockets {
	unsigned long *inodes;
	size_t count, size;
};

/* What to look for in the kernel's lists, and what was found. */
struct ears {
	const struct sshd_settings *settings;
	/* NULL: of any process */
	const struct sockets *sockets;
	/* only those at sshd's ports */
	bool ports;
	size_t all, loopback;
	struct ip_addr first;
};

static void keep_socket(struct host *host, struct sockets *sockets, const char *link)
{
	static const char socket[] = "socket:[";
	unsigned long inode;

	if (strncmp(link, socket, sizeof socket - 1) != 0)
		return;
	inode = strtoul(link + sizeof socket - 1, NULL, 10);
	if (!APPEND(sockets->inodes, sockets->count, sockets->size, &inode))
		host->findings->lost = true;
}

static void read_sockets(struct host *host, unsigned long process, struct sockets *sockets)
{
	char path[PROC_PATH_MAX], link[LINK_MAX];
	DIR *stream;
	const struct dirent *entry;

	snprintf(path, sizeof path, "/proc/%lu/fd", process);
	stream = opendir(path);
	if (stream == NULL)
		return;
	while ((entry = readdir(stream)) != NULL) {
		const ssize_t len =
		    readlinkat(dirfd(stream), entry->d_name, link, sizeof link - 1);

		if (len <= 0)
			continue;
		link[len] = '\0';
		keep_socket(host, sockets, link);
	}
	closedir(stream);
}

/* "0100007F": the address in words of 32 bits, in the processor's byte order. */
static void read_address(const char *hex, struct ip_addr *addr)
{
	char word[WORD_DIGITS + 1] = "";

	*addr = (struct ip_addr){
	    .family = strlen(hex) > WORD_DIGITS ? AF_INET6 : AF_INET,
	};
	for (size_t i = 0; hex[i] != '\0' && i / 2 < sizeof addr->bytes; i += WORD_DIGITS) {
		uint32_t value;

		snprintf(word, sizeof word, "%.*s", WORD_DIGITS, hex + i);
		value = (uint32_t)strtoul(word, NULL, HEX);
		memcpy(addr->bytes + i / 2, &value, sizeof value);
		if (strlen(word) < WORD_DIGITS)
			break;
	}
}

/* Also as ::ffff:127.0.0.1. */
static bool is_loopback(const struct ip_addr *addr)
{
	static const struct ip_prefix loopbacks[] = {
	    {{AF_INET, {LOOPBACK}}, 8},
	    {{AF_INET6, {[15] = 1}}, IPV6_BITS},
	    {{AF_INET6, {[10] = 0xff, [11] = 0xff, [12] = LOOPBACK}}, 104},
	};

	for (size_t i = 0; i < sizeof loopbacks / sizeof loopbacks[0]; i++)
		if (ip_prefix_contains(&loopbacks[i], addr))
			return true;
	return false;
}

static bool is_port(const struct sshd_settings *settings, unsigned long port)
{
	const char *value;
	size_t at = 0;

	if (settings == NULL)
		return port == SSH_PORT;
	while ((value = sshd_next(settings, "port", &at)) != NULL)
		if (strtoul(value, NULL, 10) == port)
			return true;
	return false;
}

static bool is_among(const struct sockets *sockets, unsigned long inode)
{
	for (size_t i = 0; i < sockets->count; i++)
		if (sockets->inodes[i] == inode)
			return true;
	return false;
}

/* "sl local:port remote:port state tx:rx tr:when retries uid timeout inode …" */
static void take_line(struct ears *ears, char *line)
{
	enum { LOCAL = 1, STATE = 3, INODE = 9, WORDS };
	static const char listens[] = "0A";
	char *word[WORDS] = {NULL}, *rest = NULL, *port;
	struct ip_addr addr;

	for (size_t i = 0; i < WORDS; i++) {
		word[i] = strtok_r(i == 0 ? line : NULL, " \n", &rest);
		if (word[i] == NULL)
			return;
	}
	port = strchr(word[LOCAL], ':');
	if (port == NULL || strcmp(word[STATE], listens) != 0)
		return;
	*port++ = '\0';
	if (ears->sockets != NULL &&
	    !is_among(ears->sockets, strtoul(word[INODE], NULL, 10)))
		return;
	if (ears->ports && !is_port(ears->settings, strtoul(port, NULL, HEX)))
		return;
	read_address(word[LOCAL], &addr);
	if (ears->all++ == 0)
		ears->first = addr;
	if (is_loopback(&addr))
		ears->loopback++;
}

/* Reads the lists of the network in which that process is. */
static void listen_to(struct ears *ears, unsigned long process)
{
	static const char *const lists[] = {"tcp", "tcp6"};
	char path[PROC_PATH_MAX], line[LINE_MAX_SIZE];

	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		FILE *file;

		snprintf(path, sizeof path, "/proc/%lu/net/%s", process, lists[i]);
		file = fopen(path, "re");
		if (file == NULL)
			continue;
		while (fgets(line, sizeof line, file) != NULL)
			take_line(ears, line);
		fclose(file);
	}
}

/* Peers come from loopback where a program on this host forwards their connections. */
static bool peers_come_from_here(const struct host *host)
{
	static const struct ip_prefix four = {
	    .addr = {.family = AF_INET, .bytes = {LOOPBACK, 0, 0, 1}}, .len = IPV4_BITS};
	static const struct ip_prefix six = {
	    .addr = {.family = AF_INET6, .bytes = {[15] = 1}}, .len = IPV6_BITS};

	for (size_t i = 0; i < host->nfrom; i++)
		if (ip_prefix_covers(&host->from[i].network, &four) ||
		    ip_prefix_covers(&host->from[i].network, &six))
			return true;
	return false;
}

static void judge_ears(struct host *host, const struct ears *ears)
{
	char address[ADDRESS_TEXT_MAX];

	if (ears->all > 0 && ears->all == ears->loopback && !peers_come_from_here(host))
		host_find(
		    host, RULE_SSHD_LISTEN, "", 0,
		    "sshd listens only at %s, and no peer comes from this host itself",
		    ip_addr_print(&ears->first, address));
}

/* If no sshd runs, the first process may start one for each connection. */
static void judge_first_process(struct host *host, const struct sshd_settings *settings)
{
	struct sockets sockets = {0};
	struct ears theirs = {.settings = settings, .ports = true};
	struct ears any = theirs;

	read_sockets(host, FIRST_PROCESS, &sockets);
	theirs.sockets = &sockets;
	listen_to(&theirs, (unsigned long)getpid());
	listen_to(&any, (unsigned long)getpid());
	if (theirs.all > 0) {
		judge_ears(host, &theirs);
	} else if (any.all > 0) {
		host_find(host, RULE_NOT_LOOKED_AT, "", 0,
			  "which process listens at sshd's port: it is neither an sshd nor "
			  "the first process");
	} else {
		theirs.ports = false;
		listen_to(&theirs, (unsigned long)getpid());
		if (theirs.all > theirs.loopback)
			host_find(host, RULE_NOT_LOOKED_AT, "", 0,
				  "whether the first process starts sshd: it listens at "
				  "another port");
		else
			host_find(host, RULE_SSHD_LISTEN, "", 0,
				  "no sshd runs, and nothing listens at its port");
	}
	free(sockets.inodes);
}

/* When the process last read its files, by its PidFile; false when that is not known. */
static bool started_at(const struct host *host, const struct sshd_settings *settings,
		       const struct host_listener *listener, struct timespec *when)
{
	const char *path = sshd_setting(settings, "pidfile");
	struct stat st;
	long process;

	if (listener->own_pid_file || path == NULL || strcmp(path, "none") == 0)
		return false;
	if (!host_number(host, path, &process) || process != (long)listener->process ||
	    host_stat(host, path, &st) < 0)
		return false;
	*when = st.st_mtim;
	return true;
}

static void judge_age(struct host *host, const struct sshd_settings *settings,
		      const struct host_listener *listener)
{
	struct timespec at;

	if (host->sshd_changed[0] != '\0' && started_at(host, settings, listener, &at) &&
	    host_is_later(&host->sshd_changed_at, &at))
		host_find(host, RULE_SSHD_STALE, host->sshd_changed, 0,
			  "changed since sshd, process %lu, has read it",
			  listener->process);
}

void host_sshd_listen(struct host *host, const struct sshd_settings *settings)
{
	struct sockets sockets = {0};
	struct ears ears = {.settings = settings, .sockets = &sockets};

	/* Only root may see the sockets of other users' processes. */
	if (geteuid() != 0)
		return;
	if (host->nlisteners == 0) {
		judge_first_process(host, settings);
		return;
	}
	for (size_t i = 0; i < host->nlisteners; i++) {
		sockets.count = 0;
		read_sockets(host, host->listeners[i].process, &sockets);
		listen_to(&ears, host->listeners[i].process);
		if (settings != NULL)
			judge_age(host, settings, &host->listeners[i]);
	}
	judge_ears(host, &ears);
	free(sockets.inodes);
}
