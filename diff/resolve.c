// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What becomes of each symbol to which copies refer and that stays outside of the livepatch:
 * an ordinary reference to an export of vmlinux, a livepatch reference, whose position is
 * that of diff/position/, or a refusal.  It is decided once, before there is an output.
 *
 * For example, device_rename() refers to its object's own variable nr_renamed: that is local to
 * a file of vmlinux, which has no other of that name, and so becomes the livepatch symbol
 * .klp.sym.vmlinux.nr_renamed,0.
 */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include <klp/facts.h>
#include <klp/livepatch.h>

#include "internal.h"

/* The pass. */
struct resolve {
	struct diff *d;
	struct map depends;		/* module → whether the original depends on it */
};

/* Keep the message on the references to this symbol; an error refuses them. */
static void __attribute__((format(printf, 5, 6)))
say(struct resolve *w, struct decision *to, enum diag_severity severity, const char *code,
    const char *fmt, ...)
{
	va_list ap;

	to->severity = severity;
	to->code = code;
	va_start(ap, fmt);
	to->text = arena_vprintf(w->d->arena, fmt, ap);
	va_end(ap);
	if (severity == DIAG_ERROR)
		to->symbol = NULL;
}

/* ---- kinds of symbols ---- */

static void livepatch(struct resolve *w, struct decision *to, const char *object,
		      unsigned long sympos)
{
	struct diff *d = w->d;
	struct klp_sym_name parsed;
	const char *why;

	to->symbol = arena_printf(d->arena, KLP_SYM_PREFIX "%s.%s,%lu", object, to->name, sympos);
	to->object = object;
	to->sympos = sympos;
	/* A symbol of vmlinux is there from the start; a module's when it is loaded. */
	to->with = strcmp(object, "vmlinux") ? d->ctx.object : "vmlinux";
	why = klp_name_parse(to->symbol, &parsed);
	if (why)
		say(w, to, DIAG_ERROR, "symbol-name", "the kernel cannot parse %s: %s", to->symbol,
		    why);
}

/* A namespace "module:a,b" lets only those modules import; a livepatch is none of them. */
static bool is_ordinary_export(const struct export *x)
{
	return x && !strcmp(x->module, "vmlinux") && !export_for_named_modules(x);
}

/*
 * The module will be linked with one of the files; a kernel of the other one refuses it
 * (CONFIG_MODVERSIONS).
 */
static void note_crcs(struct diff *d, const struct export *x)
{
	struct diag_where where = { .object = d->patched->elf->path, .symbol = x->name };

	for (const struct export *o = x->next; o; o = o->next) {
		if (!x->crc || !o->crc || o->crc == x->crc || strcmp(o->module, x->module) != 0)
			continue;
		diag_note(d->diag, &where, "export-crc",
			  "its CRC is 0x%08x in %s, but 0x%08x in %s: they are of different builds",
			  x->crc, x->file, o->crc, o->file);
		return;
	}
}

static void ordinary(struct resolve *w, struct decision *to, uint8_t bind, const struct export *x,
		     const char *why)
{
	const struct arch *arch = w->d->arch;

	to->symbol = to->name;
	to->bind = bind;
	to->export = x;
	to->own = arch_is_trace_symbol(arch, to->name) || arch_is_own_symbol(arch, to->name);
	to->why = why;
}

#define WHY_EXPORTED "exported by vmlinux"
#define WHY_TRACE    "ftrace finds its calls by this symbol"

/* ---- symbols of the original ---- */

/* The reason, for people, why a reference leads to the kernel's own symbol. */
static const char *why_original(const struct diff *d, uint32_t symndx)
{
	uint32_t piece = d->orig->piece_of[symndx];
	const struct piece *p = piece == NO_PIECE ? NULL : &d->orig->pieces[piece];

	if (p && p->twin != NO_PIECE && diff_piece_is_patched(&d->patched->pieces[p->twin]))
		return "a pointer to a replaced function: the kernel redirects the original";
	if (d->orig->elf->syms[symndx].bind == STB_LOCAL)
		return "unchanged, and local to the object: the kernel has it";
	return strcmp(d->ctx.object, "vmlinux")
		       ? "unchanged, and defined in the patched module: it may be loaded later"
		       : "unchanged, and not exported: the kernel has it";
}

