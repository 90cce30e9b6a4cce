/* SPDX-License-Identifier: ISC */
/*
 * The journal of a link: what was changed on this host, each thing written down before it
 * is done, so that the next run can undo it after a crash. One line per thing:
 *     sallyport-journal 1 BOOT-ID
 *     supervisor PID START SECONDS      (vpn-connect itself; when it began)
 *     gateway NAME                      (which of the profile's hosts it is)
 *     held METRIC PREFIX                (a route that leads nowhere, until `down`)
 *     gate HOST UID PORT ADDRESS        (ssh may go there beside the link, until `down`;
 *                                        HOST: a number made of its name)
 *     filter PRINT                      (a table of the packet filter, until `down`, and
 *                                        how it looked; 0: it is about to be made)
 *     table NUMBER                      (rules that lead to that table, until `down`)
 *     control                           (the directory of ssh's control socket)
 *     process NAME PID START
 *     endpoint ADDRESS                  (ssh is connected to it)
 *     link INTERFACE                    (made, and removed at its end, by the PPP program)
 *     pair LOCAL REMOTE
 *     route INDEX PREFIX LINE           (of the profile; 0: the remote offers it)
 *     names INDEX INTERFACE MANAGER     (resolved, resolvconf, or none, told of them)
 *     server ADDRESS LINE               (asked for the link's names; as with routes)
 *     domain NAME LINE
 *     device INDEX MTU                  (that interface, as it was when it was up)
 *     up SECONDS                        (complete)
 *     hook-down AS ACCOUNT PATH         (Down is due: HookAs, RunAs, and the program)
 *     hook-failed                       (Up has failed, of which the line before tells)
 *     hook-ran                          (Down has run)
 *     failed SECONDS BLAME CODE TEXT    (the last time; TEXT goes to the end of the line)
 *     waiting SECONDS                   (nothing is there: when it is tried again)
 */
#ifndef SALLYPORT_LOCAL_JOURNAL_H
#define SALLYPORT_LOCAL_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "agent/net/netlink.h"
#include "local/blame.h"
#include "local/gates.h"
#include "local/names_manager.h"
#include "local/process.h"
#include "policy/language/error.h"
#include "policy/language/profile.h"

#define JOURNAL_FILE "journal"

/* Names of processes. */
#define JOURNAL_SSH	"ssh"
#define JOURNAL_REQUEST "request"
#define JOURNAL_OF_UP	"up-hook"
#define JOURNAL_OF_DOWN "down-hook"

enum {
	JOURNAL_NAME_MAX = 15,
	/* Why it failed. */
	JOURNAL_TEXT_MAX = 1536,
	JOURNAL_LINE_MAX = JOURNAL_TEXT_MAX + 64,
	/* Without such a text, or the name of a gateway. */
	JOURNAL_SHORT_LINE_MAX = 160,
	JOURNAL_GATEWAY_LINE_MAX = HOST_MAX_LEN + 64,
	JOURNAL_HOOK_LINE_MAX = POLICY_PATH_MAX + ACCOUNT_MAX_LEN + 64,
	JOURNAL_ROUTES_MAX = PROFILE_ROUTES_MAX + PEER_OFFERS_MAX,
	/* As many again may have to be let go, when the profile has changed. */
	JOURNAL_HELD_MAX = 2 * JOURNAL_ROUTES_MAX,
	JOURNAL_DOMAINS_MAX = 2 * DNS_DOMAINS_MAX,
	JOURNAL_DOMAIN_LINE_MAX = DOMAIN_TEXT_MAX + 32,
	JOURNAL_NAMES_MAX = 2 * DNS_SERVERS_MAX + JOURNAL_DOMAINS_MAX + NAMES_MANAGERS,
	JOURNAL_ENTRIES_MAX =
	    JOURNAL_ROUTES_MAX + JOURNAL_HELD_MAX + JOURNAL_NAMES_MAX + GATES_MAX + 64,
	/* It may have failed before, and Up after that. */
	JOURNAL_FILE_MAX = JOURNAL_SHORT_LINE_MAX * (JOURNAL_ENTRIES_MAX + 1) +
			   2 * JOURNAL_LINE_MAX + JOURNAL_GATEWAY_LINE_MAX +
			   JOURNAL_HOOK_LINE_MAX +
			   JOURNAL_DOMAINS_MAX * JOURNAL_DOMAIN_LINE_MAX,
	BOOT_ID_MAX = 37,
};

enum journal_kind {
	JOURNAL_SUPERVISOR,
	JOURNAL_GATEWAY,
	JOURNAL_HELD,
	JOURNAL_GATE,
	JOURNAL_FILTER,
	JOURNAL_TABLE,
	JOURNAL_CONTROL,
	JOURNAL_PROCESS,
	JOURNAL_ENDPOINT,
	JOURNAL_LINK,
	JOURNAL_PAIR,
	JOURNAL_ROUTE,
	JOURNAL_NAMES,
	JOURNAL_SERVER,
	JOURNAL_DOMAIN,
	JOURNAL_DEVICE,
	JOURNAL_UP,
	JOURNAL_HOOK_DOWN,
	JOURNAL_HOOK_FAILED,
	JOURNAL_HOOK_RAN,
	JOURNAL_FAILED,
	JOURNAL_WAITING,
	JOURNAL_KINDS,
};

