/* SPDX-License-Identifier: ISC */
#include "agent/core/plan.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/confine/confine.h"
#include "agent/core/engine.h"
#include "agent/ppp/line.h"
#include "policy/language/paths.h"
#include "policy/language/trusted.h"

/* Dead peers are noticed after ECHO_INTERVAL_S * ECHO_FAILURES, and their slot is free
 * again. */
enum { ECHO_INTERVAL_S = 10, ECHO_FAILURES = 3, PLAN_WORD_MAX = 256, PPPTUN_MRU = 65535 };

static char plan_path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";

/* An empty plan for that program. */
static int begin(struct plan *plan, const char *target, struct error *err)
{
	*plan = (struct plan){.fd = -1, .envp = {plan_path, NULL}};
	if ((size_t)snprintf(plan->target, sizeof plan->target, "%s", target) >=
		sizeof plan->target ||
	    words_add(&plan->words, "%s", target) != 0)
		return error_set(err, "the target's path is too long");
	return 0;
}

int plan_open(struct plan *plan, struct error *err)
{
	const int fd = trusted_open_program(plan->target, err);

	if (fd < 0)
		return -1;
	/* Where the filter lets it be executed from. */
	if (fd != CONFINE_EXEC_FD) {
		if (dup3(fd, CONFINE_EXEC_FD, O_CLOEXEC) < 0) {
			error_sys(err, errno, "cannot keep a descriptor of %s",
				  plan->target);
			close(fd);
			return -1;
		}
		close(fd);
	}
	plan->fd = CONFINE_EXEC_FD;
	return 0;
}

/*
 * The fixed part. Each that the system's own /etc/ppp/options (Debian: auth, crtscts, lock,
 * modem) would spoil is said again here, where the command line wins. The peer is
 * authenticated already, by ssh; nothing is compressed twice; no route, no ARP, no name
 * server is touched. Each is a word of every pppd since 2.4.8, however it was built: a
 * nomultilink, say, is not known to one without multilink.
 */
static const char *const pppd_words[] = {
    "nodetach",	   "noauth",	     "local",	   "nocrtscts", "nolock", "noccp", "novj",
    "noipdefault", "nodefaultroute", "noproxyarp", "asyncmap",	"0",	  NULL,
};

static uint64_t interface_id(const struct ip_addr *address)
{
	uint64_t id = 0;

	for (size_t i = 8; i < sizeof address->bytes; i++)
		id = id << 8 | address->bytes[i];
	return id;
}

/* pppd writes an interface identifier as the last four groups of an address: ::a:b:c:d. */
static int add_ipv6(struct plan *plan, const struct ppp_end *end)
{
	const uint64_t here = interface_id(&end->local6),
		       there = interface_id(&end->remote6);

	if (end->local6.family != AF_INET6)
		return words_add(&plan->words, "noipv6");
	if (words_add(&plan->words, "+ipv6") != 0 || words_add(&plan->words, "ipv6") != 0)
		return -1;
	return words_add(&plan->words, "::%x:%x:%x:%x,::%x:%x:%x:%x",
			 (unsigned)(here >> 48 & 0xffff), (unsigned)(here >> 32 & 0xffff),
			 (unsigned)(here >> 16 & 0xffff), (unsigned)(here & 0xffff),
			 (unsigned)(there >> 48 & 0xffff), (unsigned)(there >> 32 & 0xffff),
			 (unsigned)(there >> 16 & 0xffff), (unsigned)(there & 0xffff));
}

static int add_ipv4(struct plan *plan, const struct ppp_end *end)
{
	char local[ADDRESS_TEXT_MAX], remote[ADDRESS_TEXT_MAX];

	if (end->local.family != AF_INET)
		return words_add(&plan->words, "noip");
	return words_add(&plan->words, "%s:%s", ip_addr_print(&end->local, local),
			 ip_addr_print(&end->remote, remote));
}

static int add_number(struct plan *plan, const char *option, unsigned value)
{
	return words_add(&plan->words, "%s", option) != 0
		   ? -1
		   : words_add(&plan->words, "%u", value);
}

static int add_prefix(struct plan *plan, const char *option, const struct ip_prefix *prefix)
{
	char text[PREFIX_TEXT_MAX];

	return words_add(&plan->words, "%s", option) != 0
		   ? -1
		   : words_add(&plan->words, "%s", ip_prefix_print(prefix, text));
}

static int add_source_address(struct plan *plan, const struct ip_addr *addr)
{
	const struct ip_prefix prefix = {
	    .addr = *addr, .len = addr->family == AF_INET6 ? IPV6_BITS : IPV4_BITS};

	return addr->family == AF_UNSPEC ? 0 : add_prefix(plan, "source", &prefix);
}