/* An unchanged function or object, or a pointer to a replaced function: the kernel's own. */
static void decide_original(struct resolve *w, struct decision *to, uint32_t symndx)
{
	struct diff *d = w->d;
	const struct elf_sym *sym = &d->orig->elf->syms[symndx];
	const struct export *x = sym->bind == STB_LOCAL ? NULL : exports_find(d->ctx.exports, sym->name);
	const struct position *pos;

	/* ftrace knows its calls by this symbol's address, and turns them into nops on load. */
	if (!strcmp(d->ctx.object, "vmlinux") && is_ordinary_export(x)) {
		ordinary(w, to, STB_GLOBAL, x, WHY_EXPORTED);
	} else if (arch_is_trace_symbol(d->arch, sym->name)) {
		ordinary(w, to, STB_GLOBAL, is_ordinary_export(x) ? x : NULL,
			 is_ordinary_export(x) ? WHY_EXPORTED : WHY_TRACE);
	} else if ((pos = diff_position(d, symndx))) {
		livepatch(w, to, d->ctx.object, pos->nr);
		to->why = why_original(d, symndx);
		to->kernel = pos->kernel;
		to->file = d->ctx.kernel;
	}
}

/* ---- undefined symbols ---- */

static bool orig_refers_to(const struct diff *d, const char *name)
{
	for_each_str (&d->orig->names, name, e)
		if (d->orig->elf->syms[e->value].sec == ELF_SEC_UNDEF)
			return true;
	return false;
}

static bool knows_vmlinux(const struct diff *d)
{
	for (size_t i = 0; i <= d->ctx.nr_kernels; i++) {
		const struct kernel_file *file = i ? d->ctx.kernels[i - 1] : d->ctx.kernel;

		if (file && !strcmp(kernel_file_object(file), "vmlinux"))
			return true;
	}
	return false;
}

/*
 * Not exported: defined in another file of the same object, if the original
 * refers to it too.  What the patch newly refers to may be of vmlinux, which a
 * livepatch reaches anyway; or another object of the same livepatch defines it.
 */
static void decide_unexported(struct resolve *w, struct decision *to, uint8_t bind)
{
	struct diff *d = w->d;

	if (to->kernel) {
		livepatch(w, to, kernel_file_object(to->file), (unsigned long)kernel_sym_pos(to->kernel));
		to->why = "not exported, but in a --kernel file";
	} else if (bind == STB_WEAK && !knows_vmlinux(d)) {
		say(w, to, DIAG_ERROR, "weak-symbol",
		    "it is weak and not exported: the livepatch would take it for 0, though vmlinux "
		    "may have it; pass --kernel vmlinux to tell");
	} else if (d->ctx.kernel || bind == STB_WEAK) {
		ordinary(w, to, bind, NULL,
			 "neither exported nor in a --kernel file: left to the livepatch's other "
			 "objects");
		say(w, to, DIAG_NOTE, "not-in-kernel",
		    "neither exported nor in a --kernel file: left to the other objects of the "
		    "livepatch module");
	} else if (!orig_refers_to(d, to->name) && strcmp(d->ctx.object, "vmlinux") != 0) {
		say(w, to, DIAG_ERROR, "unknown-symbol",
		    "the original does not refer to it and no symvers file exports it: pass "
		    "--kernel FILE to say where it is defined");
	} else {
		livepatch(w, to, d->ctx.object, 0);
		to->why = "not exported, and defined in another file of the object";
	}
}

static bool is_declared(const struct diff *d, const char *module)
{
	for (size_t i = 0; i < d->opts->nr_depends; i++)
		if (!strcmp(kernel_module_of_path(d->arena, d->opts->depends[i]), module))
			return true;
	return false;
}

