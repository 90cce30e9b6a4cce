/* SPDX-License-Identifier: ISC */
/* Tun persistent: whether each peer's devices are as its sessions need them, and for the
 * account only. */
#include <errno.h>
#include <linux/if_tun.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/core/engine.h"
#include "agent/net/tun_device.h"
#include "policy/language/paths.h"
#include "policy/tool/audit/host.h"

enum { NOBODY = -1 };

/* A number that sysfs has for a TUN device; false when it is not one. */
static bool read_number(const struct host *host, const char *device, const char *what,
			long *number)
{
	char path[PATH_TEXT_MAX];

	snprintf(path, sizeof path, "/sys/class/net/%s/%s", device, what);
	return host_number(host, path, number);
}

/* The kernel lets the owner attach to the device, and members of its group. */
static void judge_owner(struct host *host, const char *file, const char *device)
{
	long flags, owner, group;

	if (!read_number(host, device, "tun_flags", &flags) ||
	    !read_number(host, device, "owner", &owner) ||
	    !read_number(host, device, "group", &group)) {
		host_find(host, RULE_PERSISTENT_DEVICE, file, 0, "%s is not a TUN device",
			  device);
		return;
	}
	if ((flags & IFF_TUN) == 0 || (flags & IFF_PERSIST) == 0 ||
	    (flags & IFF_MULTI_QUEUE) != 0)
		host_find(host, RULE_PERSISTENT_DEVICE, file, 0,
			  "%s is not a persistent TUN device with one queue", device);
	if (owner == NOBODY)
		host_find(host, RULE_PERSISTENT_OPEN, file, 0, "%s belongs to no user",
			  device);
	else if (host->has_account && owner != (long)host->account.uid)
		host_find(host, RULE_PERSISTENT_DEVICE, file, 0,
			  "%s belongs to uid %ld: expected %u", device, owner,
			  (unsigned)host->account.uid);
	if (group != NOBODY && host->has_account && group != (long)host->account.gid)
		host_find(host, RULE_PERSISTENT_DEVICE, file, 0,
			  "%s is for the members of group %ld", device, group);
}

static void judge_devices(struct host *host, const char *file, const struct peer *peer)
{
	char name[IFNAME_MAX_LEN + 1];
	const struct tun_wanted wanted = {
	    .name = name,
	    .mtu = peer->mru,
	    .local = peer->address.local,
	    .remote = peer->address.remote,
	    .local6 = peer->address6.local,
	    .remote6 = peer->address6.remote,
	};

	for (unsigned session = 0; session < peer->sessions; session++) {
		struct error err = {0};

		peer_interface(peer, session, name);
		if (tun_device_match(&wanted, &err) != 0)
			host_find(host, RULE_PERSISTENT_DEVICE, file, 0, "%s", err.text);
		if (err.sys != ENODEV)
			judge_owner(host, file, name);
	}
}

/* *peer is room for what the file says. */
static void judge_peer(struct host *host, const char *file, struct peer *peer)
{
	const char *name = basename(file);
	char base[NAME_MAX_LEN + 1];
	struct error err;

	snprintf(base, sizeof base, "%.*s", (int)path_conf_len(name), name);
	/* The survey has reported what is wrong with the file. */
	if (policy_load_peer(PATH_PEERS_DIR, base, TRUST_ROOT, peer, &err) != 0 ||
	    !verbs_have(peer->allow, VERB_PPPD))
		return;
	if (peer->ppp_line != 0 && peer->ppp == PPP_PPPD &&
	    !engine_is_ppptun(host->conf.pppd))
		host_find(host, RULE_PERSISTENT_PPPD, file, peer->ppp_line,
			  "Ppp pppd, and agent.conf has Tun persistent");
	else
		judge_devices(host, file, peer);
}

void host_tun(struct host *host)
{
	struct peer *peer;

	if (!host->conf.tun_persistent)
		return;
	if (!host->living) {
		host_find(host, RULE_NOT_LOOKED_AT, "", 0, "the TUN devices of peers");
		return;
	}
	peer = malloc(sizeof *peer);
	if (peer == NULL)
		host->findings->lost = true;
	for (size_t i = 0; peer != NULL && i < host->survey->npeers; i++)
		judge_peer(host, host->survey->peers[i], peer);
	free(peer);
}
