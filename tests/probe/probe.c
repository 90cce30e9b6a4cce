/* SPDX-License-Identifier: ISC */
#include "tests/probe/probe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

void probe_fails(const char *name, long result, int expected)
{
	const int sys = errno;

	if (result == -1 && sys == expected)
		printf("ok %s\n", name);
	else if (result == -1)
		printf("FAIL %s: %s, not %s\n", name, strerrorname_np(sys),
		       strerrorname_np(expected));
	else
		printf("FAIL %s: it worked (%ld)\n", name, result);
}

void probe_true(const char *name, bool good)
{
	printf("%s %s\n", good ? "ok" : "FAIL", name);
}

bool probe_is_filtered(void)
{
	return syscall(SYS_sched_yield) == -1;
}

/* "landlock=7 hooks=0 other=123": what the script knows of this host. */
static int read_expect(struct expect *expect)
{
	FILE *file = fopen(PROBE_EXPECT, "re");
	int hooks = 0, result;

	if (file == NULL)
		return -1;
	result = fscanf(file, "landlock=%d hooks=%d other=%d", &expect->landlock, &hooks,
			&expect->other);
	fclose(file);
	expect->hooks = hooks != 0;
	return result == 3 ? 0 : -1;
}

int main(int argc, char **argv)
{
	struct expect expect = {.uid = getuid()};

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 0 || read_expect(&expect) != 0) {
		puts("FAIL the probe cannot read " PROBE_EXPECT);
		return 1;
	}
	expect.pppd = strcmp(argv[0], "/usr/sbin/pppd") == 0;
	printf("fact place %s\nfact uid %u\n", expect.pppd ? "pppd" : "sshroute",
	       expect.uid);
	probe_true("a filter is in force", probe_is_filtered());
	probe_rights(&expect);
	probe_objects(&expect);
	if (!expect.hooks)
		probe_calls(&expect);
	probe_arguments(&expect);
	probe_ids(&expect);
	puts("fact end reached");
	return 0;
}
