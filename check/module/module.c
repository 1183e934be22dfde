// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp check on a livepatch module: passes, and what they share.
 */
#include <stdarg.h>
#include <string.h>

#include "internal.h"

/* ---- what the passes share ---- */

void check_finding(struct check *c, const struct elf_sec *sec, uint64_t off, const char *sym,
		   const char *id, const char *fmt, ...)
{
	struct diag_where where = { .object = c->elf->path, .symbol = sym };
	const struct elf_sym *here;
	va_list ap;
	char *text;

	if (sec) {
		here = sym ? NULL : check_sym_at(c, sec->index, off, true);
		where.section = sec->name;
		where.offset = off;
		where.has_offset = true;
		where.symbol = here ? here->name : sym;
	}
	va_start(ap, fmt);
	text = arena_vprintf(c->arena, fmt, ap);
	va_end(ap);
	klp_finding(c->diag, &where, id, "%s", text);
}

const struct elf_sym *check_sym_at(const struct check *c, uint32_t sec, uint64_t off, bool at)
{
	const struct elf_sym *best = NULL;

	for (uint32_t i = 1; i < c->elf->nr_syms; i++) {
		const struct elf_sym *sym = &c->elf->syms[i];

		if (sym->dropped || sym->sec != sec || sym->type == STT_SECTION ||
		    sym->type == STT_FILE || !*sym->name || arch_is_label(c->arch, sym) ||
		    arch_mapping(c->arch, sym) != MAPPING_NONE)
			continue;
		if (sym->value == off || (at && sym->value < off && off - sym->value < sym->size))
			if (!best || sym->size > best->size)
				best = sym;
	}
	return best;
}

const struct elf_reloc *check_reloc_at(const struct check *c, const struct elf_sec *sec,
				       uint64_t off)
{
	size_t low = 0, high = sec->rela ? sec->rela->nr_relocs : 0;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (sec->rela->relocs[mid].offset < off)
			low = mid + 1;
		else
			high = mid;
	}
	for (; sec->rela && low < sec->rela->nr_relocs; low++) {
		const struct elf_reloc *r = &sec->rela->relocs[low];
		const struct arch_reloc *row = arch_reloc(c->arch, r->type);

		if (r->offset != off)
			return NULL;
		if (!row || !(row->flags & RELOC_MARKER))
			return r;
	}
	return NULL;
}

bool check_pointer(const struct check *c, const struct elf_sec *sec, uint64_t off,
		   const struct elf_sec **to_sec, uint64_t *to)
{
	const struct elf_reloc *r = check_reloc_at(c, sec, off);

	if (!r || r->type != c->arch->abs64 || !elf_sym_in_sec(&c->elf->syms[r->sym]))
		return false;
	*to_sec = c->elf->secs[c->elf->syms[r->sym].sec];
	*to = c->elf->syms[r->sym].value + (uint64_t)r->addend;
	return *to <= (*to_sec)->size;
}

const char *check_string(const struct check *c, const struct elf_sec *sec, uint64_t off)
{
	const struct elf_sec *to_sec;
	uint64_t to;

	if (!check_pointer(c, sec, off, &to_sec, &to) || !to_sec->data || to >= to_sec->size ||
	    to_sec->flags & SHF_EXECINSTR || !memchr(to_sec->data + to, 0, to_sec->size - to))
		return NULL;
	return (const char *)to_sec->data + to;
}

/* ---- input ---- */

/* klp diff writes of .modinfo only which builds it was made for, and what it imports. */
static bool says_more(const struct elf_sec *modinfo)
{
	const char *s = (const char *)modinfo->data, *end = s ? s + modinfo->size : NULL;

	for (; s < end; s += strnlen(s, (size_t)(end - s)) + 1)
		if (*s && !has_prefix(s, "klp_build_id=") && !has_prefix(s, "import_ns="))
			return true;
	return false;
}

/* kbuild's modpost gives every module the first; an object of klp diff has no mark. */
static bool is_linked(const struct check *c)
{
	const struct elf_sec *modinfo = elf_find_sec(c->elf, ".modinfo");

	if (elf_find_sec(c->elf, ".gnu.linkonce.this_module"))
		return true;
	for (uint32_t i = 1; i < c->elf->nr_secs; i++)
		if (!strncmp(c->elf->secs[i]->name, KLP_RELOCS_PREFIX, strlen(KLP_RELOCS_PREFIX)))
			return check_is_marked(c);
	return modinfo && says_more(modinfo);
}

static int read_kernel(struct check *c)
{
	int err = 0;

	c->kernels = symlist_new(c->arena, c->diag);
	for (size_t i = 0; i < c->opts->nr_kernels && !err; i++)
		err = symlist_add(c->kernels, c->opts->kernels[i]);
	c->exports = exports_new(c->arena);
	for (size_t i = 0; i < c->opts->nr_symvers && !err; i++)
		err = exports_read(c->exports, c->opts->symvers[i], c->diag);
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

/* What other parts of klp refuse are findings here. */
static void adopt_errors(struct check *c, size_t from)
{
	for (size_t i = from; i < c->diag->nr_items; i++)
		klp_finding_adopt(&c->diag->items[i]);
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

	/* Of an ordinary module, what a livepatch lacks would be several findings about nothing. */
	if (c->linked && !check_is_livepatch(c)) {
		klp_finding(c->diag, &where, "not-livepatch",
			    "it is an ordinary module: .modinfo does not say livepatch=Y, and nothing in "
			    "it is a livepatch's");
		return;
	}
	klp_form_check(c->elf, c->arch, c->diag, &nr_livepatch);
	check_form(c);
	/* Every livepatch relocation whose form is good is known. */
	check_patch(c);
	/* … and what is patched. */
	check_places(c);
	check_find_pads(c);
	check_target(c);
	check_build(c);
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
	map_init(&c->callbacks, arena);
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
