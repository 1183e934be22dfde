// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Entries of the input that copied code owns = entries in the output, or the run
 * stops and writes nothing.  Nothing gets there by itself: an entry changes hands
 * between inclusion and count.
 *
 * Linked with -Wl,--wrap=diff_clone_marks.
 */
#include <klp/diff.h>

#include "tests/bench/object.c"

#include "test.h"

static bool take, give;		/* an entry from copied code; one to it */

/* An entry of a function that is copied, or of one that is not. */
static struct piece *find_entry(struct object *obj, bool copied)
{
	for (uint32_t i = 0; i < obj->nr_pieces; i++) {
		struct piece *p = &obj->pieces[i];

		if (p->kind == PIECE_ENTRY && p->owner != NO_PIECE &&
		    !(obj->pieces[p->owner].flags & PIECE_INCLUDED) == !copied)
			return p;
	}
	return NULL;
}

void __real_diff_clone_marks(struct diff *d);
void __wrap_diff_clone_marks(struct diff *d);

void __wrap_diff_clone_marks(struct diff *d)
{
	struct piece *copied = find_entry(d->patched, true), *other = find_entry(d->patched, false);
	uint32_t owner = copied->owner;

	if (take)
		copied->owner = other->owner;
	if (give)
		other->owner = owner;
	__real_diff_clone_marks(d);
}

static void run(struct test *t, const char *expected)
{
	static const struct bench_object orig = { .functions = 3 };
	static const struct bench_object patched = { .functions = 3, .differ = 2 };
	const char *symvers = in_dir(t, "Module.symvers"), *out = in_dir(t, "out.o");
	const struct diff_options opts = { .object_name = "vmlinux", .symvers = &symvers,
				      .nr_symvers = 1 };
	FILE *f = fopen(symvers, "w");
	struct diff *d;
	int err;

	if (!f || fputs("0x0\t_printk\tvmlinux\tEXPORT_SYMBOL\t\n", f) < 0 || fclose(f) ||
	    bench_write(&orig, in_dir(t, "orig.o"), &t->arena, &t->diag) ||
	    bench_write(&patched, in_dir(t, "patched.o"), &t->arena, &t->diag))
		die(t, "the objects cannot be made");
	err = klp_diff(in_dir(t, "orig.o"), in_dir(t, "patched.o"), out, &opts, &t->arena, &t->diag,
		       &d)
		      ?: klp_diff_commit(d);
	if (!expected) {
		check(t, !err && !access(out, F_OK), "the run as it is fails");
		return;
	}
	check(t, err && access(out, F_OK), "there is an output");
	if (t->diag.nr_errors != 1)
		die(t, "%zu errors", (size_t)t->diag.nr_errors);
	for (size_t i = 0; i < t->diag.nr_items; i++)
		if (t->diag.items[i].severity == DIAG_ERROR)
			check(t, !strcmp(t->diag.items[i].text, expected), "%s",
			      t->diag.items[i].text);
}

static void as_it_is(struct test *t)
{
	take = give = false;
	run(t, NULL);
}

static void missing(struct test *t)
{
	take = false;
	give = true;
	run(t, "internal error: a table entry is missing from the output; please report this");
}

static void too_many(struct test *t)
{
	take = true;
	give = false;
	run(t, "internal error: a table entry is in the output without need; please report this");
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "as it is", as_it_is },
		{ "missing", missing },
		{ "too many", too_many },
		{ NULL, NULL },
	};

	return run_tests(cases);
}
