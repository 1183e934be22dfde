// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The targets of guided fuzzing: each gives files to a command of klp, and asserts what holds for
 * every file: refused means an error and no output, and an output can be read again.  KLP_FUZZ in the
 * environment names the target; with KLP_FUZZ_JUDGE, klp check has to find nothing wrong with what
 * klp diff accepted.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <klp/arch.h>
#include <klp/arena.h>
#include <klp/check.h>
#include <klp/diag.h>
#include <klp/diff.h>
#include <klp/elf.h>
#include <klp/kernel.h>
#include <klp/livepatch.h>
#include <klp/outfile.h>
#include <klp/report.h>
#include <klp/types.h>

#include "guided.h"

struct run {
	struct arena *arena;
	struct diag *diag;
	const char *in[MAX_PARTS];	/* the files */
	size_t nr;
	const char *out;
};

struct target {
	const char *name;
	size_t files;			/* that it needs */
	void (*run)(struct run *r);
};

static const struct target *target;
static int fds[MAX_PARTS];
static char paths[MAX_PARTS][32], out_path[64], symvers_path[512];

size_t parts_split(const uint8_t *data, size_t size, struct fuzz_file parts[MAX_PARTS])
{
	size_t at = strlen(GUIDED_MAGIC), nr = 0;
	uint32_t n;

	if (size < at || memcmp(data, GUIDED_MAGIC, at))
		return 0;
	for (; nr < MAX_PARTS && size - at >= sizeof(n); nr++) {
		memcpy(&n, data + at, sizeof(n));
		at += sizeof(n);
		parts[nr].data = data + at;
		parts[nr].size = n < size - at ? n : size - at;
		at += parts[nr].size;
	}
	return nr;
}

size_t parts_join(const struct fuzz_file *parts, size_t nr, uint8_t *out, size_t max)
{
	size_t at = strlen(GUIDED_MAGIC);

	if (max < at)
		return 0;
	memcpy(out, GUIDED_MAGIC, at);
	for (size_t i = 0; i < nr; i++) {
		uint32_t n = (uint32_t)parts[i].size;

		if (max - at < sizeof(n) || max - at - sizeof(n) < n)
			return 0;
		memcpy(out + at, &n, sizeof(n));
		memcpy(out + at + sizeof(n), parts[i].data, n);
		at += sizeof(n) + n;
	}
	return at;
}

static void wrong(const struct run *r, const char *what)
{
	fprintf(stderr, "WRONG: %s\n", what);
	for (size_t i = 0; i < r->diag->nr_items; i++)
		fprintf(stderr, "\t%s: %s %s: %s\n",
			diag_severity_name(r->diag->items[i].severity),
			r->diag->items[i].where.section ?: "",
			r->diag->items[i].where.symbol ?: "", r->diag->items[i].text);
	abort();
}

/* Either 0 and no error, or an error; never an output of what was refused. */
static bool accepted(const struct run *r, int err)
{
	if (err && !r->diag->nr_errors)
		wrong(r, "refused without an error");
	if (!err && r->diag->nr_errors)
		wrong(r, "accepted with errors");
	if (err && !access(r->out, F_OK))
		wrong(r, "refused, but there is an output");
	return !err;
}

/* ---- objects ---- */

static void run_elf(struct run *r)
{
	struct elf *elf;

	if (!accepted(r, elf_open(&elf, r->in[0], ELF_WANT_ANY, r->arena, r->diag)))
		return;
	for (uint32_t i = 1; i < elf->nr_secs; i++)
		elf_unpack(elf, elf->secs[i]);
	if (elf->type == ET_REL && accepted(r, elf_write(elf, r->out, r->diag)) &&
	    elf_open(&elf, r->out, ELF_WANT_REL, r->arena, r->diag))
		wrong(r, "the output cannot be read again");
}

/* Whatever klp diff accepts, klp check has to find nothing wrong with. */
static void judge(struct run *r)
{
	const char *symvers = symvers_path;
	struct check_options opts = { .symvers = &symvers, .nr_symvers = 1,
				      .kernels = r->in + 2, .nr_kernels = r->nr > 2 };
	struct diag diag;
	size_t nr = 0;
	int err;

	diag_init(&diag, r->arena);
	r->diag = &diag;
	err = klp_check_object(r->in[0], r->in[1], r->out, &opts, r->arena, &diag, &nr);
	if (err)
		wrong(r, "klp check cannot check the output");
	if (nr)
		wrong(r, "klp check finds something");
}

