/* SPDX-License-Identifier: ISC */
/* Files, processes and programs of others. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/confine/confine.h"
#include "tests/probe/probe.h"

enum { NAME_SIZE = 160, SCOPED_FROM_ABI = 6 };

/* With Landlock none of them; without, whatever the ids own: that is told, not judged. */
static const struct {
	const char *path;
	int flags;
} files[] = {
    {"/etc/shadow", O_RDONLY},
    {"/etc/passwd", O_WRONLY},
    {"/root", O_RDONLY | O_DIRECTORY},
    {"/", O_RDONLY | O_DIRECTORY},
    {"/etc/sallyport/agent.conf", O_RDONLY},
    {"/etc/sallyport/agent.conf", O_RDWR},
    {"/etc/sallyport/peers/alice.conf", O_RDONLY},
    {"/etc/sallyport/peers/alice.conf", O_WRONLY | O_TRUNC},
    {"/etc/sallyport/peers/new.conf", O_WRONLY | O_CREAT},
    {"/etc/sallyport/authorized_keys", O_RDONLY},
    {"/etc/ssh/ssh_host_ed25519_key", O_RDONLY},
    {"/etc/ppp/chap-secrets", O_RDONLY},
    {"/etc/ppp/ip-up.d/new", O_WRONLY | O_CREAT},
    {"/run/sallyport/sessions", O_RDWR},
    {"/run/sallyport/new", O_WRONLY | O_CREAT},
    {"/run/new", O_WRONLY | O_CREAT},
    {"/tmp/new", O_WRONLY | O_CREAT},
    {"/tmp", O_RDWR | O_TMPFILE},
    {"/dev/shm/new", O_RDWR | O_CREAT},
    {"/usr/bin/id", O_WRONLY},
    {"/usr/lib/new", O_WRONLY | O_CREAT},
    {"/var/log/messages", O_RDONLY},
    {"/proc/self/mem", O_RDWR},
    {"/proc/self/attr/current", O_WRONLY},
    {"/proc/self/uid_map", O_WRONLY},
    {"/proc/1/environ", O_RDONLY},
    {"/proc/1/mem", O_RDWR},
    {"/proc/sys/kernel/core_pattern", O_WRONLY},
    {"/proc/sysrq-trigger", O_WRONLY},
    {"/sys/kernel/uevent_helper", O_WRONLY},
    {"/dev/mem", O_RDONLY},
    {"/dev/kmsg", O_RDONLY},
    {"/dev/tty", O_RDWR},
    {"/dev/net/tun", O_RDWR},
};

static void try_files(const struct expect *expect)
{
	char name[NAME_SIZE];

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		const int fd =
		    open(files[i].path, files[i].flags | O_CLOEXEC | O_NOCTTY, 0600);
		const int sys = errno;
		/* What is not there is no proof of anything; nor of the contrary. */
		const bool missing =
		    fd < 0 && (sys == ENOENT || sys == ENXIO || sys == ENODEV);

		snprintf(name, sizeof name, "open %s (%o)", files[i].path,
			 (unsigned)files[i].flags);
		errno = sys;
		if (expect->landlock != 0 && !expect->hooks && !missing)
			probe_fails(name, fd, EACCES);
		else
			printf("fact %s: %s\n", name,
			       fd >= 0 ? "open" : strerrorname_np(sys));
		if (fd >= 0)
			close(fd);
	}
}

static void try_changes(const struct expect *expect)
{
	if (expect->hooks)
		return;
	probe_fails("unlink", unlink("/etc/sallyport/peers/alice.conf"), EPERM);
	probe_fails("rename", rename("/etc/passwd", "/etc/passwd.away"), EPERM);
	probe_fails("mkdir", mkdir("/tmp/new.d", 0700), EPERM);
	probe_fails("link", link("/etc/passwd", "/tmp/new"), EPERM);
	probe_fails("symlink", symlink("/etc/passwd", "/tmp/new"), EPERM);
	probe_fails("chmod", chmod("/usr/sbin/pppd", 04755), EPERM);
	probe_fails("chown", chown("/usr/sbin/pppd", 1, 1), EPERM);
	probe_fails("mknod", mknod("/tmp/new", S_IFCHR | 0600, 0), EPERM);
	probe_fails("truncate", truncate("/etc/passwd", 0), EPERM);
}

/* kill(2) is on pppd's list, for its copying child. */
static void try_signals(const struct expect *expect)
{
	if (!expect->pppd || expect->other == 0)
		return;
	if (expect->uid != 0 || (expect->landlock >= SCOPED_FROM_ABI && !expect->hooks)) {
		probe_fails("a signal to another peer's process", kill(expect->other, 0),
			    EPERM);
		probe_fails("a signal to process 1", kill(1, 0), EPERM);
		probe_fails("a signal to its parent", kill(getppid(), 0), EPERM);
	} else {
		printf("fact a signal to another peer's process: %s\n",
		       kill(expect->other, 0) == 0 ? "possible" : strerrorname_np(errno));
	}
}

static void try_programs(const struct expect *expect)
{
	char program[] = "/usr/bin/id", none[] = "/etc/group", self[] = "/usr/sbin/pppd",
	     empty[] = "";
	/* Where nothing holds the probe back, a program would take its place. */
	char *name = probe_is_filtered() ? program : none;
	char *argv[] = {name, NULL}, *envp[] = {NULL};
	const int hidden = expect->pppd ? ENOENT : EPERM;

	if (expect->hooks)
		return;
	probe_fails("execve of a program", execve(name, argv, envp), hidden);
	probe_fails("execve of pppd", execve(probe_is_filtered() ? self : none, argv, envp),
		    hidden);
	probe_fails("execveat by path",
		    syscall(SYS_execveat, AT_FDCWD, name, argv, envp, 0), EPERM);
	for (int fd = 0; fd <= CONFINE_EXEC_FD; fd++) {
		const long result =
		    syscall(SYS_execveat, fd, empty, argv, envp, AT_EMPTY_PATH);

		if (result != -1 || errno != EPERM)
			printf("FAIL execveat of descriptor %d: %ld %s\n", fd, result,
			       strerrorname_np(errno));
	}
	puts("ok execveat of every descriptor");
}

/* Who listens there trusts uid 0. */
static void try_services(const struct expect *expect)
{
	const struct sockaddr_un address = {.sun_family = AF_UNIX,
					    .sun_path = "/run/systemd/private"};
	const int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (expect->hooks)
		return;
	probe_fails("a stream to a local service",
		    fd < 0 ? -1 : connect(fd, (const void *)&address, sizeof address),
		    EPERM);
}

static void try_descriptors(void)
{
	unsigned open_ones = 0;

	for (int fd = 0; fd < CONFINE_EXEC_FD + 1; fd++) {
		struct stat st;

		if (fstat(fd, &st) == 0)
			open_ones++;
	}
	/* The three, and the session's lock or the log. */
	probe_true("four descriptors are open", open_ones == 4);
}

void probe_objects(const struct expect *expect)
{
	try_descriptors();
	try_files(expect);
	try_changes(expect);
	try_signals(expect);
	try_programs(expect);
	try_services(expect);
}
