/* SPDX-License-Identifier: ISC */
/*
 * The host that vpn-policy audit looks at: this one, or a copy of one's files below a
 * directory. Each host_SUBJECT() adds what it finds; what it could not look at is a finding
 * of its own, so that nothing passes in silence.
 */
#ifndef SALLYPORT_POLICY_TOOL_AUDIT_HOST_H
#define SALLYPORT_POLICY_TOOL_AUDIT_HOST_H

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

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

/* Whether a list has a login of the account: where that comes from may not be known. */
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
	/* of that peer; 0 where it has more networks than this one */
	unsigned sessions;
};

/* Keys that are all one to sshd, and which of these some peers have, as bits. */
struct host_key_kind {
	char type[KEY_TYPE_MAX];
	/* 0 but for RSA */
	unsigned rsa_bits;
};

struct host_key_set {
	uint64_t kinds;
	size_t peers;
	/* the first of them */
	char peer[NAME_MAX_LEN + 1];
};

/* An sshd that listens. */
struct host_listener {
	unsigned long process;
	/* PidFile on its command line */
	bool own_pid_file;
};

struct host {
	/* "" or the directory of the copy, tidied */
	const char *root;
	/* root is "": programs can be asked, and the kernel is the host's */
	bool living;
	/*
	 * Owners, modes and extended attributes of files are the host's own: of a copy they
	 * are when root made it so that they were kept, told by who owns its /etc/passwd.
	 */
	bool owners;
	/* While user_enter() is in force, a descriptor of the root; 0: not. */
	int held_root;
	struct roles roles;
	struct findings *findings;
	/* The good peers: their files, their keys. */
	const struct survey *survey;
	/* agent.conf; the defaults when it is missing or no good */
	struct agent_conf conf;
	/* What /etc/passwd says of conf.account, when has_account. */
	bool has_account;
	struct host_account account;
	/* Bit 1u << enum ppp_engine: what Ppp says, of a peer or for it. */
	unsigned engines;
	/* Some peer leaves it to agent.conf. */
	bool engine_open;
	/* host_ppp(): pppd may be launched, and runs as root or has to be expected to. */
	bool pppd_used, pppd_as_root;
	/* ppptun may be launched; and it takes over where there is no pppd. */
	bool ppptun_used, ppptun_instead;
	/* Some peer's link carries IPv6; some has Strict yes, and IPv4, or IPv6. */
	bool ipv6_links, strict4, strict6;
	/* Of the peers whose packets may not go anywhere, as engines; bit 1u <<
	 * HOST_ENGINE_OPEN: agent.conf's. By Offer alone, or by their own Reach. */
	unsigned limited, reaches;
	/* Some peer may reach networks beyond this end of IPv4, or of IPv6. */
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
	/* host_launch(): some profile has pppd speak PPP; wants IPv6; needs Landlock. */
	bool launch_pppd, launch_ipv6, launch_landlock;
	/* What host_sshd() got out of sshd for the account; NULL when it is not known. */
	const struct sshd_settings *sshd;
	/* owned: where they are */
	struct sshd_answer *sshd_answer;
	/* Of OpenSSH, the number before the dot; 0 when it is not known. */
	unsigned sshd_release;
	/* host_sshd_running.c */
	struct host_listener listeners[HOST_LISTENERS_MAX];
	size_t nlisteners;
	/* host_sshd_files.c: which of sshd's files was changed last, and when */
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
/* Of host_ppp(), what pppd tells; may_ask: nothing in its options does harm to who asks. */
#define PPP_OPTIONS_FILE "/etc/ppp/options"
void host_pppd(struct host *host, bool may_ask);
void host_tun(struct host *host);
void host_kernel(struct host *host);
void host_escalation(struct host *host);
/* Of that, the rules of /etc/sudoers, and what it includes, that name the account. */
void host_sudo(struct host *host);
/* Of a host that launches: host_launch() before host_kernel(), and host_profiles(), which
 * asks ssh by host_profile_ssh(), the user being the one of RunAs. */
void host_launch(struct host *host);
void host_profiles(struct host *host);
void host_profile_ssh(struct host *host, const struct profile *profile,
		      const struct user *user, bool needs_agent);
void host_unit(struct host *host);
/* Of either. */
void host_networkd(struct host *host);
/*
 * Of host_ppp() and host_launch(), the options in pppd's own file. Whether pppd may be
 * asked something by root: it reads that file before it looks at its command line, and a
 * plugin named there would run, with all that the auditor may.
 */
bool host_ppp_options(struct host *host);

/* host_sshd.c: to be called with each good peer, before host_sshd(). */
void host_keep_peer(struct host *host, const struct peer *peer);
/* host_sshd_wanted.c: the part of that which is the peer's keys. */
void host_keep_kinds(struct host *host, const struct peer *peer);
/* host_launch.c: with each good profile. */
void host_keep_profile(struct host *host, const struct profile *profile);
/* What was kept. */
void host_free(struct host *host);

/*
 * One finding. path is as on the host, "/etc/passwd"; of a copy the finding names the
 * copy's file. "" when no file is at fault. line is 0 when unknown.
 */
void host_find(struct host *host, enum rule_name rule, const char *path, unsigned line,
	       const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Opens a path of the host: links lead nowhere but into the copy. A descriptor, or -1 with
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
/* errno of these in words. */
const char *host_why(void);
/*
 * The finding that says so, with what was to be read, "" for the file itself: a note when
 * it is not there or not for this user, an error when it is not fit to be read.
 */
void host_not_read(struct host *host, const char *path, const char *what);
/* As host_open() for reading, as a stream; NULL with errno, EINVAL and EFBIG as below. */
FILE *host_fopen(const struct host *host, const char *path);
/* The same of a directory, to be listed. */
DIR *host_opendir(const struct host *host, const char *path);
/*
 * All of a regular file, terminated, for the caller to free. NULL with errno: EINVAL for
 * what is no regular file, EFBIG for more than HOST_FILE_MAX bytes; where len is NULL also
 * EILSEQ for a NUL in it.
 */
char *host_read(const struct host *host, const char *path, size_t *len);

/*
 * host_trust.c: a finding of that rule when others than root could change what is there, or
 * a directory above it; nothing where owners and modes are not the host's, or nothing is
 * there. True when it is sure that root alone can.
 */
bool host_trust_program(struct host *host, enum rule_name rule, const char *path);
bool host_trust_file(struct host *host, enum rule_name rule, const char *path);
bool host_trust_directory(struct host *host, enum rule_name rule, const char *path);
/* A finding when the program is not there, is none, or others than root could change it;
 * false in the first case. */
bool host_program(struct host *host, const char *path);
/* A finding when the account may not do to what is there what the bits of "other" say. */
void host_readable(struct host *host, const char *path, mode_t bits);

extern const char host_group_file[];
/* Whether the group lists the user; whose own group it is does not count. */
bool host_group_has(const struct group *entry, const char *user);

/* host_roles.c: what tells of each role; what was forced stays. */
void host_find_roles(const struct host *host, struct roles *roles);

#endif
