/* SPDX-License-Identifier: ISC */
/* One sentence on a link that is up. */
#include "local/tunnel.h"

#include <inttypes.h>

/* What follows the routes: " and N more", the offers that are not taken, and the time. */
enum { ROUTES_TAIL_MAX = 160 };

static void add_pair(struct text *text, const struct link_pair *pair)
{
	char local[ADDRESS_TEXT_MAX], remote[ADDRESS_TEXT_MAX];

	if (pair->local.family != AF_UNSPEC)
		text_add(text, " %s <-> %s", ip_addr_print(&pair->local, local),
			 ip_addr_print(&pair->remote, remote));
}

/* As many as fit, with room for what follows; then how many more there are. */
static void add_routes(struct text *text, const struct choice *choice, bool has_default)
{
	char prefix[PREFIX_TEXT_MAX];

	if (has_default)
		text_add(text, ", routes default");
	for (size_t i = 0; i < choice->nroutes; i++) {
		if (REPORT_TEXT_MAX - text->used < PREFIX_TEXT_MAX + ROUTES_TAIL_MAX) {
			text_add(text, " and %zu more", choice->nroutes - i);
			return;
		}
		text_add(text, "%s%s", i == 0 && !has_default ? ", routes " : " ",
			 ip_prefix_print(&choice->routes[i].prefix, prefix));
	}
}

void tunnel_describe(const struct tunnel *tunnel, struct text *text)
{
	const int64_t taken = monotonic_ms() - tunnel->began;

	text_add(text, "%s is up: %s", tunnel->profile->name, tunnel->profile->interface);
	if (tunnel->profile->nhosts > 1)
		text_add(text, " via %s", tunnel->host);
	add_pair(text, &tunnel->choice.pair);
	add_pair(text, &tunnel->choice.pair6);
	add_routes(text, &tunnel->choice, tunnel->profile->route_default);
	if (tunnel->lost_offers > 0)
		text_add(text,
			 ", without the %zu routes that the remote offers (see the log)",
			 tunnel->lost_offers);
	text_add(text, ", %" PRId64 ".%" PRId64 " s", taken / 1000, taken % 1000 / 100);
}