/* What is told of a run, also of one that refused: for programs, and for people. */
static void report(struct run *r, struct diff *d, bool done)
{
	struct report told = { .d = d, .level = 1 };
	struct outfile *json = arena_alloc(r->arena, sizeof(*json));

	if (outfile_open(json, "/dev/null", false, r->arena, r->diag))
		return;
	if (done)
		report_summary(&told);
	report_first_changed(&told);
	report_explain(&told, NULL);
	report_explain(&told, "changed");
	if (report_write_json(d, json, "0", done) || outfile_commit(json))
		wrong(r, "no report for programs");
}

static void run_diff(struct run *r)
{
	static const char *none[] = { "none" };
	const char *symvers = symvers_path;
	struct diff_options *opts = arena_alloc(r->arena, sizeof(*opts));
	struct diff *d;
	int err;

	opts->object_name = "vmlinux";
	opts->symvers = arena_alloc(r->arena, sizeof(*opts->symvers));
	opts->symvers[0] = symvers;
	opts->nr_symvers = 1;
	/* The linked kernel, if there is a third file; else klp diff looks for none. */
	opts->kernels = r->nr > 2 ? r->in + 2 : none;
	opts->nr_kernels = 1;
	err = klp_diff(r->in[0], r->in[1], r->out, opts, r->arena, r->diag, &d);
	report(r, d, !err);
	err = err ?: klp_diff_commit(d);
	if (accepted(r, err) && d->stats.out && getenv("KLP_FUZZ_JUDGE"))
		judge(r);
}

/* A file that cannot be checked says why; each finding is an error. */
static void checked(struct run *r, int err, size_t nr)
{
	if (err ? !r->diag->nr_errors : nr != r->diag->nr_errors)
		wrong(r, "the number of findings is not that of errors");
}

static void run_check(struct run *r)
{
	const char *symvers = symvers_path;
	struct check_options opts = { .symvers = &symvers, .nr_symvers = 1,
				      .kernels = r->in + 2, .nr_kernels = r->nr > 2 };
	size_t nr = 0;
	int err = klp_check_module(r->in[0], r->nr > 1 ? r->in[1] : NULL, &opts, r->arena, r->diag,
				   &nr);

	checked(r, err, nr);
}

static void run_inputs(struct run *r)
{
	const char *symvers = symvers_path;
	struct check_options opts = { .symvers = &symvers, .nr_symvers = 1,
				      .kernels = r->in + 3, .nr_kernels = r->nr > 3 };
	size_t nr = 0;
	int err = klp_check_object(r->in[0], r->in[1], r->in[2], &opts, r->arena, r->diag, &nr);

	checked(r, err, nr);
}

static void run_types(struct run *r)
{
	const struct types *t;
	const char *why = NULL;
	struct elf *elf;

	if (elf_open(&elf, r->in[0], ELF_WANT_REL, r->arena, r->diag))
		return;
	if (!arch_find(elf->machine))
		return;
	t = types_read(elf, arch_find(elf->machine), r->arena, &why);
	for (uint32_t i = 0; t && i < t->nr && i < 10000; i++) {
		types_text(t, i, r->arena);
		types_size(t, i);
	}
}

/* ---- modules ---- */

/* In place: a copy of the file. */
static void copy_in(const struct run *r, const char *to)
{
	FILE *from = fopen(r->in[0], "r"), *f = fopen(to, "w");
	char buf[65536];
	size_t n;

	if (!from || !f)
		abort();
	while ((n = fread(buf, 1, sizeof(buf), from)))
		fwrite(buf, 1, n, f);
	fclose(from);
	if (fclose(f))
		abort();
}

static void run_post_link(struct run *r)
{
	struct elf *elf;
	int err;

	copy_in(r, r->out);
	err = klp_post_link(r->out, r->arena, r->diag);
	if (err ? !r->diag->nr_errors : r->diag->nr_errors)
		wrong(r, "the result is not what the errors say");
	if (!err && elf_open(&elf, r->out, ELF_WANT_REL, r->arena, r->diag))
		wrong(r, "the output cannot be read again");
}

static void run_convert(struct run *r)
{
	const char *symvers = symvers_path, *list = r->in[1];
	struct convert_options opts = { .symbols = &list, .nr_symbols = 1,
					.symvers = &symvers, .nr_symvers = 1 };
	struct convert_stats stats = { 0 };
	struct elf *elf;

	if (accepted(r, klp_convert(r->in[0], r->out, &opts, r->arena, r->diag, &stats)) &&
	    elf_open(&elf, r->out, ELF_WANT_REL, r->arena, r->diag))
		wrong(r, "the output cannot be read again");
}

