/* SPDX-License-Identifier: ISC */
/*
 * Protects: what vpn-connect's reader confines itself with (confine_reader()), by trying
 * each system call from inside; and what the supervisor keeps (confine_supervisor()). Needs
 * root, as they do.
 */
#include "tests/unit/unit.h"

#include <cap-ng.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/confine/confine_steps.h"
#include "agent/confine/filter_lists.h"

enum { PASS = 17, NOBODY = 65534, CALLS_MAX = 512, PRCTLS_MAX = 128 };

static const char unit[] = "packaging/systemd/vpn-connect@.service";

/* How a child ends in which attempt() ran, confined. */
static int end_of(void (*attempt)(long), long argument)
{
	const pid_t child = fork();
	struct error err;
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		if (confine_reader(NOBODY, NOBODY, &err) != 0) {
			fprintf(stderr, "%s\n", err.text);
			_exit(1);
		}
		attempt(argument);
		syscall(SYS_exit_group, PASS);
	}
	assert_int_equal(child, waitpid(child, &status, 0));
	return status;
}

static bool passes(int status)
{
	return WIFEXITED(status) && WEXITSTATUS(status) == PASS;
}

static bool is_killed(int status)
{
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
}

static bool is_listed(long call)
{
	for (const int *at = filter_reader_calls; *at != FILTER_END; at++)
		if (*at == call)
			return true;
	return false;
}

/* No descriptor, no address and no flags are -1. */
static void call_it(long call)
{
	syscall(call, -1L, -1L, -1L, -1L, -1L, -1L);
}

static void ask_prctl(long option)
{
	prctl((int)option, -1L, -1L, -1L, -1L);
}

/* The kernel's own trampolines of probes, which Linux lets by every filter since 6.14. */
static bool is_kernels_own(long call)
{
	return call == 335 || call == 336;
}

static void every_call_but_a_few_kills(void **state)
{
	unsigned tried = 0;

	(void)state;
	for (long call = 0; call < CALLS_MAX; call++) {
		if (is_listed(call) || is_kernels_own(call) || call == SYS_prctl)
			continue;
		tried++;
		if (!is_killed(end_of(call_it, call)))
			fail_msg("system call %ld is let through", call);
	}
	assert_in_range(tried, CALLS_MAX - 16, CALLS_MAX);
}

/* What reads back is all that prctl(2) does. */
static void every_prctl_that_changes_kills(void **state)
{
	(void)state;
	for (long option = 0; option < PRCTLS_MAX; option++) {
		bool reads = false;

		for (const struct filter_value *at = filter_read_back_prctls;
		     at->value != FILTER_VALUES_END; at++)
			reads |= at->value == option;
		if (reads ? !passes(end_of(ask_prctl, option))
			  : !is_killed(end_of(ask_prctl, option)))
			fail_msg("prctl %ld", option);
	}
}

/* Waits for a byte, once it has said that it is confined; then ends well. */
static pid_t start_waiting(int *to)
{
	pid_t child;
	char byte;
	int ready[2], wake[2];

	assert_int_equal(0, pipe(ready));
	assert_int_equal(0, pipe(wake));
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct pollfd fd = {.fd = wake[0], .events = POLLIN};
		struct error err;

		if (confine_reader(NOBODY, NOBODY, &err) != 0 ||
		    write(ready[1], "", 1) != 1)
			_exit(1);
		syscall(SYS_exit_group, poll(&fd, 1, -1) == 1 ? PASS : 2);
	}
	close(ready[1]);
	close(wake[0]);
	assert_int_equal(1, read(ready[0], &byte, 1));
	close(ready[0]);
	*to = wake[1];
	return child;
}

/* Field 3 of /proc/PID/stat. */
static char state_of(pid_t pid)
{
	char path[32], state = '?';
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	assert_non_null(file);
	assert_int_equal(1, fscanf(file, "%*d (%*[^)]) %c", &state));
	fclose(file);
	return state;
}

