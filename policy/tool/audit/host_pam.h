/* SPDX-License-Identifier: ISC */
/* The parts of host_pam(). */
#ifndef SALLYPORT_POLICY_TOOL_AUDIT_HOST_PAM_H
#define SALLYPORT_POLICY_TOOL_AUDIT_HOST_PAM_H

#include <stdbool.h>

#include "policy/tool/audit/host.h"

/* What a module answers for a login of the account. */
struct pam_answer {
	/* of the module, for pam_word(), which takes them apart */
	char *args;
	/* of PAM's codes, "success"; what is not sure is taken for one */
	const char *code;
	bool sure;
	/* of a refusal: what makes it, owned; and the rule that has it */
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

/* host_limits.c: pam_limits; nproc is a finding of its own. */
void host_pam_limits(struct host *host, struct pam_answer *answer);

/* host_pam.c: what PAM, as this service, makes of a login. */
void host_pam(struct host *host, const char *service);

/* Answers: refused, and why; not known. */
void pam_refuse(struct pam_answer *answer, const char *code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void pam_doubt(struct pam_answer *answer);

/* Whether the account is in the group of that name. */
bool host_pam_in_group(struct host *host, const char *group);

#endif