/* An option of ppptun's own: a peer is who it is in every packet. */
static int add_sources(struct plan *plan, const struct ppp_end *end)
{
	if (end->sources == NULL)
		return 0;
	if (add_source_address(plan, &end->remote) != 0 ||
	    add_source_address(plan, &end->remote6) != 0)
		return -1;
	for (size_t i = 0; i < end->nsources; i++)
		if (add_prefix(plan, "source", &end->sources[i].prefix) != 0)
			return -1;
	return 0;
}

/* And another: where its packets may go. */
static int add_reach(struct plan *plan, const struct ppp_end *end)
{
	for (size_t i = 0; i < end->nreach; i++)
		if (add_prefix(plan, "reach", &end->reach[i]) != 0)
			return -1;
	return 0;
}

/* Added to the map that stands among the fixed words. */
static int add_escapes(struct plan *plan, const struct ppp_end *end)
{
	if (!end->ssh_tty)
		return 0;
	return words_add(&plan->words, "asyncmap") != 0
		   ? -1
		   : words_add(&plan->words, "%" PRIx32, LINE_TTY_ESCAPES);
}

int plan_pppd(struct plan *plan, const char *pppd, const struct ppp_end *end,
	      struct error *err)
{
	/* Between two of them, TCP goes in segments as long as the kernel makes them; how
	 * long packets are otherwise says the MTU. */
	const bool ppptun = engine_is_ppptun(pppd);

	if (begin(plan, pppd, err) != 0)
		return -1;
	/* The terminal's name comes first, as in `pppd $TTY LOCAL:REMOTE`. */
	if (words_add(&plan->words, "%s", end->tty != NULL ? end->tty : "notty") != 0 ||
	    words_add_all(&plan->words, pppd_words) != 0 || add_escapes(plan, end) != 0 ||
	    add_ipv4(plan, end) != 0 || add_ipv6(plan, end) != 0 ||
	    add_number(plan, "mru", ppptun ? PPPTUN_MRU : end->mru) != 0 ||
	    add_number(plan, "mtu", end->mru) != 0 ||
	    add_number(plan, "lcp-echo-interval", ECHO_INTERVAL_S) != 0 ||
	    add_number(plan, "lcp-echo-failure", ECHO_FAILURES) != 0 ||
	    words_add(&plan->words, "ifname") != 0 ||
	    words_add(&plan->words, "%s", end->interface) != 0 ||
	    (end->silent && words_add(&plan->words, "silent") != 0) ||
	    (ppptun && end->persistent && words_add(&plan->words, "tun-persistent") != 0) ||
	    (ppptun && (add_sources(plan, end) != 0 || add_reach(plan, end) != 0)))
		return error_set(err, "the plan for pppd does not fit");
	return 0;
}

/* "--address LOCAL,REMOTE" and the like; nothing when there is no such pair. */
static int add_pair(struct plan *plan, const char *option, const struct address_pair *pair)
{
	char local[ADDRESS_TEXT_MAX], remote[ADDRESS_TEXT_MAX];

	if (pair->local.family == AF_UNSPEC)
		return 0;
	if (words_add(&plan->words, "%s", option) != 0)
		return -1;
	return words_add(&plan->words, "%s,%s", ip_addr_print(&pair->local, local),
			 ip_addr_print(&pair->remote, remote));
}

static int add_routes(struct plan *plan, const struct route_set *set)
{
	char text[PREFIX_TEXT_MAX];

	for (size_t i = 0; i < set->nroutes; i++)
		if (words_add(&plan->words, "%s",
			      ip_prefix_print(&set->routes[i].prefix, text)) != 0)
			return -1;
	return 0;
}

int plan_sshroute(struct plan *plan, const struct route_set *set, struct error *err)
{
	if (begin(plan, PATH_SSHROUTE, err) != 0)
		return -1;
	if (words_add(&plan->words, "--id") != 0 ||
	    words_add(&plan->words, "%s", set->id) != 0 ||
	    words_add(&plan->words, "--log") != 0 ||
	    words_add(&plan->words, "%d", set->log_fd) != 0 ||
	    words_add(&plan->words, "--interface") != 0 ||
	    words_add(&plan->words, "%s", set->interface) != 0 ||
	    add_pair(plan, "--address", set->address) != 0 ||
	    add_pair(plan, "--address6", set->address6) != 0 || add_routes(plan, set) != 0)
		return error_set(err, "the plan for sshroute does not fit");
	return 0;
}

void plan_execute(const struct plan *plan)
{
	syscall(SYS_execveat, plan->fd, confine_exec_path, plan->words.argv, plan->envp,
		AT_EMPTY_PATH);
}
