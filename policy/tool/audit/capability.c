/* SPDX-License-Identifier: ISC */
#include "policy/tool/audit/capability.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <sys/xattr.h>

enum {
	WORD_SIZE = 4,
	PROC_PATH_MAX = 32,
	CAPABILITIES_MAX = 64,
	/* the first word: a revision in its highest byte, and one flag */
	REVISION_MASK = VFS_CAP_REVISION_MASK >> VFS_CAP_REVISION_SHIFT,
	REVISION_1 = VFS_CAP_REVISION_1 >> VFS_CAP_REVISION_SHIFT,
	REVISION_2 = VFS_CAP_REVISION_2 >> VFS_CAP_REVISION_SHIFT,
	REVISION_3 = VFS_CAP_REVISION_3 >> VFS_CAP_REVISION_SHIFT,
};

/* Little endian on every machine. */
static uint32_t word_at(const uint8_t *bytes, size_t index)
{
	const uint8_t *at = bytes + index * WORD_SIZE;

	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

int capability_parse(const uint8_t *bytes, size_t len, struct file_capability *out,
		     struct error *err)
{
	/* The size of each revision: pairs of permitted and inheritable words, then the
	 * root. */
	static const size_t sizes[] = {
	    [REVISION_1] = XATTR_CAPS_SZ_1,
	    [REVISION_2] = XATTR_CAPS_SZ_2,
	    [REVISION_3] = XATTR_CAPS_SZ_3,
	};
	uint32_t first, revision;

	*out = (struct file_capability){0};
	if (len < WORD_SIZE)
		return error_set(err, "its file capabilities are cut short");
	first = word_at(bytes, 0);
	revision = first >> VFS_CAP_REVISION_SHIFT & REVISION_MASK;
	if (revision < REVISION_1 || revision > REVISION_3)
		return error_set(err, "its file capabilities are of a kind %u: unknown",
				 (unsigned)revision);
	if (len != sizes[revision])
		return error_set(err, "its file capabilities are %zu bytes: expected %zu",
				 len, sizes[revision]);
	out->effective = (first & VFS_CAP_FLAGS_EFFECTIVE) != 0;
	out->permitted = word_at(bytes, 1);
	out->inheritable = word_at(bytes, 2);
	if (revision != REVISION_1) {
		out->permitted |= (uint64_t)word_at(bytes, 3) << 32;
		out->inheritable |= (uint64_t)word_at(bytes, 4) << 32;
	}
	if (revision == REVISION_3)
		out->root = word_at(bytes, 5);
	return 0;
}

/* fgetxattr(2) fails on a descriptor that was opened with O_PATH. */
static ssize_t read_attribute(int fd, const char *name, void *bytes, size_t size)
{
	char path[PROC_PATH_MAX];

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return getxattr(path, name, bytes, size);
}

bool capability_acl(int fd)
{
	return read_attribute(fd, "system.posix_acl_access", NULL, 0) > 0;
}

int capability_read(int fd, struct file_capability *out, struct error *err)
{
	uint8_t bytes[CAPABILITY_BYTES_MAX];
	const ssize_t len = read_attribute(fd, "security.capability", bytes, sizeof bytes);

	*out = (struct file_capability){0};
	if (len < 0)
		return error_code(err, errno, "cannot read its file capabilities");
	return capability_parse(bytes, (size_t)len, out, err);
}

static const char *const names[] = {
    [CAP_CHOWN] = "cap_chown",
    [CAP_DAC_OVERRIDE] = "cap_dac_override",
    [CAP_DAC_READ_SEARCH] = "cap_dac_read_search",
    [CAP_FOWNER] = "cap_fowner",
    [CAP_KILL] = "cap_kill",
    [CAP_SETGID] = "cap_setgid",
    [CAP_SETUID] = "cap_setuid",
    [CAP_SETPCAP] = "cap_setpcap",
    [CAP_NET_BIND_SERVICE] = "cap_net_bind_service",
    [CAP_NET_ADMIN] = "cap_net_admin",
    [CAP_NET_RAW] = "cap_net_raw",
    [CAP_SYS_MODULE] = "cap_sys_module",
    [CAP_SYS_PTRACE] = "cap_sys_ptrace",
    [CAP_SYS_ADMIN] = "cap_sys_admin",
};

/* By name if it matters here, otherwise by its number, which setcap(8) accepts as well. */
static int print_one(unsigned number, char *text, size_t size)
{
	if (number < sizeof names / sizeof names[0] && names[number] != NULL)
		return snprintf(text, size, "%s", names[number]);
	return snprintf(text, size, "%u", number);
}

const char *capability_print(const struct file_capability *capability,
			     char text[CAPABILITY_TEXT_MAX])
{
	const uint64_t all = capability->permitted | capability->inheritable;
	size_t used = 0;

	if (all == 0) {
		snprintf(text, CAPABILITY_TEXT_MAX, "none");
		return text;
	}
	/* Sixteen names of up to 21 bytes, and numbers of two digits: it fits. */
	for (unsigned i = 0; i < CAPABILITIES_MAX; i++) {
		if ((all >> i & 1) == 0)
			continue;
		if (used > 0)
			text[used++] = ',';
		used += (size_t)print_one(i, text + used, CAPABILITY_TEXT_MAX - used);
	}
	snprintf(text + used, CAPABILITY_TEXT_MAX - used, "=%s%s%s",
		 capability->effective ? "e" : "", capability->inheritable != 0 ? "i" : "",
		 capability->permitted != 0 ? "p" : "");
	return text;
}
