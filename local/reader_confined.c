/* SPDX-License-Identifier: ISC */
#include "local/reader_confined.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <syslog.h>
#include <unistd.h>

#include "agent/base/descriptors.h"
#include "agent/confine/confine.h"
#include "local/place.h"
#include "local/ppp_status.h"

/* After the sources. */
enum { SOCKET = READER_SOURCES, WAITED };

_Static_assert((int)FAILURE_TEXT_MAX <= (int)OUTPUT_QUOTED_MAX,
	       "a record has room for any answer");

static struct output outputs[READER_SOURCES];

static void tell(const struct reader_record *record)
{
	/* Without the supervisor there is nothing to do. */
	if (write(SOCKET, record, sizeof *record) != sizeof *record)
		confine_parser_exit(1);
}

static void say(const struct output *from, int level, const char *text)
{
	static struct reader_record record;

	record =
	    (struct reader_record){.kind = text != NULL ? READER_LINE : READER_TOO_MUCH,
				   .source = (enum reader_source)(from - outputs),
				   .level = level};
	if (text != NULL)
		snprintf(record.text, sizeof record.text, "%s", text);
	tell(&record);
}

static void explain(const struct reader_question *question, struct reader_record *record)
{
	struct ssh_end end = question->end;
	struct failure failure;

	end.output = output_said(&outputs[question->source]);
	end.host = question->host;
	if (question->about == READER_WHY_ROUTES)
		ssh_error_explain_routes(&end, &failure);
	else
		ssh_error_explain(&end, &failure);
	record->code = failure.code;
	record->blame = failure.blame;
	record->named = failure.named ? 1 : 0;
	record->step = failure.step;
	snprintf(record->text, sizeof record->text, "%s", failure.text);
}

/* A child that has ended may have said why just before. */
static void drain(const struct output_log *log)
{
	for (size_t i = 0; i < READER_SOURCES; i++)
		output_drain(&outputs[i], log);
}

static void answer(const struct reader_question *question, const struct output_log *log)
{
	static struct reader_record record;
	struct output *const output = &outputs[question->source];

	record = (struct reader_record){.kind = READER_ANSWER, .source = question->source};
	drain(log);
	output_end_line(output, log);
	switch (question->about) {
	case READER_WHY_SSH:
	case READER_WHY_ROUTES:
		explain(question, &record);
		break;
	case READER_LAST_LINE:
		output_last_line(output, ppp_status_tells, record.text, QUOTED_LINE_MAX);
		break;
	case READER_FORGET:
		output_forget(output);
		break;
	}
	tell(&record);
}

static void take_question(const struct output_log *log)
{
	static struct reader_question question;
	const ssize_t got = read(SOCKET, &question, sizeof question);

	if (got == sizeof question) {
		answer(&question, log);
	} else if (got >= 0 || errno != EINTR) {
		drain(log);
		for (size_t i = 0; i < READER_SOURCES; i++)
			output_end_line(&outputs[i], log);
		confine_parser_exit(0);
	}
}

/* One that rests is not looked at until it has rested. */
static int prepare(struct pollfd fds[WAITED])
{
	int timeout = -1;

	for (int i = 0; i < READER_SOURCES; i++) {
		const int rest = output_rest_ms(&outputs[i]);

		fds[i] =
		    (struct pollfd){.fd = rest > 0 ? -1 : outputs[i].fd, .events = POLLIN};
		if (rest > 0 && (timeout < 0 || rest < timeout))
			timeout = rest;
	}
	fds[SOCKET] = (struct pollfd){.fd = SOCKET, .events = POLLIN};
	return timeout;
}

__attribute__((noreturn)) static void read_on(const struct output_log *log)
{
	for (;;) {
		struct pollfd fds[WAITED];
		const int timeout = prepare(fds);

		if (poll(fds, WAITED, timeout) < 0)
			continue;
		for (size_t i = 0; i < READER_SOURCES; i++)
			if (fds[i].revents != 0)
				output_take(&outputs[i], log);
		if (fds[SOCKET].revents != 0)
			take_question(log);
	}
}

void reader_work(const void *arg, struct error *err)
{
	const struct reader_work *work = arg;
	const struct output_log log = {.verbose = work->verbose, .say = say};
	static struct reader_record ready = {.kind = READER_READY};

	/* The child needs neither the journal nor the lock, and one that is left behind
	 * must not hold them. The pipe for a failure closes as well: a record tells it. */
	if (dup2(work->socket, SOCKET) != SOCKET ||
	    descriptors_close(SOCKET + 1, UINT_MAX) != 0)
		_exit(1);
	if ((place()->own ? confine_own_reader(err)
			  : confine_reader(work->uid, work->gid, err)) != 0) {
		ready.kind = READER_UNCONFINED;
		snprintf(ready.text, sizeof ready.text, "%s", err->text);
		tell(&ready);
		_exit(1);
	}
	output_begin(&outputs[READER_SSH], READER_SSH, LOG_INFO);
	output_begin(&outputs[READER_PPP], READER_PPP, LOG_DEBUG);
	output_begin(&outputs[READER_REQUEST], READER_REQUEST, LOG_INFO);
	tell(&ready);
	read_on(&log);
}
