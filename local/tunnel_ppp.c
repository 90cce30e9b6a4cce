/* SPDX-License-Identifier: ISC */
/* This side's PPP program: which one, on which interface, and begun. */
#include "local/tunnel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "agent/base/echo_file.h"
#include "agent/core/engine.h"
#include "local/place.h"
#include "local/ppp_program.h"

int tunnel_device_ready(const struct tun_wanted *wanted, struct failure *failure)
{
	struct error err;

	if (tun_device_try(wanted, &err) == 0)
		return 0;
	return failure_set(failure, EXIT_SYSTEM,
			   "%s: without root, the link needs a TUN device that root has "
			   "made for you, as vpn-connect(8) shows (WITHOUT ROOT)",
			   err.text);
}

int tunnel_interface_free(const char *interface, struct failure *failure)
{
	struct error err;
	struct netlink *netlink = netlink_open(&err);
	struct link link;
	int found;

	if (netlink == NULL)
		return failure_from(failure, EXIT_SYSTEM, &err);
	found = link_get(netlink, interface, &link, &err);
	netlink_close(netlink);
	if (found == 0)
		return failure_set(failure, EXIT_SYSTEM,
				   "there is an interface %s already, which is not ours: "
				   "remove it, or choose another name (Interface)",
				   interface);
	return err.sys == ENODEV ? 0 : failure_from(failure, EXIT_SYSTEM, &err);
}

static int note_link(struct tunnel *tunnel)
{
	struct journal_entry link = {.kind = JOURNAL_LINK};
	const struct journal_entry pair = {.kind = JOURNAL_PAIR,
					   .pair = tunnel->choice.pair};
	const struct journal_entry pair6 = {.kind = JOURNAL_PAIR,
					    .pair = tunnel->choice.pair6};

	snprintf(link.name, sizeof link.name, "%s", tunnel->profile->interface);
	if (tunnel_note(tunnel, &link) != 0)
		return -1;
	if (pair.pair.local.family != AF_UNSPEC && tunnel_note(tunnel, &pair) != 0)
		return -1;
	return pair6.pair.local.family != AF_UNSPEC ? tunnel_note(tunnel, &pair6) : 0;
}

/* Logs what the kernel reported before the program began. */
static int log_confinement(struct tunnel *tunnel, int fd)
{
	struct confine_report report;

	if (ppp_read_report(fd, &report) != 0)
		return failure_set(&tunnel->failure, EXIT_INTERNAL,
				   "%s did not report its confinement", tunnel->engine);
	report_log(tunnel->report, LOG_INFO, "confinement program=%s interface=%s %s",
		   tunnel->program, tunnel->profile->interface, report.text);
	return 0;
}

void tunnel_ppp_end(const struct profile *profile, const struct choice *choice,
		    const char *tty, struct ppp_end *out)
{
	*out = (struct ppp_end){
	    .interface = profile->interface,
	    .local = choice->pair.local,
	    .remote = choice->pair.remote,
	    .local6 = choice->pair6.local,
	    .remote6 = choice->pair6.remote,
	    .mru = choice->mru,
	    .keepalive = profile->keepalive,
	    .tty = tty,
	    /* What would be routed back to it. */
	    .sources = profile->strict && !profile->route_default ? choice->routes : NULL,
	    .nsources = choice->nroutes,
	    .persistent = place()->own,
	};
}

static int spawn_ppp(struct tunnel *tunnel, int report, int echoes)
{
	const bool terminal = tunnel->pty.name[0] != '\0';
	struct ppp_child child = {
	    .parent = getpid(),
	    .profile = tunnel->profile,
	    .program = tunnel->program,
	    .account = &tunnel->account,
	    .line = terminal ? -1 : tunnel->slave,
	    .report = report,
	};
	struct error err;

	tunnel_ppp_end(tunnel->profile, &tunnel->choice, terminal ? tunnel->pty.name : NULL,
		       &child.end);
	child.end.rtt_fd = echoes > 0 ? echoes : 0;
	child.end.trace = tunnel->onlooker != NULL;
	tunnel->reader.names[READER_PPP] = tunnel->engine;
	return ppp_spawn(&child, tunnel->reader.ends[READER_PPP], &tunnel->ppp, &err) == 0
		   ? 0
		   : tunnel_fail(tunnel, &err);
}

/* For `status`; -1: none, as pppd may write to no file, and the link can do without. */
static int open_echoes(const struct tunnel *tunnel)
{
	struct error err;
	int fd;

	if (!engine_is_ppptun(tunnel->program))
		return -1;
	fd = echo_file_create(tunnel->state->dir, &err);
	if (fd < 0)
		report_log(tunnel->report, LOG_WARNING,
			   "the round trip will not be measured: %s", err.text);
	return fd;
}

static int choose_program(struct tunnel *tunnel)
{
	enum ppp_engine engine;

	if (ppp_choose(tunnel->profile, tunnel->ready.link == PPP_PPPTUN, &engine,
		       &tunnel->failure) != 0)
		/* A remote that has ppptun would ask for nothing else here. */
		return ppp_settled(tunnel->profile, true) == PPP_PPPD
			   ? -1
			   : failure_blame(&tunnel->failure, BLAME_REMOTE);
	tunnel->program = engine_program(engine, tunnel->profile->pppd);
	tunnel->engine = engine_name(engine);
	return 0;
}

static int find_interface(struct tunnel *tunnel)
{
	const struct choice *const choice = &tunnel->choice;
	const struct tun_wanted wanted = {
	    .name = tunnel->profile->interface,
	    .mtu = choice->mru,
	    .local = choice->pair.local,
	    .remote = choice->pair.remote,
	    .local6 = choice->pair6.local,
	    .remote6 = choice->pair6.remote,
	};

	return place()->own ? tunnel_device_ready(&wanted, &tunnel->failure)
			    : tunnel_interface_free(wanted.name, &tunnel->failure);
}

int tunnel_start_ppp(struct tunnel *tunnel)
{
	int report[2], echoes, result;

	if (choose_program(tunnel) != 0 || find_interface(tunnel) != 0 ||
	    note_link(tunnel) != 0)
		return -1;
	if (pipe2(report, O_CLOEXEC) != 0)
		return failure_set(&tunnel->failure, EXIT_SYSTEM, "cannot make a pipe: %s",
				   strerrordesc_np(errno));
	echoes = open_echoes(tunnel);
	result = spawn_ppp(tunnel, report[1], echoes);
	close(report[1]);
	if (echoes >= 0)
		close(echoes);
	if (result == 0)
		result = tunnel_run(tunnel, tunnel->engine, &tunnel->ppp);
	if (result == 0)
		result = log_confinement(tunnel, report[0]);
	close(report[0]);
	return result;
}
