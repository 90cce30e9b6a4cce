/* SPDX-License-Identifier: ISC */
/*
 * policy ROUNDS KEY STRANGER COUNT…
 *
 * Measures what vpn-policy takes for COUNT peers, which lie in /bench/COUNT/etc/sallyport:
 * to check and audit them all, to compare them with themselves and to draw them, to make
 * the index of their keys, and to look up a key, with and without it. KEY is the base64 of
 * a peer's key, STRANGER of nobody's, both Ed25519. Each is done once in each round, in an
 * order that changes from round to round. Prints medians and memory, how both grow, and
 * whether what is asked of check is reached: exits with 1 when it is not.
 * tests/bench/policy.sh makes the host that it runs in.
 */
#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COUNTS_MAX = 8, ROUNDS_MAX = 1000, ARGUMENTS_MAX = 16, PATH_SIZE = 64 };

/* What is asked of check, of the largest count. */
static const double goal_s = 5;
static const double goal_mb = 300;

/* Words that stand for what differs from run to run. */
static const char root[] = "ROOT", policy[] = "POLICY", key[] = "KEY",
		  stranger[] = "STRANGER", none[] = "NONE";

#define LOOKUP(which)                                                                      \
	"authorized-keys", "--root", root, "--trust", "root", "--user", "slave", "--type", \
	    "ssh-ed25519", "--key", which

static const struct way {
	const char *name;
	/* whether it is asked for that the time grows no faster than n log n */
	bool judged;
	const char *argv[ARGUMENTS_MAX];
} ways[] = {
    {"check", true, {"check", "--root", root, "--trust", "root"}},
    {"audit", false, {"audit", "--root", root}},
    {"diff", true, {"diff", "--trust", "root", policy, policy}},
    {"graph", true, {"graph", "--root", root}},
    {"authorized_keys", false, {"authorized-keys", "--root", root, "--trust", "root"}},
    {"index", false, {"authorized-keys", "--root", root, "--trust", "root", "--index"}},
    {"a peer's key", false, {LOOKUP(key)}},
    {"a stranger's key", false, {LOOKUP(stranger)}},
    {"a peer's key, no index", false, {LOOKUP(key), "--index-file", none}},
    {"a stranger's, no index", false, {LOOKUP(stranger), "--index-file", none}},
};

/* Where in the table check is, and index. */
enum { CHECK_WAY = 0, INDEX_WAY = 5, WAYS = sizeof ways / sizeof ways[0] };

struct run {
	double seconds, megabytes;
};

static const char *words[2];
static unsigned long counts[COUNTS_MAX];
static size_t ncounts;
static struct run runs[COUNTS_MAX][WAYS][ROUNDS_MAX];

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static char *fill(const char *word, char *path, char *conf)
{
	if (word == root)
		return path;
	if (word == policy)
		return conf;
	if (word == key || word == stranger)
		return (char *)words[word == stranger];
	return word == none ? "/nonexistent" : (char *)word;
}

static void become(const struct way *way, unsigned long count)
{
	char path[PATH_SIZE], conf[PATH_SIZE], *argv[ARGUMENTS_MAX + 2] = {"vpn-policy"};
	const int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	snprintf(path, sizeof path, "/bench/%lu", count);
	snprintf(conf, sizeof conf, "/bench/%lu/etc/sallyport", count);
	for (size_t i = 0; i < ARGUMENTS_MAX && way->argv[i] != NULL; i++)
		argv[i + 1] = fill(way->argv[i], path, conf);
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	execv("/usr/sbin/vpn-policy", argv);
	_exit(EXIT_FAILURE);
}

static struct run measure(const struct way *way, unsigned long count)
{
	const double begin = now();
	const pid_t pid = fork();
	struct rusage usage;
	int status;

	if (pid == 0)
		become(way, count);
	/* A bare copy of policy is no good host: an audit has something to say of it. */
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid || !WIFEXITED(status) ||
	    (WEXITSTATUS(status) != 0 && strcmp(way->name, "audit") != 0)) {
		fprintf(stderr, "policy: %s of %lu peers failed\n", way->name, count);
		exit(EXIT_FAILURE);
	}
	return (struct run){now() - begin, (double)usage.ru_maxrss / 1024};
}

