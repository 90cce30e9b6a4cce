/* SPDX-License-Identifier: ISC */
/* resolvconf(8), Debian's or openresolv: a record for each interface. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "agent/base/descriptors.h"
#include "local/names.h"
#include "local/process.h"

#define RESOLVCONF  "/usr/sbin/resolvconf"
#define RESOLV_CONF "/etc/resolv.conf"
/* Both sort tunnels before what else is up, by these names. */
#define RECORD "tun0.%s"

/* systemd-resolved has its own program answer to that name. */
bool resolvconf_is_there(void)
{
	char path[PATH_MAX];
	const char *name;

	if (access(RESOLVCONF, X_OK) != 0 || realpath(RESOLVCONF, path) == NULL)
		return false;
	name = strrchr(path, '/');
	return name == NULL || strcmp(name, "/resolvectl") != 0;
}

const char *resolvconf_record(const char *interface, char buf[RESOLVCONF_RECORD_MAX])
{
	snprintf(buf, RESOLVCONF_RECORD_MAX, RECORD, interface);
	return buf;
}

int resolvconf_text(const struct link_names *names, char *buf, size_t size)
{
	char address[ADDRESS_TEXT_MAX];
	const char *before = "search ";
	size_t used = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < names->nservers && used < size; i++)
		used +=
		    (size_t)snprintf(buf + used, size - used, "nameserver %s\n",
				     ip_addr_print(&names->servers[i].address, address));
	/* It routes nothing: those that are only routed mean nothing to it. */
	for (size_t i = 0; i < names->ndomains && used < size; i++) {
		if (domain_is_routed(names->domains[i].name))
			continue;
		used += (size_t)snprintf(buf + used, size - used, "%s%s", before,
					 names->domains[i].name);
		before = " ";
	}
	if (before[1] == '\0' && used < size)
		used += (size_t)snprintf(buf + used, size - used, "\n");
	return used < size ? (int)used : -1;
}

struct record_run {
	const char *option, *record;
	bool forces;
};

static void execute(const void *arg, struct error *err)
{
	const struct record_run *const run = arg;
	char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin", name[] = "resolvconf",
	     option[4], record[RESOLVCONF_RECORD_MAX], force[] = "-f";
	/* It may be gone already; Debian's, which does not know -f, passes over it. */
	char *const argv[] = {name, option, record, run->forces ? force : NULL, NULL};
	char *const envp[] = {path, NULL};

	snprintf(option, sizeof option, "%s", run->option);
	snprintf(record, sizeof record, "%s", run->record);
	execve(RESOLVCONF, argv, envp);
	error_sys(err, errno, "cannot execute " RESOLVCONF);
}

/* A file: a pipe may be too small for it, and who writes to one waits for its reader. */
static int make_input(const char *text, size_t len, struct error *err)
{
	const int fd = memfd_create("resolvconf", MFD_CLOEXEC);

	if (fd >= 0 && descriptors_write(fd, text, len) == 0 && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	error_sys(err, errno, "cannot write what resolvconf is told");
	if (fd >= 0)
		close(fd);
	return -1;
}

const char *resolvconf_read_only(void)
{
	return access(RESOLV_CONF, W_OK) != 0 && errno == EROFS
		   ? ": " RESOLV_CONF " is read-only here: `systemctl edit "
		     "vpn-connect@.service`, [Service], ReadWritePaths=/etc"
		   : "";
}

static int await_end(struct process *child, const char *option, int64_t deadline,
		     struct error *err)
{
	char how[PROCESS_TEXT_MAX];
	const bool ended = process_wait(child, deadline);

	if (!ended)
		error_code(err, ETIMEDOUT, "resolvconf %s takes longer than %d seconds",
			   option, RESOLVCONF_MS / 1000);
	else if (process_exit_status(child) != 0)
		error_set(err, "resolvconf %s failed: %s%s", option,
			  process_print(child, how), resolvconf_read_only());
	return ended && process_exit_status(child) == 0 ? 0 : -1;
}

static int run_it(const struct record_run *run, const char *text, size_t len,
		  struct error *err)
{
	const int64_t deadline = monotonic_ms() + RESOLVCONF_MS;
	struct process child;
	const int in = make_input(text, len, err);
	int result;

	if (in < 0)
		return -1;
	const struct spawn spawn = {.in = in,
				    .out = -1,
				    .err = -1,
				    .session = true,
				    .passing = true,
				    .execute = execute,
				    .arg = run};

	result = process_spawn(&spawn, &child, err);
	close(in);
	if (result != 0)
		return -1;
	result = process_release(&child, deadline, err);
	if (result != 0)
		return -1;
	result = await_end(&child, run->option, deadline, err);
	process_stop(&child, 0);
	process_close(&child);
	return result;
}

int resolvconf_set(const char *interface, const struct link_names *names, struct error *err)
{
	char text[RESOLVCONF_TEXT_MAX], record[RESOLVCONF_RECORD_MAX];
	const struct record_run run = {"-a", resolvconf_record(interface, record), false};
	const int len = resolvconf_text(names, text, sizeof text);

	return len < 0 ? error_set(err, "too many domains for resolvconf")
		       : run_it(&run, text, (size_t)len, err);
}

int resolvconf_unset(const char *interface, struct error *err)
{
	char record[RESOLVCONF_RECORD_MAX];
	const struct record_run run = {"-d", resolvconf_record(interface, record), true};

	return run_it(&run, "", 0, err);
}
