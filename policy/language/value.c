/* SPDX-License-Identifier: ISC */
#include "policy/language/value.h"

#include <arpa/inet.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "policy/language/path.h"
#include "policy/language/policy.h"
#include "policy/language/profile.h"

/* Years before are typing errors, and 1970-01-01T00:00:00Z would read as "no limit". */
enum { YEAR_MIN = 2000 };

static int refuse(const char **why, const char *phrase)
{
	*why = phrase;
	return -1;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Whether text consists of letters, digits, and what is in others. */
static bool is_made_of(const char *text, const char *others)
{
	for (; *text != '\0'; text++)
		if (!is_letter(*text) && !is_digit(*text) && strchr(others, *text) == NULL)
			return false;
	return true;
}

bool policy_name_valid(const char *name)
{
	return name[0] != '\0' && name[0] != '-' && name[0] != '_' &&
	       strlen(name) <= NAME_MAX_LEN && is_made_of(name, "_-");
}

int value_number(const char *text, unsigned min, unsigned max, unsigned *out,
		 const char **why)
{
	unsigned value = 0;

	if (text[0] == '\0')
		return refuse(why, "not a plain decimal number");
	for (const char *p = text; *p != '\0'; p++)
		if (!is_digit(*p))
			return refuse(why, "not a plain decimal number");
	if (text[0] == '0' && text[1] != '\0')
		return refuse(why, "leading zero");
	for (const char *p = text; *p != '\0'; p++) {
		unsigned digit = (unsigned)(*p - '0');

		if (value > (UINT_MAX - digit) / 10)
			return refuse(why, "out of range");
		value = value * 10 + digit;
	}
	if (value < min || value > max)
		return refuse(why, "out of range");
	*out = value;
	return 0;
}

int value_choice(const char *text, const char *words, unsigned *out, const char **why)
{
	size_t len = strlen(text);

	for (unsigned i = 0; *words != '\0'; i++) {
		size_t n = strcspn(words, " ");

		if (n == len && memcmp(words, text, n) == 0) {
			*out = i;
			return 0;
		}
		words += n + (words[n] == ' ');
	}
	return refuse(why, "unknown value");
}

/* The fields are where the pattern has digits; it must fit to the byte. */
static bool fits_time(const char *text)
{
	static const char pattern[] = "0000-00-00T00:00:00Z";

	if (strlen(text) != sizeof pattern - 1)
		return false;
	for (size_t i = 0; i < sizeof pattern - 1; i++)
		if (pattern[i] == '0' ? !is_digit(text[i]) : text[i] != pattern[i])
			return false;
	return true;
}

static int two_digits(const char *text)
{
	return (text[0] - '0') * 10 + (text[1] - '0');
}

int value_time(const char *text, time_t *out, const char **why)
{
	struct tm tm = {0}, asked;

	if (!fits_time(text))
		return refuse(why, "not a time in the expected form");
	tm.tm_year = two_digits(text) * 100 + two_digits(text + 2) - 1900;
	tm.tm_mon = two_digits(text + 5) - 1;
	tm.tm_mday = two_digits(text + 8);
	tm.tm_hour = two_digits(text + 11);
	tm.tm_min = two_digits(text + 14);
	tm.tm_sec = two_digits(text + 17);
	if (tm.tm_year + 1900 < YEAR_MIN)
		return refuse(why, "before the year 2000");
	/* timegm() carries 31 April over to 1 May: what it changed was no date. */
	asked = tm;
	*out = timegm(&tm);
	if (tm.tm_year != asked.tm_year || tm.tm_mon != asked.tm_mon ||
	    tm.tm_mday != asked.tm_mday || tm.tm_hour != asked.tm_hour ||
	    tm.tm_min != asked.tm_min || tm.tm_sec != asked.tm_sec)
		return refuse(why, "no such day or time of day");
	return 0;
}

const char *value_time_print(time_t when, char buf[TIME_TEXT_MAX])
{
	struct tm tm;

	if (gmtime_r(&when, &tm) == NULL ||
	    strftime(buf, TIME_TEXT_MAX, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		snprintf(buf, TIME_TEXT_MAX, "%lld", (long long)when);
	return buf;
}

int value_path(const char *text, const char **why)
{
	if (text[0] != '/')
		return refuse(why, "not an absolute path");
	if (strlen(text) >= POLICY_PATH_MAX)
		return refuse(why, "path too long");
	/* '%', '$' and '~' would mean something to ssh. */
	if (!is_made_of(text, "._+@/-"))
		return refuse(why, "a path is made of letters, digits and . _ + @ - /");
	return path_is_plain(text) ? 0 : refuse(why, "a path must not contain //, . or ..");
}

int value_account(const char *text, const char **why)
{
	if (strlen(text) > ACCOUNT_MAX_LEN)
		return refuse(why, "account name too long");
	if (!is_letter(text[0]) && text[0] != '_')
		return refuse(why, "an account name begins with a letter or _");
	if (!is_made_of(text, "._-"))
		return refuse(why, "an account name is made of letters, digits and . _ -");
	return 0;
}

int value_interface(const char *text, const char **why)
{
	/* The loopback interface, and what /proc/sys/net uses for "every interface". */
	static const char *const reserved[] = {"lo", "all", "default"};

	if (text[0] == '\0' || text[0] == '-' || text[0] == '.')
		return refuse(why, "an interface name begins with a letter, a digit or _");
	if (!is_made_of(text, "._-"))
		return refuse(why,
			      "an interface name is made of letters, digits and . _ -");
	if (strlen(text) > IFNAME_MAX_LEN)
		return refuse(why, "interface name too long");
	for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++)
		if (strcmp(text, reserved[i]) == 0)
			return refuse(why, "the system reserves this name");
	return 0;
}

int value_host(const char *text, const char **why)
{
	unsigned char ipv6[sizeof(struct in6_addr)];

	if (text[0] == '\0' || text[0] == '-')
		return refuse(why, "ssh would take it for an option");
	if (strlen(text) > HOST_MAX_LEN)
		return refuse(why, "host name too long");
	if (strchr(text, '@') != NULL)
		return refuse(why, "the account belongs on a line of its own, \"Account\"");
	if (text[0] == '[')
		return refuse(why, "write an IPv6 address without brackets, and a port on "
				   "a line of its own, \"Port\"");
	if (!is_made_of(text, "._:-"))
		return refuse(why, "a host is made of letters, digits and . _ : -");
	/* ssh would look for a host of that whole name. */
	if (strchr(text, ':') != NULL && inet_pton(AF_INET6, text, ipv6) != 1)
		return refuse(why, "not an IPv6 address; a port has a line of its own, "
				   "\"Port\"");
	return 0;
}

int value_secret(const char *text, const char **why)
{
	if (strlen(text) >= SECRET_TEXT_MAX)
		return refuse(why, "too long for a one-time key");
	return is_made_of(text, "+/=") ? 0 : refuse(why, "not base64");
}
