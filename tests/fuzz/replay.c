/* SPDX-License-Identifier: ISC */
/*
 * replay NAME DIRECTORY…: gives every file of the directories to the fuzz target that it is
 * linked with, the objects that ship under it, and says so in one line of TAP.
 */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>

enum { INPUT_MAX = 1024 * 1024, PATH_SIZE = 4096 };

static int feed(const char *path)
{
	static uint8_t input[INPUT_MAX];
	FILE *file = fopen(path, "re");
	uint8_t *exact;
	size_t len;

	if (file == NULL)
		return -1;
	len = fread(input, 1, sizeof input, file);
	fclose(file);
	/* Of its own size, so that a checker of memory sees a byte too much. */
	exact = malloc(len + 1);
	if (exact == NULL)
		return -1;
	memcpy(exact, input, len);
	LLVMFuzzerTestOneInput(exact, len);
	free(exact);
	return 0;
}

static unsigned feed_directory(const char *name)
{
	char path[PATH_SIZE];
	struct dirent *entry;
	unsigned fed = 0;
	DIR *directory = opendir(name);

	if (directory == NULL)
		return 0;
	while ((entry = readdir(directory)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", name, entry->d_name);
		fed += feed(path) == 0;
	}
	closedir(directory);
	return fed;
}

int main(int argc, char **argv)
{
	unsigned fed = 0;

	for (int i = 2; i < argc; i++)
		fed += feed_directory(argv[i]);
	printf("%s - %s: %u inputs, on the objects that ship\n", fed > 0 ? "ok" : "not ok",
	       argc > 1 ? argv[1] : "?", fed);
	return fed > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
