/* SPDX-License-Identifier: ISC */
/*
 * What children print, by way of the reader: what comes back is told in order and in time,
 * and a reader that was taken over, stopped or killed costs the link and nothing else.
 * Needs root, which the reader gives up.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <syslog.h>
#include <unistd.h>

#include "agent/base/deadline.h"
#include "local/reader.h"
#include "local/retry.h"
#include "unit.h"

enum { NOBODY = 65534, LATE_MS = 20000, MANY = 10000 };

static const struct report report = {
    .name = "t", .foreground = true, .quiet = true, .parent = -1};
static const struct run_as nobody = {.uid = NOBODY, .gid = NOBODY};
static struct reader reader;
static struct failure failure;
/* Of a reader that is played. */
static int played = -1;

static int open_reader(void **state)
{
	struct error err;

	(void)state;
	if (reader_open(&reader, &nobody, false, &err) == 0)
		return 0;
	fprintf(stderr, "%s\n", err.text);
	return -1;
}

/* One that says what it likes. */
static int play_reader(void **state)
{
	int ends[2];

	(void)state;
	reader = READER_NONE;
	for (size_t i = 0; i < READER_SOURCES; i++)
		reader.names[i] = "it";
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return -1;
	reader.fd = ends[0];
	played = ends[1];
	return 0;
}

static int close_reader(void **state)
{
	(void)state;
	if (played >= 0)
		close(played);
	played = -1;
	reader_close(&reader, &report);
	return reader.fd == -1 ? 0 : -1;
}

static void print(enum reader_source source, const char *text)
{
	assert_int_equal(strlen(text), write(reader.ends[source], text, strlen(text)));
}

static const char *why(enum reader_about about, enum reader_source source, int status,
		       bool session)
{
	struct reader_question question = {
	    .about = about,
	    .source = source,
	    .end = {.status = status, .pid = 7, .session = session}};

	snprintf(question.host, sizeof(question.host), "there");
	assert_int_equal(-1, reader_explain(&reader, &report, &question, &failure));
	return failure.text;
}

/* What was printed until just before is in the answer. */
static void the_last_words_explain_the_end(void **state)
{
	char line[QUOTED_LINE_MAX];

	(void)state;
	print(READER_SSH, "Permission denied (publickey).\r\n");
	print(READER_REQUEST, "agent: no\n");
	print(READER_PPP, "one\nt\033wo");
	why(READER_WHY_SSH, READER_SSH, 255, false);
	assert_int_equal(EXIT_DENIED, failure.code);
	assert_int_equal(BLAME_REMOTE, failure.blame);
	assert_non_null(strstr(failure.text, "there does not accept the key"));
	why(READER_WHY_ROUTES, READER_REQUEST, EXIT_DENIED, true);
	assert_non_null(strstr(failure.text, "denies routes to this peer"));
	assert_non_null(strstr(failure.text, "[\"agent: no\"]"));
	assert_string_equal("\"t\\x1bwo\"",
			    reader_last_line(&reader, &report, READER_PPP, line));
	assert_false(reader.broken);
}

/* Also while the reader rests from whoever writes too much. */
static void the_last_words_of_a_flood_are_heard(void **state)
{
	static char much[OUTPUT_TAIL_MAX / 4];
	char line[QUOTED_LINE_MAX];

	(void)state;
	memset(much, 'x', sizeof(much));
	much[sizeof(much) - 1] = '\n';
	for (size_t sent = 0; sent <= OUTPUT_WINDOW_BYTES; sent += sizeof(much))
		assert_int_equal(sizeof(much),
				 write(reader.ends[READER_SSH], much, sizeof(much)));
	print(READER_SSH, "last\n");
	assert_string_equal("\"last\"",
			    reader_last_line(&reader, &report, READER_SSH, line));
}

static void another_child_begins_with_nothing(void **state)
{
	char line[QUOTED_LINE_MAX];

	(void)state;
	print(READER_REQUEST, "of the first\n");
	print(READER_SSH, "of ssh\n");
	reader_forget(&reader, &report, READER_REQUEST);
	assert_string_equal("", reader_last_line(&reader, &report, READER_REQUEST, line));
	assert_string_equal("\"of ssh\"",
			    reader_last_line(&reader, &report, READER_SSH, line));
}

/* A line without an end as well, and without waiting for more. */
static void what_was_printed_at_last_is_logged(void **state)
{
	const struct report loud = {.name = "t", .foreground = true, .parent = -1};
	const int out = dup(STDERR_FILENO);
	FILE *file = tmpfile();
	char line[64];
	int64_t took;

	(void)state;
	assert_true(out >= 0 && file != NULL);
	print(READER_SSH, "no end\nof it");
	assert_int_equal(STDERR_FILENO, dup2(fileno(file), STDERR_FILENO));
	took = -monotonic_ms();
	reader_close(&reader, &loud);
	took += monotonic_ms();
	assert_int_equal(STDERR_FILENO, dup2(out, STDERR_FILENO));
	close(out);
	rewind(file);
	assert_non_null(fgets(line, sizeof(line), file));
	assert_string_equal("t: ssh: \"no end\"\n", line);
	assert_non_null(fgets(line, sizeof(line), file));
	assert_string_equal("t: ssh: \"of it\"\n", line);
	fclose(file);
	assert_in_range(took, 0, READER_CLOSE_MS - 1);
}

