/* SPDX-License-Identifier: ISC */
#include "policy/language/parsed.h"

#include <string.h>

#include "policy/language/path.h"
#include "policy/language/print.h"

const char *kind_name(enum file_kind kind)
{
	return kind_scope(kind)->kind;
}

const struct scope *kind_scope(enum file_kind kind)
{
	static const struct scope *const scopes[KIND_COUNT] = {[KIND_AGENT] = &scope_agent,
							       [KIND_PEER] = &scope_peer,
							       [KIND_PROFILE] =
								   &scope_profile};

	return scopes[kind];
}

/* The peer's or profile's name: the file's own, without ".conf". */
static int name_of(const char *shown, char name[NAME_MAX_LEN + 1], struct error *err)
{
	const char *slash = strrchr(shown, '/'), *base = slash == NULL ? shown : slash + 1;
	const size_t len = path_conf_len(base);

	if (len > 0 && len <= NAME_MAX_LEN) {
		memcpy(name, base, len);
		name[len] = '\0';
		if (policy_name_valid(name))
			return 0;
	}
	return error_file(err, shown, 0,
			  "expected a file NAME.conf, of at most %d letters, digits, _ "
			  "and -, beginning with a letter or a digit",
			  NAME_MAX_LEN);
}

int parsed_read(enum file_kind kind, const char *shown, const char *text, size_t len,
		union parsed *out, struct error *err)
{
	char name[NAME_MAX_LEN + 1];

	if (kind == KIND_AGENT)
		return policy_parse_agent(shown, text, len, &out->agent, err);
	if (name_of(shown, name, err) != 0)
		return -1;
	return kind == KIND_PROFILE
		   ? profile_parse(shown, name, text, len, &out->profile, err)
		   : policy_parse_peer(shown, name, text, len, &out->peer, err);
}

int parsed_read_all(enum file_kind kind, const char *shown, const char *text, size_t len,
		    union parsed *out, const struct error_list *list)
{
	char name[NAME_MAX_LEN + 1];
	struct error err;

	if (kind == KIND_AGENT)
		return policy_parse_agent_all(shown, text, len, &out->agent, list);
	if (name_of(shown, name, &err) != 0) {
		list->tell(list->context, &err);
		return -1;
	}
	return kind == KIND_PROFILE
		   ? profile_parse_all(shown, name, text, len, &out->profile, list)
		   : policy_parse_peer_all(shown, name, text, len, &out->peer, list);
}

void parsed_print(enum file_kind kind, const union parsed *parsed, FILE *out)
{
	if (kind == KIND_AGENT)
		print_agent(&parsed->agent, out);
	else if (kind == KIND_PROFILE)
		print_profile(&parsed->profile, out);
	else
		print_peer(&parsed->peer, out);
}
