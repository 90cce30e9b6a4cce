/* SPDX-License-Identifier: ISC */
#include "local/diagnosis.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
	VERDICT_COLUMNS = 8,
	STEP_COLUMNS = 15,
	/* Where times stand, unless what is before them is longer. */
	TIME_COLUMN = 84,
	LINE_MAX_BYTES = FINDING_WHAT_MAX + 64,
	TIME_TEXT_MAX = 32,
};

static const char *const words[STEPS] = {
    [STEP_PROFILE] = "profile",
    [STEP_STATE] = "state",
    [STEP_USER] = "user",
    [STEP_SSH] = "ssh",
    [STEP_KEY] = "key",
    [STEP_PROGRAM] = "ppp-program",
    [STEP_HERE] = "this-host",
    [STEP_NAME] = "name",
    [STEP_TCP] = "tcp",
    [STEP_EXCHANGE] = "exchange",
    [STEP_JUMP] = "jump-host",
    [STEP_HOST_KEY] = "host-key",
    [STEP_LOGIN] = "login",
    [STEP_COMMAND] = "command",
    [STEP_AGENT] = "agent",
    [STEP_READY] = "ready-line",
    [STEP_OFFERS] = "offers",
    [STEP_PROGRAM_THERE] = "ppp-there",
    [STEP_LCP] = "lcp",
    [STEP_ADDRESSES] = "addresses",
    [STEP_LINK] = "link",
    [STEP_ROUTES_THERE] = "routes-there",
    [STEP_ROUTES_HERE] = "routes-here",
    [STEP_PING] = "ping",
    [STEP_SIZE] = "largest-packet",
    [STEP_FORWARDING] = "forwarding",
    [STEP_DNS] = "dns",
};

/* SGR (ECMA-48 8.3.117): green, yellow, red, faint. */
static const struct {
	const char *word, *colour;
} verdicts[VERDICTS] = {
    [VERDICT_OK] = {"ok", "\033[32m"},
    [VERDICT_NOTE] = {"note", "\033[33m"},
    [VERDICT_FAILED] = {"failed", "\033[1;31m"},
    [VERDICT_SKIPPED] = {"skipped", "\033[2m"},
};

const char *step_word(enum link_step step)
{
	return step < STEPS && words[step] != NULL ? words[step] : "unknown";
}

/* "host key": as a person writes it. Returns how many columns that were. */
static int print_step(enum link_step step)
{
	const char *word = step_word(step);
	int column = 0;

	for (; word[column] != '\0'; column++)
		putchar(word[column] == '-' ? ' ' : word[column]);
	return column;
}

static void print_verdict(const struct diagnosis *diagnosis, enum verdict verdict)
{
	const char *word = verdicts[verdict].word;

	printf("%s%s%s%*s", diagnosis->colour ? verdicts[verdict].colour : "", word,
	       diagnosis->colour ? "\033[0m" : "", VERDICT_COLUMNS - (int)strlen(word), "");
}

static const char *print_time(int64_t took, char text[TIME_TEXT_MAX])
{
	enum { MILLISECOND = 1000, TENTHS = 10 };

	text[0] = '\0';
	if (took >= TENTHS * MILLISECOND)
		snprintf(text, TIME_TEXT_MAX, "%" PRId64 " ms", took / MILLISECOND);
	else if (took >= 0)
		snprintf(text, TIME_TEXT_MAX, "%" PRId64 ".%" PRId64 " ms",
			 took / MILLISECOND, took % MILLISECOND / (MILLISECOND / TENTHS));
	return text;
}

static void print(const struct diagnosis *diagnosis, const struct remark *finding)
{
	const int before = VERDICT_COLUMNS + STEP_COLUMNS;
	char text[TIME_TEXT_MAX];

	print_verdict(diagnosis, finding->verdict);
	printf("%*s", STEP_COLUMNS - print_step(finding->step), "");
	print_time(finding->took, text);
	if (text[0] == '\0')
		puts(finding->what);
	else
		printf("%-*s  %*s\n", TIME_COLUMN - before - 10, finding->what, 8, text);
	if (finding->text[0] != '\0')
		printf("%*s%s\n", VERDICT_COLUMNS, "", finding->text);
	if (finding->cure[0] != '\0')
		printf("%*s-> %s\n", VERDICT_COLUMNS, "", finding->cure);
	fflush(stdout);
}

