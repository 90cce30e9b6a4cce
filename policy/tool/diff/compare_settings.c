/* SPDX-License-Identifier: ISC */
/*
 * agent.conf and profiles: value by value, by their tables of keywords. What a value means
 * for the host's safety stands in a table here.
 */
#include <stdio.h>
#include <string.h>

#include "policy/language/keyword.h"
#include "policy/tool/diff/effect.h"

enum {
	VALUE_TEXT_MAX = POLICY_PATH_MAX,
	HOSTS_TEXT_MAX = PROFILE_HOSTS_MAX * (HOST_MAX_LEN + 1),
};

/* The words of a keyword, what allows least first, and what each of them leads to. */
static const struct grade {
	const char *keyword, *word, *phrase;
} grades[] = {
    {"LaunchAs", "account", "%K %V, was %W: pppd never runs as root"},
    {"LaunchAs", "auto", "%K %V, was %W: pppd runs as root where it needs to"},
    {"LaunchAs", "root", "%K %V, was %W: pppd always runs as root"},
    {"Tun", "persistent", "%K %V, was %W: no program has a capability"},
    {"Tun", "auto",
     "%K %V, was %W: the agent has capabilities, and ppptun has one until it has made its "
     "device"},
    {"Hooks", "no", "%K %V, was %W: pppd may no longer run programs"},
    {"Hooks", "yes", "%K %V, was %W: pppd may run programs, as root"},
    {"HookAs", "runas", "%K %V, was %W: Up and Down no longer run as root"},
    {"HookAs", "root", "%K %V, was %W: Up and Down run as root"},
    {"Landlock", "required", "%K %V, was %W: nothing is launched without Landlock"},
    {"Landlock", "auto", "%K %V, was %W: nothing is launched as root without Landlock"},
    {"Landlock", "optional", "%K %V, was %W: pppd may run as root without Landlock"},
    {"Seccomp", "kill", "%K %V, was %W: a denied system call kills the program"},
    {"Seccomp", "error", "%K %V, was %W: a denied system call only fails"},
    {"AuthInfo", "required", "%K %V, was %W: sshd must say which key was used"},
    {"AuthInfo", "optional", "%K %V, was %W: sshd does not have to say which key was used"},
    {"Strict", "yes",
     "%K %V, was %W: the remote may send packets from its own networks only"},
    {"Strict", "no", "%K %V, was %W: the remote may send packets from any source"},
    {"Fallback", "no",
     "%K %V, was %W: packets to the remote's networks are held back while the link is "
     "away"},
    {"Fallback", "yes",
     "%K %V, was %W: packets to the remote's networks may leave in the clear while the "
     "link is away"},
    {"KillSwitch", "yes",
     "%K %V, was %W: nothing leaves the host beside the link, up or away"},
    {"KillSwitch", "no",
     "%K %V, was %W: the packet filter no longer keeps packets from leaving beside the "
     "link"},
    {"RemoteRoutes", "no", "%K %V, was %W: the remote is not asked to add routes"},
    {"RemoteRoutes", "yes", "%K %V, was %W: the remote is asked to add routes"},
};
enum { GRADES = sizeof grades / sizeof grades[0] };

static size_t grade_of(const char *keyword, const char *word)
{
	size_t i = 0;

	while (i < GRADES && (strcmp(grades[i].keyword, keyword) != 0 ||
			      strcmp(grades[i].word, word) != 0))
		i++;
	return i;
}

static void copy_word(const char *words, unsigned index, char buf[VALUE_TEXT_MAX])
{
	while (index-- > 0)
		words += strcspn(words, " ") + 1;
	snprintf(buf, VALUE_TEXT_MAX, "%.*s", (int)strcspn(words, " "), words);
}

/* A single value as one word, "" for none; false for what is a list or a pair. */
static bool value_text(const struct keyword *k, const void *values,
		       char buf[VALUE_TEXT_MAX])
{
	const void *field = (const char *)values + k->field;

	buf[0] = '\0';
	switch (k->type) {
	case VALUE_FLAG:
		copy_word(k->words, *(const bool *)field, buf);
		return true;
	case VALUE_CHOICE:
		copy_word(k->words, *(const unsigned *)field, buf);
		return true;
	case VALUE_NUMBER:
		if (*(const unsigned *)field != 0)
			snprintf(buf, VALUE_TEXT_MAX, "%u", *(const unsigned *)field);
		return true;
	case VALUE_PATH:
	case VALUE_ACCOUNT:
	case VALUE_INTERFACE:
		snprintf(buf, VALUE_TEXT_MAX, "%s", (const char *)field);
		return true;
	default:
		return false;
	}
}

