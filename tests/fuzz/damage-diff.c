// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Damaged objects through the whole of klp diff: each is refused with errors
 * and without an output, or gives an output that can be read again, by klp and
 * by readelf.  The other object of a pair is undamaged: X.patched.o is the
 * patched build of X.o, and a file without one is compared with itself.  What
 * is reported of it, for people (all of it) and for programs, goes nowhere.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <xxhash.h>

#include <klp/diff.h>
#include <klp/outfile.h>
#include <klp/report.h>

#include "damage.h"

#define MAX_SEEN 4096	/* outputs that readelf has seen already */

extern char **environ;

struct state {
	XXH64_hash_t seen[MAX_SEEN];
	size_t nr_seen;
	int nowhere, out;	/* /dev/null, and the standard output */
};

static int complain(const struct diag *diag, const char *what)
{
	fprintf(stderr, "%s; %zu diagnostics\n", what, diag->nr_items);
	for (size_t i = 0; i < diag->nr_items; i++)
		fprintf(stderr, "\t%s: %s\n", diag->items[i].where.section ?: "",
			diag->items[i].text);
	return -1;
}

/* ---- the output ---- */

/* True the first time for each content. */
static bool is_new(struct state *s, const char *path)
{
	static char buffer[1 << 20];	/* too large for the stack */
	FILE *f = fopen(path, "r");
	XXH64_hash_t hash;

	if (!f)
		return false;
	hash = XXH3_64bits(buffer, fread(buffer, 1, sizeof(buffer), f));
	fclose(f);
	for (size_t i = 0; i < s->nr_seen; i++)
		if (s->seen[i] == hash)
			return false;
	if (s->nr_seen < MAX_SEEN)
		s->seen[s->nr_seen++] = hash;
	return true;
}

/* readelf warns on stderr about what it does not accept; its status is 0 even then. */
static bool readelf_accepts(const char *path, const char *log)
{
	char *argv[] = { "readelf", "-aW", (char *)path, NULL };
	posix_spawn_file_actions_t actions;
	char line[256];
	bool ok = false;
	int status;
	FILE *f;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (!posix_spawnp(&pid, "readelf", &actions, NULL, argv, environ) &&
	    waitpid(pid, &status, 0) == pid)
		ok = WIFEXITED(status) && !WEXITSTATUS(status);
	posix_spawn_file_actions_destroy(&actions);
	f = fopen(log, "r");
	while (f && fgets(line, sizeof(line), f)) {
		fputs(line, stderr);
		ok = false;
	}
	if (f)
		fclose(f);
	return ok;
}

static int check_output(struct state *s, const char *out, const char *dir, struct arena *arena)
{
	char log[128];
	struct diag diag;
	struct elf *elf;
	bool ok;

	diag_init(&diag, arena);
	if (elf_open(&elf, out, ELF_WANT_REL, arena, &diag))
		return complain(&diag, "the output cannot be read again");
	if (!is_new(s, out))
		return 0;
	snprintf(log, sizeof(log), "%s/readelf.log", dir);
	ok = readelf_accepts(out, log);
	unlink(log);
	return ok ? 0 : complain(&diag, "readelf does not accept the output");
}

/* ---- reports ---- */

/* Also of a run that refused, as far as it came: klp diff -v -f --explain --json /dev/null. */
static int report(const struct state *s, struct diff *d, bool done, struct diag *diag)
{
	struct report r = { .d = d, .level = 1 };
	struct outfile *json = arena_alloc(diag->arena, sizeof(*json));

	if (outfile_open(json, "/dev/null", false, diag->arena, diag))
		return complain(diag, "/dev/null cannot be opened");
	fflush(stdout);
	dup2(s->nowhere, STDOUT_FILENO);
	if (done)
		report_summary(&r);
	report_first_changed(&r);
	report_explain(&r, NULL);
	report_explain(&r, "changed");
	fflush(stdout);
	dup2(s->out, STDOUT_FILENO);
	if (report_write_json(d, json, "0", done) || outfile_commit(json))
		return complain(diag, "no report for programs");
	return 0;
}

/* ---- one diff ---- */

static int diff(struct state *s, const char *orig, const char *patched, const char *dir,
		struct arena *arena)
{
	static const char *const symvers[] = { "tests/lib/Module.symvers" };
	struct diff_options *opts = arena_alloc(arena, sizeof(*opts));
	char *out = arena_printf(arena, "%s/out.o", dir);
	struct diag diag;
	struct diff *d;
	int err;

	opts->object_name = "vmlinux";
	opts->symvers = (const char **)symvers;
	opts->nr_symvers = 1;
	diag_init(&diag, arena);
	err = klp_diff(orig, patched, out, opts, arena, &diag, &d);
	if (report(s, d, !err, &diag))
		return -1;
	err = err ?: klp_diff_commit(d);
	if (err) {
		if (!access(out, F_OK))
			return complain(&diag, "refused, but there is an output");
		return diag.nr_errors ? 1 : complain(&diag, "refused without an error");
	}
	if (diag.nr_errors)
		return complain(&diag, "accepted with errors");
	if (!d->stats.out)
		return access(out, F_OK) ? 0 : complain(&diag, "an output without a change");
	return check_output(s, out, dir, arena);
}

/* The other object of the pair, and which of the two good is. */
static char *partner(const char *good, struct arena *arena, bool *is_patched)
{
	static const char suffix[] = ".patched.o";
	size_t len = strlen(good);
	char *other;

	*is_patched = len > strlen(suffix) && !strcmp(good + len - strlen(suffix), suffix);
	if (*is_patched)
		return arena_printf(arena, "%.*s.o", (int)(len - strlen(suffix)), good);
	other = arena_printf(arena, "%.*s%s", (int)(len - 2), good, suffix);
	return access(other, R_OK) ? arena_strdup(arena, good) : other;
}

static int one(const char *damaged, const char *good, const char *dir, void *arg)
{
	struct arena arena;
	bool is_patched;
	char out[128];
	char *other;
	int result;

	arena_init(&arena);
	if (setjmp(arena.oom)) {
		arena_free(&arena);
		fprintf(stderr, "memory is exhausted\n");
		return -1;
	}
	other = partner(good, &arena, &is_patched);
	result = diff(arg, is_patched ? other : damaged, is_patched ? damaged : other, dir, &arena);
	arena_free(&arena);
	snprintf(out, sizeof(out), "%s/out.o", dir);
	unlink(out);
	return result;
}

int main(int argc, char **argv)
{
	struct state *s = calloc(1, sizeof(*s));
	int status;

	if (!s)
		return 2;
	s->nowhere = open("/dev/null", O_WRONLY);
	s->out = dup(STDOUT_FILENO);
	/* Instructions as text would be another program's, and a process for each file. */
	setenv("TMPDIR", "/dev/null", 1);
	status = s->nowhere < 0 || s->out < 0 ? 2 : damage_files(argc, argv, one, s);
	free(s);
	return status;
}
