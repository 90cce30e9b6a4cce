/* SPDX-License-Identifier: ISC */
/* What a host that launches links needs for each of its profiles: the programs, and what
 * the kernel has to have. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/core/engine.h"
#include "agent/core/ssh_destination.h"
#include "policy/language/paths.h"
#include "policy/tool/audit/host.h"
#include "policy/tool/base/grow.h"

static const char jump_ssh[] = PATH_JUMP_DIR "/ssh";

void host_keep_profile(struct host *host, const struct profile *profile)
{
	if (!APPEND(host->profiles, host->nprofiles, host->profiles_size, profile))
		host->findings->lost = true;
}

/* With pppd only rp_filter restricts the sources of packets, and all/rp_filter 2 disables
 * that. */
static void judge_sources(struct host *host, const struct profile *profile)
{
	static const char knob[] = "/proc/sys/net/ipv4/conf/all/rp_filter";
	long filter = 0;

	if (host->living && profile->strict && host_number(host, knob, &filter) &&
	    filter > 1)
		host_find(host, RULE_LAUNCH_SOURCES, knob, 0,
			  "it is %ld, and %s has Strict yes and pppd", filter,
			  profile->name);
}

/* The same question as local/ppp_program.c asks before the remote has answered. */
static enum ppp_engine settle(const struct host *host, const struct profile *profile)
{
	const struct engine_question question = {
	    .wanted = profile->ppp,
	    .pppd = profile->pppd,
	    .hooks = profile->hooks,
	    .here = host_is_there(host, PATH_PPPTUN),
	};

	return engine_settle(&question);
}

/* Who speaks PPP for it; the program has to be there. */
static enum ppp_engine judge_engine(struct host *host, const struct profile *profile)
{
	const enum ppp_engine engine = settle(host, profile);

	/* With auto it is ppptun if the remote has no pppd, so ppptun must be installed. */
	(void)host_program(host, engine_program(engine == PPP_PPPD ? PPP_PPPD : PPP_PPPTUN,
						profile->pppd));
	return engine;
}

void host_launch_check(struct host *host, const struct profile *profile)
{
	(void)host_program(host, PATH_SSH);
	(void)judge_engine(host, profile);
}

static void judge_profile(struct host *host, const struct profile *profile)
{
	const enum ppp_engine engine = judge_engine(host, profile);

	if (engine == PPP_PPPD) {
		host->launch_pppd = true;
		judge_sources(host, profile);
	}
	if (profile->address6.local.family != AF_UNSPEC)
		host->launch_ipv6 = true;
	if (profile->landlock != LANDLOCK_OPTIONAL)
		host->launch_landlock = true;
}

/* It would be root for whoever starts it, with the settings of the caller's own shell. */
static void judge_setuid(struct host *host, const char *path)
{
	struct stat st;

	if (host_stat(host, path, &st) == 0 && (st.st_mode & (S_ISUID | S_ISGID)) != 0)
		host_find(host, RULE_PROGRAM_SETUID, path, 0,
			  "it has a setuid or setgid bit (mode %04o)", host_mode(&st));
}

void host_launch(struct host *host)
{
	if (host_program(host, PATH_VPN_CONNECT))
		judge_setuid(host, PATH_VPN_CONNECT);
	/* It comes first in the PATH of ssh, for a jump host. */
	(void)host_trust_program(host, RULE_PROGRAM_UNTRUSTED, jump_ssh);
	judge_setuid(host, jump_ssh);
	judge_setuid(host, PATH_PPPTUN);
	if (host->nprofiles > 0)
		(void)host_program(host, PATH_SSH);
	for (size_t i = 0; i < host->nprofiles; i++)
		judge_profile(host, &host->profiles[i]);
	if (host->launch_pppd)
		(void)host_ppp_options(host);
	if (host->survey->good[KIND_PROFILE] == 0)
		host_find(host, RULE_PROFILE_NONE, PATH_PROFILES_DIR, 0,
			  "it has no profile that can be used");
}