void diagnosis_add(struct diagnosis *diagnosis, const struct remark *finding)
{
	diagnosis->said[finding->step] = true;
	if (finding->verdict == VERDICT_FAILED)
		diagnosis->failed[finding->step] = true;
	/* A failure is never lost for want of room. */
	if (diagnosis->count < FINDINGS_MAX)
		diagnosis->list[diagnosis->count++] = *finding;
	else if (finding->verdict == VERDICT_FAILED)
		diagnosis->list[FINDINGS_MAX - 1] = *finding;
	if (!diagnosis->json)
		print(diagnosis, finding);
}

void diagnosis_ok(struct diagnosis *diagnosis, enum link_step step, int64_t took,
		  const char *fmt, ...)
{
	struct remark finding = {.step = step, .verdict = VERDICT_OK, .took = took};
	va_list args;

	va_start(args, fmt);
	error_show_cut(finding.what, sizeof finding.what,
		       vsnprintf(finding.what, sizeof finding.what, fmt, args));
	va_end(args);
	diagnosis_add(diagnosis, &finding);
}

void diagnosis_skip(struct diagnosis *diagnosis, enum link_step step, const char *fmt, ...)
{
	struct remark finding = {
	    .step = step, .verdict = VERDICT_SKIPPED, .took = FINDING_NOT_TIMED};
	va_list args;

	va_start(args, fmt);
	error_show_cut(finding.what, sizeof finding.what,
		       vsnprintf(finding.what, sizeof finding.what, fmt, args));
	va_end(args);
	diagnosis_add(diagnosis, &finding);
}

/* Where the last sentence in brackets or quotes begins, which somebody else has said. */
static size_t said_by_others(const char *text)
{
	const char *bracket = strstr(text, " [\"");

	return bracket != NULL ? (size_t)(bracket - text) : strlen(text);
}

/* A reason in the system's words, as it ends what error_sys() says. */
static bool is_reason(const char *text, size_t len)
{
	enum { ERRNO_MAX = 134 };

	for (int sys = 1; sys < ERRNO_MAX; sys++) {
		const char *reason = strerrordesc_np(sys);

		if (reason != NULL && strlen(reason) == len &&
		    memcmp(reason, text, len) == 0)
			return true;
	}
	return false;
}

static unsigned count_blanks(const char *text, size_t len)
{
	unsigned blanks = 0;

	for (size_t i = 0; i < len; i++)
		blanks += text[i] == ' ';
	return blanks;
}

void diagnosis_split(char *text, char cure[FINDING_CURE_MAX])
{
	/* Before the colon is a sentence, and not the keyword that it is about. */
	enum { SENTENCE_BLANKS = 3 };
	const size_t end = said_by_others(text);
	bool quoted = false;
	size_t colon = 0, depth = 0;

	cure[0] = '\0';
	for (size_t i = 0; i + 2 < end; i++) {
		quoted ^= text[i] == '"';
		depth += text[i] == '(';
		depth -= text[i] == ')' && depth > 0;
		if (!quoted && depth == 0 && text[i] == ':' && text[i + 1] == ' ')
			colon = i;
	}
	if (colon == 0 || end - colon - 2 >= FINDING_CURE_MAX ||
	    count_blanks(text, colon) < SENTENCE_BLANKS ||
	    (!isalpha((unsigned char)text[colon + 2]) && text[colon + 2] != '`') ||
	    is_reason(text + colon + 2, end - colon - 2))
		return;
	memcpy(cure, text + colon + 2, end - colon - 2);
	cure[end - colon - 2] = '\0';
	memmove(text + colon, text + end, strlen(text + end) + 1);
}

bool diagnosis_find_id(const char *text, char id[AGENT_ID_MAX])
{
	static const char *const marks[] = {"(id ", "id=", " id "};

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		for (const char *at = strstr(text, marks[i]); at != NULL;
		     at = strstr(at + 1, marks[i])) {
			const char *from = at + strlen(marks[i]);
			size_t len = 0;

			while (isxdigit((unsigned char)from[len]))
				len++;
			if (len >= 8 && len < AGENT_ID_MAX) {
				memcpy(id, from, len);
				id[len] = '\0';
				return true;
			}
		}
	return false;
}

/* Whoever runs the remote finds the rest in the log. */
static void add_id(struct remark *finding, const char *said)
{
	static const char general[] = "ask its administrator";
	char id[AGENT_ID_MAX];
	const size_t used = strlen(finding->cure);

	if (!diagnosis_find_id(said, id))
		return;
	if (used == 0 || strncmp(finding->cure, general, sizeof general - 1) == 0)
		snprintf(finding->cure, sizeof finding->cure,
			 "ask the administrator there what the log has of id=%s "
			 "(journalctl -t vpn-agent -g %s): it names the reason and the "
			 "line of policy",
			 id, id);
	else
		snprintf(finding->cure + used, sizeof finding->cure - used,
			 "; the log there has more of id=%s", id);
}

