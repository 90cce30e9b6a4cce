/* SPDX-License-Identifier: ISC */
#include "local/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <syslog.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "local/retry.h"

static bool text_is_sane(const char *text, size_t size)
{
	size_t len = 0;

	while (len < size && text[len] >= 0x20 && text[len] <= 0x7e)
		len++;
	return len < size && text[len] == '\0';
}

bool reader_record_is_sane(const struct reader_record *record)
{
	/* An enum that the other side wrote may be any number. */
	const unsigned kind = (unsigned)record->kind, source = (unsigned)record->source,
		       code = (unsigned)record->code;

	if (kind >= READER_KINDS || source >= READER_SOURCES ||
	    !text_is_sane(record->text,
			  kind == READER_ANSWER ? FAILURE_TEXT_MAX : sizeof record->text))
		return false;
	if (kind == READER_LINE)
		return record->level == LOG_INFO || record->level == LOG_DEBUG;
	if (kind != READER_ANSWER || code == EXIT_DONE)
		return true;
	return code >= EXIT_USAGE && code <= EXIT_POLICY && record->named <= 1 &&
	       (unsigned)record->step < STEPS &&
	       (record->blame == blame_of_code(record->code) ||
		record->blame == BLAME_REMOTE);
}

/* The first reason stands. */
static void give_up(struct reader *reader, const char *why)
{
	char how[PROCESS_TEXT_MAX];

	if (reader->broken)
		return;
	reader->broken = true;
	process_stop(&reader->process, 0);
	if (why != NULL)
		snprintf(reader->why, sizeof reader->why, "%s", why);
	else
		snprintf(reader->why, sizeof reader->why, "ended (%s)",
			 process_print(&reader->process, how));
	if (reader->fd >= 0)
		close(reader->fd);
	reader->fd = -1;
}

/* Whether there is a record, which is sane then. */
static bool receive(struct reader *reader, struct reader_record *record)
{
	ssize_t got;

	if (reader->fd < 0)
		return false;
	got = recv(reader->fd, record, sizeof *record, MSG_DONTWAIT | MSG_TRUNC);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (got <= 0)
		give_up(reader, NULL);
	else if (got != sizeof *record || !reader_record_is_sane(record) ||
		 ++reader->records > READER_RECORDS_MAX)
		give_up(reader, "printed what it may not");
	return !reader->broken;
}

static void take_record(struct reader *reader, const struct report *report,
			const struct reader_record *record)
{
	const char *name = reader->names[record->source];

	if (record->kind == READER_LINE)
		report_log(report, record->level, "%s: %s", name, record->text);
	else if (record->kind == READER_TOO_MUCH)
		report_log(report, LOG_WARNING,
			   "%s prints too much: the rest is not logged", name);
	else
		give_up(reader, "printed what it may not");
}

void reader_take(struct reader *reader, const struct report *report)
{
	static struct reader_record record;

	while (receive(reader, &record))
		take_record(reader, report, &record);
}

/* The answer, in *record, or false: then it is broken. */
static bool ask(struct reader *reader, const struct report *report,
		const struct reader_question *question, struct reader_record *record)
{
	const int64_t deadline = monotonic_ms() + READER_ANSWER_MS;

	if (reader->fd >= 0 && send(reader->fd, question, sizeof *question,
				    MSG_DONTWAIT | MSG_NOSIGNAL) != sizeof *question)
		give_up(reader, NULL);
	while (reader->fd >= 0) {
		if (deadline_wait(reader->fd, deadline) != 1) {
			give_up(reader, "did not answer: is it stopped?");
		} else if (receive(reader, record)) {
			if (record->kind == READER_ANSWER)
				return true;
			take_record(reader, report, record);
		}
	}
	return false;
}

/* Once there is a session, the words are the remote's, and must not end the link for good:
 * whatever the reader says. */
static bool is_believed(const struct reader_question *question,
			const struct reader_record *record)
{
	return record->code != EXIT_DONE && record->text[0] != '\0' &&
	       (!question->end.session || retry_helps(record->blame));
}

