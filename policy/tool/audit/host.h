/* SPDX-License-Identifier: ISC */
/*
 * The host that vpn-policy audit looks at: this one, or a copy of one's files below a
 * directory. Each host_SUBJECT() adds what it finds; what it could not look at is a finding
 * of its own, so that nothing passes in silence.
 */
#ifndef SALLYPORT_POLICY_TOOL_AUDIT_HOST_H
#define SALLYPORT_POLICY_TOOL_AUDIT_HOST_H

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#include "agent/core/private_key.h"
#include "policy/language/path.h"
#include "policy/language/policy.h"
#include "policy/tool/audit/sshd_text.h"
#include "policy/tool/audit/user.h"
#include "policy/tool/report/finding.h"
#include "policy/tool/report/roles.h"
#include "policy/tool/survey/survey.h"

enum {
	/* bytes of one file that is read whole: authorized_keys of 100,000 peers fit */
	HOST_FILE_MAX = 64 * 1024 * 1024,
	/* addresses that sshd is asked for: of From, and with those of Match Address */
	HOST_SOURCES_MAX = 16,
	HOST_SOURCES_ALL_MAX = 2 * HOST_SOURCES_MAX,
	/* sshd that run and are looked at: nobody has as many */
	HOST_LISTENERS_MAX = 64,
	HOST_ENGINE_OPEN = PPP_PPPTUN + 1,
};

struct group;

/* Whether a list has a login of the account. PERHAPS: it depends on where the login comes
 * from, or on what audit does not know. */
enum match { MATCH_NO, MATCH_PERHAPS, MATCH_YES };

struct host_account {
	char name[ACCOUNT_MAX_LEN + 1];
	uid_t uid;
	gid_t gid;
	char home[PATH_TEXT_MAX], shell[PATH_TEXT_MAX];
	/* The file that has its password with a "!" in front; or NULL. */
	const char *locked;
	/* shadow(5) wants its password changed, or has it expire. */
	bool password_due;
};

/* A network of some peer's From. */
struct host_from {
	struct ip_prefix network;
	/* of that peer; 0 when it has other networks too */
	unsigned sessions;
};

/* Keys between which sshd makes no difference. */
struct host_key_kind {
	char type[KEY_TYPE_MAX];
	/* 0 unless it is RSA */
	unsigned rsa_bits;
};

/* Which kinds of key some peers have, as bits. */
struct host_key_set {
	uint64_t kinds;
	size_t peers;
	/* the first of them */
	char peer[NAME_MAX_LEN + 1];
};

/* An sshd that runs and listens. */
struct host_listener {
	unsigned long process;
	/* PidFile on its command line */
	bool own_pid_file;
};

