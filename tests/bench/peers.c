/* SPDX-License-Identifier: ISC */
/*
 * peers DIRECTORY COUNT [KEY]: writes COUNT peer files p000000.conf and on, each with a
 * key, a pair of addresses and a network of its own. The first has KEY ("TYPE BASE64") when
 * it is given.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/language/base64.h"
#include "policy/language/sha256.h"

enum { COUNT_MAX = 1000000, PATH_SIZE = 4096, BYTE = 256 };

static void print_address(FILE *out, unsigned base, unsigned number)
{
	fprintf(out, "%u.%u.%u.%u", base, number / BYTE / BYTE % BYTE, number / BYTE % BYTE,
		number % BYTE);
}

static void print_peer(FILE *out, unsigned number, const char *key)
{
	char name[32];
	uint8_t digest[SHA256_SIZE];

	if (key != NULL) {
		fprintf(out, "Key      %s\n", key);
	} else {
		/* A key type's blob is not needed to name a key: its fingerprint does. */
		char text[64];

		snprintf(name, sizeof name, "bench peer %u", number);
		sha256_digest(name, strlen(name), digest);
		base64_encode_bare(digest, sizeof digest, text);
		fprintf(out, "Key      SHA256:%s\n", text);
	}
	fputs("From     198.51.100.0/24\nAllow    pppd sshroute status\nAddress  ", out);
	print_address(out, 10, 2 * number);
	fputc(' ', out);
	print_address(out, 10, 2 * number + 1);
	fprintf(out, "\nRoute    %u.%u.%u.0/24\nEnd\n", 32 + number / BYTE / BYTE,
		number / BYTE % BYTE, number % BYTE);
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
	char path[PATH_SIZE];

	if (count == 0 || count > COUNT_MAX) {
		fputs("usage: peers DIRECTORY COUNT [KEY]\n", stderr);
		return EXIT_FAILURE;
	}
	for (unsigned i = 0; i < count; i++) {
		FILE *out;

		snprintf(path, sizeof path, "%s/p%06u.conf", argv[1], i);
		out = fopen(path, "we");
		if (out == NULL) {
			perror(path);
			return EXIT_FAILURE;
		}
		print_peer(out, i, i == 0 && argc > 3 ? argv[3] : NULL);
		if (fclose(out) != 0) {
			perror(path);
			return EXIT_FAILURE;
		}
	}
	return EXIT_SUCCESS;
}
