/* SPDX-License-Identifier: ISC */
/*
 * Protects: what ppptun confines itself with (confine_tunnel()), layer by layer: that there
 * is Landlock is not seen where the filter denies before it. Needs root, as the capability
 * that is given up does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/confine/confine_steps.h"

enum {
	PASS = 17,
	/* the versions of Landlock that began to restrict each (landlock(7)) */
	ABI_FILES = 1,
	ABI_NETWORK = 4,
	ABI_SCOPES = 6,
	SOME_PORT = 9,
};

/* Of a socket that listens outside, and those that an attempt has to connect. */
static struct sockaddr_un abstract = {AF_UNIX, "\0sallyport-test"};
static int stream = -1, tcp = -1;

static void open_sockets(void)
{
	stream = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static int open_for_reading(void)
{
	return open("/etc/passwd", O_RDONLY);
}

static int open_a_directory(void)
{
	return open("/", O_RDONLY | O_DIRECTORY);
}

static int open_a_device(void)
{
	return open("/dev/null", O_RDWR);
}

static int make_a_file(void)
{
	return open("/tmp/sallyport-test", O_WRONLY | O_CREAT | O_EXCL, 0600);
}

static int run_a_program(void)
{
	char *argv[] = {(char[]){"true"}, NULL};

	return execve("/bin/true", argv, argv + 1);
}

static int connect_to_an_abstract_name(void)
{
	return connect(stream, (struct sockaddr *)&abstract, sizeof abstract);
}

static int connect_by_tcp(void)
{
	const struct sockaddr_in to = {.sin_family = AF_INET,
				       .sin_port = htons(SOME_PORT),
				       .sin_addr = {htonl(INADDR_LOOPBACK)}};

	return connect(tcp, (const struct sockaddr *)&to, sizeof to);
}

static int signal_the_parent(void)
{
	return kill(getppid(), 0);
}

static int make_a_socket(void)
{
	return socket(AF_INET, SOCK_DGRAM, 0);
}

static int start_a_process(void)
{
	return (int)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

static int have_the_capability_again(void)
{
	return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 12, 0, 0);
}

static int send_to_a_name(void)
{
	return (int)sendto(stream, "", 1, 0, (struct sockaddr *)&abstract, sizeof abstract);
}

/* What Landlock answers on its own; 0 of what it does not restrict. */
static const struct {
	const char *name;
	int (*attempt)(void);
	int landlock, since;
} attempts[] = {
    {"a file", open_for_reading, EACCES, ABI_FILES},
    {"a directory", open_a_directory, EACCES, ABI_FILES},
    {"a device", open_a_device, EACCES, ABI_FILES},
    {"a new file", make_a_file, EACCES, ABI_FILES},
    {"a program", run_a_program, EACCES, ABI_FILES},
    {"an abstract name", connect_to_an_abstract_name, EPERM, ABI_SCOPES},
    {"TCP", connect_by_tcp, EACCES, ABI_NETWORK},
    {"a signal", signal_the_parent, EPERM, ABI_SCOPES},
    {"a socket", make_a_socket, 0, 0},
    {"a process", start_a_process, 0, 0},
    {"the capability", have_the_capability_again, 0, 0},
    {"a datagram to a name", send_to_a_name, 0, 0},
};

enum { ATTEMPTS = sizeof attempts / sizeof attempts[0] };

/* The code of a child that is confined by one layer or by all of them. */
static int confined(bool whole, size_t which, int *abi)
{
	const struct confine what = {.profile = CONFINE_TUNNEL, .target_fd = -1};
	struct error err;
	int expected = EPERM;

	open_sockets();
	if (whole ? confine_tunnel(&err) != 0
		  : prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
			landlock_apply(&what, abi, &err) != 0)
		return 1;
	if (!whole)
		expected = attempts[which].landlock;
	if (!whole && *abi < attempts[which].since)
		return PASS;
	errno = 0;
	if (attempts[which].attempt() != -1)
		return 2;
	return errno == expected ? PASS : 3;
}

static void assert_refused(bool whole, size_t which)
{
	int status, abi = 0;
	const pid_t child = fork();

	/* The whole has no exit(2) but this. */
	if (child == 0)
		syscall(SYS_exit_group, confined(whole, which, &abi));
	assert_int_equal(waitpid(child, &status, 0), child);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != PASS)
		fail_msg("%s %s: status %#x", whole ? "the whole" : "Landlock",
			 attempts[which].name, (unsigned)status);
}

static void landlock_alone_keeps_it_from_files_and_others(void **state)
{
	(void)state;
	for (size_t i = 0; i < ATTEMPTS; i++)
		if (attempts[i].landlock != 0)
			assert_refused(false, i);
}

static void the_filter_refuses_before_anything_else_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < ATTEMPTS; i++)
		assert_refused(true, i);
}

/* The attempts are refused for what was given up, and not for anything else. */
static void without_it_they_are_not_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ATTEMPTS; i++) {
		int status;
		const pid_t child = fork();

		if (child == 0) {
			open_sockets();
			const int result = attempts[i].attempt();

			if (attempts[i].attempt == start_a_process && result == 0)
				_exit(0);
			(void)unlink("/tmp/sallyport-test");
			_exit(result == -1 && (errno == EACCES || errno == EPERM) ? 1
										  : PASS);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status));
		/* /bin/true ends with 0, and raising needs what this test may not have */
		if (attempts[i].attempt != run_a_program &&
		    attempts[i].attempt != have_the_capability_again)
			assert_int_equal(WEXITSTATUS(status), PASS);
	}
}

static int listen_outside(void **state)
{
	const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)state;
	return bind(listener, (struct sockaddr *)&abstract, sizeof abstract) == 0 &&
		       listen(listener, ATTEMPTS) == 0
		   ? 0
		   : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(without_it_they_are_not_refused),
	    cmocka_unit_test(landlock_alone_keeps_it_from_files_and_others),
	    cmocka_unit_test(the_filter_refuses_before_anything_else_does),
	};

	if (geteuid() != 0) {
		fputs("test_confine_tunnel: needs root\n", stderr);
		return 1;
	}
	return cmocka_run_group_tests(tests, listen_outside, NULL);
}