struct journal_entry {
	enum journal_kind kind;
	/* PROCESS: which; LINK, NAMES: the interface. */
	char name[JOURNAL_NAME_MAX + 1];
	/* SUPERVISOR, PROCESS. */
	pid_t pid;
	uint64_t start;
	/* SUPERVISOR, UP, FAILED, WAITING: seconds since 1970. */
	time_t time;
	/* FAILED: whose fault it was, and the sentence: printable, without a newline;
	 * GATEWAY: its name; DOMAIN as well; HOOK_DOWN: the program's path, and RunAs. What
	 * was read has these in struct journal. */
	enum blame blame;
	int code;
	const char *text, *account;
	/* HOOK_DOWN. */
	enum hook_as hook_as;
	/* ENDPOINT, SERVER. */
	struct ip_addr endpoint;
	struct link_pair pair;
	struct link_route route;
	unsigned line;
	struct held_route held;
	/* NAMES. */
	enum names_manager manager;
	/* DOMAIN, that was read: which of the journal's. */
	size_t domain;
	/* GATE; FILTER; TABLE. */
	struct gate gate;
	uid_t uid;
	uint64_t print;
	uint32_t table;
	/* DEVICE, NAMES. */
	int index;
	unsigned mtu;
};

struct journal {
	/* Of the file that is written; -1 when it was only read. */
	int fd;
	char boot[BOOT_ID_MAX];
	/* It was read from a file system that ends with its boot. */
	bool in_memory;
	/* Of the entry FAILED, that was read. */
	char failed[JOURNAL_TEXT_MAX];
	/* Of the entry GATEWAY. */
	char gateway[HOST_MAX_LEN + 1];
	/* Of the entry HOOK_DOWN. */
	char hook_account[ACCOUNT_MAX_LEN + 1], hook_path[POLICY_PATH_MAX];
	/* Of the entries DOMAIN. */
	char domains[JOURNAL_DOMAINS_MAX][DOMAIN_TEXT_MAX];
	size_t ndomains;
	struct journal_entry entries[JOURNAL_ENTRIES_MAX];
	size_t count;
};

/*
 * A new file in the directory, with its first entry; there must be none. The caller ends
 * with journal_close().
 */
int journal_create(int dir, const struct journal_entry *first, struct journal *out,
		   struct error *err);
/*
 * In the place of one that is there, of which nothing may be left to be undone but what is
 * among these: whoever reads the journal finds the old entries or the new ones.
 */
int journal_replace(int dir, const struct journal_entry *entries, size_t count,
		    struct journal *out, struct error *err);
/* Goes on with the one that is there, which is read into *out. */
int journal_continue(int dir, struct journal *out, struct error *err);
/* One that was read is written on. */
int journal_reopen(int dir, struct journal *journal, struct error *err);
/* Returns once it is on the disk: only then may the thing be done. */
int journal_add(struct journal *journal, const struct journal_entry *entry,
		struct error *err);
/* -1 with err->sys == ENOENT when there is none. */
int journal_read(int dir, struct journal *out, struct error *err);
int journal_remove(int dir, struct error *err);
void journal_close(struct journal *journal);

/* True when it was written in this boot: otherwise nothing of what it lists is left. Boot
 * ids differ within a boot where a container has its own, and some of it see the kernel's.
 */
bool journal_is_current(const struct journal *journal);
/* The supervisor that it tells of, if it is still that one: as process_open(). */
int journal_open_supervisor(const struct journal *journal, struct process *out,
			    struct error *err);
/* A process of an earlier boot with the same id has not started at the same moment. */
bool journal_supervisor_lives(const struct journal *journal);
/* Of several entries HELD of one network the last: of each other one the metric was found
 * taken by another launcher once it had been written down. */
bool journal_held_is_ours(const struct journal *journal, const struct journal_entry *held);
/* Whether what it tells of is there from before the first attempt until `down`. */
bool journal_kind_is_held(enum journal_kind kind);
/* Whether it tells of any such thing. */
bool journal_holds(const struct journal *journal);
/* The last entry of a kind, or NULL. */
const struct journal_entry *journal_find(const struct journal *journal,
					 enum journal_kind kind);

/* The name of the gateway, written or read; "" when it is not known. */
const char *journal_gateway(const struct journal *journal);
/* The entry HOOK_DOWN of a program that has still to run, or NULL; its path and account,
 * written or read. */
const struct journal_entry *journal_hook_due(const struct journal *journal,
					     const char **path, const char **account);

/* Pure. A last line without its newline was not finished, so what it names was not done. */
int journal_parse(const char *text, size_t len, struct journal *out, struct error *err);
/* With the newline; the length, or -1 when it does not fit. */
int journal_print(const struct journal_entry *entry, char *buf, size_t size);

#endif
