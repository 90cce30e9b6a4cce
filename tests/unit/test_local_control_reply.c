/* SPDX-License-Identifier: ISC */
/* What comes back through the control socket, and clients that go, or take nothing. */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "agent/base/descriptors.h"
#include "local/control_reply.h"
#include "unit.h"

enum { SHORT_MS = 200, LONG_MS = 20000 };

static int client;
static struct control_reply reply;
static struct process command;
static int out[2], err_pipe[2];

static void connect_client(void)
{
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	client = ends[0];
	reply = (struct control_reply){.socket = ends[1]};
}

static void says_both(const void *arg, struct error *err)
{
	(void)arg;
	(void)err;
	descriptors_close(STDERR_FILENO + 1, UINT_MAX);
	descriptors_write(STDOUT_FILENO, "out", 3);
	descriptors_write(STDERR_FILENO, "error", 5);
	_exit(7);
}

/* Until it is ended: nobody writes to the pipe, of which it has the other end as well. */
static void waits(const void *arg, struct error *err)
{
	int fds[2];
	char byte;

	(void)arg;
	(void)err;
	descriptors_close(STDERR_FILENO + 1, UINT_MAX);
	if (pipe(fds) == 0)
		(void)!read(fds[0], &byte, 1);
	_exit(0);
}

/* More than a socket and a pipe hold. */
static void floods(const void *arg, struct error *err)
{
	static const char bytes[CONTROL_PIECE_MAX];

	(void)arg;
	(void)err;
	descriptors_close(STDERR_FILENO + 1, UINT_MAX);
	while (descriptors_write(STDOUT_FILENO, bytes, sizeof bytes) == 0)
		;
	_exit(0);
}

static void start(void (*execute)(const void *arg, struct error *err))
{
	struct error err;

	assert_int_equal(pipe(out), 0);
	assert_int_equal(pipe(err_pipe), 0);
	const struct spawn spawn = {.in = -1,
				    .out = out[1],
				    .err = err_pipe[1],
				    .session = true,
				    .execute = execute};

	assert_int_equal(process_spawn(&spawn, &command, &err), 0);
	close(out[1]);
	close(err_pipe[1]);
	assert_int_equal(process_release(&command, monotonic_ms() + LONG_MS, &err), 0);
}

static bool relay(bool keep, int ms)
{
	return control_reply_relay(&reply, &command, out[0], err_pipe[0], keep,
				   ms < 0 ? -1 : monotonic_ms() + ms);
}

static void end(void)
{
	assert_true(process_reap(&command));
	process_close(&command);
	close(out[0]);
	close(err_pipe[0]);
	close(reply.socket);
}

/* The next piece is that. */
static void takes(enum control_piece piece, const char *bytes, uint16_t len)
{
	struct control_header header;
	char taken[CONTROL_PIECE_MAX];

	assert_int_equal(descriptors_read(client, &header, sizeof header), sizeof header);
	assert_int_equal(header.piece, piece);
	assert_int_equal(header.len, len);
	assert_int_equal(descriptors_read(client, taken, len), len);
	assert_memory_equal(taken, bytes, len);
}

static void both_streams_and_the_code_arrive(void **state)
{
	(void)state;
	connect_client();
	start(says_both);
	assert_true(relay(false, LONG_MS));
	assert_int_equal(process_exit_status(&command), 7);
	control_reply_end(&reply, EXIT_DENIED, "no");
	takes(CONTROL_OUT, "out", 3);
	takes(CONTROL_ERR, "error", 5);
	takes(CONTROL_ERR, "vpn-connect: no\n", 16);
	takes(CONTROL_EXIT, "\115", 1);
	close(client);
	end();
}

static void a_command_that_looks_ends_with_its_client(void **state)
{
	(void)state;
	connect_client();
	start(waits);
	close(client);
	assert_false(relay(false, -1));
	assert_true(reply.gone);
	end();
}

static void a_command_that_changes_goes_on_until_its_deadline(void **state)
{
	const int64_t begin = monotonic_ms();

	(void)state;
	connect_client();
	start(waits);
	close(client);
	assert_false(relay(true, SHORT_MS));
	assert_true(monotonic_ms() - begin >= SHORT_MS);
	end();
	connect_client();
	start(says_both);
	close(client);
	assert_true(relay(true, LONG_MS));
	assert_int_equal(process_exit_status(&command), 7);
	end();
}

static void a_client_that_takes_nothing_holds_nobody(void **state)
{
	(void)state;
	connect_client();
	start(floods);
	assert_false(relay(false, -1));
	assert_true(reply.gone);
	close(client);
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(both_streams_and_the_code_arrive),
	    cmocka_unit_test(a_command_that_looks_ends_with_its_client),
	    cmocka_unit_test(a_command_that_changes_goes_on_until_its_deadline),
	    cmocka_unit_test(a_client_that_takes_nothing_holds_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
