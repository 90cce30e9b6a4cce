/* SPDX-License-Identifier: ISC */
#include "local/ssh_certificate.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/descriptors.h"
#include "policy/language/escape.h"
#include "policy/language/value.h"

enum {
	/* Its type and base64; a comment follows, which may be cut. */
	FILE_MAX = CERTIFICATE_BASE64_MAX + 512,
	PATH_SHOWN_MAX = 300,
};

static void take(char *text, struct ssh_certificate *out)
{
	char *rest = NULL;
	const char *type = strtok_r(text, " \t\r\n", &rest);
	const char *base64 = type == NULL ? NULL : strtok_r(NULL, " \t\r\n", &rest);
	const char *why = "it is no certificate";

	if (base64 == NULL || certificate_parse(type, base64, &out->value, &why) != 0)
		snprintf(out->why, sizeof out->why, "%s", why);
}

bool ssh_certificate_read(const char *path, struct ssh_certificate *out)
{
	static char text[FILE_MAX];
	const int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;
	ssize_t len = -1;

	*out = (struct ssh_certificate){0};
	if (strlen(path) < sizeof out->path)
		memcpy(out->path, path, strlen(path) + 1);
	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		len = descriptors_read(fd, text, sizeof text - 1);
	close(fd);
	if (len < 0)
		return false;
	text[len] = '\0';
	take(text, out);
	return true;
}

/* As a time; what is beyond the year 9999 is no time that anybody means. */
static const char *moment(uint64_t when, char buf[TIME_TEXT_MAX])
{
	static const uint64_t last = 253402300799; /* 9999-12-31T23:59:59Z */

	return value_time_print((time_t)(when > last ? last : when), buf);
}

bool ssh_certificate_judge(const struct ssh_certificate *certificate, time_t now,
			   char text[SSH_CERTIFICATE_TEXT_MAX])
{
	const struct certificate *value = &certificate->value;
	const uint64_t at = now < 0 ? 0 : (uint64_t)now;
	char path[PATH_SHOWN_MAX], when[TIME_TEXT_MAX];

	escape_quoted(certificate->path, strlen(certificate->path), path, sizeof path);
	if (certificate->why[0] != '\0')
		snprintf(text, SSH_CERTIFICATE_TEXT_MAX, "%s: %s", path, certificate->why);
	else if (at >= value->expires)
		snprintf(text, SSH_CERTIFICATE_TEXT_MAX,
			 "%s has expired at %s: have the key signed again", path,
			 moment(value->expires, when));
	else if (at < value->begins)
		snprintf(text, SSH_CERTIFICATE_TEXT_MAX,
			 "%s is not valid before %s: is the clock of this host right?",
			 path, moment(value->begins, when));
	else {
		snprintf(text, SSH_CERTIFICATE_TEXT_MAX,
			 "%s is valid, with serial %llu, for the peer %s: is that the "
			 "peer's name there, is the authority one of the remote's, are the "
			 "addresses in it those of this host, and is it not revoked?",
			 path, (unsigned long long)value->serial, value->principal);
		return false;
	}
	return true;
}