/* RunAs can do that to each of its processes. */
static void one_that_is_killed_costs_the_link(void **state)
{
	char line[QUOTED_LINE_MAX];

	(void)state;
	kill(reader.process.pid, SIGKILL);
	assert_int_equal(1, deadline_wait(reader.fd, monotonic_ms() + LATE_MS));
	reader_take(&reader, &report);
	assert_true(reader.broken);
	assert_string_equal("ended (signal 9)", reader.why);
	why(READER_WHY_SSH, READER_SSH, 255, false);
	assert_int_equal(EXIT_SYSTEM, failure.code);
	assert_int_equal(BLAME_HOST, failure.blame);
	assert_non_null(strstr(failure.text, "ended (signal 9)"));
	assert_string_equal("", reader_last_line(&reader, &report, READER_SSH, line));
}

static void one_that_is_stopped_keeps_nobody_waiting(void **state)
{
	const int64_t begin = monotonic_ms();

	(void)state;
	kill(reader.process.pid, SIGSTOP);
	why(READER_WHY_SSH, READER_SSH, 255, false);
	assert_int_equal(EXIT_SYSTEM, failure.code);
	assert_non_null(strstr(failure.text, "is it stopped?"));
	assert_in_range(monotonic_ms() - begin, READER_ANSWER_MS, LATE_MS);
	/* A second question does not wait again. */
	why(READER_WHY_SSH, READER_SSH, 255, false);
	assert_in_range(monotonic_ms() - begin, READER_ANSWER_MS, LATE_MS);
}

static void one_that_is_stopped_is_ended_in_time(void **state)
{
	const int64_t begin = monotonic_ms();

	(void)state;
	kill(reader.process.pid, SIGSTOP);
	reader_close(&reader, &report);
	assert_in_range(monotonic_ms() - begin, READER_CLOSE_MS, LATE_MS);
}

/* The kernel counts the processes of a user; the reader takes that user's id all the same.
 */
static void a_user_who_may_have_no_process_more_has_a_reader(void **state)
{
	struct rlimit limit, none = {.rlim_cur = 0};

	(void)state;
	assert_int_equal(0, getrlimit(RLIMIT_NPROC, &limit));
	none.rlim_max = limit.rlim_max;
	assert_int_equal(0, setrlimit(RLIMIT_NPROC, &none));
	assert_int_equal(0, open_reader(state));
	assert_int_equal(0, setrlimit(RLIMIT_NPROC, &limit));
}

static void tell(const struct reader_record *record)
{
	assert_int_equal(sizeof(*record), write(played, record, sizeof(*record)));
}

/* A record that is fine, and what is wrong with it in turn. */
static void every_field_of_a_record_is_checked(void **state)
{
	struct reader_record line = {.kind = READER_LINE, .level = LOG_INFO},
			     end = {.kind = READER_ANSWER,
				    .code = EXIT_DENIED,
				    .blame = BLAME_REMOTE},
			     record;

	(void)state;
	snprintf(line.text, sizeof(line.text), "\"x\"");
	snprintf(end.text, sizeof(end.text), "x");
	assert_true(reader_record_is_sane(&line));
	assert_true(reader_record_is_sane(&end));
#define REFUSED(from, field, value)                                                        \
	record = (from);                                                                   \
	record.field = (value);                                                            \
	assert_false(reader_record_is_sane(&record))
	REFUSED(line, kind, READER_KINDS);
	REFUSED(line, kind, (enum reader_kind) - 1);
	REFUSED(line, source, READER_SOURCES);
	REFUSED(line, source, (enum reader_source) - 1);
	REFUSED(line, level, LOG_EMERG);
	REFUSED(line, level, LOG_INFO | LOG_AUTH);
	REFUSED(line, level, -1);
	REFUSED(line, text[0], '\n');
	REFUSED(line, text[0], '\033');
	REFUSED(line, text[0], '\x7f');
	REFUSED(line, text[0], '\x80');
	REFUSED(end, code, (enum exit_code)1);
	REFUSED(end, code, (enum exit_code)(EXIT_POLICY + 1));
	REFUSED(end, code, (enum exit_code) - 1);
	REFUSED(end, blame, BLAME_PROFILE);
	REFUSED(end, blame, BLAME_KINDS);
	REFUSED(end, blame, (enum blame) - 1);
	memset(line.text, 'x', sizeof(line.text));
	REFUSED(line, level, LOG_INFO);
	memset(end.text, 'x', FAILURE_TEXT_MAX);
	REFUSED(end, code, EXIT_DENIED);
}

