/* SPDX-License-Identifier: ISC */
/*
 * Build time: writes every filter as the BPF that libseccomp makes of its rules
 * ("gen-filters programs"), or what the same rules say in words ("gen-filters listings").
 * For the machine that it runs on, or for another architecture: "gen-filters programs
 * aarch64", by the names of seccomp_arch_resolve_name(3).
 */
#include <linux/audit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "agent/confine/filter_rules.h"

/* Each combination that confine_apply() can be asked for. */
static const struct filter_shape shapes[] = {
    {.profile = CONFINE_PARSER},
    {.profile = CONFINE_ANSWER},
    {.profile = CONFINE_SSHROUTE},
    {.profile = CONFINE_SSHROUTE, .target = true},
    {.profile = CONFINE_PPPD},
    {.profile = CONFINE_PPPD, .target = true},
    {.profile = CONFINE_PPPD, .hooks = true},
    {.profile = CONFINE_PPPD, .target = true, .hooks = true},
    {.profile = CONFINE_PPPTUN},
    {.profile = CONFINE_PPPTUN, .target = true},
    {.profile = CONFINE_TUNNEL},
    {.profile = CONFINE_READER},
};
enum {
	SHAPES = sizeof shapes / sizeof shapes[0],
	HALVES_64 = 2,
	HALVES_32 = 1,
	LINE_LIMIT = 128
};

static const char *const profile_names[] = {
    [CONFINE_PARSER] = "CONFINE_PARSER", [CONFINE_ANSWER] = "CONFINE_ANSWER",
    [CONFINE_PPPD] = "CONFINE_PPPD",	 [CONFINE_SSHROUTE] = "CONFINE_SSHROUTE",
    [CONFINE_PPPTUN] = "CONFINE_PPPTUN", [CONFINE_TUNNEL] = "CONFINE_TUNNEL",
    [CONFINE_READER] = "CONFINE_READER",
};

static uint32_t target_arch;

__attribute__((noreturn)) static void die(const char *what)
{
	fprintf(stderr, "gen-filters: %s\n", what);
	exit(EXIT_FAILURE);
}

/* In memory: a build may have no directory to write to but its own. */
static FILE *scratch_file(void)
{
	const int fd = memfd_create("filter", MFD_CLOEXEC);

	return fd < 0 ? NULL : fdopen(fd, "w+e");
}

/* The program, by way of a file, which is how seccomp_export_bpf(3) gives it. */
static size_t export_program(const struct filter_shape *shape,
			     struct sock_filter code[BPF_MAXINSNS])
{
	FILE *file = scratch_file(), *unread = fopen("/dev/null", "we");
	scmp_filter_ctx ctx =
	    unread == NULL ? NULL : filter_rules(shape, target_arch, unread);
	size_t len;

	if (ctx == NULL)
		die("a rule was refused");
	if (file == NULL || seccomp_export_bpf(ctx, fileno(file)) != 0)
		die("a program cannot be exported");
	seccomp_release(ctx);
	if (fseek(file, 0, SEEK_SET) != 0)
		die("a program cannot be read back");
	len = fread(code, sizeof code[0], BPF_MAXINSNS, file);
	if (ferror(file) || !feof(file) || len == 0)
		die("a program does not fit");
	fclose(file);
	fclose(unread);
	return len;
}

/* Where the program compares with value; -1: nowhere. Nothing is expected to do so
 * twice. */
static int find_value(const struct sock_filter *code, size_t len, uint32_t value)
{
	int found = -1;

	for (size_t i = 0; i < len; i++) {
		if (code[i].k != value || BPF_CLASS(code[i].code) == BPF_RET)
			continue;
		if (found >= 0 || code[i].code != (BPF_JMP | BPF_JEQ | BPF_K))
			die("the path is compared in an unknown way");
		found = (int)i;
	}
	return found;
}

