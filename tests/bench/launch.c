/* SPDX-License-Identifier: ISC */
/*
 * launch ROUNDS PEER UID GID COUNT…
 *
 * Measures how long each way to start /usr/sbin/pppd (first.c or first_dynamic.c in its
 * place) takes, from execve(2) to the target's first instruction, as the account UID: the
 * bare target, vpn-agent with each COUNT of peers (the directories peers-COUNT, of which
 * one at a time is renamed to what the agent reads), doas -n and sudo -n. All are started
 * once in each round, in an order that changes from round to round. Prints medians and
 * ratios. tests/bench/launch.sh makes the host that it runs in.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "policy/language/paths.h"

enum {
	WAYS_MAX = 16,
	ROUNDS_MAX = 100000,
	WARM_UP = 10, /* rounds that do not count */
	NS_PER_S = 1000000000,
	NAME_SIZE = 64,
	PATH_SIZE = 256,
};

struct way {
	char name[NAME_SIZE];
	char *argv[4];
	/* "" or the directory that is the agent's peers meanwhile */
	char peers[PATH_SIZE];
	/* nanoseconds of each round */
	long long *took;
};

static struct way ways[WAYS_MAX];
static size_t nways;
static char *agent_environment[5];
static uid_t uid;
static gid_t gid;

__attribute__((noreturn)) static void die(const char *what)
{
	fprintf(stderr, "launch: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

static long long nanoseconds(const struct timespec *time)
{
	return (long long)time->tv_sec * NS_PER_S + time->tv_nsec;
}

__attribute__((noreturn)) static void run_child(const struct way *way, int out,
						struct timespec *begin)
{
	static char *environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL};
	const int null = open("/dev/null", O_RDWR);
	char **envp = way->peers[0] != '\0' ? agent_environment : environment;

	if (null < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0 || setgroups(0, NULL) != 0 ||
	    setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0)
		_exit(1);
	clock_gettime(CLOCK_MONOTONIC, begin);
	execve(way->argv[0], way->argv, envp);
	_exit(1);
}

/* One launch; nanoseconds. */
static long long launch(const struct way *way, struct timespec *begin)
{
	struct timespec first;
	int ends[2], status;
	ssize_t len;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) != 0)
		die("pipe");
	child = fork();
	if (child < 0)
		die("fork");
	if (child == 0)
		run_child(way, ends[1], begin);
	close(ends[1]);
	len = read(ends[0], &first, sizeof first);
	close(ends[0]);
	if (waitpid(child, &status, 0) != child)
		die("waitpid");
	if (len != sizeof first || status != 0) {
		fprintf(stderr, "launch: %s launched nothing (status %x)\n", way->name,
			(unsigned)status);
		exit(EXIT_FAILURE);
	}
	return nanoseconds(&first) - nanoseconds(begin);
}

static void put_peers(const char *from, const char *to)
{
	if (rename(from, to) != 0)
		die(from);
}

static long long try_way(const struct way *way, struct timespec *begin)
{
	long long took;

	if (way->peers[0] == '\0')
		return launch(way, begin);
	put_peers(way->peers, PATH_PEERS_DIR);
	took = launch(way, begin);
	put_peers(PATH_PEERS_DIR, way->peers);
	return took;
}

static struct way *add_way(const char *name, char *program, char *one, char *two,
			   size_t rounds)
{
	struct way *way = &ways[nways++];

	snprintf(way->name, sizeof way->name, "%s", name);
	way->argv[0] = program;
	way->argv[1] = one;
	way->argv[2] = two;
	way->took = calloc(rounds, sizeof way->took[0]);
	if (way->took == NULL)
		die("memory");
	return way;
}

static void add_ways(char **counts, char *peer, size_t rounds)
{
	static char target[] = "/usr/sbin/pppd", agent[] = PATH_AGENT,
		    doas[] = "/usr/bin/doas", sudo[] = "/usr/bin/sudo", quiet[] = "-n";
	char name[NAME_SIZE];

	add_way("bare target", target, NULL, NULL, rounds);
	for (; *counts != NULL && nways < WAYS_MAX - 2; counts++) {
		struct way *way;

		snprintf(name, sizeof name, "vpn-agent, %s peers", *counts);
		way = add_way(name, agent, peer, NULL, rounds);
		snprintf(way->peers, sizeof way->peers, "%s-%s", PATH_PEERS_DIR, *counts);
	}
	add_way("doas -n", doas, quiet, target, rounds);
	add_way("sudo -n", sudo, quiet, target, rounds);
}