/* Then that module is there whenever this one is: by what the original or its file refers to. */
static bool needs_module(const struct diff *d, const char *module)
{
	const struct elf *elf = d->orig->elf;

	if (d->ctx.kernel && kernel_file_depends(d->ctx.kernel, module))
		return true;
	for_each_sym (elf, sym) {
		const struct export *x =
			sym->sec == ELF_SEC_UNDEF ? exports_find(d->ctx.exports, sym->name) : NULL;

		if (x && !strcmp(x->module, module))
			return true;
	}
	return false;
}

static bool depends_already(struct resolve *w, const char *module)
{
	const struct map_entry *e = map_find_str(&w->depends, module);
	bool needs = e ? e->value : needs_module(w->d, module);

	if (!e)
		map_add_str(&w->depends, module, needs);
	return needs;
}

/* The user has to say (--depends) that another module must be loaded for the livepatch. */
static void refuse_dependency(struct resolve *w, struct decision *to, const struct export *x)
{
	const char *object = w->d->ctx.object;

	if (export_for_named_modules(x))
		say(w, to, DIAG_ERROR, "module-symbol",
		    "the module %s exports it to certain modules only (%s), on which a livepatch "
		    "cannot depend: the patch cannot use it",
		    x->module, x->ns);
	else if (!strcmp(object, "vmlinux"))
		say(w, to, DIAG_ERROR, "module-symbol",
		    "it is in the module %s, and this object is vmlinux's, which is patched whether "
		    "that module is loaded or not; pass --depends %s if the livepatch may depend on "
		    "that module",
		    x->module, x->module);
	else
		say(w, to, DIAG_ERROR, "undeclared-dependency",
		    "it is in the module %s, on which %s does not depend as far as the original "
		    "tells: without it, %s could not be loaded any more; pass --depends %s if the "
		    "livepatch may depend on that module, or the .ko of %s with --kernel if it "
		    "depends on that module already",
		    x->module, object, object, x->module, object);
}

/* An export that is not an ordinary one of vmlinux's. */
static void decide_other_export(struct resolve *w, struct decision *to, const struct export *x,
				uint8_t bind)
{
	bool vmlinux = !strcmp(x->module, "vmlinux");
	bool other = !vmlinux && strcmp(x->module, w->d->ctx.object) != 0;

	if (other && is_declared(w->d, x->module) && !export_for_named_modules(x)) {
		ordinary(w, to, bind, x,
			 "exported by a module on which the livepatch depends (--depends)");
	} else if (other && (!strcmp(w->d->ctx.object, "vmlinux") || !depends_already(w, x->module))) {
		refuse_dependency(w, to, x);
	} else {
		livepatch(w, to, x->module, 0);
		to->why = vmlinux ? "exported by vmlinux, but to certain modules only"
				  : "exported by another module, which may be loaded later";
	}
}

static void decide_undefined(struct resolve *w, struct decision *to, uint8_t bind)
{
	struct diff *d = w->d;
	const struct export *x = exports_find(d->ctx.exports, to->name);

	if (diff_has_pads(d) || !is_ordinary_export(x))
		to->kernel = diff_find_in_kernel(d, to->name, &to->file);
	/* THIS_MODULE of the patched module, which its own file defines when it is linked. */
	if (strcmp(d->ctx.object, "vmlinux") != 0 && !strcmp(to->name, "__this_module")) {
		livepatch(w, to, d->ctx.object, 0);
		to->why = "THIS_MODULE of the patched module";
	} else if (is_ordinary_export(x)) {
		ordinary(w, to, bind, x, WHY_EXPORTED);
	} else if (arch_is_trace_symbol(d->arch, to->name)) {
		ordinary(w, to, bind, NULL, WHY_TRACE);
	} else if (arch_is_own_symbol(d->arch, to->name)) {
		ordinary(w, to, bind, NULL, "every module has its own");
	} else if (x) {
		decide_other_export(w, to, x, bind);
	} else if (!exports_count(d->ctx.exports)) {
		ordinary(w, to, bind, NULL, "no symvers file tells whether it is exported");
	} else {
		decide_unexported(w, to, bind);
	}
}

