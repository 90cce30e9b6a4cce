/* SPDX-License-Identifier: ISC */
#include "local/endpoints.h"

#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <unistd.h>

/* ssh, and ssh -W for each jump, and what a ProxyCommand starts. */
enum { SESSION_FDS_MAX = 256 };

static void add_endpoint(struct endpoints *endpoints, const struct ip_addr *address)
{
	for (size_t i = 0; i < endpoints->count; i++)
		if (ip_addr_equal(&endpoints->addresses[i], address))
			return;
	if (endpoints->count < ENDPOINTS_MAX)
		endpoints->addresses[endpoints->count++] = *address;
}

static void add_peer(struct endpoints *endpoints, int fd)
{
	struct sockaddr_storage storage = {0};
	struct ip_addr address = {.family = AF_UNSPEC};
	socklen_t len = sizeof(storage);

	if (getpeername(fd, (struct sockaddr *)&storage, &len) != 0)
		return;
	if (storage.ss_family == AF_INET) {
		address.family = AF_INET;
		memcpy(address.bytes, &((struct sockaddr_in *)&storage)->sin_addr, 4);
	} else if (storage.ss_family == AF_INET6) {
		const struct in6_addr *six = &((struct sockaddr_in6 *)&storage)->sin6_addr;

		address.family = IN6_IS_ADDR_V4MAPPED(six) ? AF_INET : AF_INET6;
		if (address.family == AF_INET)
			memcpy(address.bytes, six->s6_addr + 12, 4);
		else
			memcpy(address.bytes, six->s6_addr, 16);
	}
	if (address.family != AF_UNSPEC)
		add_endpoint(endpoints, &address);
}

/* A number as the name of a directory entry; -1 for anything else. */
static int entry_number(const struct dirent *entry)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(entry->d_name, &end, 10);
	return errno == 0 && end != entry->d_name && *end == '\0' && number >= 0 &&
		       number <= INT32_MAX
		   ? (int)number
		   : -1;
}

/* Our own copy of a descriptor is the same socket, and asking it disturbs nobody. */
static void add_process(struct endpoints *endpoints, pid_t pid)
{
	const int pidfd = pidfd_open(pid, 0);
	const struct dirent *entry;
	int left = SESSION_FDS_MAX;
	char path[32];
	DIR *fds;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	fds = opendir(path);
	while (fds != NULL && pidfd >= 0 && left-- > 0 && (entry = readdir(fds)) != NULL) {
		const int number = entry_number(entry);
		const int fd = number < 0 ? -1 : pidfd_getfd(pidfd, number, 0);

		if (fd < 0)
			continue;
		add_peer(endpoints, fd);
		close(fd);
	}
	if (fds != NULL)
		closedir(fds);
	if (pidfd >= 0)
		close(pidfd);
}

void endpoints_find(const struct process *ssh, struct endpoints *out)
{
	const struct dirent *entry;
	DIR *proc = opendir("/proc");
	pid_t session;

	out->count = 0;
	while (proc != NULL && (entry = readdir(proc)) != NULL) {
		const int pid = entry_number(entry);

		if (pid > 0 && process_session(pid, &session) == 0 && session == ssh->pid)
			add_process(out, pid);
	}
	if (proc != NULL)
		closedir(proc);
}
