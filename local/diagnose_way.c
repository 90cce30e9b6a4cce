/* SPDX-License-Identifier: ISC */
/* diagnose: the way to each gateway, before ssh is asked. */
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "local/diagnose.h"
#include "policy/language/value.h"

enum { WHAT_MAX = 320 };

static void fail(struct diagnosis *diagnosis, enum link_step step, int64_t took,
		 const char *what, const char *text, const char *cure)
{
	struct remark finding = {
	    .step = step, .verdict = VERDICT_FAILED, .code = EXIT_NO_HOST, .took = took};

	snprintf(finding.what, sizeof finding.what, "%s", what);
	snprintf(finding.text, sizeof finding.text, "%s", text);
	snprintf(finding.cure, sizeof finding.cure, "%s", cure);
	diagnosis_add(diagnosis, &finding);
}

static void tell_name(struct diagnosis *diagnosis, const char *host,
		      const struct tcp_probe *probe)
{
	char text[FAILURE_TEXT_MAX], shown[SSH_VIEW_TEXT_MAX];

	check_shown(probe->reach.host, shown);
	if (probe->name_error == 0) {
		diagnosis_ok(diagnosis, STEP_NAME, probe->name_us, "%s: %u %s", shown,
			     probe->count, probe->count == 1 ? "address" : "addresses");
		return;
	}
	snprintf(text, sizeof text, "the name %s cannot be resolved (%s)", shown,
		 gai_strerror(probe->name_error));
	fail(
	    diagnosis, STEP_NAME, probe->name_us, host, text,
	    probe->name_error == EAI_AGAIN
		? "check the name servers of this host (/etc/resolv.conf), and its network"
		: "check Host in the profile, HostName in the ssh_config of RunAs, and the "
		  "name server");
}

static const char *why_no_connection(int sys)
{
	switch (sys) {
	case ETIMEDOUT:
		return "no answer at all: a packet filter on the way drops what is sent, "
		       "or "
		       "no host has the address";
	case ECONNREFUSED:
		return "the connection is refused: the host is there, and nothing listens "
		       "on "
		       "this port";
	case ENETUNREACH:
		return "this host has no route to the address";
	case EHOSTUNREACH:
		return "no router knows the host, or it does not answer on its network, or "
		       "a "
		       "packet filter says so";
	case EACCES:
	case EPERM:
		return "a packet filter of this host forbids the connection";
	default:
		/* A child has said it, be it a number that no system has. */
		return strerrordesc_np(sys) != NULL ? strerrordesc_np(sys)
						    : "an unknown error";
	}
}

static const char *how_to_connect(int sys)
{
	switch (sys) {
	case ETIMEDOUT:
		return "ask whoever runs the firewalls between, and try from another "
		       "network";
	case ECONNREFUSED:
		return "does sshd run there, on this port (Port)?";
	case EACCES:
	case EPERM:
		return "look at `nft list ruleset` here";
	default:
		return "check `ip route get` for the address, and the network";
	}
}

static void tell_exchange_failure(struct diagnosis *diagnosis, const char *what,
				  const struct tcp_probe_address *one)
{
	char text[FAILURE_TEXT_MAX];

	switch (one->exchange_error) {
	case ETIMEDOUT:
		snprintf(text, sizeof text,
			 "the connection stands, and no word comes: what listens there is "
			 "no sshd, or one that is stopped, or something on the way takes "
			 "connections and passes nothing on");
		break;
	case EPROTO:
		snprintf(text, sizeof text, "what listens there is no sshd: it says %s",
			 one->banner);
		break;
	default:
		snprintf(
		    text, sizeof text,
		    "the other end ends the connection before it says what it is%s%s: "
		    "its sshd may have too many logins going on (MaxStartups), or shut "
		    "out this address after failed ones (PerSourcePenalties)",
		    one->banner[0] != '\0' ? ", but for " : "", one->banner);
		break;
	}
	fail(diagnosis, STEP_EXCHANGE, one->exchange_us, what, text,
	     one->exchange_error == ECONNRESET
		 ? "try later, or ask the administrator what the log of sshd says"
		 : "check Host and Port, and whether sshd runs there");
}

static void tell_lost_bulk(struct diagnosis *diagnosis, const char *what,
			   const struct tcp_probe_address *one)
{
	char text[FAILURE_TEXT_MAX];

	snprintf(text, sizeof text,
		 "small packets arrive, and large ones of up to %u bytes vanish without a "
		 "word (an MTU hole): ssh would connect, and hang in the exchange of keys",
		 one->mtu);
	fail(diagnosis, STEP_EXCHANGE, one->exchange_us, what, text,
	     "have the ICMP message \"fragmentation needed\" pass on the way (type 3 code "
	     "4; "
	     "IPv6: packet too big), or lower the MTU here: ip route change ... mtu 1280, "
	     "or "
	     "sysctl net.ipv4.tcp_mtu_probing=1");
}