bool diff_is_left_to_others(const struct diff *d, const struct ref *r)
{
	const struct elf_sym *sym = &d->patched->elf->syms[r->sym];
	const struct kernel_file *file;

	return r->piece == NO_PIECE && sym->sec == ELF_SEC_UNDEF && *sym->name &&
	       (d->ctx.kernel || sym->bind == STB_WEAK) && strcmp(sym->name, "__this_module") != 0 &&
	       !arch_is_trace_symbol(d->arch, sym->name) &&
	       !arch_is_own_symbol(d->arch, sym->name) && !exports_find(d->ctx.exports, sym->name) &&
	       !diff_find_in_kernel(d, sym->name, &file);
}

/* ---- the table ---- */

static struct decision *by_name(const struct decisions *all, const char *name)
{
	const struct map_entry *e = map_find_str(&all->by_name, name);

	return e ? all->v[e->value] : NULL;
}

static void name_it(struct decisions *all, const char *name, const struct decision *to)
{
	if (!map_find_str(&all->by_name, name))
		map_add_str(&all->by_name, name, to->nr);
}

static struct decision *undefined(struct resolve *w, const char *name, uint8_t bind);

/*
 * objtool looks among the symbols for the key of a static call (tools/objtool/check.c,
 * create_static_call_sections()), to which no relocation leads: what the kernel's own code has in
 * .discard.addressable.  Where it finds none, it takes the trampoline for the key, and the kernel
 * finds that out only if just the trampoline is exported (kernel/static_call_inline.c).
 */
static struct decision *static_call_key(struct resolve *w, const struct decision *to)
{
	const char *key;

	if (!to->symbol || to->object || !starts_with(to->name, STATIC_CALL_TRAMP) ||
	    elf_find_sec(w->d->patched->elf, ".static_call_sites"))
		return NULL;
	key = arena_printf(w->d->arena, STATIC_CALL_KEY "%s", to->name + strlen(STATIC_CALL_TRAMP));
	return is_ordinary_export(exports_find(w->d->ctx.exports, key)) ? undefined(w, key, STB_GLOBAL)
								     : NULL;
}

/* Livepatch symbols of one name share what stands in their place until `klp post-link`. */
static void share_tombstone(struct resolve *w, struct decision *to)
{
	const char *name = arena_printf(w->d->arena, KLP_TOMBSTONE_PREFIX "%s", to->name);
	struct diag_where where = { .object = w->d->patched->elf->path, .symbol = to->name };

	name_it(&w->d->decisions, name, to);
	to->first_of_name = by_name(&w->d->decisions, name);
	diag_debug(w->d->diag, &where, "livepatch-symbol", "stays in the kernel: %s", to->symbol);
}

/* Two decisions with one symbol of the output are one. */
static struct decision *add(struct resolve *w, struct decision *to)
{
	struct decisions *all = &w->d->decisions;
	struct decision *same = to->symbol ? by_name(all, to->symbol) : NULL;

	if (same)
		return same;
	to->key = static_call_key(w, to);
	to->nr = (uint32_t)all->nr;
	all->v = arena_grow(w->d->arena, all->v, all->nr, &all->cap, sizeof(*all->v));
	all->v[all->nr++] = to;
	if (to->symbol)
		name_it(all, to->symbol, to);
	if (to->object)
		share_tombstone(w, to);
	return to;
}

static struct decision *undefined(struct resolve *w, const char *name, uint8_t bind)
{
	struct decision *to = by_name(&w->d->decisions, name);

	if (to)
		return to;
	to = arena_alloc(w->d->arena, sizeof(*to));
	*to = (struct decision){ .name = name, .piece = NO_PIECE };
	decide_undefined(w, to, bind);
	to = add(w, to);
	name_it(&w->d->decisions, name, to);
	return to;
}

