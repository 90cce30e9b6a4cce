/* SPDX-License-Identifier: ISC */
/* A table of the packet filter, looked at: nfnetlink, linux/netfilter/nf_tables.h. */
#include "agent/net/filter_table.h"

/* First: linux/in.h then leaves out what it has. */
#include <arpa/inet.h>

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>

#include "agent/net/netlink_talk.h"

/* FNV-1a, 64 bits. */
#define PRINT_BASIS UINT64_C(14695981039346656037)
#define PRINT_PRIME UINT64_C(1099511628211)

static void mix(uint64_t *print, const void *bytes, size_t size)
{
	const unsigned char *at = bytes;

	for (size_t i = 0; i < size; i++)
		*print = (*print ^ at[i]) * PRINT_PRIME;
}

/* Attribute by attribute, without the number that a table has anew each time it is made. */
static void mix_attributes(uint64_t *print, const struct nlmsghdr *message, size_t offset)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, message, offset)
	{
		if (NFNL_MSG_TYPE(message->nlmsg_type) != NFT_MSG_NEWTABLE ||
		    mnl_attr_get_type(attr) != NFTA_TABLE_HANDLE)
			mix(print, attr, attr->nla_len);
	}
}

/* Of each kind of message: where the name of its table stands. NFTA_TABLE_NAME,
 * NFTA_CHAIN_TABLE and NFTA_RULE_TABLE are all the first attribute. */
static int read_part(const struct nlmsghdr *message, const void *want, void *found,
		     struct error *err)
{
	enum { TABLE_NAME = 1, ATTRIBUTES = NFTA_CHAIN_MAX };
	struct filter_table *const out = found;
	const struct nfgenmsg *body = mnl_nlmsg_get_payload(message);
	const struct nlattr *table[ATTRIBUTES + 1];
	uint32_t policy = htonl(NF_ACCEPT);

	if (NFNL_SUBSYS_ID(message->nlmsg_type) != NFNL_SUBSYS_NFTABLES)
		return 0;
	if (netlink_attributes(message, sizeof *body, table, ATTRIBUTES, err) != 0)
		return -1;
	if (body->nfgen_family != NFPROTO_INET || table[TABLE_NAME] == NULL ||
	    mnl_attr_validate(table[TABLE_NAME], MNL_TYPE_NUL_STRING) < 0 ||
	    strcmp(mnl_attr_get_str(table[TABLE_NAME]), want) != 0)
		return 0;
	/* Not the header: it has the number of the ruleset's generation. */
	mix_attributes(&out->print, message, sizeof *body);
	switch (NFNL_MSG_TYPE(message->nlmsg_type)) {
	case NFT_MSG_NEWTABLE:
		out->there = true;
		break;
	case NFT_MSG_NEWCHAIN:
		if (netlink_value(table[NFTA_CHAIN_POLICY], &policy, sizeof policy, err) !=
		    0)
			return -1;
		out->chains++;
		out->closed += ntohl(policy) == NF_DROP;
		break;
	case NFT_MSG_NEWRULE:
		out->rules++;
		break;
	default:
		break;
	}
	return 0;
}

struct netlink *netlink_open_filter(struct error *err)
{
	return netlink_open_protocol(NETLINK_NETFILTER, 0, err);
}

struct netlink *netlink_watch_filter(struct error *err)
{
	return netlink_open_protocol(NETLINK_NETFILTER, 1U << (NFNLGRP_NFTABLES - 1), err);
}

int filter_table_read(struct netlink *nl, const char *name, struct filter_table *out,
		      struct error *err)
{
	static const uint16_t questions[] = {NFT_MSG_GETTABLE, NFT_MSG_GETCHAIN,
					     NFT_MSG_GETRULE};

	*out = (struct filter_table){.print = PRINT_BASIS};
	for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
		struct filter_table part = {.there = false};
		const struct netlink_query query = {.read = read_part,
						    .want = name,
						    .found = &part,
						    .found_size = sizeof part};
		struct nfgenmsg *body =
		    netlink_begin(nl, (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | questions[i]),
				  NLM_F_DUMP, sizeof *body);

		body->nfgen_family = NFPROTO_INET;
		body->version = NFNETLINK_V0;
		if (netlink_ask(nl, &query, "read the packet filter", err) != 0)
			return -1;
		out->there |= part.there;
		out->chains += part.chains;
		out->closed += part.closed;
		out->rules += part.rules;
		mix(&out->print, &part.print, sizeof part.print);
	}
	return 0;
}