/* What the reader can say of any end is what is taken of it. */
static void every_answer_is_one(void **state)
{
	struct ssh_end end = {.pid = 7, .host = "there", .output = "x\n"};

	(void)state;
	for (end.status = -1; end.status < 256; end.status++)
		for (int way = 0; way < 12; way++) {
			struct reader_record record = {.kind = READER_ANSWER};

			end.session = (way & 1) != 0;
			end.launched = (enum ppp_engine)(way / 4);
			if ((way & 2) != 0)
				ssh_error_explain_routes(&end, &failure);
			else
				ssh_error_explain(&end, &failure);
			record.code = failure.code;
			record.blame = failure.blame;
			snprintf(record.text, sizeof(record.text), "%s", failure.text);
			assert_true(reader_record_is_sane(&record));
			assert_int_not_equal(EXIT_DONE, failure.code);
			assert_true(!end.session || retry_helps(failure.blame));
		}
}

/* Other sizes, an answer to nothing, and the end of it. */
static void one_that_says_something_else_is_done_for(void **state)
{
	static const struct reader_record answer = {
	    .kind = READER_ANSWER, .code = EXIT_LINK, .blame = BLAME_LINE, .text = "x"};
	static const struct reader_record lines[] = {
	    {.kind = READER_LINE, .level = LOG_DEBUG, .text = "x"},
	    {.kind = READER_LINE, .level = LOG_DEBUG, .text = "x"}};

	for (int way = 0; way < 4; way++) {
		if (way > 0)
			play_reader(state);
		if (way == 0)
			assert_int_equal(1, write(played, "", 1));
		else if (way == 1)
			assert_int_equal(sizeof(lines),
					 write(played, lines, sizeof(lines)));
		else if (way == 2)
			tell(&answer);
		else
			shutdown(played, SHUT_RDWR);
		reader_take(&reader, &report);
		assert_true(reader.broken);
		assert_int_equal(-1, reader.fd);
		close_reader(state);
	}
}

/* More than there can be to say: whoever wants the log full, or root busy. */
static void one_that_says_too_much_is_done_for(void **state)
{
	static const struct reader_record line = {
	    .kind = READER_LINE, .level = LOG_DEBUG, .text = "x"};
	unsigned said = 0;

	(void)state;
	for (; said < MANY && !reader.broken; said++) {
		tell(&line);
		reader_take(&reader, &report);
	}
	assert_int_equal(READER_RECORDS_MAX + 1, said);
}

/* In a session it is the remote that speaks: no person is needed to end that. */
static void nothing_said_in_a_session_ends_the_link_for_good(void **state)
{
	static const struct reader_record answer = {.kind = READER_ANSWER,
						    .code = EXIT_POLICY,
						    .blame = BLAME_PROFILE,
						    .text = "x"};

	(void)state;
	tell(&answer);
	assert_string_equal("x", why(READER_WHY_SSH, READER_SSH, 255, false));
	assert_int_equal(BLAME_PROFILE, failure.blame);
	tell(&answer);
	why(READER_WHY_SSH, READER_SSH, 255, true);
	assert_int_equal(BLAME_HOST, failure.blame);
	assert_true(reader.broken);
}

/* Of who can see it: only the supervisor has the other end. */
static void it_ends_with_the_supervisor(void **state)
{
	(void)state;
	close(reader.fd);
	reader.fd = -1;
	assert_true(process_wait(&reader.process, monotonic_ms() + LATE_MS));
	assert_int_equal(0, process_exit_status(&reader.process));
}

#define WITH(test, from) cmocka_unit_test_setup_teardown(test, from, close_reader)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH(the_last_words_explain_the_end, open_reader),
	    WITH(the_last_words_of_a_flood_are_heard, open_reader),
	    WITH(another_child_begins_with_nothing, open_reader),
	    WITH(what_was_printed_at_last_is_logged, open_reader),
	    WITH(one_that_is_killed_costs_the_link, open_reader),
	    WITH(one_that_is_stopped_keeps_nobody_waiting, open_reader),
	    WITH(one_that_is_stopped_is_ended_in_time, open_reader),
	    WITH(a_user_who_may_have_no_process_more_has_a_reader, NULL),
	    WITH(it_ends_with_the_supervisor, open_reader),
	    WITH(every_field_of_a_record_is_checked, play_reader),
	    cmocka_unit_test(every_answer_is_one),
	    WITH(one_that_says_something_else_is_done_for, play_reader),
	    WITH(one_that_says_too_much_is_done_for, play_reader),
	    WITH(nothing_said_in_a_session_ends_the_link_for_good, play_reader),
	};

	if (geteuid() != 0) {
		fputs("test_local_reader: needs root\n", stderr);
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
