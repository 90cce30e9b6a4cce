/* SPDX-License-Identifier: ISC */
/* The ready line: which link it will be, so that both ends can agree before it is up. */
#include "agent/core/login.h"

static void add_pair(struct text *text, const char *suffix, const struct address_pair *pair)
{
	char local[ADDRESS_TEXT_MAX], remote[ADDRESS_TEXT_MAX];

	if (pair->local.family != AF_UNSPEC)
		text_add(text, " address%s=%s peer-address%s=%s", suffix,
			 ip_addr_print(&pair->local, local), suffix,
			 ip_addr_print(&pair->remote, remote));
}

static void add_offers(struct text *text, const struct peer *peer)
{
	char prefix[PREFIX_TEXT_MAX];

	text_add(text, " offer=%s", peer->noffers == 0 ? "-" : "");
	for (size_t i = 0; i < peer->noffers; i++)
		text_add(text, "%s%s", i == 0 ? "" : ",",
			 ip_prefix_print(&peer->offers[i].prefix, prefix));
}

/* A launcher that does not know them passes them over. */
static void add_names(struct text *text, const struct peer *peer)
{
	char address[ADDRESS_TEXT_MAX];

	for (size_t i = 0; i < peer->noffer_dns; i++)
		text_add(text, "%s%s", i == 0 ? " dns=" : ",",
			 ip_addr_print(&peer->offer_dns[i].address, address));
	for (size_t i = 0; i < peer->noffer_search; i++)
		text_add(text, "%s%s", i == 0 ? " search=" : ",",
			 peer->offer_search[i].name);
}

void login_print_ready(const struct login *login, struct text *line)
{
	text_add(line, "sallyport/1 ready %s link=%s", login->intake.what.request.ready,
		 engine_name(login->engine));
	add_pair(line, "", &login->peer.address);
	add_pair(line, "6", &login->peer.address6);
	add_offers(line, &login->peer);
	add_names(line, &login->peer);
	text_add(line, " mru=%u\n", login->peer.mru);
}
