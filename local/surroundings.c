/* SPDX-License-Identifier: ISC */
#include "local/surroundings.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/descriptors.h"
#include "policy/language/span.h"

#define BLANKS "\t "

/* Where programs look, and the servers of systemd-resolved where that names itself. */
static const char *const resolver_files[] = {"/etc/resolv.conf",
					     "/run/systemd/resolve/resolv.conf"};

static bool is_default(const struct ip_prefix *prefix)
{
	return prefix->len <=
	       (prefix->addr.family == AF_INET ? DEFAULT_LONGEST4 : DEFAULT_LONGEST6);
}

void surroundings_forget(struct surroundings *around, int index)
{
	struct host_map *const map = &around->map;
	size_t kept = 0;

	for (size_t i = 0; i < map->count; i++)
		if (index == 0 || map->list[i].index != index)
			map->list[kept++] = map->list[i];
	map->count = kept;
}

static bool touches(const struct host_entry *entry, const struct ip_prefix *prefix)
{
	switch (entry->kind) {
	case HOST_ROUTE:
		if (is_default(&entry->prefix))
			return false;
		if (entry->table == RT_TABLE_MAIN)
			return ip_prefix_covers(&entry->prefix, prefix);
		break;
	case HOST_RULE:
		if (is_default(&entry->prefix))
			return false;
		break;
	case HOST_NETWORK:
	case HOST_GATEWAY:
	case HOST_RESOLVER:
		break;
	}
	return ip_prefix_overlaps(&entry->prefix, prefix);
}

const struct host_entry *surroundings_touched(const struct surroundings *around,
					      const struct ip_prefix *prefix)
{
	for (size_t i = 0; i < around->map.count; i++)
		if (touches(&around->map.list[i], prefix))
			return &around->map.list[i];
	return NULL;
}

const struct host_entry *surroundings_same(const struct surroundings *around,
					   const struct ip_prefix *prefix)
{
	for (size_t i = 0; i < around->map.count; i++) {
		const struct host_entry *entry = &around->map.list[i];

		if (entry->kind == HOST_ROUTE && entry->table == RT_TABLE_MAIN &&
		    ip_prefix_compare(&entry->prefix, prefix) == 0)
			return entry;
	}
	return NULL;
}

bool surroundings_carry_ssh(const struct surroundings *around,
			    const struct ip_prefix *prefix)
{
	for (size_t i = 0; i < around->endpoints->count; i++)
		if (ip_prefix_contains(prefix, &around->endpoints->addresses[i]))
			return true;
	return false;
}

const char *surroundings_print(const struct host_entry *entry,
			       char buf[SURROUNDING_TEXT_MAX])
{
	static const char *const kinds[] = {
	    [HOST_NETWORK] = "a network",      [HOST_ROUTE] = "a route",
	    [HOST_RULE] = "a routing rule",    [HOST_GATEWAY] = "a router",
	    [HOST_RESOLVER] = "a name server",
	};
	const bool single = entry->kind == HOST_GATEWAY || entry->kind == HOST_RESOLVER;
	char prefix[PREFIX_TEXT_MAX], name[IF_NAMESIZE], table[32] = "", device[32] = "";

	if (single)
		ip_addr_print(&entry->prefix.addr, prefix);
	else
		ip_prefix_print(&entry->prefix, prefix);
	if (entry->index != 0 && if_indextoname((unsigned)entry->index, name) != NULL)
		snprintf(device, sizeof device, " dev %s", name);
	if (entry->kind == HOST_ROUTE && entry->table != RT_TABLE_MAIN)
		snprintf(table, sizeof table, " table %u", (unsigned)entry->table);
	snprintf(buf, SURROUNDING_TEXT_MAX, "%s of this host (%s%s%s)", kinds[entry->kind],
		 prefix, device, table);
	return buf;
}

/* An address as the C library reads it from resolv.conf(5): more forms than ours, a zone.
 */
static bool read_address(const char *text, struct ip_addr *out)
{
	struct in_addr four;

	*out = (struct ip_addr){.family = AF_INET6};
	if (inet_pton(AF_INET6, text, out->bytes) == 1) {
		ip_addr_unmap(out);
		return true;
	}
	*out = (struct ip_addr){.family = AF_INET};
	if (inet_aton(text, &four) == 0)
		return false;
	memcpy(out->bytes, &four, sizeof four);
	return true;
}

static int add_line(struct host_map *map, char *line, struct error *err)
{
	struct host_entry entry = {.kind = HOST_RESOLVER};
	struct ip_addr address;
	char *rest = NULL;
	const char *keyword = strtok_r(line, BLANKS, &rest), *value;

	if (keyword == NULL || strcmp(keyword, "nameserver") != 0)
		return 0;
	value = strtok_r(NULL, BLANKS "%\r", &rest);
	if (value == NULL || !read_address(value, &address))
		return 0;
	entry.prefix = ip_prefix_single(&address);
	return host_map_add(map, &entry, err);
}

int surroundings_add_resolvers(struct host_map *map, const char *text, size_t len,
			       struct error *err)
{
	struct span rest = {text, len}, one;
	char line[128];
	bool more;

	do {
		more = span_cut(&rest, '\n', &one);
		snprintf(line, sizeof line, "%.*s", (int)one.len, one.at);
		if (add_line(map, line, err) != 0)
			return -1;
	} while (more);
	return 0;
}

/* A missing file has no servers, as the C library has it; an unreadable one is an error. */
static int read_resolvers(struct host_map *map, const char *path, struct error *err)
{
	static char text[RESOLVERS_FILE_MAX];
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	ssize_t len;

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR
			   ? 0
			   : error_sys(err, errno, "cannot read %s", path);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return error_set(err, "cannot read %s: not a file", path);
	}
	len = descriptors_read(fd, text, sizeof text);
	if (len < 0)
		error_sys(err, errno, "cannot read %s", path);
	close(fd);
	if (len < 0)
		return -1;
	if (len == sizeof text)
		return error_set(err, "cannot read %s: longer than %d bytes", path,
				 RESOLVERS_FILE_MAX - 1);
	return surroundings_add_resolvers(map, text, (size_t)len, err);
}

int surroundings_read(struct surroundings *out, struct error *err)
{
	struct netlink *netlink = netlink_open(err);
	int result = -1;

	if (netlink == NULL)
		return -1;
	if (host_read_networks(netlink, &out->map, err) == 0 &&
	    host_read_routes(netlink, &out->map, err) == 0 &&
	    host_read_rules(netlink, &out->map, err) == 0)
		result = 0;
	netlink_close(netlink);
	for (size_t i = 0;
	     result == 0 && i < sizeof resolver_files / sizeof *resolver_files; i++)
		result = read_resolvers(&out->map, resolver_files[i], err);
	return result;
}

void surroundings_free(struct surroundings *around)
{
	host_map_free(&around->map);
}