static bool tell_address(struct diagnosis *diagnosis, const struct tcp_probe *probe,
			 const struct tcp_probe_address *one)
{
	char what[WHAT_MAX], text[ADDRESS_TEXT_MAX];

	snprintf(what, sizeof what, "%s port %u", ip_addr_print(&one->address, text),
		 (unsigned)strtoul(probe->reach.port, NULL, 10));
	if (one->connect_error != 0) {
		fail(diagnosis, STEP_TCP, one->connect_us > 0 ? one->connect_us : -1, what,
		     why_no_connection(one->connect_error),
		     how_to_connect(one->connect_error));
		return false;
	}
	diagnosis_ok(diagnosis, STEP_TCP, one->connect_us, "%s", what);
	if (one->exchange_error != 0) {
		tell_exchange_failure(diagnosis, what, one);
		return false;
	}
	if (one->bulk == TCP_PROBE_BULK_LOST) {
		tell_lost_bulk(diagnosis, what, one);
		return false;
	}
	diagnosis_ok(
	    diagnosis, STEP_EXCHANGE, one->exchange_us, "%s %s%s", text, one->banner,
	    one->bulk == TCP_PROBE_BULK_TAKEN ? "; packets of full size arrive" : "");
	return true;
}

/* Whether ssh could get there. */
static bool look_at(struct diagnose *diagnose, const char *host, const struct words *env)
{
	struct tcp_probe *const probe = &diagnose->probe;
	struct diagnosis *const diagnosis = diagnose->diagnosis;
	struct error err;
	bool any = false;

	if (tcp_probe(diagnose->profile, host, &diagnose->account, env, probe, &err) != 0) {
		fail(diagnosis, STEP_NAME, FINDING_NOT_TIMED, host, err.text, "");
		return true;
	}
	if (!probe->configured) {
		fail(diagnosis, STEP_NAME, FINDING_NOT_TIMED, host,
		     "ssh does not say where it would connect (ssh -G)",
		     "correct the ssh_config of RunAs");
		return false;
	}
	if (probe->reach.proxied) {
		diagnosis_skip(diagnosis, STEP_TCP,
			       "%s: another program connects to it (ProxyJump, "
			       "ProxyCommand)",
			       host);
		return true;
	}
	tell_name(diagnosis, host, probe);
	for (unsigned i = 0; i < probe->count; i++)
		any |= tell_address(diagnosis, probe, &probe->addresses[i]);
	return any;
}

static void look_at_host_key(struct diagnose *diagnose, const struct host_line *host)
{
	struct obstacles *const all = &diagnose->obstacles;
	struct ssh_view *const view = &diagnose->host_view;

	*all = (struct obstacles){.name = diagnose->profile->name,
				  .file = diagnose->profile->file};
	if (!check_view(all, diagnose->profile, host, &diagnose->account, view))
		return;
	check_host_key(all, diagnose->profile, host, view);
	/* It is looked at, when ssh goes there. */
	if (view->jump[0] != '\0' && all->count > 0)
		all->count--;
	(void)diagnosis_obstacles(diagnose->diagnosis, STEP_HOST_KEY, FINDING_NOT_TIMED,
				  all);
}

static bool failed_since(const struct diagnosis *diagnosis, size_t first,
			 enum link_step step)
{
	for (size_t i = first; i < diagnosis->count; i++)
		if (diagnosis->list[i].step == step &&
		    diagnosis->list[i].verdict == VERDICT_FAILED)
			return true;
	return false;
}

size_t diagnose_way(struct diagnose *diagnose)
{
	struct profile *const usable = &diagnose->usable;
	const struct profile *const profile = diagnose->profile;
	struct error err;

	*usable = *profile;
	usable->nhosts = 0;
	if (run_as_environment(&diagnose->account, getenv("SSH_AUTH_SOCK"), &diagnose->env,
			       &err) != 0) {
		fail(diagnose->diagnosis, STEP_NAME, FINDING_NOT_TIMED, "", err.text, "");
		return 0;
	}
	for (size_t i = 0; i < profile->nhosts; i++) {
		const size_t before = diagnose->diagnosis->count;
		const bool reached =
		    look_at(diagnose, profile->hosts[i].name, &diagnose->env);

		/* Nobody should come to know the key of what is no sshd. */
		if (!reached && failed_since(diagnose->diagnosis, before, STEP_EXCHANGE))
			continue;
		look_at_host_key(diagnose, &profile->hosts[i]);
		if (reached && !failed_since(diagnose->diagnosis, before, STEP_HOST_KEY))
			usable->hosts[usable->nhosts++] = profile->hosts[i];
	}
	return usable->nhosts;
}
