// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp diff: from two builds of a kernel object to the object from which its livepatch is linked.
 * klp_diff() is the list of passes; each pass is explained in its own file.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <klp/facts.h>
#include <klp/infile.h>
#include <klp/outfile.h>
#include <klp/text.h>

#include "diff/internal.h"

/* Assemblers say GNU's in place of none as soon as one section is SHF_GNU_RETAIN. */
static bool is_same_osabi(uint8_t a, uint8_t b)
{
	return a == b || (a == ELFOSABI_NONE && b == ELFOSABI_GNU) ||
	       (a == ELFOSABI_GNU && b == ELFOSABI_NONE);
}

/* Both inputs must be builds of one object for one machine. */
static int check_match(const struct diff *d)
{
	const struct elf *a = d->orig->elf, *b = d->patched->elf;
	struct diag_where where = { .object = b->path };

	if (a->machine != b->machine)
		return diag_error(d->diag, &where, "mismatch",
				  "built for %s, but %s for %s: both must be builds for one machine",
				  d->patched->arch->name, a->path, d->orig->arch->name);
	if (!is_same_osabi(a->osabi, b->osabi) || a->abiversion != b->abiversion ||
	    (a->flags ^ b->flags) & d->arch->flags_mask)
		return diag_error(d->diag, &where, "mismatch",
				  "its ABI (OS ABI %u, e_flags %#x) differs from that of %s "
				  "(%u, %#x): build both in the same way",
				  b->osabi, b->flags, a->path, a->osabi, a->flags);
	return 0;
}

static void stage(struct diff *d, const char *what)
{
	if (d->opts->stage)
		d->opts->stage(d->opts->stage_arg, what);
}

/* Something is to be told, or done, although the patched object is the original. */
static bool is_more_wanted(const struct diff_options *opts, const struct diag *diag)
{
	return opts->nr_force || opts->nr_pairs || opts->nr_no_pairs || opts->nr_writes ||
	       opts->asks_names || diag->debug;
}

/* Callbacks of the patch, and what other tools want of it, are for the passes to judge. */
static bool any_for_others(const struct elf *elf)
{
	const char *object;

	for_each_sec (elf, sec)
		if (starts_with(sec->name, ".kpatch."))
			return true;
	for_each_sym (elf, sym)
		if (klp_callback_kind(sym->name, &object) >= 0)
			return true;
	return false;
}

/* Most objects of a build come out as they were when they are compiled once more. */
static bool open_same(struct diff *d, struct object *objects, const char *patched)
{
	struct elf *elf = is_more_wanted(d->opts, d->diag) ? NULL : elf_open_same(d->orig->elf, patched);

	if (!elf || any_for_others(d->orig->elf))
		return false;
	objects[1] = objects[0];
	objects[1].elf = elf;
	d->arch = d->patched->arch;
	d->same_file = true;
	return true;
}

static int load(struct diff *d, struct object *objects, const char *orig, const char *patched)
{
	int err;

	d->orig = &objects[0];
	d->patched = &objects[1];
	stage(d, "reading the original");
	err = object_open(&objects[0], orig, &d->opts->load, d->arena, d->diag);
	stage(d, "reading the patched object");
	if (!err && open_same(d, objects, patched))
		return 0;
	err = err ?: object_open(&objects[1], patched, &d->opts->load, d->arena, d->diag);
	d->arch = d->patched->arch;
	return err ?: check_match(d);
}

/* It would be overwritten, or removed if nothing changed. */
static int check_output(struct diff *d)
{
	struct diag_where where = { .object = d->out_path };
	struct stat st;

	if (!stat(d->out_path, &st) && infile_is(d->arena, &st))
		return diag_error(d->diag, &where, "cannot-write",
				  "it is an input: name another file for the output");
	return 0;
}

/* Something changed or is new, or the user wants it in the output. */
static bool anything_differs(const struct diff *d)
{
	const char *object;

	if (d->opts->nr_force)
		return true;
	for_each_piece (d->patched, p)
		if (p->flags & PIECE_CHANGED || (p->twin == NO_PIECE && !piece_is_content(p)) ||
		    (p->kind == PIECE_OBJECT && klp_callback_kind(p->name, &object) >= 0))
			return true;
	return false;
}

static bool nothing_to_do(const struct diff *d)
{
	if (d->stats.nr_changed || d->stats.nr_new || d->nr_writes)
		return false;
	for_each_piece (d->patched, p)
		if (p->flags & (PIECE_INCLUDED | PIECE_CALLBACK))
			return false;
	return true;
}

