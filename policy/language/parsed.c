/* SPDX-License-Identifier: ISC */
#include "policy/language/parsed.h"

#include <string.h>

#include "policy/language/parse.h"
#include "policy/language/path.h"

static const struct parse_kind *const kinds[KIND_COUNT] = {
    [KIND_AGENT] = &parse_agent_kind,
    [KIND_PEER] = &parse_peer_kind,
    [KIND_PROFILE] = &parse_profile_kind,
};

const char *kind_name(enum file_kind kind)
{
	return kinds[kind]->scope->kind;
}

const struct scope *kind_scope(enum file_kind kind)
{
	return kinds[kind]->scope;
}

/* The peer's or profile's name: the file's own, without ".conf". */
static int name_of(const char *shown, char name[NAME_MAX_LEN + 1], struct error *err)
{
	const char *base = basename(shown);
	const size_t len = path_conf_len(base);

	if (len > 0 && len <= NAME_MAX_LEN) {
		memcpy(name, base, len);
		name[len] = '\0';
		if (policy_name_valid(name))
			return 0;
	}
	return error_file(err, shown, 0, "expected a file NAME.conf, of " NAME_EXPECTED,
			  NAME_MAX_LEN);
}

int parsed_read(enum file_kind kind, const char *shown, const char *text, size_t len,
		union parsed *out, struct error *err)
{
	char name[NAME_MAX_LEN + 1] = "";

	if (kind != KIND_AGENT && name_of(shown, name, err) != 0)
		return -1;
	return parse_file(kinds[kind], shown, name, text, len, out, err, NULL);
}

int parsed_read_all(enum file_kind kind, const char *shown, const char *text, size_t len,
		    union parsed *out, const struct error_list *list)
{
	char name[NAME_MAX_LEN + 1] = "";
	struct error err;

	if (kind == KIND_AGENT || name_of(shown, name, &err) == 0)
		return parse_file(kinds[kind], shown, name, text, len, out, NULL, list);
	list->tell(list->context, &err);
	return -1;
}
