/* SPDX-License-Identifier: ISC */
/*
 * Files of other VPNs, as migrate reads them, recognised by their lines. Parts that a line
 * "%%" parts are several files. What is made of them is policy, whatever they say, and what
 * is said of them is printable.
 */
#include "tests/fuzz/fuzz.h"

#include "policy/tool/migrate/migrate_text.h"
#include "policy/tool/migrate/sources.h"

static int take(struct migration *m, char *text, struct error *err)
{
	enum source_kind kind;

	return source_recognise("file", text, &kind, err) != 0
		   ? -1
		   : source_take(m, kind, "file", text, err);
}

static void check_notes(const struct migration *m, const char *data, size_t size)
{
	for (size_t i = 0; i < m->nnotes; i++)
		check_error(&m->notes[i], (const uint8_t *)data, size);
}

static void check_files(const struct made_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		const char *text = files->list[i].text.text;

		HOLDS(is_printable(files->list[i].path));
		HOLDS(strstr(files->list[i].path, "..") == NULL);
		for (; *text != '\0'; text++)
			HOLDS(*text == '\n' || (*text >= ' ' && *text <= '~'));
	}
}

static int take_all(struct migration *m, char *text, struct error *err)
{
	static const char between[] = "\n%%\n";
	char *next;

	for (; text != NULL; text = next) {
		next = strstr(text, between);
		if (next != NULL) {
			*next = '\0';
			next += sizeof between - 1;
		}
		if (take(m, text, err) != 0)
			return -1;
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ip_prefix pool = {{AF_INET, {10, 9}}, 16};
	struct migration m = {.run_as = "alice"};
	struct made_files files = {.count = 0};
	char *text = strndup((const char *)data, size);
	struct error err;

	HOLDS(text != NULL);
	if (size % 2 == 0)
		migration_pool(&m, &pool);
	if (take_all(&m, text, &err) != 0) {
		check_error(&err, data, size);
	} else if (!m.full && migration_complete(&m, &err) == 0) {
		const int r = migrate_text(&m, &files, &err);

		if (r != 0)
			fprintf(stderr, "%s: %s\n", err.file, err.text);
		HOLDS(r == 0);
		check_files(&files);
	}
	HOLDS(!m.lost);
	check_notes(&m, (const char *)data, size);
	made_files_free(&files);
	migration_free(&m);
	free(text);
	return 0;
}
