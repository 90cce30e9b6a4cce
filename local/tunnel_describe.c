/* SPDX-License-Identifier: ISC */
/* One sentence on a link that is up. */
#include "local/tunnel.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

/* What follows the routes: " and N more", the offers that are not taken, and the time. */
enum { ROUTES_TAIL_MAX = 160 };

/* Text that may be cut, but never overruns. */
struct sentence {
	char *bytes;
	size_t used;
};

__attribute__((format(printf, 2, 3))) static void add(struct sentence *text,
						      const char *fmt, ...)
{
	const size_t room = REPORT_TEXT_MAX - text->used;
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(text->bytes + text->used, room, fmt, args);
	va_end(args);
	if (len > 0)
		text->used += (size_t)len < room ? (size_t)len : room - 1;
}

static void add_pair(struct sentence *text, const struct link_pair *pair)
{
	char local[ADDRESS_TEXT_MAX], remote[ADDRESS_TEXT_MAX];

	if (pair->local.family != AF_UNSPEC)
		add(text, " %s <-> %s", ip_addr_print(&pair->local, local),
		    ip_addr_print(&pair->remote, remote));
}

/* Those that fit, with room for what follows; and how many there are besides. */
static void add_routes(struct sentence *text, const struct choice *choice)
{
	char prefix[PREFIX_TEXT_MAX];

	for (size_t i = 0; i < choice->nroutes; i++) {
		if (REPORT_TEXT_MAX - text->used < PREFIX_TEXT_MAX + ROUTES_TAIL_MAX) {
			add(text, " and %zu more", choice->nroutes - i);
			return;
		}
		add(text, "%s%s", i == 0 ? ", routes " : " ",
		    ip_prefix_print(&choice->routes[i].prefix, prefix));
	}
}

/* NOLINTNEXTLINE(readability-non-const-parameter): it is written to through text.bytes */
void tunnel_describe(const struct tunnel *tunnel, char *buf)
{
	const int64_t taken = monotonic_ms() - tunnel->began;
	struct sentence text = {.bytes = buf};

	add(&text, "%s is up: %s", tunnel->profile->name, tunnel->profile->interface);
	add_pair(&text, &tunnel->choice.pair);
	add_pair(&text, &tunnel->choice.pair6);
	add_routes(&text, &tunnel->choice);
	if (tunnel->lost_offers > 0)
		add(&text, ", without the %zu routes that the remote offers (see the log)",
		    tunnel->lost_offers);
	add(&text, ", %" PRId64 ".%" PRId64 " s", taken / 1000, taken % 1000 / 100);
}
