/* SPDX-License-Identifier: ISC */
/* Puts a seccomp filter in force that was made when Sallyport was built. */
#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/confine/confine_steps.h"
#include "agent/confine/filter_program.h"
#include "agent/confine/missing.h"

static const struct filter_program *find_program(const struct filter_shape *shape)
{
	for (size_t i = 0; i < filter_program_count; i++)
		if (filter_shape_same(&filter_programs[i].shape, shape))
			return &filter_programs[i];
	return NULL;
}

/* The address is this process's own; the target never learns it. */
static void set_path(const struct filter_program *program, struct sock_filter *code)
{
	const uint64_t path = (uintptr_t)confine_exec_path;

	if (program->path_high >= 0)
		code[program->path_high].k = (uint32_t)(path >> 32);
	if (program->path_low >= 0)
		code[program->path_low].k = (uint32_t)path;
}

int filter_check_kernel(struct error *err)
{
	static const uint32_t actions[] = {SECCOMP_RET_ERRNO, SECCOMP_RET_KILL_PROCESS,
					   SECCOMP_RET_TRAP};

	for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
		if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &actions[i]) != 0)
			return missing_call(errno, "seccomp",
					    "seccomp filters, or an action of theirs", err);
	return 0;
}

int filter_load(const struct confine *what, struct error *err)
{
	static struct sock_filter code[BPF_MAXINSNS];
	const struct filter_shape shape = filter_shape_of(what);
	const struct filter_program *program = find_program(&shape);
	struct sock_fprog load = {.filter = code};

	if (program == NULL || program->len > BPF_MAXINSNS)
		return error_set(err, "seccomp: no filter was built for this program");
	memcpy(code, program->code, program->len * sizeof code[0]);
	set_path(program, code);
	load.len = program->len;
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &load) != 0)
		return missing_call(errno, "seccomp", "cannot load the filter", err);
	return 0;
}
