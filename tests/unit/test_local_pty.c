/* SPDX-License-Identifier: ISC */
/* The pty between ssh and pppd: raw, and patient until pppd has opened its side. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "local/pty.h"
#include "unit.h"

static struct pty pty;

static int open_pty(void **state)
{
	struct error err;

	(void)state;
	return pty_open(&pty, &err);
}

static int close_pty(void **state)
{
	(void)state;
	close(pty.master);
	return 0;
}

static void is_raw(void **state)
{
	struct termios mode;
	const int slave = open(pty.name, O_RDWR | O_NOCTTY);

	(void)state;
	assert_true(slave >= 0);
	assert_int_equal(0, tcgetattr(slave, &mode));
	assert_int_equal(0, mode.c_lflag & (ECHO | ECHONL | ICANON | ISIG | IEXTEN));
	assert_int_equal(0, mode.c_oflag & OPOST);
	assert_int_equal(0, mode.c_iflag & (ICRNL | INLCR | IGNCR | IXON | ISTRIP));
	assert_int_equal(CS8, mode.c_cflag & CSIZE);
	close(slave);
}

/* An ssh that reads its input before pppd is there must not take it for a hangup. */
static void waits_for_the_first_opening(void **state)
{
	struct pollfd master = {.fd = pty.master, .events = POLLIN};

	(void)state;
	assert_int_equal(0, poll(&master, 1, 0));
}

static void keeps_every_byte_until_then(void **state)
{
	char sent[512], got[sizeof(sent) + 1];
	int slave;

	(void)state;
	for (size_t i = 0; i < sizeof(sent); i++)
		sent[i] = (char)i;
	assert_int_equal(sizeof(sent), write(pty.master, sent, sizeof(sent)));
	slave = open(pty.name, O_RDWR | O_NOCTTY);
	assert_true(slave >= 0);
	for (size_t used = 0; used < sizeof(sent);) {
		const ssize_t len = read(slave, got + used, sizeof(got) - used);

		assert_true(len > 0);
		used += (size_t)len;
	}
	assert_memory_equal(sent, got, sizeof(sent));
	close(slave);
}

static void hangs_up_when_it_is_closed_again(void **state)
{
	struct pollfd master = {.fd = pty.master, .events = POLLIN};
	char byte;

	(void)state;
	close(open(pty.name, O_RDWR | O_NOCTTY));
	assert_int_equal(1, poll(&master, 1, 5000));
	assert_int_equal(-1, read(pty.master, &byte, 1));
	assert_int_equal(EIO, errno);
}

static void is_not_inherited(void **state)
{
	(void)state;
	assert_int_equal(FD_CLOEXEC, fcntl(pty.master, F_GETFD));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(is_raw, open_pty, close_pty),
	    cmocka_unit_test_setup_teardown(waits_for_the_first_opening, open_pty,
					    close_pty),
	    cmocka_unit_test_setup_teardown(keeps_every_byte_until_then, open_pty,
					    close_pty),
	    cmocka_unit_test_setup_teardown(hangs_up_when_it_is_closed_again, open_pty,
					    close_pty),
	    cmocka_unit_test_setup_teardown(is_not_inherited, open_pty, close_pty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