static void compare_value(struct effects *effects, const struct keyword *k,
			  const void *old_values, const void *new_values)
{
	char old[VALUE_TEXT_MAX], new[VALUE_TEXT_MAX];
	size_t before, after;

	if (!value_text(k, old_values, old) || !value_text(k, new_values, new) ||
	    strcmp(old, new) == 0)
		return;
	before = grade_of(k->name, old);
	after = grade_of(k->name, new);
	if (before < GRADES && after < GRADES)
		effects_add(effects, after > before ? EFFECT_GAINS : EFFECT_LOSES, k->name,
			    grades[after].phrase, new, old);
	else if (old[0] == '\0')
		effects_add(effects, EFFECT_CHANGES, k->name, "%K %V", new, NULL);
	else if (new[0] == '\0')
		effects_add(effects, EFFECT_CHANGES, k->name, "no %K, was %W", NULL, old);
	else
		effects_add(effects, EFFECT_CHANGES, k->name, "%K %V, was %W", new, old);
}

static void compare_values(struct effects *effects, const struct scope *scope,
			   const void *old, const void *new)
{
	for (size_t i = 0; i < scope->count; i++)
		compare_value(effects, &scope->keywords[i], old, new);
}

/* In the order in which they are tried. */
static void hosts_text(const struct profile *profile, char buf[HOSTS_TEXT_MAX])
{
	int used = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < profile->nhosts; i++)
		used += snprintf(buf + used, HOSTS_TEXT_MAX - (size_t)used, "%s%s",
				 i == 0 ? "" : " ", profile->hosts[i].name);
}

/* A gateway more or less, and another order, are each one change of the whole list. */
static void compare_hosts(struct effects *effects, const struct profile *old,
			  const struct profile *new)
{
	char was[HOSTS_TEXT_MAX], is[HOSTS_TEXT_MAX];

	hosts_text(old, was);
	hosts_text(new, is);
	if (strcmp(was, is) != 0)
		effects_add(effects, EFFECT_CHANGES, "Host",
			    old->nhosts == 0 ? "%K %V" : "%K %V, was %W", is,
			    old->nhosts == 0 ? NULL : was);
}

static const char *pair_text(const struct address_pair *pair, char buf[VALUE_TEXT_MAX])
{
	char local[ADDRESS_TEXT_MAX], remote[ADDRESS_TEXT_MAX];

	buf[0] = '\0';
	if (pair->local.family != AF_UNSPEC)
		snprintf(buf, VALUE_TEXT_MAX, "%s %s", ip_addr_print(&pair->local, local),
			 ip_addr_print(&pair->remote, remote));
	return buf;
}

static void compare_link(struct effects *effects, const char *keyword,
			 const struct address_pair *old_pair,
			 const struct address_pair *new_pair)
{
	char old[VALUE_TEXT_MAX], new[VALUE_TEXT_MAX];

	if (strcmp(pair_text(old_pair, old), pair_text(new_pair, new)) == 0)
		return;
	effects_add(effects, EFFECT_CHANGES, keyword,
		    new[0] == '\0'   ? "the link's ends are no longer %W (%K)"
		    : old[0] == '\0' ? "the link's ends are %V (%K)"
				     : "the link's ends are %V, were %W (%K)",
		    new, old[0] == '\0' ? NULL : old);
}

static void compare_lines(struct effects *effects, const char *keyword, const char *loses,
			  const char *gains, const struct prefix_line *old_lines,
			  size_t old_count, const struct prefix_line *new_lines,
			  size_t new_count)
{
	struct prefixes old = {0}, new = {0};

	for (size_t i = 0; i < old_count; i++)
		effects->lost |= prefixes_add(&old, &old_lines[i].prefix) != 0;
	for (size_t i = 0; i < new_count; i++)
		effects->lost |= prefixes_add(&new, &new_lines[i].prefix) != 0;
	effects_add_difference(effects, keyword, loses, gains, &old, &new);
	prefixes_free(&old);
	prefixes_free(&new);
}

/* The authorities of one agent.conf that another has not. */
static void compare_authorities(struct effects *effects, enum effect_kind kind,
				const char *phrase, const struct agent_conf *of,
				const struct agent_conf *other)
{
	char text[KEY_FINGERPRINT_TEXT_MAX];

	for (size_t i = 0; i < of->nauthorities; i++)
		if (agent_authority(other, of->authorities[i].key.digest) == NULL)
			effects_add(effects, kind, "Authority", phrase,
				    key_fingerprint(of->authorities[i].key.digest, text),
				    NULL);
}

