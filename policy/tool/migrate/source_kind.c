/* SPDX-License-Identifier: ISC */
#include "policy/tool/migrate/source_kind.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "policy/language/key.h"
#include "policy/language/span.h"

static const struct {
	enum source_family family;
	const char *name;
} kinds[SOURCE_KIND_COUNT] = {
    [SOURCE_SUDOERS] = {FAMILY_HOWTO, "a sudoers file"},
    [SOURCE_KEYS] = {FAMILY_HOWTO, "an authorized_keys file"},
    [SOURCE_SCRIPT] = {FAMILY_HOWTO, "a script"},
    [SOURCE_PPPOSSH] = {FAMILY_PPPOSSH, "OpenWrt's network configuration"},
    [SOURCE_WG_QUICK] = {FAMILY_WG_QUICK, "a wg-quick file"},
    [SOURCE_NM_SSH] = {FAMILY_NM_SSH, "a NetworkManager connection"},
};

enum source_family source_family(enum source_kind kind)
{
	return kinds[kind].family;
}

const char *source_name(enum source_kind kind)
{
	return kinds[kind].name;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct span trim(struct span line)
{
	while (line.len > 0 && is_blank(line.at[0])) {
		line.at++;
		line.len--;
	}
	while (line.len > 0 && is_blank(line.at[line.len - 1]))
		line.len--;
	return line;
}

/* The next word, after blanks; empty at the end. */
static struct span take_word(struct span *rest)
{
	struct span word = trim(*rest);
	size_t len = 0;

	while (len < word.len && !is_blank(word.at[len]))
		len++;
	rest->len -= (size_t)(word.at - rest->at) + len;
	rest->at = word.at + len;
	word.len = len;
	return word;
}

static bool is_one_of(struct span word, const char *const *list)
{
	for (; *list != NULL; list++)
		if (span_is(word, *list))
			return true;
	return false;
}

static bool is_number(struct span word)
{
	for (size_t i = 0; i < word.len; i++)
		if (!isdigit((unsigned char)word.at[i]))
			return false;
	return word.len > 0;
}

/* A type of key and what follows it, whatever stands in front; or a key of SSH's first
 * protocol: bits, exponent and modulus. */
static bool has_key(struct span line)
{
	char type[KEY_TYPE_MAX];
	struct span word, rest = line;
	unsigned numbers = 0;

	while ((word = take_word(&rest)).len > 0) {
		if (span_copy(word, type, sizeof type) && key_type_known(type))
			return take_word(&rest).len > 0;
		numbers = is_number(word) ? numbers + 1 : 0;
		if (numbers == 3)
			return true;
	}
	return false;
}

static bool has(struct span line, const char *text)
{
	return line.len > 0 && memmem(line.at, line.len, text, strlen(text)) != NULL;
}

/* A rule, an alias, or a setting. */
static bool is_sudoers(struct span line)
{
	static const char *const first[] = {"Cmnd_Alias", "Cmd_Alias",	 "User_Alias",
					    "Host_Alias", "Runas_Alias", "Defaults",
					    "@include",	  "@includedir", NULL};
	struct span rest = line;

	return is_one_of(take_word(&rest), first) || has(line, "NOPASSWD:") ||
	       (has(line, "ALL") && has(line, "=") && !has(line, "\"")) ||
	       (line.len > 8 && memcmp(line.at, "Defaults", 8) == 0);
}

static bool is_uci(struct span line)
{
	static const char *const first[] = {"config", "option", "list", "package", NULL};
	struct span rest = line;

	return is_one_of(take_word(&rest), first) && take_word(&rest).len > 0;
}

static bool is_script(struct span line)
{
	static const char *const first[] = {"route", "/sbin/route", "ip", "/sbin/ip", NULL};
	struct span rest = line;
	size_t len = 0;

	while (len < line.len &&
	       (isalnum((unsigned char)line.at[len]) || line.at[len] == '_'))
		len++;
	if (len > 0 && len < line.len && line.at[len] == '=')
		return true;
	return is_one_of(take_word(&rest), first);
}

/* "[Interface]" and "[Peer]", in either case, are wg-quick's. */
static enum source_kind kind_of_section(struct span line)
{
	const struct span name = trim((struct span){line.at + 1, line.len - 2});

	if ((name.len == 9 && strncasecmp(name.at, "interface", 9) == 0) ||
	    (name.len == 4 && strncasecmp(name.at, "peer", 4) == 0))
		return SOURCE_WG_QUICK;
	return SOURCE_NM_SSH;
}

/* SOURCE_KIND_COUNT: it could be any. */
static enum source_kind kind_of(struct span line, unsigned number)
{
	if (number == 1 && line.len > 2 && memcmp(line.at, "#!", 2) == 0)
		return SOURCE_SCRIPT;
	if (line.len == 0 || line.at[0] == '#')
		return SOURCE_KIND_COUNT;
	if (line.len > 2 && line.at[0] == '[' && line.at[line.len - 1] == ']')
		return kind_of_section(line);
	if (is_uci(line))
		return SOURCE_PPPOSSH;
	if (has_key(line))
		return SOURCE_KEYS;
	if (is_sudoers(line))
		return SOURCE_SUDOERS;
	return is_script(line) ? SOURCE_SCRIPT : SOURCE_KIND_COUNT;
}

/* Whether a line of that kind cannot be in such a file: scripts and values hold anything.
 */
static bool excludes(enum source_kind file, enum source_kind line)
{
	if (file == line || line == SOURCE_KIND_COUNT || file == SOURCE_SCRIPT)
		return false;
	if (file == SOURCE_WG_QUICK || file == SOURCE_NM_SSH)
		return line == SOURCE_WG_QUICK || line == SOURCE_NM_SSH ||
		       line == SOURCE_PPPOSSH;
	return line != SOURCE_SCRIPT;
}

int source_recognise(const char *file, const char *text, enum source_kind *out,
		     struct error *err)
{
	struct span rest = {text, strlen(text)}, line;
	unsigned number = 0, first = 0;

	*out = SOURCE_KIND_COUNT;
	while (rest.len > 0) {
		enum source_kind kind;

		(void)span_cut(&rest, '\n', &line);
		kind = kind_of(trim(line), ++number);
		if (*out == SOURCE_KIND_COUNT) {
			*out = kind;
			first = number;
		} else if (excludes(*out, kind)) {
			return error_at(err, file, number, 0,
					"looks like %s, but line %u like %s: expected one "
					"kind in a file",
					source_name(kind), first, source_name(*out));
		}
	}
	if (*out != SOURCE_KIND_COUNT)
		return 0;
	return error_at(err, file, 0, 0,
			"no line tells what it is: expected sudoers, authorized_keys or a "
			"script of the HOWTO, OpenWrt's network configuration, a wg-quick "
			"file, or a NetworkManager connection");
}