/* Such an object is of use along with others; alone, the kernel would take it and change nothing. */
static void note_only_new(const struct diff *d)
{
	struct diag_where where = { .object = d->patched->elf->path };

	if (d->stats.nr_changed || d->nr_writes)
		return;
	for_each_piece (d->patched, p)
		if (p->flags & PIECE_CALLBACK)
			return;
	diag_note(d->diag, &where, "only-new",
		  "what it has is new, and nothing of %s is replaced by it: it is of use only where "
		  "another object of the livepatch calls or reads that",
		  d->ctx.object);
}

/* An output of an earlier run must not get linked in place of one that is not needed. */
static int remove_stale(struct diff *d)
{
	const char *out = d->out_path;
	struct diag_where where = { .object = out };
	char target[PATH_MAX];
	struct stat st;
	int err = check_output(d) ?: infile_check(d->arena, d->diag);

	if (err)
		return err;
	/* A device or a pipe holds nothing from before; of a link, it is where it leads to. */
	if (!stat(out, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return 0;
	if (!unlink(realpath(out, target) ?: out) || errno == ENOENT)
		return 0;
	return diag_error(d->diag, &where, "stale-output",
			  "nothing changed, and the old output cannot be removed: %s",
			  strerror(errno));
}

/* The twins, and constants that are none any more since they changed. */
static int compare(struct diff *d)
{
	int err = 0;

	stage(d, "comparing");
	diff_part_from_freed(d);
	diff_same_names(d);
	diff_copy_constants(d);
	diff_compare(d);
	d->stats.compared = true;
	if (anything_differs(d)) {
		stage(d, "reading what the kernel exports and defines");
		err = diff_read_found(d);
		diff_judge_found_kernel(d);
	}
	return err;
}

/* As it was planned: an error here is one of klp itself, or of the disk. */
static int write_output(struct diff *d)
{
	int err;

	stage(d, "writing the output");
	err = diff_clone(d);
	if (err)
		return err;
	diff_clone_ranges(d);
	diff_clone_sframe(d);
	diff_name_entries(d);
	diff_emit(d);
	return diff_write(d);
}

/* From the inputs to what goes into the output, and whether it may. */
static int judge(struct diff *d, struct object *objects)
{
	int err;

	stage(d, "setting aside what is the same");
	diff_freeze(d, &objects[0], &objects[1]);
	err = object_analyse(&objects[0]) ?: object_analyse(&objects[1]);
	if (err)
		return err;
	/* Every relocation that is asked for is a ref to a piece; so every entry has its owner. */

	stage(d, "pairing functions and objects");
	objects[0].matching = diff_new_matching(d->arena);
	objects[1].matching = diff_new_matching(d->arena);
	diff_pair_frozen(d);
	object_checksums(d->orig);
	object_checksums(d->patched);
	err = diff_correlate(d);
	if (err)
		return err;
	/* Inputs do not change from here on; only pieces' flags do. */

	err = compare(d) ?: diff_include(d);
	if (err)
		return err;
	d->stats.included = true;
	/* The set of included pieces is closed over references. */

	diff_find_writes(d);
	diff_resolve(d);
	/* Each symbol outside of it is ordinary, livepatch, or refused. */

	diff_check_patchable(d);
	diff_plan(d);
	return d->diag->nr_errors || diff_tell_boot(d, nothing_to_do(d)) ? -EINVAL : 0;
}

/* … as often as something turns out that the frozen sections cannot answer. */
static int judge_all(struct diff *d, struct object *objects)
{
	const struct diff before = *d;
	const struct diag said = *d->diag;
	int err;

	if (d->same_file) {
		d->stats.compared = d->stats.included = true;
		return 0;
	}
	err = judge(d, objects);
	while (diff_thaw(d)) {
		struct freeze *freeze = d->freeze;

		*d = before;
		d->freeze = freeze;
		diag_take_back(d->diag, &said);
		object_reset(&objects[0]);
		object_reset(&objects[1]);
		err = judge(d, objects);
	}
	return err;
}

int klp_diff(const char *orig, const char *patched, const char *out,
	     const struct diff_options *opts, struct arena *arena, struct diag *diag,
	     struct diff **result)
{
	struct object *objects = arena_calloc(arena, 2, sizeof(*objects));
	struct diff *d = arena_alloc(arena, sizeof(*d));
	int err;

	*result = d;
	d->arena = arena;
	d->diag = diag;
	d->opts = opts;
	d->out_path = out;

	err = load(d, objects, orig, patched);
	stage(d, "reading what the kernel exports and defines");
	err = err ?: diff_find_context(d);
	err = err ?: check_output(d);
	err = err ?: judge_all(d, objects);
	if (err || nothing_to_do(d))
		return err;
	diff_note_decisions(d);
	diff_note_left_out(d);
	note_only_new(d);
	/* Nothing stands in the way: each copy has its place, each reference its way. */

	return write_output(d);
}

int klp_diff_commit(struct diff *d)
{
	return d->file ? outfile_commit(d->file) : remove_stale(d);
}
