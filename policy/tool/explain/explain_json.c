/* SPDX-License-Identifier: ISC */
/* Explanations for programs: schema/explain.schema.json. */
#include "agent/confine/confine_steps.h"
#include "policy/language/value.h"
#include "policy/tool/explain/explanation.h"
#include "policy/tool/report/json.h"

static json_t *strings(const char *const *list)
{
	json_t *array = json_array();

	for (; *list != NULL; list++)
		json_append(&array, json_text(*list));
	return array;
}

static json_t *pair(const struct address_pair *p)
{
	char local[ADDRESS_TEXT_MAX], remote[ADDRESS_TEXT_MAX];

	return json_pack("{s:s, s:s}", "here", ip_addr_print(&p->local, local), "there",
			 ip_addr_print(&p->remote, remote));
}

static json_t *addresses(const struct peer *peer)
{
	json_t *array = json_array();

	if (peer->address.local.family != AF_UNSPEC)
		json_append(&array, pair(&peer->address));
	if (peer->address6.local.family != AF_UNSPEC)
		json_append(&array, pair(&peer->address6));
	return array;
}

static json_t *networks(const struct explanation *e)
{
	struct ip_prefix list[PEER_REACH_ALL_MAX];
	const size_t count = explain_networks(e, list);
	json_t *array = json_array();
	char text[PREFIX_TEXT_MAX];

	for (size_t i = 0; i < count; i++)
		json_append(&array, json_string(ip_prefix_print(&list[i], text)));
	return array;
}

/* No limit is a word here, as no array says it. */
static json_t *reach(const struct explanation *e)
{
	json_t *array = networks(e);

	if (json_array_size(array) == 0)
		json_append(&array, json_string("any"));
	return array;
}

static json_t *rights(uint64_t bits)
{
	json_t *array = json_array();

	for (unsigned bit = 0; explain_right(bit) != NULL; bit++)
		if ((bits >> bit & 1) != 0)
			json_append(&array, json_string(explain_right(bit)));
	return array;
}

static json_t *landlock(const struct explanation *e)
{
	const struct confine *confine = &e->login.confine;
	json_t *paths = json_array();
	struct path_rule rule;

	for (size_t i = 0; explain_path(e, i, &rule); i++)
		json_append(&paths, json_pack("{s:s, s:o}", "path", rule.path, "rights",
					      rights(rule.rights)));
	return json_pack("{s:b, s:b, s:o}", "required", confine->landlock_required,
			 "others_denied", landlock_denies_others(confine), "paths", paths);
}

static json_t *limits(const struct confine *confine)
{
	json_t *object = json_object();

	for (size_t i = 0; i < CONFINE_LIMITS; i++)
		if (confine_limit_holds(&confine_limits[i], confine, EXPLAIN_LANDLOCK_ABI))
			json_put(&object, confine_limits[i].name,
				 json_integer((json_int_t)confine_limits[i].most));
	return object;
}

static json_t *seccomp(const struct confine *confine)
{
	return json_pack("{s:s, s:o}", "otherwise",
			 confine->seccomp_kill ? "kill" : "EPERM", "calls",
			 strings(explain_calls(confine)));
}

static json_t *confinement(const struct explanation *e)
{
	const struct confine *confine = &e->login.confine;
	json_t *object = json_object();

	if (confine->uid != EXPLAIN_NO_ID) {
		json_put(&object, "uid", json_integer(confine->uid));
		json_put(&object, "gid", json_integer(confine->gid));
	}
	json_put(&object, "groups", json_array());
	json_put(&object, "capabilities",
		 json_integer((json_int_t)confine_capabilities(confine)));
	if (!confine->unprivileged)
		json_put(&object, "securebits", json_integer(confine_securebits()));
	json_put(&object, "no_new_privs", json_true());
	json_put(&object, "limits", limits(confine));
	json_put(&object, "landlock", landlock(e));
	json_put(&object, "seccomp", seccomp(confine));
	return object;
}

