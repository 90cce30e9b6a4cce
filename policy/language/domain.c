/* SPDX-License-Identifier: ISC */
#include "policy/language/domain.h"

#include <string.h>
#include <strings.h>

#include "policy/language/constraint.h"

static int refuse(const char **why, const char *phrase)
{
	*why = phrase;
	return -1;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_of_label(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || is_digit(c) ||
	       c == '_' || c == '-';
}

bool domain_is_routed(const char *text)
{
	return text[0] == '~';
}

const char *domain_bare(const char *text)
{
	return domain_is_routed(text) ? text + 1 : text;
}

bool domain_is_all(const char *text)
{
	return strcmp(text, "~.") == 0;
}

static int check_label(const char *label, size_t len, const char **why)
{
	if (len == 0)
		return refuse(why, "a part between two dots is empty, or there is a dot at "
				   "an end");
	if (len > DOMAIN_LABEL_MAX)
		return refuse(why, "a part between two dots has more than 63 characters");
	if (label[0] == '-' || label[len - 1] == '-')
		return refuse(why, "a part between two dots begins or ends with a hyphen");
	return 0;
}

static bool is_number(const char *label, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!is_digit(label[i]))
			return false;
	return true;
}

static int check_name(const char *name, const char **why)
{
	for (const char *at = name; *at != '\0'; at++)
		if (*at != '.' && !is_of_label(*at))
			return refuse(why, "a domain is made of letters, digits and . _ -");
	if (strlen(name) > DOMAIN_MAX_LEN)
		return refuse(why, "a domain has at most 253 characters");
	for (const char *label = name;;) {
		const size_t len = strcspn(label, ".");

		if (check_label(label, len, why) != 0)
			return -1;
		/* No top-level domain is one (RFC 3696 2): it would be an address. */
		if (label[len] == '\0')
			return is_number(label, len)
				   ? refuse(why, "its last part is a number")
				   : 0;
		label += len + 1;
	}
}

int domain_check(const char *text, const char **why)
{
	if (domain_is_all(text))
		return 0;
	if (strcmp(text, ".") == 0)
		return refuse(why, "every name is written ~.");
	return check_name(domain_bare(text), why);
}

int domain_check_offered(const char *text, const char **why)
{
	if (domain_check(text, why) != 0)
		return -1;
	if (domain_is_all(text))
		return refuse(why, "every name there is: only a profile can say that");
	return strchr(text, '.') != NULL
		   ? 0
		   : refuse(why, "a whole top-level domain: an offer has two parts at "
				 "least, as in corp.example");
}

int server_check(const struct ip_addr *address, const char **why)
{
	const char *wrong = ip_addr_is_local(address) ? "a loopback or unspecified address"
						      : constraint_link_end(address);

	return wrong == NULL ? 0 : refuse(why, wrong);
}

bool domain_equal(const char *a, const char *b)
{
	return strcasecmp(domain_bare(a), domain_bare(b)) == 0;
}

bool domain_covers(const char *outer, const char *inner)
{
	const char *const suffix = domain_bare(outer), *const name = domain_bare(inner);
	const size_t len = strlen(suffix), whole = strlen(name);

	if (strcmp(suffix, ".") == 0)
		return true;
	return whole >= len && strcasecmp(name + whole - len, suffix) == 0 &&
	       (whole == len || name[whole - len - 1] == '.');
}