void diagnosis_failure(struct diagnosis *diagnosis, enum link_step step, int64_t took,
		       const char *what, const struct failure *failure)
{
	struct remark finding = {
	    .step = step, .verdict = VERDICT_FAILED, .code = failure->code, .took = took};

	snprintf(finding.what, sizeof finding.what, "%s", what);
	snprintf(finding.text, sizeof finding.text, "%s", failure->text);
	diagnosis_split(finding.text, finding.cure);
	if (step == STEP_AGENT || step == STEP_ROUTES_THERE)
		add_id(&finding, failure->text);
	diagnosis_add(diagnosis, &finding);
}

static void add_obstacle(struct diagnosis *diagnosis, enum link_step step, int64_t took,
			 const struct obstacle *one)
{
	const struct error where = {.line = one->line, .column = one->column};
	struct remark finding = {.step = step,
				 .verdict =
				     one->code == EXIT_DONE ? VERDICT_NOTE : VERDICT_FAILED,
				 .code = one->code,
				 .took = took};
	char at[ERROR_WHERE_MAX];

	if (one->file[0] != '\0')
		snprintf(finding.what, sizeof finding.what, "%s%s", one->file,
			 error_where(&where, at));
	snprintf(finding.text, sizeof finding.text, "%s", one->text);
	diagnosis_split(finding.text, finding.cure);
	diagnosis_add(diagnosis, &finding);
}

bool diagnosis_obstacles(struct diagnosis *diagnosis, enum link_step step, int64_t took,
			 const struct obstacles *all)
{
	for (size_t i = 0; i < all->count; i++)
		add_obstacle(diagnosis, step, took, &all->list[i]);
	return obstacle_code(all) == EXIT_DONE;
}

bool diagnosis_has_failed(const struct diagnosis *diagnosis, enum link_step first,
			  enum link_step last)
{
	for (enum link_step step = first; step <= last; step++)
		if (diagnosis->failed[step])
			return true;
	return false;
}

void diagnosis_leave_out(struct diagnosis *diagnosis, enum link_step first,
			 enum link_step last)
{
	bool any = false;

	for (enum link_step step = first; step <= last; step++) {
		struct remark finding = {
		    .step = step, .verdict = VERDICT_SKIPPED, .took = FINDING_NOT_TIMED};

		/* There may be no jump host. */
		if (diagnosis->said[step] || step == STEP_JUMP || step == STEP_STATE)
			continue;
		snprintf(finding.what, sizeof finding.what, "not tried");
		diagnosis->said[step] = true;
		if (diagnosis->count < FINDINGS_MAX)
			diagnosis->list[diagnosis->count++] = finding;
		if (diagnosis->json)
			continue;
		if (!any)
			print_verdict(diagnosis, VERDICT_SKIPPED);
		fputs(any ? ", " : "not tried: ", stdout);
		print_step(step);
		any = true;
	}
	if (any)
		putchar('\n');
}

void diagnosis_frame(struct diagnosis *diagnosis, int64_t at, const char *text)
{
	struct told_frame *frame;

	if (diagnosis->ntold == TOLD_FRAMES_MAX)
		return;
	frame = &diagnosis->told[diagnosis->ntold++];
	frame->at = at;
	error_show_cut(frame->text, sizeof frame->text,
		       snprintf(frame->text, sizeof frame->text, "%s", text));
	if (!diagnosis->frames || diagnosis->json)
		return;
	printf("%*s%6" PRId64 " ms  %s\n", VERDICT_COLUMNS, "", at, frame->text);
	fflush(stdout);
}

enum exit_code diagnosis_code(const struct diagnosis *diagnosis)
{
	for (size_t i = 0; i < diagnosis->count; i++)
		if (diagnosis->list[i].verdict == VERDICT_FAILED)
			return diagnosis->has_link ? EXIT_IMPAIRED
						   : diagnosis->list[i].code;
	return EXIT_DONE;
}

int diagnosis_conclude(const struct diagnosis *diagnosis)
{
	size_t failures = 0;

	if (diagnosis->json)
		return diagnosis_print_json(diagnosis);
	for (size_t i = 0; i < diagnosis->count; i++)
		failures += diagnosis->list[i].verdict == VERDICT_FAILED;
	if (failures == 0)
		printf("%s: nothing is wrong\n", diagnosis->name);
	else
		printf("%s: %zu %s%s\n", diagnosis->name, failures,
		       failures == 1 ? "failure" : "failures",
		       diagnosis->has_link ? "; the link itself comes up" : "");
	return fflush(stdout);
}