int reader_explain(struct reader *reader, const struct report *report,
		   const struct reader_question *question, struct failure *failure)
{
	static struct reader_record record;

	if (ask(reader, report, question, &record)) {
		if (is_believed(question, &record)) {
			failure_set(failure, record.code, "%s", record.text);
			failure->named = record.named == 1;
			failure_at(failure, record.step);
			return failure_blame(failure, record.blame);
		}
		give_up(reader, "printed what it may not");
	}
	return failure_set(failure, EXIT_SYSTEM,
			   "%s ended, and why is not known: the process that reads what "
			   "it prints %s",
			   reader->names[question->source], reader->why);
}

const char *reader_last_line(struct reader *reader, const struct report *report,
			     enum reader_source source, char buf[QUOTED_LINE_MAX])
{
	static struct reader_record record;
	const struct reader_question question = {.about = READER_LAST_LINE,
						 .source = source};

	buf[0] = '\0';
	if (ask(reader, report, &question, &record))
		snprintf(buf, QUOTED_LINE_MAX, "%.*s", QUOTED_LINE_MAX - 1, record.text);
	return buf;
}

void reader_forget(struct reader *reader, const struct report *report,
		   enum reader_source source)
{
	static struct reader_record record;
	const struct reader_question question = {.about = READER_FORGET, .source = source};

	(void)ask(reader, report, &question, &record);
}

/* Both ends of each pipe: what the children write to stays. */
static int start(struct reader *reader, const int sources[READER_SOURCES],
		 struct reader_work *work, int64_t deadline, struct error *err)
{
	const struct spawn spawn = {.in = sources[READER_SSH],
				    .out = sources[READER_PPP],
				    .err = sources[READER_REQUEST],
				    .session = true,
				    .execute = reader_work,
				    .arg = work};
	int ends[2], result;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return error_sys(err, errno, "cannot make a socket");
	reader->fd = ends[0];
	work->socket = ends[1];
	result = process_spawn(&spawn, &reader->process, err);
	close(ends[1]);
	return result == 0 ? process_release(&reader->process, deadline, err) : -1;
}

/* It says first that it is confined, or why it is not. */
static int await_ready(struct reader *reader, int64_t deadline, struct error *err)
{
	static struct reader_record record;

	if (deadline_wait(reader->fd, deadline) != 1)
		return error_set(err, "the process that reads what ssh prints did not "
				      "begin: is it stopped?");
	if (receive(reader, &record) && record.kind == READER_READY)
		return 0;
	if (!reader->broken && record.kind == READER_UNCONFINED)
		return error_set(err, "the process that reads what ssh prints: %s",
				 record.text);
	return error_set(err, "the process that reads what ssh prints %s",
			 reader->broken ? reader->why : "did not begin");
}

int reader_open(struct reader *reader, const struct run_as *account, bool verbose,
		struct error *err)
{
	const int64_t deadline = monotonic_ms() + READER_ANSWER_MS;
	struct reader_work work = {
	    .uid = account->uid, .gid = account->gid, .verbose = verbose};
	int sources[READER_SOURCES], count = 0, result = 0;

	*reader = READER_NONE;
	reader->names[READER_SSH] = "ssh";
	reader->names[READER_PPP] = "the PPP program";
	reader->names[READER_REQUEST] = "ssh sshroute";
	for (; result == 0 && count < READER_SOURCES; count += result == 0)
		result = output_pipe(&sources[count], &reader->ends[count], err);
	if (result == 0)
		result = start(reader, sources, &work, deadline, err);
	while (count > 0)
		close(sources[--count]);
	return result == 0 ? await_ready(reader, deadline, err) : -1;
}

void reader_close(struct reader *reader, const struct report *report)
{
	const int64_t deadline = monotonic_ms() + READER_CLOSE_MS;

	/* It reads the end of its questions, says what is left, and exits. */
	if (reader->fd >= 0)
		(void)shutdown(reader->fd, SHUT_WR);
	while (reader->fd >= 0 && deadline_wait(reader->fd, deadline) == 1)
		reader_take(reader, report);
	process_stop(&reader->process, 0);
	process_close(&reader->process);
	if (reader->fd >= 0)
		close(reader->fd);
	for (size_t i = 0; i < READER_SOURCES; i++)
		if (reader->ends[i] >= 0)
			close(reader->ends[i]);
	*reader = READER_NONE;
}