/* Neighbours in time are compared with each other: each round begins elsewhere. */
static void measure_all(unsigned rounds)
{
	/* The index has to be there before it can be used. */
	for (size_t c = 0; c < ncounts; c++)
		(void)measure(&ways[INDEX_WAY], counts[c]);
	for (unsigned r = 0; r < rounds; r++)
		for (size_t i = 0; i < ncounts * WAYS; i++) {
			const size_t turn = (i + r) % (ncounts * WAYS);
			const size_t c = turn % ncounts, w = turn / ncounts;

			runs[c][w][r] = measure(&ways[w], counts[c]);
		}
}

static int by_seconds(const void *left, const void *right)
{
	const struct run *a = left, *b = right;

	return (a->seconds > b->seconds) - (a->seconds < b->seconds);
}

/* The run of median time, with the most memory that any took. */
static struct run median(struct run *list, unsigned rounds)
{
	struct run middle;

	qsort(list, rounds, sizeof *list, by_seconds);
	middle = list[rounds / 2];
	for (unsigned i = 0; i < rounds; i++)
		middle.megabytes = fmax(middle.megabytes, list[i].megabytes);
	return middle;
}

static double n_log_n(unsigned long n)
{
	return (double)n * log((double)n);
}

/* How often the last two counts' times go into one another; true when that is good. */
static bool print_growth(const struct way *way, const struct run *medians)
{
	const size_t last = ncounts - 1;
	const double grown = medians[last].seconds / medians[last - 1].seconds;
	const double limit = n_log_n(counts[last]) / n_log_n(counts[last - 1]);
	const bool good = grown <= limit || !way->judged;

	printf("  %-24s x %5.2f", way->name, grown);
	if (way->judged)
		printf("   n log n: x %5.2f: %s", limit, good ? "reached" : "MISSED");
	putchar('\n');
	return good;
}

static bool print_goal(const char *what, double is, double goal, const char *unit)
{
	printf("check of %lu peers: %s %.2f %s, asked for: under %.0f %s: %s\n",
	       counts[ncounts - 1], what, is, unit, goal, unit,
	       is < goal ? "reached" : "MISSED");
	return is < goal;
}

static bool print_all(unsigned rounds)
{
	static struct run medians[WAYS][COUNTS_MAX];
	bool good = true;

	printf("medians of %u interleaved rounds, and the most memory\n\n%-26s", rounds,
	       "");
	for (size_t c = 0; c < ncounts; c++)
		printf("%10lu peers    ", counts[c]);
	for (size_t w = 0; w < WAYS; w++) {
		printf("\n  %-24s", ways[w].name);
		for (size_t c = 0; c < ncounts; c++) {
			medians[w][c] = median(runs[c][w], rounds);
			printf("%8.1f ms %5.1f MB", medians[w][c].seconds * 1e3,
			       medians[w][c].megabytes);
		}
	}
	printf("\n\nfrom %lu to %lu peers, in time\n", counts[ncounts - 2],
	       counts[ncounts - 1]);
	for (size_t w = 0; w < WAYS; w++)
		good = print_growth(&ways[w], medians[w]) && good;
	putchar('\n');
	good = print_goal("time", medians[CHECK_WAY][ncounts - 1].seconds, goal_s, "s") &&
	       good;
	return print_goal("memory", medians[CHECK_WAY][ncounts - 1].megabytes, goal_mb,
			  "MB") &&
	       good;
}

int main(int argc, char **argv)
{
	const unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;

	if (rounds == 0 || rounds > ROUNDS_MAX || argc < 6 || argc > 4 + COUNTS_MAX) {
		fputs("usage: policy ROUNDS KEY STRANGER COUNT COUNT...\n", stderr);
		return EXIT_FAILURE;
	}
	words[0] = argv[2];
	words[1] = argv[3];
	for (int i = 4; i < argc; i++)
		counts[ncounts++] = strtoul(argv[i], NULL, 10);
	measure_all((unsigned)rounds);
	return print_all((unsigned)rounds) ? EXIT_SUCCESS : EXIT_FAILURE;
}