struct host {
	/* "" or the directory of the copy, tidied */
	const char *root;
	/* root is "": its programs can be run, and this kernel is the host's */
	bool living;
	/* Owners, modes and extended attributes of files are the host's own. In a copy they
	 * are when root made it in a way that kept them: then its /etc/passwd is root's. */
	bool owners;
	/* While user_enter() is in force, a descriptor of the root; 0: not. */
	int held_root;
	struct roles roles;
	struct findings *findings;
	/* The good peers: their files, their keys. */
	const struct survey *survey;
	/* agent.conf; the defaults when it is missing or no good */
	struct agent_conf conf;
	/* has_account: /etc/passwd has conf.account, and this is what it says. */
	bool has_account;
	struct host_account account;
	/* Bits 1u << enum ppp_engine: what Ppp says in peers' files, or in agent.conf for
	 * the others. */
	unsigned engines;
	/* Some peer's file does not say it. */
	bool engine_open;
	/* host_ppp(): pppd may be launched, and runs as root or has to be expected to. */
	bool pppd_used, pppd_as_root;
	/* ppptun may be launched; and it is launched where pppd cannot work. */
	bool ppptun_used, ppptun_instead;
	/* Some peer's link carries IPv6; some has Strict yes, and IPv4, or IPv6. */
	bool ipv6_links, strict4, strict6;
	/* The engines of peers whose packets have a limit, by Offer alone or by a Reach of
	 * their own; bit 1u << HOST_ENGINE_OPEN: the engine that agent.conf chooses. */
	unsigned limited, reaches;
	/* Some peer may reach networks behind this host by IPv4, or by IPv6. */
	bool beyond4, beyond6;
	/*
	 * The first address of each network of the peers' From, and whether there are more;
	 * then of sshd's Match Address.
	 */
	struct ip_addr sources[HOST_SOURCES_ALL_MAX];
	size_t nsources;
	bool more_sources;
	/* Sessions that all peers may have together; every network of their From. */
	unsigned long sessions;
	struct host_from *from;
	size_t nfrom, from_size;
	/* host_sshd_wanted.c */
	struct host_key_kind *kinds;
	size_t nkinds, kinds_size;
	struct host_key_set *sets;
	size_t nsets, sets_size;
	/* The good profiles. */
	struct profile *profiles;
	size_t nprofiles, profiles_size;
	/* By when, of monotonic_ms(), all must be seen that one of them leads to: its
	 * user's files, and what ssh of that user says. The rest is not looked at. */
	int64_t profile_until;
	/* host_launch(): some profile has pppd speak PPP; wants IPv6; needs Landlock. */
	bool launch_pppd, launch_ipv6, launch_landlock;
	/* The settings that sshd told for the account; NULL when they are not known. */
	const struct sshd_settings *sshd;
	/* owned: where they are */
	struct sshd_answer *sshd_answer;
	/* The major version of OpenSSH; 0 when it is not known. */
	unsigned sshd_release;
	/* host_sshd_running.c */
	struct host_listener listeners[HOST_LISTENERS_MAX];
	size_t nlisteners;
	/* host_sshd_files.c: the file of sshd's that was changed last, and when */
	char sshd_changed[PATH_TEXT_MAX];
	struct timespec sshd_changed_at;
};

/* The subjects, in this order: host_account() fills host->account, host_sshd() host->sshd.
 */
void host_account(struct host *host);
void host_agent(struct host *host);
void host_manager(struct host *host);
void host_sshd(struct host *host);
void host_keys(struct host *host);
void host_login(struct host *host);
void host_ppp(struct host *host);
/* The part of host_ppp() that runs pppd. may_ask: nothing in its options harms the user who
 * runs it. */
#define PPP_OPTIONS_FILE "/etc/ppp/options"
void host_pppd(struct host *host, bool may_ask);
void host_tun(struct host *host);
void host_kernel(struct host *host);
void host_escalation(struct host *host);
/* Of that, the rules of /etc/sudoers, and what it includes, that name the account. */
void host_sudo(struct host *host);
/* A host that launches links: host_launch() before host_kernel(). host_profiles() calls
 * host_profile_ssh() with the user of RunAs. */
void host_launch(struct host *host);
void host_profiles(struct host *host);
/* The part of both that check does as well, for a profile that is in force on this host:
 * its user, what ssh would do, the programs, and this host's networks. */
void host_profile_check(struct host *host, const struct profile *profile);
void host_launch_check(struct host *host, const struct profile *profile);
void host_profile_ssh(struct host *host, const struct profile *profile,
		      const struct user *user, bool needs_agent);
/* The parts of host_profiles() that ask: is the user of RunAs one of its own; can others
 * read the key, or change what its ssh reads; does the host know those in Users? */
void host_run_as(struct host *host, const struct profile *profile, const struct user *user);
void host_ssh_files(struct host *host, const struct profile *profile,
		    const struct user *user);
/* Of that, one of the files that ssh reads, in a setting of ssh_config, for example: the
 * directories and links on the way are judged as well, also when it is missing. */
void host_ssh_file(struct host *host, const struct profile *profile,
		   const struct user *user, const char *path);
void host_users(struct host *host, const struct profile *profile);
/* Of both, too: the programs of Up and Down. */
void host_hooks(struct host *host, const struct profile *profile, const struct user *user);
/* What kind of key a file holds; errno says why it is PRIVATE_KEY_UNREAD. */
enum private_key host_read_key(const struct host *host, const char *path);
void host_unit(struct host *host);
/* The launcher's run-time state, and the socket by which users reach it. */
void host_launch_state(struct host *host);
void host_control(struct host *host);
/* What takes a key that a peer hands in. */
void host_hand_in(struct host *host);
/* A host of either role. */
void host_networkd(struct host *host);
/* The part of host_ppp() and host_launch() that reads pppd's own file of options. True when
 * root may run pppd to ask it something: it reads that file before it looks at its command
 * line, and a plugin named there would run with all rights of the auditor. */
