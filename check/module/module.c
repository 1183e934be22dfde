// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp check on a livepatch module: the list of its passes, and the findings that other parts of
 * klp made.
 */
#include <stdarg.h>
#include <string.h>

#include <klp/text.h>

#include "internal.h"

/* ---- input ---- */

/* klp diff writes of .modinfo only which builds it was made for, and what it imports. */
static bool says_more(const struct elf *elf)
{
	const char *s;

	for (uint64_t at = 0; (s = elf_modinfo(elf, "", &at));)
		if (*s && !starts_with(s, "klp_build_id=") && !starts_with(s, "import_ns="))
			return true;
	return false;
}

/* kbuild's modpost gives every module the first; an object of klp diff has no mark. */
static bool is_linked(const struct check *c)
{
	if (elf_find_sec(c->elf, ".gnu.linkonce.this_module"))
		return true;
	for_each_sec (c->elf, sec)
		if (starts_with(sec->name, KLP_RELOCS_PREFIX))
			return check_is_marked(c);
	return says_more(c->elf);
}

static int read_kernel(struct check *c)
{
	struct exports *read = NULL;
	int err = 0;

	c->kernels = symlist_new(c->arena, c->diag);
	for (size_t i = 0; i < c->opts->nr_kernels && !err; i++)
		err = symlist_add(c->kernels, c->opts->kernels[i]);
	if (!c->opts->exports)
		read = exports_new(c->arena);
	for (size_t i = 0; read && i < c->opts->nr_symvers && !err; i++)
		err = exports_read(read, c->opts->symvers[i], c->diag);
	c->exports = c->opts->exports ?: read;
	c->knows_exports = c->opts->nr_symvers > 0;
	return err;
}

static int read_orig(struct check *c, const char *path)
{
	struct diag_where where = { .object = path };
	struct elf *elf;
	int err;

	if (!path)
		return 0;
	err = elf_open(&elf, path, ELF_WANT_REL, c->arena, c->diag);
	if (!err && elf->machine != c->elf->machine)
		err = diag_error(c->diag, &where, "mismatch", "it is for another machine than %s",
				 c->elf->path);
	c->orig = elf;
	return err;
}

/* Record as findings the errors with which other parts of klp refuse a module. */
static void adopt_errors(struct check *c, size_t from)
{
	for (size_t i = from; i < c->diag->nr_items; i++)
		klp_check_adopt(&c->diag->items[i]);
}

static void note_unchecked(struct check *c)
{
	struct diag_where where = { .object = c->elf->path };

	if (!symlist_count(c->kernels))
		diag_note(c->diag, &where, "unchecked",
			  "symbols and positions were not checked: pass --kernel");
	if (!c->knows_exports)
		diag_note(c->diag, &where, "unchecked",
			  "imports were not checked: pass --symvers");
	if (!c->knows_funcs)
		diag_note(c->diag, &where, "unchecked",
			  "which functions are patched is decided when the module runs, and was "
			  "not checked");
}

static void check_module(struct check *c)
{
	struct diag_where where = { .object = c->elf->path };
	size_t nr_livepatch;

	check_index(c);
	/* Of an ordinary module, what a livepatch lacks would be several findings about nothing. */
	if (c->linked && !check_is_livepatch(c)) {
		klp_check_finding(c->diag, &where, "not-livepatch",
				  "it is an ordinary module: .modinfo does not say livepatch=Y, "
				  "and nothing in "
				  "it is a livepatch's");
		return;
	}
	klp_form_check(c->elf, c->arch, c->diag, &nr_livepatch);
	check_form(c);
	/* Every livepatch relocation whose form is good is known. */
	check_patch(c);
	/* From here on, it is known which functions are patched. */
	check_places(c);
	check_find_pads(c);
	check_target(c);
	check_build(c);
	if (!c->opts->with_inputs)
		note_unchecked(c);
}

int klp_check_module(const char *path, const char *orig, const struct check_options *opts,
		     struct arena *arena, struct diag *diag, size_t *nr_findings)
{
	struct check *c = arena_alloc(arena, sizeof(*c));
	size_t first;
	int err;

	c->arena = arena;
	c->diag = diag;
	c->opts = opts;
	map_init(&c->objects, arena);
	map_init(&c->used_slots, arena);
	map_init(&c->callbacks, arena);
	map_init(&c->funcs_by_name, arena);
	err = klp_module_open(&c->m, path, arena, diag);
	if (err)
		return err;
	c->elf = c->m.elf;
	c->arch = c->m.arch;
	c->linked = is_linked(c);
	err = read_kernel(c);
	err = err ?: read_orig(c, orig);
	if (err)
		return err;
	first = diag->nr_items;
	/* A half-finished module would only repeat what is wrong with it. */
	if (c->linked || !klp_post_link_model(&c->m))
		check_module(c);
	adopt_errors(c, first);
	*nr_findings = diag->nr_errors;
	return 0;
}
