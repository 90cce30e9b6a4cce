/* SPDX-License-Identifier: ISC */
/* The steps of confine_apply() that live in files of their own, and what they set:
 * confine_values.c. */
#ifndef SALLYPORT_AGENT_CONFINE_CONFINE_STEPS_H
#define SALLYPORT_AGENT_CONFINE_CONFINE_STEPS_H

#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "agent/confine/confine.h"
#include "agent/confine/file_capabilities.h"

/* The bits of a capability set (linux/capability.h). */
enum { CAPABILITIES_MAX = 64 };

/* What confine_apply() sets and proof_read_back() expects (linux/securebits.h,
 * capabilities(7)). */
unsigned confine_securebits(void);
uint64_t confine_capabilities(const struct confine *what);
/* A limit, soft and hard (setrlimit(2)). */
struct confine_limit {
	int resource;
	rlim_t most;
	/* "nofile" */
	const char *name;
	/* Whether it is set; NULL: always. */
	bool (*holds)(const struct confine *what, int landlock_abi);
};
enum { CONFINE_LIMITS = 6 };
extern const struct confine_limit confine_limits[CONFINE_LIMITS];
/* landlock_abi 0 means that the kernel has no Landlock. */
bool confine_limit_holds(const struct confine_limit *limit, const struct confine *what,
			 int landlock_abi);

/* prctl(2), since Linux 6.3. */
#ifndef PR_SET_MDWE
#define PR_SET_MDWE		 65
#define PR_GET_MDWE		 66
#define PR_MDWE_REFUSE_EXEC_GAIN 1
#endif
/* Whether the kernel itself lets no memory of this process become executable. */
bool confine_written_code_is_refused(void);

/* The kernel's Landlock ABI, 0 for none; then everything that the profile does not name is
 * denied. */
int landlock_apply(const struct confine *what, int *abi, struct error *err);

int filter_load(const struct confine *what, struct error *err);

/*
 * Reads ids, groups, all five capability sets, securebits, limits, no_new_privs and
 * Landlock (report->landlock_abi says whether there is any) back from the kernel, and tries
 * to get the former ids back; -1 at the first that is not as it must be. Fills
 * report->text.
 */
int proof_read_back(const struct confine *what, uid_t former_uid, gid_t former_gid,
		    struct confine_report *report, struct error *err);
/* Reads back that no capability is left, the ids, and no_new_privs. */
int proof_parser(const struct confine *what, struct error *err);
/* The same, Landlock, and that no process of the same uid can trace this one. */
int proof_reader(const struct confine *what, int landlock_abi, struct error *err);
/* Reads back all five capability sets. */
int proof_supervisor(const struct capability_sets *wanted, struct error *err);
/* Reads back that no capability is left, no_new_privs, and Landlock. */
int proof_tunnel(const struct confine *what, int landlock_abi, struct error *err);
/* Verifies that the filter is in force, which has to be the last step. */
int proof_filter(const struct confine *what, struct confine_report *report,
		 struct error *err);

#endif