static void waits_on_after_a_stop(void **state)
{
	int status, to;
	const pid_t reader = start_waiting(&to);

	(void)state;
	while (state_of(reader) == 'R')
		assert_int_equal(0, poll(NULL, 0, 1));
	kill(reader, SIGSTOP);
	assert_int_equal(reader, waitpid(reader, &status, WUNTRACED));
	assert_true(WIFSTOPPED(status));
	kill(reader, SIGCONT);
	assert_int_equal(reader, waitpid(reader, &status, WCONTINUED));
	assert_int_equal(1, write(to, "", 1));
	close(to);
	assert_int_equal(reader, waitpid(reader, &status, 0));
	assert_true(passes(status));
}

/* As that uid. */
static int trace_it(pid_t reader)
{
	char path[32];

	if (setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
	    setresuid(NOBODY, NOBODY, NOBODY) != 0)
		return 1;
	snprintf(path, sizeof path, "/proc/%d/mem", (int)reader);
	if (open(path, O_RDONLY | O_CLOEXEC) >= 0)
		return 2;
	if (ptrace(PTRACE_SEIZE, reader, NULL, NULL) == 0)
		return 3;
	return kill(reader, SIGKILL) == 0 ? PASS : 4;
}

/* RunAs has signals for it, and no more. */
static void no_process_of_its_uid_can_trace_it(void **state)
{
	int status, to;
	const pid_t reader = start_waiting(&to), tracer = fork();

	(void)state;
	assert_true(tracer >= 0);
	if (tracer == 0)
		_exit(trace_it(reader));
	assert_int_equal(tracer, waitpid(tracer, &status, 0));
	assert_int_equal(PASS, WEXITSTATUS(status));
	assert_int_equal(reader, waitpid(reader, &status, 0));
	assert_int_equal(SIGKILL, WTERMSIG(status));
	close(to);
}

/* "CapabilityBoundingSet=CAP_NET_ADMIN …", as bits. */
static uint64_t set_of_unit(void)
{
	static const char key[] = "CapabilityBoundingSet=";
	FILE *file = fopen(unit, "re");
	uint64_t set = 0;
	char line[512];

	assert_non_null(file);
	while (fgets(line, sizeof line, file) != NULL) {
		if (strncmp(line, key, sizeof key - 1) != 0)
			continue;
		for (char *word = strtok(line + sizeof key - 1, " \n"); word != NULL;
		     word = strtok(NULL, " \n")) {
			const int cap = capng_name_to_capability(word + strlen("CAP_"));

			assert_true(cap >= 0);
			set |= UINT64_C(1) << cap;
		}
	}
	fclose(file);
	return set;
}

static void the_unit_lists_what_the_supervisor_keeps(void **state)
{
	(void)state;
	assert_true(set_of_unit() == SUPERVISOR_CAPABILITIES);
}

/* In a child: PASS, or what is wrong. */
static int keep_and_look(void)
{
	struct capability_sets had = {0}, sets = {0};
	struct error err;

	/* As a careless caller leaves it. */
	if (capabilities_read(&had) != 0)
		return 1;
	capng_fill(CAPNG_SELECT_CAPS);
	if (had.permitted == had.bounding && capng_apply(CAPNG_SELECT_CAPS) == 0)
		prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW, 0, 0);
	if (confine_supervisor(&err) != 0 || capabilities_read(&sets) != 0)
		return 2;
	if (sets.permitted != (had.permitted & SUPERVISOR_CAPABILITIES) ||
	    sets.effective != sets.permitted ||
	    sets.bounding != (had.bounding & SUPERVISOR_CAPABILITIES) ||
	    (sets.inheritable | sets.ambient) != 0)
		return 3;
	/* Twice is as good as once. */
	return confine_supervisor(&err) == 0 ? PASS : 4;
}

static void the_supervisor_keeps_no_other_capability(void **state)
{
	const pid_t child = fork();
	int status;

	(void)state;
	if (child == 0)
		_exit(keep_and_look());
	assert_int_equal(child, waitpid(child, &status, 0));
	assert_int_equal(PASS, WEXITSTATUS(status));
}