static void run_round(struct timespec *begin, size_t round, bool counts)
{
	size_t order[WAYS_MAX];

	for (size_t i = 0; i < nways; i++)
		order[i] = i;
	for (size_t i = nways; i > 1; i--) {
		const size_t j = (size_t)rand() % i, kept = order[i - 1];

		order[i - 1] = order[j];
		order[j] = kept;
	}
	for (size_t i = 0; i < nways; i++) {
		const long long took = try_way(&ways[order[i]], begin);

		if (counts)
			ways[order[i]].took[round] = took;
	}
}

static int compare(const void *left, const void *right)
{
	const long long a = *(const long long *)left, b = *(const long long *)right;

	return (a > b) - (a < b);
}

/* The value that so many percent are below, in milliseconds; the list is sorted. */
static double percentile(const struct way *way, size_t rounds, unsigned percent)
{
	const size_t index = (rounds - 1) * percent / 100;

	return (double)way->took[index] / 1e6;
}

static void print_goal(const char *what, double is, double limit)
{
	printf("%-52s %6.2f ms, limit %6.2f ms: %s\n", what, is, limit,
	       is <= limit ? "reached" : "NOT reached");
}

/*
 * As many peers as there are, beside one, round by round: the median of the differences,
 * and the interval that it lies in with 95 in 100 (by order: the ranks n/2 -+ sqrt(n)). The
 * lists are not sorted yet.
 */
static void report_peers(const struct way *one, const struct way *most, size_t rounds)
{
	struct way differences = {.took = calloc(rounds, sizeof(long long))};
	size_t root = 0, low;
	double middle, least;

	if (differences.took == NULL)
		die("memory");
	for (size_t i = 0; i < rounds; i++)
		differences.took[i] = most->took[i] - one->took[i];
	qsort(differences.took, rounds, sizeof differences.took[0], compare);
	while ((root + 1) * (root + 1) <= rounds)
		root++;
	low = rounds / 2 > root ? rounds / 2 - root : 0;
	middle = percentile(&differences, rounds, 50);
	least = (double)differences.took[low] / 1e6;
	free(differences.took);
	printf("%-52s %+6.3f ms, at least %+6.3f ms: %s\n",
	       "vpn-agent: what most peers add to one", middle, least,
	       least <= 0 ? "reached (noise)" : "NOT reached");
}

static void report(size_t rounds)
{
	const struct way *one = &ways[1], *most = &ways[nways - 3];
	double bare, doas, agent;

	report_peers(one, most, rounds);
	for (size_t i = 0; i < nways; i++)
		qsort(ways[i].took, rounds, sizeof ways[i].took[0], compare);
	bare = percentile(&ways[0], rounds, 50);
	doas = percentile(&ways[nways - 2], rounds, 50);
	agent = percentile(one, rounds, 50);
	print_goal("vpn-agent: at most a third of doas", agent, doas / 3);
	print_goal("vpn-agent: at most twice the bare target + 0.5 ms", agent,
		   2 * bare + 0.5);
	printf("%-28s %8s %8s %8s %8s %8s\n", "from exec to first instruction", "median",
	       "p10", "p90", "x bare", "x doas");
	for (size_t i = 0; i < nways; i++) {
		const double median = percentile(&ways[i], rounds, 50);

		printf("%-28s %5.2f ms %5.2f ms %5.2f ms %8.2f %8.2f\n", ways[i].name,
		       median, percentile(&ways[i], rounds, 10),
		       percentile(&ways[i], rounds, 90), median / bare, median / doas);
	}
}

int main(int argc, char **argv)
{
	static char request[] = "SSH_ORIGINAL_COMMAND=pppd",
		    connection[] = "SSH_CONNECTION=198.51.100.7 1000 198.51.100.1 22",
		    key[] = "SSH_USER_AUTH=/tmp/sshauth.bench",
		    path[] = "PATH=/usr/bin:/bin";
	struct timespec *begin;
	size_t rounds;

	if (argc < 6) {
		fputs("usage: launch ROUNDS PEER UID GID COUNT...\n", stderr);
		return EXIT_FAILURE;
	}
	rounds = strtoul(argv[1], NULL, 10);
	uid = (uid_t)strtoul(argv[3], NULL, 10);
	gid = (gid_t)strtoul(argv[4], NULL, 10);
	if (rounds == 0 || rounds > ROUNDS_MAX || uid == 0)
		return EXIT_FAILURE;
	agent_environment[0] = request;
	agent_environment[1] = connection;
	agent_environment[2] = key;
	agent_environment[3] = path;
	/* The child's clock, where the parent sees it. */
	begin = mmap(NULL, sizeof *begin, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (begin == MAP_FAILED)
		die("mmap");
	add_ways(argv + 5, argv[2], rounds);
	for (size_t i = 0; i < WARM_UP; i++)
		run_round(begin, 0, false);
	for (size_t i = 0; i < rounds; i++)
		run_round(begin, i, true);
	printf("%zu rounds, interleaved, in random order\n", rounds);
	report(rounds);
	return EXIT_SUCCESS;
}