bool host_ppp_options(struct host *host);

/* host_sshd.c: call it with each good peer, before host_sshd(). */
void host_keep_peer(struct host *host, const struct peer *peer);
/* host_sshd_wanted.c: the part of it that keeps the peer's keys. */
void host_keep_kinds(struct host *host, const struct peer *peer);
/* host_launch.c: call it with each good profile. */
void host_keep_profile(struct host *host, const struct profile *profile);
/* Frees what was kept. */
void host_free(struct host *host);

/* Adds a finding. path is a path on the host, such as "/etc/passwd"; the finding names the
 * copy's file where it is a copy. "" when no file is at fault. line is 0 when unknown. */
void host_find(struct host *host, enum rule_name rule, const char *path, unsigned line,
	       const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Opens a path of the host; in a copy no link leads out of it. A descriptor, or -1 with
 * errno. */
int host_open(const struct host *host, const char *path, int flags);
/* Whether it is there: 0, or -1 with errno. Links are followed, as in host_open(). */
int host_stat(const struct host *host, const char *path, struct stat *st);
bool host_is_there(const struct host *host, const char *path);
/* The mode of a file for "%04o". */
unsigned host_mode(const struct stat *st);
/* The number, decimal or 0x…, that a file of the kernel's begins with: false, and *number
 * as it was, when it cannot be read. */
bool host_number(const struct host *host, const char *path, long *number);
/* Whether the account may do all that the bits say, S_IROTH, S_IWOTH, S_IXOTH. */
bool host_account_may(const struct host *host, const struct stat *st, mode_t bits);
/* What errno says after one of these failed. */
const char *host_why(void);
/* Adds the finding that it could not be read; what: that which it would have told, "" for
 * the file itself. A note when the file is missing or this user may not read it, an error
 * when nobody can. */
void host_not_read(struct host *host, const char *path, const char *what);
/* As host_open() for reading, as a stream; NULL with errno, EINVAL and EFBIG as below. */
FILE *host_fopen(const struct host *host, const char *path);
/* Opens a directory to list it. */
DIR *host_opendir(const struct host *host, const char *path);
/* All of a regular file, terminated; the caller frees it. NULL with errno: EINVAL when it
 * is not a regular file, EFBIG when it has more than HOST_FILE_MAX bytes; when len is NULL
 * also EILSEQ for a NUL byte in it. */
char *host_read(const struct host *host, const char *path, size_t *len);

/* host_trust.c: adds a finding of that rule when users other than root could change the
 * file, or a directory above it; none when it is missing, or when owners and modes are not
 * the host's. True when it is certain that only root can change it. */
bool host_trust_program(struct host *host, enum rule_name rule, const char *path);
bool host_trust_file(struct host *host, enum rule_name rule, const char *path);
bool host_trust_directory(struct host *host, enum rule_name rule, const char *path);
/* Adds a finding when the program is missing, is not a program, or could be changed by
 * users other than root. False when it is missing. */
bool host_program(struct host *host, const char *path);
/* Adds a finding when the account may not do what the bits of "other" say with the file. */
void host_readable(struct host *host, const char *path, mode_t bits);

/*
 * addresses.c: adds this host's addresses to the survey, except those of the surveyed
 * peers' links, which come and go and are given by policy itself. 0; or -1 with *err, and
 * what was read until then.
 */
int host_addresses(struct survey *survey, struct error *err);
/* The same file: adds a finding for each Route of the profile that takes packets from a
 * network of this host's, except of the link's own interface. */
void host_routes(struct host *host, const struct profile *profile);

extern const char host_group_file[];
/* Whether the group lists the user; whose own group it is does not count. */
bool host_group_has(const struct group *entry, const char *user);

/* host_roles.c: finds the signs of each role; what was asked for by name stays. */
void host_find_roles(const struct host *host, struct roles *roles);

#endif