static void print_code(size_t number, const struct sock_filter *code, size_t len)
{
	printf("\nstatic const struct sock_filter code_%zu[] = {\n", number);
	for (size_t i = 0; i < len; i++)
		printf("\t{0x%02x, %u, %u, 0x%08x},\n", code[i].code, code[i].jt,
		       code[i].jf, code[i].k);
	puts("};");
}

/* Prints one program, and its row of the table into table. */
static void generate(const struct filter_shape *shape, size_t number, FILE *table)
{
	static struct sock_filter code[BPF_MAXINSNS];
	const size_t len = export_program(shape, code);
	const int high = find_value(code, len, (uint32_t)(FILTER_EXEC_PATH >> 32));
	const int low = find_value(code, len, (uint32_t)FILTER_EXEC_PATH);
	const int expected = !shape->target			       ? 0
			     : (target_arch & __AUDIT_ARCH_64BIT) != 0 ? HALVES_64
								       : HALVES_32;

	if ((high >= 0) + (low >= 0) != expected || (shape->target && low < 0))
		die("the path is not where it is expected");
	print_code(number, code, len);
	fprintf(table, "\t{{%s, %d, %d, %d}, code_%zu, %zu, %d, %d},\n",
		profile_names[shape->profile], shape->kill, shape->target, shape->hooks,
		number, len, high, low);
}

static void generate_programs(FILE *table)
{
	size_t number = 0;

	puts("#include \"agent/confine/filter_program.h\"");
	for (int kill = 0; kill <= 1; kill++) {
		for (size_t i = 0; i < SHAPES; i++) {
			struct filter_shape shape = shapes[i];

			shape.kill = kill;
			generate(&shape, number++, table);
		}
	}
	fflush(table);
}

/* What the rules of a shape say, a string each; and its row of the table. */
static void list_rules(const struct filter_shape *shape, size_t number, FILE *table)
{
	FILE *words = scratch_file();
	scmp_filter_ctx ctx =
	    words == NULL ? NULL : filter_rules(shape, target_arch, words);
	char line[LINE_LIMIT];

	if (ctx == NULL)
		die("a rule was refused");
	seccomp_release(ctx);
	if (fseek(words, 0, SEEK_SET) != 0)
		die("the rules cannot be read back");
	printf("\nstatic const char *const lines_%zu[] = {\n", number);
	while (fgets(line, sizeof line, words) != NULL)
		printf("\t\"%.*s\",\n", (int)strcspn(line, "\n"), line);
	puts("\tNULL,\n};");
	fprintf(table, "\t{{%s, 0, %d, %d}, lines_%zu},\n", profile_names[shape->profile],
		shape->target, shape->hooks, number);
	fclose(words);
}

static void generate_listings(FILE *table)
{
	puts("#include \"agent/confine/filter_listing.h\"");
	for (size_t i = 0; i < SHAPES; i++)
		list_rules(&shapes[i], i, table);
	fflush(table);
}

int main(int argc, char **argv)
{
	const bool listings = argc >= 2 && strcmp(argv[1], "listings") == 0;
	const char *name = listings ? "filter_listing" : "filter_program";
	char *table = NULL;
	size_t size = 0;
	FILE *rows = open_memstream(&table, &size);

	if (argc < 2 || argc > 3 || (!listings && strcmp(argv[1], "programs") != 0))
		die("usage: gen-filters programs|listings [ARCHITECTURE]");
	target_arch =
	    argc == 3 ? seccomp_arch_resolve_name(argv[2]) : seccomp_arch_native();
	if (target_arch == 0)
		die("libseccomp does not know this architecture");
	if (rows == NULL)
		die("out of memory");
	puts("/* Generated by agent/confine/gen-filters.c. */");
	if (listings)
		generate_listings(rows);
	else
		generate_programs(rows);
	if (fclose(rows) != 0)
		die("out of memory");
	printf("\nconst struct %s %ss[] = {\n%s};\n"
	       "const size_t %s_count = sizeof %ss / sizeof %ss[0];\n",
	       name, name, table, name, name, name);
	free(table);
	return fflush(stdout) == 0 && !ferror(stdout) ? EXIT_SUCCESS : EXIT_FAILURE;
}