static struct decision *original(struct resolve *w, uint32_t sym, uint32_t piece)
{
	struct decision *to = w->d->decisions.of_orig[sym];

	if (to)
		return to;
	to = arena_alloc(w->d->arena, sizeof(*to));
	*to = (struct decision){ .name = w->d->orig->elf->syms[sym].name, .piece = piece };
	decide_original(w, to, sym);
	w->d->decisions.of_orig[sym] = add(w, to);
	return w->d->decisions.of_orig[sym];
}

/* ---- references ---- */

/* The symbol of orig for a piece of patched; of two that were one, by the name of this one. */
static uint32_t orig_symbol(const struct diff *d, uint32_t piece)
{
	const struct piece *twin = &d->orig->pieces[d->patched->pieces[piece].twin];

	for (size_t i = 0; i < d->nr_moved && twin->twin != piece; i++)
		if (d->moved[i].patched == piece && d->moved[i].same)
			return d->moved[i].orig_sym;
	return twin->sym;
}

struct decision *diff_decision(const struct diff *d, const struct ref *r)
{
	const struct elf_sym *sym = &d->patched->elf->syms[r->sym];

	if (r->piece != NO_PIECE)
		return d->decisions.of_orig[diff_weak_original(d, r) ?: orig_symbol(d, r->piece)];
	return r->sym && sym->sec != ELF_SEC_ABS && !r->sec ? by_name(&d->decisions, sym->name)
							    : NULL;
}

int64_t diff_decision_off(const struct diff *d, const struct ref *r)
{
	return r->piece != NO_PIECE && diff_weak_original(d, r) ? 0 : r->off;
}

static void count(struct decision *to, uint32_t from, uint64_t place)
{
	if (to->refs++)
		return;
	to->from = from;
	to->place = place;
	if (to->key)
		count(to->key, from, place);
}

static void resolve_ref(struct resolve *w, uint32_t from, const struct ref *r)
{
	struct diff *d = w->d;
	const struct elf_sym *sym = &d->patched->elf->syms[r->sym];
	struct decision *to;

	if (r->flags & REF_DROP || diff_ref_wants_copy(d, from, r))
		return;
	if (r->piece != NO_PIECE)
		to = original(w, diff_weak_original(d, r) ?: orig_symbol(d, r->piece), r->piece);
	else if (r->sym && sym->sec != ELF_SEC_ABS && !r->sec)
		to = undefined(w, sym->name, sym->bind);
	else
		return;
	count(to, from, r->place);
	if (to->kernel && !to->own)
		diff_check_kernel_pad(d, from, r, to);
	else if (r->piece == NO_PIECE)
		diff_note_pointer_elsewhere(d, from, r);
}

/* The variable that the section of a boot constant is named for: no reference leads to it. */
static void resolve_boot_const(struct resolve *w, const struct piece *entry)
{
	const struct object *obj = w->d->patched;
	const char *name = diff_piece_boot_const(entry);
	struct decision *to = NULL;

	for (const struct map_entry *e = map_find_str(&obj->names, name); e && !to;
	     e = map_next(&obj->names, e)) {
		uint32_t at = obj->piece_of[e->value];

		if (at != NO_PIECE && obj->pieces[at].twin != NO_PIECE &&
		    obj->pieces[at].base == obj->elf->syms[e->value].value)
			to = original(w, w->d->orig->pieces[obj->pieces[at].twin].sym, at);
	}
	if (to)
		name_it(&w->d->decisions, name, to);
	else
		to = undefined(w, name, STB_GLOBAL);
	count(to, entry->owner,
	      obj->pieces[entry->owner].base + (uint64_t)obj->refs[entry->first_ref].off);
}

struct decision *diff_boot_const(const struct diff *d, const struct piece *entry)
{
	return by_name(&d->decisions, diff_piece_boot_const(entry));
}

