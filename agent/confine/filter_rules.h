/* SPDX-License-Identifier: ISC */
/* Build time: libseccomp's idea of each filter, for gen-filters.c alone. */
#ifndef SALLYPORT_AGENT_CONFINE_FILTER_RULES_H
#define SALLYPORT_AGENT_CONFINE_FILTER_RULES_H

#include <seccomp.h>
#include <stdint.h>
#include <stdio.h>

#include "agent/confine/filter_program.h"

/*
 * The rules of one shape for an architecture (AUDIT_ARCH_X86_64 and its like, as
 * seccomp_arch_native(3) returns it), or NULL when libseccomp refused one. The caller
 * releases them (seccomp_release(3)). Each is printed to list as a line: the call's name,
 * and what holds for it ("ioctl TCGETS").
 */
scmp_filter_ctx filter_rules(const struct filter_shape *shape, uint32_t arch, FILE *list);

#endif