/* ---- kernels and texts ---- */

/* Lists, kallsyms, linked kernels and images: what was read is written, and read again. */
static void run_symbols(struct run *r)
{
	struct symlist *l = symlist_new(r->arena, r->diag);

	if (!accepted(r, symlist_add(l, r->in[0])) || !accepted(r, symlist_write(l, r->out)))
		return;
	l = symlist_new(r->arena, r->diag);
	if (symlist_add(l, r->out))
		wrong(r, "the list cannot be read again");
}

static void run_kernel(struct run *r)
{
	const struct kernel_sym *const *syms;
	struct kernel_file *k;
	size_t nr;

	if (!accepted(r, kernel_file_open(&k, r->in[0], r->arena, r->diag)))
		return;
	kernel_file_find(k, "schedule", &nr);
	kernel_file_vermagic(k);
	kernel_file_build_id(k, &nr);
	syms = kernel_file_syms(k, &nr);
	for (size_t i = 0; i < nr && kernel_file_elf(k); i++)
		kernel_may_trace(k, syms[i]);
}

static void run_symvers(struct run *r)
{
	struct exports *x = exports_new(r->arena);

	if (accepted(r, exports_read(x, r->in[0], r->diag)))
		exports_find(x, "_printk");
}

static const struct target targets[] = {
	{ "elf", 1, run_elf },
	{ "diff", 2, run_diff },
	{ "check", 1, run_check },
	{ "inputs", 3, run_inputs },
	{ "types", 1, run_types },
	{ "post-link", 1, run_post_link },
	{ "convert", 2, run_convert },
	{ "symbols", 1, run_symbols },
	{ "kernel", 1, run_kernel },
	{ "symvers", 1, run_symvers },
};

bool guided_choose(const char *name)
{
	target = NULL;
	for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++)
		if (!strncmp(name, targets[i].name, strlen(targets[i].name)) &&
		    !strchr("abcdefghijklmnopqrstuvwxyz", name[strlen(targets[i].name)] ?: '-'))
			target = &targets[i];
	return target;
}

/*
 * In place of fork() (ld --wrap): no other program unpacks or disassembles. It is not what is tried
 * here, and would take the time of a hundred runs.
 */
pid_t __wrap_fork(void);
pid_t __wrap_fork(void)
{
	errno = EAGAIN;
	return -1;
}

/* The files of every run are the same ones in memory. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *dir = getenv("KLP_FUZZ_DIR") ?: "/dev/shm";
	const char *root = getenv("KLP_FUZZ_ROOT") ?: ".";

	(void)argc;
	(void)argv;
	for (int i = 0; i < MAX_PARTS; i++) {
		fds[i] = memfd_create("klp-fuzz", 0);
		if (fds[i] < 0)
			abort();
		snprintf(paths[i], sizeof(paths[i]), "/proc/self/fd/%d", fds[i]);
	}
	snprintf(out_path, sizeof(out_path), "%s/klp-fuzz-%d.o", dir, (int)getpid());
	snprintf(symvers_path, sizeof(symvers_path), "%s/tests/lib/Module.symvers", root);
	/* Nor is code written to a file for such a program. */
	setenv("TMPDIR", "/dev/null", 1);
	if (getenv("KLP_FUZZ") && !guided_choose(getenv("KLP_FUZZ")))
		abort();
	return freopen("/dev/null", "w", stdout) ? 0 : 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_file parts[MAX_PARTS];
	size_t nr = parts_split(data, size, parts);
	struct arena arena;
	struct diag diag;
	struct run r = { .arena = &arena, .diag = &diag, .nr = nr, .out = out_path };

	if (nr < target->files)
		return -1;
	for (size_t i = 0; i < nr; i++) {
		if (ftruncate(fds[i], 0) ||
		    pwrite(fds[i], parts[i].data, parts[i].size, 0) != (ssize_t)parts[i].size)
			abort();
		r.in[i] = paths[i];
	}
	unlink(out_path);
	arena_init(&arena);
	if (setjmp(arena.oom)) {
		if (!arena.why)
			wrong(&r, "memory ended");
		arena_free(&arena);
		unlink(out_path);
		return 0;
	}
	diag_init(&diag, &arena);
	target->run(&r);
	arena_free(&arena);
	unlink(out_path);
	return 0;
}
