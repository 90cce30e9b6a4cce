/* SPDX-License-Identifier: ISC */
/* The parts of host_pam(). */
#ifndef SALLYPORT_POLICY_TOOL_AUDIT_HOST_PAM_H
#define SALLYPORT_POLICY_TOOL_AUDIT_HOST_PAM_H

#include <stdbool.h>

#include "policy/tool/audit/host.h"

/* What a module of PAM returns for a login of the account. */
struct pam_answer {
	/* the module's arguments; pam_word() takes them apart */
	char *args;
	/* a return code of PAM's, such as "success"; not sure: audit cannot know it */
	const char *code;
	bool sure;
	/* for a refusal: why, owned; and the rule of the finding */
	char *why;
	enum rule_name rule;
};

/* host_pam_modules.c: type is "account" or "session". */
void host_pam_ask(struct host *host, const char *type, const char *module,
		  struct pam_answer *answer);

/* host_pam_access.c: pam_access. */
void host_pam_access(struct host *host, struct pam_answer *answer);

/* host_pam_lists.c: pam_listfile, pam_succeed_if. */
void host_pam_listfile(struct host *host, struct pam_answer *answer);
void host_pam_succeed_if(struct host *host, struct pam_answer *answer);

/* host_limits.c: pam_limits; too low an nproc is a finding, not a refusal. */
void host_pam_limits(struct host *host, struct pam_answer *answer);

/* host_pam.c: adds a finding when PAM refuses a login by this service. */
void host_pam(struct host *host, const char *service);

/* Set the answer: refused, with the reason; or not known. */
void pam_refuse(struct pam_answer *answer, const char *code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void pam_doubt(struct pam_answer *answer);

/* Whether the account is in the group of that name. */
bool host_pam_in_group(struct host *host, const char *group);

#endif
