/* SPDX-License-Identifier: ISC */
/* check: what would speak PPP here, and whether it can, confined. */
#include "local/check.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "agent/confine/confine.h"
#include "agent/confine/missing.h"
#include "agent/core/engine.h"
#include "agent/net/tun_device.h"
#include "local/interface_settings.h"
#include "local/place.h"
#include "local/ppp_program.h"
#include "policy/language/trusted.h"

/* What starting ssh and a confined program takes; a container may withhold any. */
static const struct {
	unsigned long number;
	const char *name;
} needed[] = {
    {CAP_NET_ADMIN, "CAP_NET_ADMIN"},
    {CAP_SETUID, "CAP_SETUID"},
    {CAP_SETGID, "CAP_SETGID"},
    {CAP_SETPCAP, "CAP_SETPCAP"},
};

static void check_capabilities(struct obstacles *all)
{
	/* Without root none is needed. */
	for (size_t i = 0; !place()->own && i < sizeof needed / sizeof *needed; i++)
		if (prctl(PR_CAPBSET_READ, needed[i].number, 0, 0, 0) == 0)
			obstacle_add(all, EXIT_SYSTEM, 0,
				     "this process cannot have %s: a container, or a unit "
				     "(CapabilityBoundingSet), withholds it: give it",
				     needed[i].name);
}

static void check_confinement(struct obstacles *all, const struct profile *profile)
{
	struct error err;

	if (filter_check_kernel(&err) != 0)
		obstacle_error(all, EXIT_SYSTEM, 0, &err);
	if (profile->landlock == LANDLOCK_OPTIONAL || landlock_version() != 0)
		return;
	missing_landlock_here(errno, &err);
	obstacle_error(all, EXIT_SYSTEM, 0, &err);
}

static void check_program(struct obstacles *all, const char *program)
{
	struct error err;
	const int fd = trusted_open_program(program, &err);

	if (fd >= 0)
		close(fd);
	else
		obstacle_add(all, EXIT_SYSTEM, 0,
			     "%s, which would speak PPP: %s: install it, or choose "
			     "another (Ppp, Pppd)",
			     program, err.text);
}

/* The device is opened as RunAs. A remote that uses pppd may never ask for it. */
static void check_tun(struct obstacles *all, const struct profile *profile,
		      const struct ssh_view *view, bool certain)
{
	struct error err;
	bool good = tun_device_look(&err) == 0;

	if (good && (view->no_tun == EACCES || view->no_tun == EPERM)) {
		error_set(&err,
			  "%s may not open /dev/net/tun: it must be readable and "
			  "writable for all (0666), as udev makes it",
			  profile->run_as);
		good = false;
	}
	if (!good)
		obstacle_error(all,
			       !certain		   ? EXIT_DONE
			       : err.sys == ENODEV ? EXIT_NO_PPP
						   : EXIT_SYSTEM,
			       0, &err);
}

static void check_sources(struct obstacles *all, const struct profile *profile)
{
	struct error err;

	if (profile->strict && profile->address.local.family != AF_UNSPEC &&
	    interface_sources_effective(profile->interface, &err) != 0)
		obstacle_error(all, EXIT_SYSTEM, profile->strict_line, &err);
}

void check_ppp(struct obstacles *all, const struct profile *profile,
	       const struct ssh_view *view, char engine[CHECK_ENGINE_MAX])
{
	/* Where the remote has ppptun, and where it does not. */
	enum ppp_engine with = PPP_AUTO, without = PPP_AUTO;
	struct failure failure;

	engine[0] = '\0';
	check_capabilities(all);
	check_confinement(all, profile);
	if (ppp_foresee(profile, false, &without, &failure) != 0 ||
	    ppp_foresee(profile, true, &with, &failure) != 0) {
		obstacle_failure(all, 0, &failure);
		return;
	}
	check_program(all, engine_program(with, profile->pppd));
	if (without != with)
		check_program(all, engine_program(without, profile->pppd));
	if (with == PPP_PPPTUN)
		check_tun(all, profile, view, without == PPP_PPPTUN);
	if (without == PPP_PPPD)
		check_sources(all, profile);
	if (without == PPP_PPPD && ppp_is_unsure(profile))
		obstacle_add(all, EXIT_DONE, 0,
			     "whether this kernel has PPP cannot be told without loading "
			     "it: it is not loaded, and there is no list of modules "
			     "(/lib/modules), as in a container: modprobe ppp_async, to "
			     "see");
	if (with == without)
		snprintf(engine, CHECK_ENGINE_MAX, "%s", engine_name(with));
	else
		snprintf(engine, CHECK_ENGINE_MAX, "%s, or %s if the remote has no ppptun",
			 engine_name(with), engine_name(without));
}
