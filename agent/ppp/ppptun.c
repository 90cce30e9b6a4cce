/* SPDX-License-Identifier: ISC */
/* ppptun: PPP in user space over a TUN device, called like pppd. See ppptun(8). */
#include <stdio.h>
#include <unistd.h>

#include "agent/base/log.h"
#include "agent/ppp/daemon.h"
#include "agent/ppp/relay.h"
#include "policy/language/paths.h"

static const char usage_text[] =
    "usage: ppptun [OPTION...] [LOCAL:REMOTE] [/dev/TTY]\n"
    "       ppptun --help | --version\n"
    "\n"
    "Speaks PPP on standard input and output, or on a terminal, and brings the other\n"
    "end's network to a TUN device. The options are those of pppd(8) that ppptun(8)\n"
    "lists; any other is refused.\n";

/* Programs that start pppd may ask first which options it has. */
static const char version_text[] =
    "ppptun (Sallyport) " VERSION "\n"
    "takes options of pppd version 2.5, those that ppptun(8) lists\n";

static enum ppp_exit refuse_options(const struct settings *settings,
				    const struct error *err)
{
	daemon_refuse(settings, -1, err->text);
	return PPP_EXIT_OPTIONS;
}

static enum ppp_exit print(const char *text)
{
	if (fputs(text, stdout) >= 0 && fflush(stdout) == 0)
		return PPP_EXIT_OK;
	perror("ppptun: cannot write");
	return PPP_EXIT_FATAL;
}

int main(int argc, char **argv)
{
	static struct settings settings;
	struct error err = {0};

	daemon_standard();
	/* Without a system log it still works, as pppd does. */
	(void)log_open("ppptun", &err);
	if (settings_parse(&settings, argc, argv, &err) != 0)
		return refuse_options(&settings, &err);
	if (settings.help)
		return print(usage_text);
	if (settings.version)
		return print(version_text);
	if (settings.dry_run)
		return PPP_EXIT_OK;
	if (daemon_open_log(&settings, &err) != 0)
		return refuse_options(&settings, &err);
	return relay_run(&settings);
}