/* Once of each symbol, and not of each reference. */
static void tell(const struct diff *d, const struct decision *to)
{
	const struct ref first = { .place = to->place };
	const char *more = "";

	if (to->refs > 1)
		more = arena_printf(d->arena, ", as %s %u more place%s", to->refs > 2 ? "do" : "does",
				    to->refs - 1, to->refs > 2 ? "s" : "");
	diag_add(d->diag, to->severity, diff_at_ref(d, &d->patched->pieces[to->from], &first),
		 to->code, "refers to %s%s: %s", to->name, more,
		 to->text);
}

/* The object that is written to, and what it points to before and then. */
static void resolve_write(struct resolve *w, struct data_write *write)
{
	struct diff *d = w->d;
	const struct object *orig = d->orig;
	const struct piece *p = &d->patched->pieces[write->piece];
	uint64_t place = p->start + write->off;

	write->at = original(w, orig->pieces[p->twin].sym, write->piece);
	count(write->at, write->piece, place);
	if (write->old && write->old->piece != NO_PIECE)
		write->old_to = original(w, orig->pieces[write->old->piece].sym,
					 orig->pieces[write->old->piece].twin);
	else if (write->old)
		write->old_to = undefined(w, orig->elf->syms[write->old->sym].name,
					  orig->elf->syms[write->old->sym].bind);
	if (write->old_to)
		count(write->old_to, write->piece, place);
	if (!write->new)
		return;
	resolve_ref(w, write->piece, write->new);
	if (write->new->piece != NO_PIECE)
		diff_check_pad(d, write->piece, write->new);
}

void diff_resolve(struct diff *d)
{
	struct resolve w = { .d = d };
	const struct object *obj = d->patched;

	map_init(&w.depends, d->arena);
	map_init(&d->decisions.by_name, d->arena);
	d->decisions.of_orig = arena_calloc(d->arena, d->orig->elf->nr_syms,
					    sizeof(*d->decisions.of_orig));
	d->decisions.positions = arena_calloc(d->arena, d->orig->elf->nr_syms,
					      sizeof(*d->decisions.positions));
	for (uint32_t i = 0; i < obj->nr_pieces; i++) {
		const struct piece *p = &obj->pieces[i];

		if (!(p->flags & PIECE_INCLUDED) || p->flags & PIECE_CALLBACK)
			continue;
		if (diff_piece_boot_const(p))
			resolve_boot_const(&w, p);
		for (uint32_t k = 0; k < p->nr_refs && !diff_piece_boot_const(p); k++)
			resolve_ref(&w, i, &obj->refs[p->first_ref + k]);
		if (diff_piece_is_patched(p))
			diff_check_replaced(d, p);
	}
	for (size_t i = 0; i < d->nr_writes && !d->diag->nr_errors; i++)
		resolve_write(&w, &d->writes[i]);
	for (size_t i = 0; i < d->nr_moved; i++)
		if (d->moved[i].folded)
			diff_position(d, d->moved[i].orig_sym);
	for (size_t i = 0; i < d->decisions.nr; i++)
		if (d->decisions.v[i]->text && !d->decisions.v[i]->symbol)
			tell(d, d->decisions.v[i]);
}

void diff_note_decisions(struct diff *d)
{
	struct diag_where where = { .object = d->patched->elf->path };

	for (size_t i = 0; i < d->decisions.nr; i++) {
		const struct decision *to = d->decisions.v[i];

		if (to->text)
			tell(d, to);
		if (to->export)
			note_crcs(d, to->export);
		if (to->export || to->object || exports_count(d->ctx.exports) || to->own || where.symbol)
			continue;
		where.symbol = to->name;
		diag_warn(d->diag, &where, "no-symvers",
			  "without a Module.symvers it is unknown what the kernel exports: undefined "
			  "symbols stay ordinary references; pass --symvers FILE");
	}
	diff_warn_unsure(d);
	diff_warn_sealed(d);
}