/* In a child, and in what it executes: PASS, or what is wrong. */
static int hook_and_look(void)
{
	const uint64_t net_admin = CAPABILITY(CAP_NET_ADMIN);
	struct capability_sets had = {0}, sets = {0};
	struct error err;

	if (capabilities_read(&had) != 0 || confine_supervisor(&err) != 0 ||
	    confine_hook(&err) != 0 || capabilities_read(&sets) != 0)
		return 1;
	if (sets.permitted != (had.permitted & net_admin) ||
	    sets.effective != sets.permitted ||
	    sets.bounding != (had.bounding & net_admin) ||
	    (sets.inheritable | sets.ambient) != 0)
		return 2;
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? PASS : 3;
}

static void a_hook_of_roots_may_configure_the_network_and_no_more(void **state)
{
	const pid_t child = fork();
	int status;

	(void)state;
	if (child == 0)
		_exit(hook_and_look());
	assert_int_equal(child, waitpid(child, &status, 0));
	assert_int_equal(PASS, WEXITSTATUS(status));
}

enum { ANYBODY = 12345, A_GROUP = 4242 };

/* In a child, as a user with a group: what one of them leaves. PASS, or what is wrong. */
static int confine_own(int (*confine)(struct error *err))
{
	const gid_t group = A_GROUP;
	struct capability_sets sets = {0};
	struct error err;

	if (setgroups(1, &group) != 0 || setresgid(ANYBODY, ANYBODY, ANYBODY) != 0 ||
	    setresuid(ANYBODY, ANYBODY, ANYBODY) != 0)
		return 1;
	if (confine(&err) != 0) {
		fputs(err.text, stderr);
		return 2;
	}
	/* The others' filters kill for this. */
	if (confine != confine_own_supervisor && confine != confine_hook)
		confine_parser_exit(PASS);
	if (capabilities_read(&sets) != 0 || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return 3;
	return (sets.permitted | sets.effective | sets.inheritable | sets.ambient) == 0
		   ? PASS
		   : 4;
}

static int status_of(int (*in_child)(int (*)(struct error *)),
		     int (*confine)(struct error *err))
{
	const pid_t child = fork();
	int status;

	if (child == 0)
		_exit(in_child(confine));
	assert_int_equal(child, waitpid(child, &status, 0));
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void a_users_own_has_nothing_but_its_groups(void **state)
{
	(void)state;
	assert_int_equal(PASS, status_of(confine_own, confine_own_supervisor));
	assert_int_equal(PASS, status_of(confine_own, confine_hook));
	assert_int_equal(PASS, status_of(confine_own, confine_own_parser));
	assert_int_equal(PASS, status_of(confine_own, confine_own_reader));
}

/* As root: it must say no, and not go on with what root has. */
static int refuse_root(int (*confine)(struct error *err))
{
	struct error err;

	return confine(&err) != 0 ? PASS : 1;
}

static void root_is_no_user_of_its_own(void **state)
{
	(void)state;
	assert_int_equal(PASS, status_of(refuse_root, confine_own_supervisor));
	assert_int_equal(PASS, status_of(refuse_root, confine_own_parser));
	assert_int_equal(PASS, status_of(refuse_root, confine_own_reader));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_call_but_a_few_kills),
	    cmocka_unit_test(every_prctl_that_changes_kills),
	    cmocka_unit_test(waits_on_after_a_stop),
	    cmocka_unit_test(no_process_of_its_uid_can_trace_it),
	    cmocka_unit_test(the_unit_lists_what_the_supervisor_keeps),
	    cmocka_unit_test(the_supervisor_keeps_no_other_capability),
	    cmocka_unit_test(a_hook_of_roots_may_configure_the_network_and_no_more),
	    cmocka_unit_test(a_users_own_has_nothing_but_its_groups),
	    cmocka_unit_test(root_is_no_user_of_its_own),
	};

	if (geteuid() != 0) {
		fputs("test_confine_reader: needs root\n", stderr);
		return 1;
	}
	/* A reader that was killed is not this program's end. */
	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
