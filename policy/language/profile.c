/* SPDX-License-Identifier: ISC */
/* connect/NAME.conf: what the table cannot say, because it is about two values. */
#include "policy/language/profile.h"

#include <stdio.h>
#include <string.h>

#include "policy/language/constraint.h"
#include "policy/language/load.h"
#include "policy/language/parse.h"

static int check_addresses(const struct profile *profile, const char *file,
			   struct error *err)
{
	if (profile->accept_address || profile->address.local.family != AF_UNSPEC ||
	    profile->address6.local.family != AF_UNSPEC)
		return 0;
	return error_at(err, file, 0, 0,
			"no addresses for the link: expected a line \"Address\" or "
			"\"Address6\", or \"Accept address\" to take the remote's");
}

static int check_profile(struct parse *p, struct profile *profile)
{
	const struct check_routes routes = {.file = p->file,
					    .keyword = "Route",
					    .list = profile->routes,
					    .count = profile->nroutes,
					    .address = &profile->address,
					    .address6 = &profile->address6};
	const struct check_interface name = {.file = p->file,
					     .name = profile->name,
					     .interface = profile->interface,
					     .interface_line =
						 parse_line_of(p, "Interface")};
	const struct check_mru mru = {.file = p->file,
				      .mru = profile->mru,
				      .line = parse_line_of(p, "Mru"),
				      .address6 = &profile->address6};

	if (parse_stops(p, check_addresses(profile, p->file, p->err)) ||
	    parse_stops(p, check_mru_fits(&mru, p->err)) ||
	    parse_check_routes(p, &routes) != 0 ||
	    parse_stops(p, check_interface_fits(&name, p->err)))
		return -1;
	return parse_end(p);
}

static int parse_profile(struct parse *p, const char *name, const char *text, size_t len)
{
	struct profile *out = p->out;

	memset(out, 0, sizeof *out);
	if (!policy_name_valid(name)) {
		(void)parse_stops(
		    p, error_at(p->err, p->file, 0, 0, "not the name of a profile"));
		return -1;
	}
	snprintf(out->name, sizeof out->name, "%s", name);
	snprintf(out->file, sizeof out->file, "%s", p->file);
	if (parse_text(p, text, len) == 0 && check_profile(p, out) == 0)
		return 0;
	memset(out, 0, sizeof *out);
	return -1;
}

int profile_parse(const char *file, const char *name, const char *text, size_t len,
		  struct profile *out, struct error *err)
{
	struct parse p = {.scope = &scope_profile, .file = file, .out = out, .err = err};

	return parse_profile(&p, name, text, len);
}

int profile_parse_all(const char *file, const char *name, const char *text, size_t len,
		      struct profile *out, const struct error_list *list)
{
	struct error err;
	struct parse p = {
	    .scope = &scope_profile, .file = file, .out = out, .err = &err, .list = list};

	return parse_profile(&p, name, text, len);
}

int profile_load(const char *dir, const char *name, enum trust trust, struct profile *out,
		 struct error *err)
{
	char path[POLICY_PATH_MAX];
	const char *text;
	size_t len;

	memset(out, 0, sizeof *out);
	if (policy_path(dir, name, path, err) != 0 ||
	    policy_read(path, trust, &text, &len, err) != 0)
		return -1;
	return profile_parse(path, name, text, len, out, err);
}
