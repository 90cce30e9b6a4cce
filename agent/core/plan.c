/* SPDX-License-Identifier: ISC */
#include "agent/core/plan.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/confine/confine.h"
#include "agent/core/engine.h"
#include "agent/core/pppd_version.h"
#include "agent/ppp/line.h"
#include "policy/language/paths.h"
#include "policy/language/trusted.h"

enum { PPPTUN_MRU = 65535 };

static char plan_path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";

/* An empty plan for that program. Its words are checked once they are complete. */
static int begin(struct plan *plan, const char *target, struct error *err)
{
	*plan = (struct plan){.fd = -1, .envp = {plan_path, NULL}};
	if ((size_t)snprintf(plan->target, sizeof plan->target, "%s", target) >=
	    sizeof plan->target)
		return error_set(err, "the target's path is too long");
	words_add(&plan->words, "%s", target);
	return 0;
}

static int check(const struct plan *plan, struct error *err)
{
	return plan->words.overflow
		   ? error_set(err, "the command line of %s is too long", plan->target)
		   : 0;
}

int plan_open(struct plan *plan, struct error *err)
{
	const int fd = trusted_open_program(plan->target, err);

	if (fd < 0)
		return -1;
	/* The only descriptor that the filter lets it be executed from. */
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
 * The fixed part. It sets again whatever the system's own /etc/ppp/options (Debian: auth,
 * crtscts, lock, modem) could change: the command line wins. ssh has authenticated the peer
 * already; nothing is compressed twice; no route, no ARP, no name server is touched. Every
 * pppd since 2.4.8 knows each word, however it was built: nomultilink, for example, is
 * unknown to one without multilink.
 */
static const char *const fixed_words[] = {
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
static void add_ipv6(struct words *words, const struct ppp_end *end)
{
	const uint64_t here = interface_id(&end->local6),
		       there = interface_id(&end->remote6);

	if (end->local6.family != AF_INET6) {
		words_add(words, "noipv6");
		return;
	}
	words_add_pair(words, "+ipv6", "ipv6");
	words_add(words, "::%x:%x:%x:%x,::%x:%x:%x:%x", (unsigned)(here >> 48 & 0xffff),
		  (unsigned)(here >> 32 & 0xffff), (unsigned)(here >> 16 & 0xffff),
		  (unsigned)(here & 0xffff), (unsigned)(there >> 48 & 0xffff),
		  (unsigned)(there >> 32 & 0xffff), (unsigned)(there >> 16 & 0xffff),
		  (unsigned)(there & 0xffff));
}

static void add_ipv4(struct words *words, const struct ppp_end *end)
{
	char local[ADDRESS_TEXT_MAX], remote[ADDRESS_TEXT_MAX];

	if (end->local.family != AF_INET)
		words_add(words, "noip");
	else
		words_add(words, "%s:%s", ip_addr_print(&end->local, local),
			  ip_addr_print(&end->remote, remote));
}

unsigned plan_echo_interval(unsigned keepalive)
{
	const unsigned interval = keepalive / ECHO_PARTS;

	return interval > 0 ? interval : 1;
}

unsigned plan_echo_failures(unsigned keepalive)
{
	const unsigned parts = keepalive / plan_echo_interval(keepalive);

	return parts > ECHO_PARTS ? parts - ECHO_PARTS + ECHO_FAILURES : ECHO_FAILURES;
}

static void add_number(struct words *words, const char *option, unsigned value)
{
	words_add(words, "%s", option);
	words_add(words, "%u", value);
}

static void add_prefix(struct words *words, const char *option,
		       const struct ip_prefix *prefix)
{
	char text[PREFIX_TEXT_MAX];

	words_add_pair(words, option, ip_prefix_print(prefix, text));
}

static void add_source_address(struct words *words, const struct ip_addr *addr)
{
	const struct ip_prefix prefix = ip_prefix_single(addr);

	if (addr->family != AF_UNSPEC)
		add_prefix(words, "source", &prefix);
}

/* ppptun's own options: whether its device is there already, which sources the peer's
 * packets may have, and where they may go. */
static void add_for_ppptun(struct words *words, const struct ppp_end *end)
{
	if (end->persistent)
		words_add(words, "tun-persistent");
	if (end->rtt_fd > 0)
		add_number(words, "lcp-rtt-fd", (unsigned)end->rtt_fd);
	if (end->sources != NULL) {
		add_source_address(words, &end->remote);
		add_source_address(words, &end->remote6);
		for (size_t i = 0; i < end->nsources; i++)
			add_prefix(words, "source", &end->sources[i].prefix);
	}
	for (size_t i = 0; i < end->nreach; i++)
		add_prefix(words, "reach", &end->reach[i]);
}

int plan_ppp(struct plan *plan, const char *program, const struct ppp_end *end,
	     struct error *err)
{
	/* Between two of them TCP segments may be as long as the kernel makes them; the MTU
	 * says how long other packets are. */
	const bool ppptun = engine_is_ppptun(program);
	struct words *words = &plan->words;

	if (begin(plan, program, err) != 0)
		return -1;
	/* The terminal's name comes first, as in `pppd $TTY LOCAL:REMOTE`. */
	words_add(words, "%s", end->tty != NULL ? end->tty : "notty");
	words_add_all(words, fixed_words);
	/* Added to the map that stands among the fixed words. */
	if (end->ssh_tty) {
		words_add(words, "asyncmap");
		words_add(words, "%" PRIx32, LINE_TTY_ESCAPES);
	}
	add_ipv4(words, end);
	add_ipv6(words, end);
	add_number(words, "mru", ppptun ? PPPTUN_MRU : end->mru);
	add_number(words, "mtu", end->mru);
	add_number(words, "lcp-echo-interval", plan_echo_interval(end->keepalive));
	add_number(words, "lcp-echo-failure", plan_echo_failures(end->keepalive));
	words_add(words, "%s", PPPD_WORD_ADAPTIVE);
	words_add_pair(words, "ifname", end->interface);
	if (end->silent)
		words_add(words, "silent");
	if (end->trace) {
		words_add(words, "debug");
		add_number(words, "logfd", STDERR_FILENO);
	}
	if (ppptun)
		add_for_ppptun(words, end);
	return check(plan, err);
}

/* "--address LOCAL,REMOTE" and the like; nothing when there is no such pair. */
static void add_pair(struct words *words, const char *option,
		     const struct address_pair *pair)
{
	char local[ADDRESS_TEXT_MAX], remote[ADDRESS_TEXT_MAX];

	if (pair->local.family == AF_UNSPEC)
		return;
	words_add(words, "%s", option);
	words_add(words, "%s,%s", ip_addr_print(&pair->local, local),
		  ip_addr_print(&pair->remote, remote));
}

int plan_sshroute(struct plan *plan, const struct route_set *set, struct error *err)
{
	struct words *words = &plan->words;
	char text[PREFIX_TEXT_MAX];

	if (begin(plan, PATH_SSHROUTE, err) != 0)
		return -1;
	words_add_pair(words, "--id", set->id);
	words_add(words, "--log");
	words_add(words, "%d", set->log_fd);
	words_add_pair(words, "--interface", set->interface);
	add_pair(words, "--address", set->address);
	add_pair(words, "--address6", set->address6);
	for (size_t i = 0; i < set->nroutes; i++)
		words_add(words, "%s", ip_prefix_print(&set->routes[i].prefix, text));
	return check(plan, err);
}

void plan_execute(const struct plan *plan)
{
	syscall(SYS_execveat, plan->fd, confine_exec_path, plan->words.argv, plan->envp,
		AT_EMPTY_PATH);
}
