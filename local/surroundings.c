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

#define BLANKS "\t "

/* Where programs look, and what systemd-resolved asks when that names itself. */
static const char *const resolver_files[] = {"/etc/resolv.conf",
					     "/run/systemd/resolve/resolv.conf"};

static bool is_default(const struct ip_prefix *prefix)
{
	return prefix->len <=
	       (prefix->addr.family == AF_INET ? DEFAULT_LONGEST4 : DEFAULT_LONGEST6);
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

static const char *kind_name(enum host_kind kind)
{
	switch (kind) {
	case HOST_NETWORK:
		break;
	case HOST_ROUTE:
		return "a route of this host";
	case HOST_RULE:
		return "a routing rule of this host";
	case HOST_GATEWAY:
		return "a router of this host";
	case HOST_RESOLVER:
		return "a name server of this host";
	}
	return "a network of this host";
}

const char *surroundings_print(const struct host_entry *entry,
			       char buf[SURROUNDING_TEXT_MAX])
{
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
	snprintf(buf, SURROUNDING_TEXT_MAX, "%s (%s%s%s)", kind_name(entry->kind), prefix,
		 device, table);
	return buf;
}

/* An address as the C library reads it from resolv.conf(5): more forms than ours, a zone.
 */
static bool read_address(const char *text, struct ip_addr *out)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	struct in_addr four;

	*out = (struct ip_addr){.family = AF_INET6};
	if (inet_pton(AF_INET6, text, out->bytes) == 1) {
		if (memcmp(out->bytes, mapped, sizeof mapped) != 0)
			return true;
		memcpy(&four, out->bytes + sizeof mapped, sizeof four);
	} else if (inet_aton(text, &four) == 0) {
		return false;
	}
	*out = (struct ip_addr){.family = AF_INET};
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
	char line[128];

	while (len > 0) {
		const char *end = memchr(text, '\n', len);
		const size_t whole = end != NULL ? (size_t)(end - text) : len;
		const size_t size = whole < sizeof line ? whole : sizeof line - 1;

		memcpy(line, text, size);
		line[size] = '\0';
		if (add_line(map, line, err) != 0)
			return -1;
		text += whole + (end != NULL);
		len -= whole + (end != NULL);
	}
	return 0;
}

/* A missing file has no servers, as for the C library. An unreadable one is an error. */
static int read_resolvers(struct host_map *map, const char *path, struct error *err)
{
	static char text[RESOLVERS_FILE_MAX];
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	size_t used = 0;
	ssize_t got = 0;

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR
			   ? 0
			   : error_sys(err, errno, "cannot read %s", path);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return error_set(err, "cannot read %s: not a file", path);
	}
	while (used < sizeof text &&
	       ((got = read(fd, text + used, sizeof text - used)) > 0 ||
		(got < 0 && errno == EINTR)))
		used += got > 0 ? (size_t)got : 0;
	if (got < 0)
		error_sys(err, errno, "cannot read %s", path);
	close(fd);
	if (got < 0)
		return -1;
	if (used == sizeof text)
		return error_set(err, "cannot read %s: longer than %d bytes", path,
				 RESOLVERS_FILE_MAX - 1);
	return surroundings_add_resolvers(map, text, used, err);
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
