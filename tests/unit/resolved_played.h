/* SPDX-License-Identifier: ISC */
/*
 * A system bus with a systemd-resolved on it, played by a child of the test: it answers as
 * it is told to, and has the server 10.2.0.53 and the domain corp.example. What fails here
 * fails the running cmocka test.
 */
#ifndef SALLYPORT_TESTS_UNIT_RESOLVED_PLAYED_H
#define SALLYPORT_TESTS_UNIT_RESOLVED_PLAYED_H

enum { PLAYED_METHOD_MAX = 64, PLAYED_TEXT_MAX = 1024, PLAYED_ADDRESS_MAX = 128 };

/* Shared with the child: what is written here holds from the next call on. */
struct played {
	/* Before each answer of systemd-resolved's. */
	int delay_ms;
	/* That call is refused, by this error and its text; "": none. */
	char refused[PLAYED_METHOD_MAX], error[PLAYED_METHOD_MAX], text[PLAYED_TEXT_MAX];
	/* At that call the bus goes away, once; "": it does not. */
	char last[PLAYED_METHOD_MAX];
	/* All calls of systemd-resolved's, with spaces between them. */
	char calls[PLAYED_TEXT_MAX];
};

/* For cmocka's set-up and tear-down of a test; *state is the struct played. */
int played_begin(void **state);
int played_end(void **state);
/* There is no bus from here on. */
void played_stop(void);

#endif
