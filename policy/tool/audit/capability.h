/* SPDX-License-Identifier: ISC */
/* File capabilities as they lie in the extended attribute security.capability
 * (linux/capability.h, struct vfs_cap_data and vfs_ns_cap_data). */
#ifndef SALLYPORT_POLICY_TOOL_AUDIT_CAPABILITY_H
#define SALLYPORT_POLICY_TOOL_AUDIT_CAPABILITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/language/error.h"

enum {
	CAPABILITY_BYTES_MAX = 64,
	/* the longest list of names */
	CAPABILITY_TEXT_MAX = 1024,
};

struct file_capability {
	uint64_t permitted, inheritable;
	bool effective;
	/* the root of the user namespace in which they count; 0: everywhere */
	uint32_t root;
};

/* Reads the attribute's value. 0, or -1 with *err. */
int capability_parse(const uint8_t *bytes, size_t len, struct file_capability *out,
		     struct error *err);
/* Reads them from an open file, also one opened with O_PATH. 0; -1 with *err, err->sys ==
 * ENODATA when it has none. */
int capability_read(int fd, struct file_capability *out, struct error *err);
/* Whether the file, which may be open with O_PATH, has an ACL beyond its mode. */
bool capability_acl(int fd);
/* As setcap(8) takes it: "cap_net_admin,cap_setuid=p"; "none" for no capability. Returns
 * text. */
const char *capability_print(const struct file_capability *capability,
			     char text[CAPABILITY_TEXT_MAX]);

#endif
