/* SPDX-License-Identifier: ISC */
#include "local/endpoints.h"

#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "local/apart.h"
#include "local/proc_net.h"
#include "policy/language/value.h"

/* Sockets of one of: ssh, ssh -W for each jump, and what a ProxyCommand starts. */
enum { SESSION_FDS_MAX = 256 };
/* "socket:[", a number of 64 bits, "]". */
enum { SOCKET_NAME_MAX = 32 };

/* What the child hands back. */
struct found {
	struct endpoints endpoints;
	/* There may be more. */
	bool incomplete;
	/* The errno of the first that could not be examined, or 0. */
	int sys;
};

/* Notes that something could not be examined, unless it has ended or been closed meanwhile.
 */
static void miss(struct found *found, int sys)
{
	if (sys == ENOENT || sys == ESRCH || sys == EBADF)
		return;
	found->incomplete = true;
	if (found->sys == 0)
		found->sys = sys;
}

static void add_endpoint(struct found *found, const struct ip_addr *address)
{
	struct endpoints *const endpoints = &found->endpoints;

	for (size_t i = 0; i < endpoints->count; i++)
		if (ip_addr_equal(&endpoints->addresses[i], address))
			return;
	if (endpoints->count < ENDPOINTS_MAX)
		endpoints->addresses[endpoints->count++] = *address;
	else
		found->incomplete = true;
}

static void add_peer(struct found *found, int fd)
{
	struct sockaddr_storage storage = {0};
	struct ip_addr address = {.family = AF_UNSPEC};
	socklen_t len = sizeof storage;

	if (getpeername(fd, (struct sockaddr *)&storage, &len) != 0)
		return;
	if (storage.ss_family == AF_INET) {
		address.family = AF_INET;
		memcpy(address.bytes, &((struct sockaddr_in *)&storage)->sin_addr, 4);
	} else if (storage.ss_family == AF_INET6) {
		address.family = AF_INET6;
		memcpy(address.bytes, &((struct sockaddr_in6 *)&storage)->sin6_addr, 16);
		ip_addr_unmap(&address);
	}
	if (address.family != AF_UNSPEC)
		add_endpoint(found, &address);
}

/* A number as the name of a directory entry; -1 for anything else. */
static int entry_number(const struct dirent *entry)
{
	unsigned number;
	const char *why;

	return value_number(entry->d_name, 0, INT32_MAX, &number, &why) == 0 ? (int)number
									     : -1;
}

/*
 * Only sockets are copied: closing the copy of a file can wait for a user's file system.
 * *number is the kernel's number of the socket.
 */
static bool is_socket(struct found *found, int dir, const char *name, unsigned long *number)
{
	static const char wanted[] = "socket:[";
	char target[SOCKET_NAME_MAX];
	const ssize_t len = readlinkat(dir, name, target, sizeof target - 1);

	if (len < 0) {
		miss(found, errno);
		return false;
	}
	target[len] = '\0';
	if (strncmp(target, wanted, sizeof wanted - 1) != 0)
		return false;
	*number = strtoul(target + sizeof wanted - 1, NULL, 10);
	return true;
}

/* A socket that cannot be copied, as with Yama's ptrace_scope 3: from the kernel's lists.
 */
static void look_up(struct found *found, pid_t pid, unsigned long number, int sys)
{
	struct ip_addr address;

	if (proc_net_find(pid, number, &address) != 0)
		miss(found, sys);
	else if (address.family != AF_UNSPEC)
		add_endpoint(found, &address);
}

/* A copy of a descriptor is the same socket, and reading its address does not disturb its
 * owner. */
static void add_sockets(struct found *found, pid_t pid, int pidfd, DIR *fds)
{
	const struct dirent *entry;
	int left = SESSION_FDS_MAX;

	while (errno = 0, (entry = readdir(fds)) != NULL) {
		const int number = entry_number(entry);
		unsigned long name;
		int fd;

		if (number < 0 || !is_socket(found, dirfd(fds), entry->d_name, &name))
			continue;
		if (left-- == 0) {
			found->incomplete = true;
			return;
		}
		fd = pidfd_getfd(pidfd, number, 0);
		if (fd >= 0) {
			add_peer(found, fd);
			close(fd);
		} else if (errno == EPERM || errno == EACCES || errno == ENOSYS) {
			look_up(found, pid, name, errno);
		} else {
			miss(found, errno);
		}
	}
	if (errno != 0)
		miss(found, errno);
}

static void add_process(struct found *found, pid_t pid)
{
	const int pidfd = pidfd_open(pid, 0);
	char path[32];
	DIR *fds;

	if (pidfd < 0) {
		miss(found, errno);
		return;
	}
	snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
	fds = opendir(path);
	if (fds != NULL) {
		add_sockets(found, pid, pidfd, fds);
		closedir(fds);
	} else {
		miss(found, errno);
	}
	close(pidfd);
}

/* In the child. */
static void find(const void *arg, void *result)
{
	const struct process *ssh = arg;
	struct found *found = result;
	const struct dirent *entry;
	DIR *proc = opendir("/proc");

	if (proc == NULL) {
		miss(found, errno);
		found->incomplete = true;
		return;
	}
	while (errno = 0, (entry = readdir(proc)) != NULL) {
		const int pid = entry_number(entry);
		struct proc_stat stat;

		if (pid <= 0)
			continue;
		if (proc_stat_read(pid, &stat) != 0)
			miss(found, errno);
		else if (stat.session == ssh->pid)
			add_process(found, pid);
	}
	if (errno != 0)
		miss(found, errno);
	closedir(proc);
}

int endpoints_find(const struct process *ssh, int64_t deadline, struct endpoints *out,
		   struct error *err)
{
	struct found found = {.incomplete = false};
	/* A child does it: a process of the user's could block whoever examines it. */
	const struct apart apart = {find, ssh, &found, sizeof found};

	out->count = 0;
	if (apart_run(&apart, deadline, err) != 0)
		return -1;
	*out = found.endpoints;
	if (found.sys != 0)
		return error_sys(err, found.sys, "cannot look at the sockets of ssh");
	if (found.incomplete)
		return error_set(err, "its session has more sockets than can be told");
	return out->count > 0 ? 0 : error_set(err, "its session has no connection");
}

void endpoints_add_literal(struct endpoints *out, const char *host)
{
	struct ip_addr literal;
	const char *why;

	if (out->count < ENDPOINTS_MAX && ip_addr_parse(host, &literal, &why) == 0)
		out->addresses[out->count++] = literal;
}
