/* SPDX-License-Identifier: ISC */
/* Lines of OpenWrt's configuration files: "config TYPE [NAME]", "option KEY VALUE" and
 * "list KEY VALUE". Allocates nothing. */
#ifndef SALLYPORT_POLICY_TOOL_MIGRATE_UCI_H
#define SALLYPORT_POLICY_TOOL_MIGRATE_UCI_H

enum uci_kind { UCI_END, UCI_CONFIG, UCI_OPTION, UCI_LIST, UCI_BAD };

struct uci {
	/* what is not read yet, terminated; it is taken apart in place */
	char *at;
	/* of the line that was read last, from 1 */
	unsigned number;
};

struct uci_line {
	unsigned line;
	/* a section's type or an option's name; the section's name, "" for none, or the
	 * option's value */
	char *name, *value;
};

/* The next line that says something. UCI_BAD for one that is none of these. */
enum uci_kind uci_next(struct uci *uci, struct uci_line *out);

#endif
