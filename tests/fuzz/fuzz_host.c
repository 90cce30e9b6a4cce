/* SPDX-License-Identifier: ISC */
/*
 * What audit reads of a host by hand: file capabilities, words of pppd's options, sudoers;
 * and, with check, what ssh answers and a key's file holds. The first byte says which. A
 * copy of a host may hold any bytes, and is looked at by root.
 */
#include "tests/fuzz/fuzz.h"

#include "agent/core/private_key.h"
#include "agent/core/ssh_answer.h"
#include "policy/tool/audit/capability.h"
#include "policy/tool/audit/ppp_words.h"
#include "policy/tool/survey/sudoers.h"

static void fuzz_capability(const uint8_t *data, size_t size)
{
	char text[CAPABILITY_TEXT_MAX];
	struct file_capability capability;
	struct error err;

	if (capability_parse(data, size, &capability, &err) < 0) {
		check_error(&err, data, size);
		HOLDS(capability.permitted == 0 && capability.inheritable == 0);
		return;
	}
	HOLDS(is_printable(capability_print(&capability, text)));
	/* It was not cut. */
	HOLDS(strlen(text) < sizeof text - 1);
}

static unsigned count_lines(const char *text)
{
	unsigned lines = 1;

	for (; *text != '\0'; text++)
		lines += *text == '\n';
	return lines;
}

static void fuzz_words(const char *text)
{
	struct ppp_words words = {.at = text, .line = 1};
	const unsigned lines = count_lines(text);
	unsigned last = 1;
	size_t count = 0;

	while (ppp_words_next(&words)) {
		HOLDS(words.word_line >= last && words.word_line <= words.line);
		last = words.word_line;
		HOLDS(++count <= strlen(text));
	}
	/* Nothing is left unread. */
	HOLDS(*words.at == '\0' && words.line <= lines);
}

static void take(void *context, const char *name, size_t len, bool negated)
{
	(void)negated;
	const char *text = context;

	HOLDS(len > 0 && name >= text && name + len <= text + strlen(text));
}

static void check_sudoers_line(const struct sudoers_line *line)
{
	bool directory = false;
	const char *end = sudoers_list(line->text, take, line->text);
	const char *path = sudoers_include(line->text, &directory);

	HOLDS(line->text[0] != '\0' && strchr(line->text, '\n') == NULL);
	HOLDS(end >= line->text && end <= line->text + strlen(line->text));
	HOLDS(path == NULL ||
	      (path > line->text && path <= line->text + strlen(line->text)));
	HOLDS(sudoers_mentions(line->text, line->text));
}

static void fuzz_sudoers(const char *text)
{
	struct sudoers_line line;
	const char *at = text;
	unsigned number = 1, last = 0;
	bool lost = false;

	while (sudoers_next(&at, &number, &line, &lost)) {
		HOLDS(line.line > last && line.line < number);
		last = line.line;
		check_sudoers_line(&line);
		free(line.text);
	}
	HOLDS(!lost && *at == '\0');
}

static void fuzz_answer(char *text)
{
	static const char keyword[] = "identityfile";
	char path[PATH_TEXT_MAX], name[KNOWN_NAME_MAX];
	struct ssh_answer answer;
	const char *at, *value;

	(void)ssh_answer_found(text);
	HOLDS(private_key_kind(text) != PRIVATE_KEY_UNREAD);
	ssh_answer_take(&answer, text);
	at = answer.at;
	while ((value = ssh_answer_next(&answer, &at, keyword)) != NULL) {
		HOLDS(value > answer.at && value <= answer.end && at > value);
		HOLDS(strpbrk(value, "\r\n") == NULL);
		if (ssh_answer_path("/home/alice", value, path))
			HOLDS(path[0] == '/' && strlen(path) < sizeof path);
	}
	if (ssh_answer_known_name(&answer, name))
		HOLDS(strlen(name) < sizeof name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (size == 0)
		return 0;
	if (data[0] == 'c') {
		fuzz_capability(data + 1, size - 1);
		return 0;
	}
	text = strndup((const char *)data + 1, size - 1);
	HOLDS(text != NULL);
	if (data[0] == 'p')
		fuzz_words(text);
	else if (data[0] == 'a')
		fuzz_answer(text);
	else
		fuzz_sudoers(text);
	free(text);
	return 0;
}
