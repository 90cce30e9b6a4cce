/* SPDX-License-Identifier: ISC */
/* What the kernel must provide. The running kernel is asked, so a copy cannot be checked.
 */
#include <errno.h>
#include <string.h>
#include <stdlib.h>
#include <unistd.h>

#include "agent/confine/confine.h"
#include "agent/confine/missing.h"
#include "agent/net/kernel_has.h"
#include "policy/tool/audit/host.h"

/* The ABI that keeps a program from signalling others (Linux 6.12). */
enum { LANDLOCK_ABI_SCOPE = 6 };

/* False when pppd certainly cannot work. */
static bool judge_ppp(struct host *host)
{
	struct error err = {0};

	if (ppp_device_check(&err) == 0)
		return true;
	if (geteuid() != 0 && (err.sys == EACCES || err.sys == EPERM)) {
		host_find(host, RULE_NOT_LOOKED_AT, "/dev/ppp", 0, "%s", err.text);
		return true;
	}
	if (!host->ppptun_instead || host->launch_pppd)
		host_find(host, RULE_KERNEL_PPP, "/dev/ppp", 0, "%s", err.text);
	return false;
}

/* ppptun runs as the account, and opens this device to make its own. */
static void judge_tun(struct host *host)
{
	static const char device[] = "/dev/net/tun";
	struct stat st;

	if (host_stat(host, device, &st) < 0)
		host_find(host, RULE_KERNEL_TUN, device, 0, "%s", host_why());
	else if (!S_ISCHR(st.st_mode) ||
		 (host->has_account && !host_account_may(host, &st, S_IROTH | S_IWOTH)))
		host_find(host, RULE_KERNEL_TUN, device, 0,
			  "the account may not read and write it (mode %04o)",
			  host_mode(&st));
}

static void judge_landlock(struct host *host)
{
	const int abi = landlock_version();
	const int why = errno;
	struct error err;
	const bool needed = host->launch_landlock ||
			    host->conf.landlock == LANDLOCK_REQUIRED ||
			    (host->conf.landlock == LANDLOCK_AUTO && host->pppd_as_root);

	if (abi >= LANDLOCK_ABI_SCOPE)
		return;
	missing_landlock_here(why, &err);
	if (abi > 0)
		host_find(host, RULE_LANDLOCK_SIGNALS, "", 0,
			  "Landlock has ABI %d, which does not restrict signals: expected "
			  "%d or later",
			  abi, LANDLOCK_ABI_SCOPE);
	else if (needed)
		host_find(host, RULE_LANDLOCK_NEEDED, "", 0, "%s, so pppd is not launched",
			  err.text);
	else
		host_find(host, RULE_LANDLOCK_MISSING, "", 0, "%s", err.text);
}

static void judge_seccomp(struct host *host)
{
	struct error err;

	if (filter_check_kernel(&err) != 0)
		host_find(host, RULE_KERNEL_SECCOMP, "", 0, "%s", err.text);
}

static long number_in(const struct host *host, const char *path, long fallback)
{
	(void)host_number(host, path, &fallback);
	return fallback;
}

/* Where loading a line discipline takes CAP_SYS_MODULE, a confined pppd cannot do it. */
static void judge_discipline(struct host *host)
{
	static const char knob[] = "/proc/sys/dev/tty/ldisc_autoload";
	/* A kernel without the knob loads it for whoever needs it. */
	bool loaded = number_in(host, knob, 1) != 0;
	FILE *known = loaded ? NULL : host_fopen(host, "/proc/tty/ldiscs");
	char line[64];

	while (known != NULL && !loaded && fgets(line, sizeof line, known) != NULL)
		loaded = strncmp(line, "ppp ", 4) == 0;
	if (known != NULL)
		fclose(known);
	if (!loaded)
		host_find(host, RULE_KERNEL_DISCIPLINE, knob, 0,
			  "it is 0, and ppp_async is not loaded");
}

/* Every kernel has the first knob, Debian's also the second. */
static void judge_namespaces(struct host *host)
{
	static const char most[] = "/proc/sys/user/max_user_namespaces";

	if (number_in(host, most, 0) != 0 &&
	    number_in(host, "/proc/sys/kernel/unprivileged_userns_clone", 1) != 0)
		host_find(
		    host, RULE_KERNEL_NAMESPACES, most, 0,
		    "any user may make user namespaces: Sallyport has no use for them");
}

static void judge_ipv6(struct host *host)
{
	struct error err = {0};

	if ((host->ipv6_links || host->launch_ipv6) && ipv6_check(&err) != 0)
		host_find(host, RULE_KERNEL_ADDRESS, "", 0, "%s", err.text);
}

/* pppd's interface accepts router advertisements like any other; on a router it accepts
 * none unless accept_ra is 2 (ip-sysctl.rst). */
static void judge_advertisements(struct host *host)
{
	static const char knob[] = "/proc/sys/net/ipv6/conf/default/accept_ra";
	const long accepts = number_in(host, knob, 0);

	if (!host->ipv6_links || accepts == 0 ||
	    (accepts == 1 &&
	     number_in(host, "/proc/sys/net/ipv6/conf/default/forwarding", 0) != 0))
		return;
	host_find(host, RULE_KERNEL_ROUTERS, knob, 0,
		  "it is %ld, and peers have links with Address6", accepts);
}

/* For pppd's interface: with rp_filter 1 the kernel accepts a packet whose source it would
 * route back through the same interface, with 2 any source that it has a route to. The
 * larger of the two knobs counts (ip-sysctl.rst), and a new interface starts with the
 * default's. */
static void judge_sources(struct host *host)
{
	static const char knob[] = "/proc/sys/net/ipv4/conf/default/rp_filter";
	const long all = number_in(host, "/proc/sys/net/ipv4/conf/all/rp_filter", 0),
		   new = number_in(host, knob, 0), filter = all > new ? all : new;

	if (host->strict4 && filter != 1)
		host_find(host, RULE_KERNEL_SOURCES, knob, 0,
			  "it is %ld, and %ld for all, and peers have Strict yes: expected "
			  "1",
			  new, all);
	if (host->strict6)
		host_find(
		    host, RULE_KERNEL_FILTER, "", 0,
		    "peers have Strict yes and Address6, and pppd looks at no packet");
}

static void judge_forwarding(struct host *host)
{
	static const char ipv4[] = "/proc/sys/net/ipv4/ip_forward",
			  ipv6[] = "/proc/sys/net/ipv6/conf/all/forwarding";

	if (host->beyond4 && number_in(host, ipv4, 1) == 0)
		host_find(host, RULE_KERNEL_FORWARDING, ipv4, 0,
			  "it is 0, and peers have Offer or Reach");
	if (host->beyond6 && number_in(host, ipv6, 1) == 0)
		host_find(host, RULE_KERNEL_FORWARDING, ipv6, 0,
			  "it is 0, and peers have Offer or Reach");
}

void host_kernel(struct host *host)
{
	if (!host->living) {
		host_find(host, RULE_NOT_LOOKED_AT, "", 0, "the kernel");
		return;
	}
	if ((host->pppd_used || host->launch_pppd) && judge_ppp(host)) {
		judge_discipline(host);
		if (host->pppd_used) {
			judge_advertisements(host);
			judge_sources(host);
		}
	}
	if (host->ppptun_used)
		judge_tun(host);
	judge_ipv6(host);
	judge_forwarding(host);
	judge_landlock(host);
	judge_seccomp(host);
	judge_namespaces(host);
}