void compare_agents(struct effects *effects, const struct agent_conf *old,
		    const struct agent_conf *new)
{
	compare_values(effects, &scope_agent, old, new);
	compare_authorities(effects, EFFECT_LOSES,
			    "certificates of %V no longer let any peer in (%K)", old, new);
	compare_authorities(effects, EFFECT_GAINS,
			    "certificates of %V let in the peers with Certificate yes (%K)",
			    new, old);
	compare_lines(effects, "Pool", "new links no longer get addresses in %V (%K)",
		      "new links get addresses in %V (%K)", old->pools, old->npools,
		      new->pools, new->npools);
}

static void compare_accept(struct effects *effects, const struct profile *old,
			   const struct profile *new)
{
	static const struct effect_switch
	    address = {"Accept", "takes the addresses that the remote names (%K %V)",
		       "address",
		       "no longer takes the addresses that the remote names (%K %V)",
		       "address"},
	    dns = {"Accept", "asks the name servers that the remote names (%K %V)", "dns",
		   "no longer asks the name servers that the remote names (%K %V)", "dns"},
	    any = {"Accept", "takes any route that the remote offers (%K %V)", "any",
		   "no longer takes any route that the remote offers (%K %V)", "any"};

	effects_add_switch(effects, &address, old->accept_address, new->accept_address);
	effects_add_switch(effects, &dns, old->accept_dns, new->accept_dns);
	effects_add_switch(effects, &any, old->accept_any, new->accept_any);
}

static void compare_default(struct effects *effects, const struct profile *old,
			    const struct profile *new)
{
	static const struct effect_switch route = {
	    "Route", "routes all that has no route of its own through the link (%K %V)",
	    "default",
	    "no longer routes all that has no route of its own through the link (%K %V)",
	    "default"};

	effects_add_switch(effects, &route, old->route_default, new->route_default);
}

static bool has_user(const struct profile *profile, const char *name)
{
	for (size_t i = 0; i < profile->nusers; i++)
		if (strcmp(profile->users[i].name, name) == 0)
			return true;
	return false;
}

/* Those of one profile that another has not. */
static void compare_users(struct effects *effects, enum effect_kind kind,
			  const char *phrase, const struct profile *of,
			  const struct profile *other)
{
	for (size_t i = 0; i < of->nusers; i++)
		if (!has_user(other, of->users[i].name))
			effects_add(effects, kind, "Users", phrase, of->users[i].name,
				    NULL);
}

static void compare_profile_names(struct effects *effects, const struct profile *old,
				  const struct profile *new)
{
	static const struct word_set
	    servers = {"Dns", "no longer asks %V for names (%K)",
		       "asks %V for names through the link (%K)"},
	    domains = {"Search", "no longer asks for names in %V through the link (%K)",
		       "asks for names in %V through the link (%K)"};
	char before[NAMES_TEXT_MAX], after[NAMES_TEXT_MAX];

	servers_text(old->dns, old->ndns, before);
	servers_text(new->dns, new->ndns, after);
	compare_words(effects, &servers, before, after);
	domains_text(old->search, old->nsearch, before);
	domains_text(new->search, new->nsearch, after);
	compare_words(effects, &domains, before, after);
}

void compare_profiles(struct effects *effects, const struct profile *old,
		      const struct profile *new)
{
	static const struct profile none;
	const bool both = old != NULL && new != NULL;

	if (new != NULL)
		compare_hosts(effects, old == NULL ? &none : old, new);
	old = old == NULL ? &none : old;
	new = new == NULL ? &none : new;
	/* Against nothing at all, every default would be a change. */
	if (both) {
		compare_values(effects, &scope_profile, old, new);
		compare_link(effects, "Address", &old->address, &new->address);
		compare_link(effects, "Address6", &old->address6, &new->address6);
	}
	compare_accept(effects, old, new);
	compare_lines(effects, "Accept",
		      "no longer takes routes in %V that the remote offers (%K)",
		      "takes routes in %V that the remote offers (%K)", old->accept,
		      old->naccept, new->accept, new->naccept);
	compare_default(effects, old, new);
	compare_lines(effects, "Route", "no longer routes %V through the link (%K)",
		      "routes %V through the link (%K)", old->routes, old->nroutes,
		      new->routes, new->nroutes);
	compare_profile_names(effects, old, new);
	compare_users(effects, EFFECT_LOSES, "%V may no longer bring it up and down (%K)",
		      old, new);
	compare_users(effects, EFFECT_GAINS, "%V may bring it up and down (%K)", new, old);
}