/* Of what is launched; the agent's own answer to status has no program. */
static void put_program(json_t **plan, const struct explanation *e)
{
	const struct login *login = &e->login;
	struct text ready = {0};

	json_put(plan, "program", json_string(login->plan.target));
	json_put(plan, "argv", strings((const char *const *)login->plan.words.argv));
	json_put(plan, "environment", strings((const char *const *)login->plan.envp));
	json_put(plan, "interface", json_string(login->session.interface));
	json_put(plan, "addresses", addresses(&login->peer));
	if (login_launches_ppp(login))
		json_put(plan, "reach", reach(e));
	else
		json_put(plan, "routes", networks(e));
	if (login->intake.what.request.ready[0] != '\0') {
		login_print_ready(login, &ready);
		json_put(plan, "ready", json_string(ready.bytes));
	}
}

static json_t *plan(const struct explanation *e)
{
	json_t *object = json_object(), *depends = json_array();
	const char *text;

	for (size_t i = 0; (text = explain_depends(e, i)) != NULL; i++)
		json_append(&depends, json_string(text));
	if (login_launches(&e->login))
		put_program(&object, e);
	json_put(&object, "confinement", confinement(e));
	json_put(&object, "depends", depends);
	return object;
}

/* What was asked, and taken for it where it was not said. */
static void put_question(json_t **object, const struct explanation *e)
{
	const struct intake_identity *who = &e->login.intake.who;
	const struct intake_request *what = &e->login.intake.what;
	char text[ADDRESS_TEXT_MAX], when[TIME_TEXT_MAX], print[KEY_FINGERPRINT_TEXT_MAX];

	if (e->request != NULL)
		json_put(object, "request", json_text(e->request));
	if (what->state == INTAKE_OK)
		json_put(object, "verb", json_string(verb_name(what->request.verb)));
	if (who->from.family != AF_UNSPEC) {
		json_put(object, "from", json_string(ip_addr_print(&who->from, text)));
		json_put(object, "from_assumed", json_boolean(e->from_assumed));
	}
	if (who->server.family != AF_UNSPEC)
		json_put(object, "server", json_string(ip_addr_print(&who->server, text)));
	if (explain_key(e, print) != NULL) {
		json_put(object, "key", json_string(print));
		json_put(object, "key_assumed", json_boolean(e->key_assumed));
	}
	if (explain_authority(e, print) != NULL) {
		json_put(object, "authority", json_string(print));
		json_put(object, "authority_assumed", json_boolean(e->authority_assumed));
	}
	json_put(object, "at", json_string(value_time_print(e->now, when)));
}

static json_t *place(const struct rule_place *rule)
{
	json_t *object = json_pack("{s:o}", "file", json_text(rule->file));

	if (rule->line != 0)
		json_put(&object, "line", json_integer(rule->line));
	if (rule->column != 0)
		json_put(&object, "column", json_integer(rule->column));
	return object;
}

static json_t *answer(const struct explanation *e)
{
	json_t *object = json_object();

	put_question(&object, e);
	json_put(&object, "verdict", json_string(e->code == EXIT_DONE ? "allow" : "deny"));
	json_put(&object, "code", json_integer((int)e->code));
	if (e->login.rule.file[0] != '\0')
		json_put(&object, "rule", place(&e->login.rule));
	json_put(&object, "reason", json_string(e->reason));
	if (e->code == EXIT_DONE)
		json_put(&object, "plan", plan(e));
	return object;
}

int explain_json(const struct explain_question *question, const struct explanation *list,
		 size_t count)
{
	json_t *document = json_envelope("explain"), *answers = json_array();

	for (size_t i = 0; i < count; i++)
		json_append(&answers, answer(&list[i]));
	json_put(&document, "peer", json_text(question->peer));
	json_put(&document, "answers", answers);
	return json_print(document);
}
