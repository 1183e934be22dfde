// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a reference of the output becomes: the copy of its target, an ordinary
 * reference to an export of vmlinux, or a livepatch reference, whose position
 * is that of diff/position/.
 */
#include <errno.h>
#include <string.h>

#include <klp/diff.h>
#include <klp/post-link.h>
#include <klp/str.h>

/* ---- symbols of the output ---- */

static uint32_t undef_symbol(struct diff *d, struct map *map, const char *name, uint8_t bind,
			     uint8_t type)
{
	const struct map_entry *e = map_find_str(map, name);
	uint32_t sym;

	if (e)
		return e->value;
	sym = elf_add_sym(d->out, &(struct elf_sym){ .name = name, .bind = bind, .type = type });
	map_add_str(map, name, sym);
	return sym;
}

static int klp_symbol(struct diff *d, const char *object, const char *name, unsigned long sympos,
		      struct target *t)
{
	const char *full = arena_printf(d->arena, ".klp.sym.%s.%s,%lu", object, name, sympos);
	struct diag_where where = { .object = d->patched.elf->path, .symbol = name };
	struct klp_sym_name parsed;

	if (klp_name_parse(full, &parsed))
		return diff_say(d, t, DIAG_ERROR, "symbol-name", name,
				"the kernel cannot parse %s: %s", full,
				klp_name_parse(full, &parsed));
	if (!map_find_str(&d->klp_syms, full)) {
		d->stats.livepatch_syms++;
		diag_debug(d->diag, &where, "livepatch-symbol", "stays in the kernel: %s", full);
	}
	t->sym = undef_symbol(d, &d->klp_syms, full, STB_WEAK, STT_NOTYPE);
	/* A symbol of vmlinux is there from the start; a module's when it is loaded. */
	t->klp_object = strcmp(object, "vmlinux") ? d->object : "vmlinux";
	t->outside = true;
	d->stats.livepatch_refs++;
	return 0;
}

/* A namespace "module:a,b" lets only those modules import; a livepatch is none of them. */
static bool is_ordinary_export(const struct export *x)
{
	return x && !strcmp(x->module, "vmlinux") && !export_for_named_modules(x);
}

#define STATIC_CALL_TRAMP "__SCT__"
#define STATIC_CALL_KEY	  "__SCK__"

/*
 * objtool looks among the symbols for the key of a static call (tools/objtool/check.c,
 * create_static_call_sections()), to which no relocation leads: what the kernel's own code has in
 * .discard.addressable.  Where it finds none, it takes the trampoline for the key, and the kernel
 * finds that out only if just the trampoline is exported (kernel/static_call_inline.c).
 */
static void keep_static_call_key(struct diff *d, const char *name)
{
	const char *key;

	if (!starts_with(name, STATIC_CALL_TRAMP) ||
	    elf_find_sec(d->patched.elf, ".static_call_sites"))
		return;
	key = arena_printf(d->arena, STATIC_CALL_KEY "%s", name + strlen(STATIC_CALL_TRAMP));
	if (is_ordinary_export(exports_find(d->exports, key)))
		undef_symbol(d, &d->undef_syms, key, STB_GLOBAL, STT_NOTYPE);
}

static void ordinary(struct diff *d, const char *name, uint8_t bind, struct target *t)
{
	keep_static_call_key(d, name);
	t->outside = !arch_is_trace_symbol(d->arch, name) && !arch_is_own_symbol(d->arch, name);
	t->sym = undef_symbol(d, &d->undef_syms, name, bind, STT_NOTYPE);
}

/*
 * The module will be linked with one of the files; a kernel of the other one refuses it
 * (CONFIG_MODVERSIONS).  Said once for each symbol.
 */
static void note_crcs(struct diff *d, const struct export *x)
{
	struct diag_where where = { .object = d->patched.elf->path, .symbol = x->name };

	if (map_find_str(&d->undef_syms, x->name))
		return;
	for (const struct export *o = x->next; o; o = o->next) {
		if (!x->crc || !o->crc || o->crc == x->crc || strcmp(o->module, x->module) != 0)
			continue;
		diag_note(d->diag, &where, "export-crc",
			  "its CRC is 0x%08x in %s, but 0x%08x in %s: they are of different builds",
			  x->crc, x->file, o->crc, o->file);
		return;
	}
}

#define WHY_EXPORTED "exported by vmlinux"
#define WHY_TRACE    "ftrace finds its calls by this symbol"

/* ---- kinds of targets ---- */

static int to_copy(struct diff *d, const struct piece *to, const struct ref *r, struct target *t)
{
	t->sym = to->out_sym;
	t->addend = r->off;
	if (t->sym)
		return 0;
	t->sym = elf_sec_sym(d->out, to->out_sec);
	t->addend += (int64_t)to->out_off;
	return 0;
}

/* What stays in the kernel is referred to there. */
static const char *why_original(const struct diff *d, uint32_t symndx)
{
	uint32_t piece = d->orig.piece_of[symndx];
	const struct piece *p = piece == NO_PIECE ? NULL : &d->orig.pieces[piece];

	if (p && p->twin != NO_PIECE && piece_is_patched(&d->patched.pieces[p->twin]))
		return "a pointer to a replaced function: the kernel redirects the original";
	if (d->orig.elf->syms[symndx].bind == STB_LOCAL)
		return "unchanged, and local to the object: the kernel has it";
	return strcmp(d->object, "vmlinux")
		       ? "unchanged, and defined in the patched module: it may be loaded later"
		       : "unchanged, and not exported: the kernel has it";
}

/* An unchanged function or object, or a pointer to a replaced function: the kernel's own. */
static int to_original(struct diff *d, uint32_t symndx, const struct ref *r, struct target *t)
{
	const struct elf_sym *sym = &d->orig.elf->syms[symndx];
	const struct export *x = sym->bind == STB_LOCAL ? NULL : exports_find(d->exports, sym->name);
	unsigned long sympos;
	int err;

	t->addend = r->off;
	/* ftrace knows its calls by this symbol's address, and turns them into nops on load. */
	if (arch_is_trace_symbol(d->arch, sym->name) ||
	    (!strcmp(d->object, "vmlinux") && is_ordinary_export(x))) {
		t->why = is_ordinary_export(x) ? WHY_EXPORTED : WHY_TRACE;
		if (is_ordinary_export(x))
			note_crcs(d, x);
		ordinary(d, sym->name, STB_GLOBAL, t);
		return 0;
	}
	t->why = why_original(d, symndx);
	err = diff_position(d, symndx, &sympos);
	t->kernel = !err && d->kernel ? d->kernel_sym_of[symndx] : NULL;
	return err ?: klp_symbol(d, d->object, sym->name, sympos, t);
}

static void warn_no_symvers(struct diff *d, const char *name)
{
	struct diag_where where = { .object = d->patched.elf->path, .symbol = name };

	if (d->warned_symvers)
		return;
	d->warned_symvers = true;
	diag_warn(d->diag, &where, "no-symvers",
		  "without a Module.symvers it is unknown what the kernel exports: undefined "
		  "symbols stay ordinary references; pass --symvers FILE");
}

static bool orig_refers_to(const struct diff *d, const char *name)
{
	for (const struct map_entry *e = map_find_str(&d->orig.names, name); e;
	     e = map_next(&d->orig.names, e))
		if (d->orig.elf->syms[e->value].sec == ELF_SEC_UNDEF)
			return true;
	return false;
}

static bool knows_vmlinux(const struct diff *d)
{
	for (size_t i = 0; i <= d->nr_kernels; i++) {
		const struct kernel_file *file = i ? d->kernels[i - 1] : d->kernel;

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
static int to_unexported(struct diff *d, const struct elf_sym *sym, struct target *t)
{
	bool known = orig_refers_to(d, sym->name) || !strcmp(d->object, "vmlinux");
	const char *object = d->object;
	const struct kernel_sym *k = diff_find_global(d, sym->name, &object);

	t->why = k ? "not exported, but in a --kernel file"
		   : "not exported, and defined in another file of the object";
	t->kernel = k && !strcmp(object, d->object) ? k : NULL;
	if (k)
		return klp_symbol(d, object, sym->name, (unsigned long)kernel_sym_pos(k), t);
	if (sym->bind == STB_WEAK && !knows_vmlinux(d))
		return diff_say(d, t, DIAG_ERROR, "weak-symbol", sym->name,
				"it is weak and not exported: the livepatch would take it for 0, "
				"though vmlinux may have it; pass --kernel vmlinux to tell");
	if (d->kernel || sym->bind == STB_WEAK) {
		t->why = "neither exported nor in a --kernel file: left to the livepatch's other objects";
		ordinary(d, sym->name, sym->bind, t);
		return diff_say(d, t, DIAG_NOTE, "not-in-kernel", sym->name,
				"neither exported nor in a --kernel file: left to the other "
				"objects of the livepatch module");
	}
	if (!known)
		return diff_say(d, t, DIAG_ERROR, "unknown-symbol", sym->name,
				"the original does not refer to it and no symvers file exports "
				"it: pass --kernel FILE to say where it is defined");
	return klp_symbol(d, d->object, sym->name, 0, t);
}

/* ---- exports of modules ---- */

static bool is_declared(const struct diff *d, const char *module)
{
	for (size_t i = 0; i < d->opts->nr_depends; i++)
		if (!strcmp(module_name_of_path(d->arena, d->opts->depends[i]), module))
			return true;
	return false;
}

/* Then that module is there whenever this one is: by what the original or its file refers to. */
static bool needs_module(const struct diff *d, const char *module)
{
	const struct elf *elf = d->orig.elf;

	if (d->kernel && kernel_file_depends(d->kernel, module))
		return true;
	for (uint32_t i = 1; i < elf->nr_syms; i++) {
		const struct export *x = elf->syms[i].sec == ELF_SEC_UNDEF
						 ? exports_find(d->exports, elf->syms[i].name)
						 : NULL;

		if (x && !strcmp(x->module, module))
			return true;
	}
	return false;
}

static bool depends_already(struct diff *d, const char *module)
{
	const struct map_entry *e = map_find_str(&d->depends, module);
	bool needs = e ? e->value : needs_module(d, module);

	if (!e)
		map_add_str(&d->depends, module, needs);
	return needs;
}

/* What has to be loaded for the livepatch, or for the module that it patches, is to be said. */
static int refuse_dependency(struct diff *d, const struct export *x, struct target *t)
{
	if (export_for_named_modules(x))
		return diff_say(d, t, DIAG_ERROR, "module-symbol", x->name,
				"the module %s exports it to certain modules only (%s), on which a "
				"livepatch cannot depend: the patch cannot use it",
				x->module, x->ns);
	if (!strcmp(d->object, "vmlinux"))
		return diff_say(d, t, DIAG_ERROR, "module-symbol", x->name,
				"it is in the module %s, and this object is vmlinux's, which is "
				"patched whether that module is loaded or not; pass --depends %s "
				"if the livepatch may depend on that module",
				x->module, x->module);
	return diff_say(d, t, DIAG_ERROR, "undeclared-dependency", x->name,
			"it is in the module %s, on which %s does not depend as far as the "
			"original tells: without it, %s could not be loaded any more; pass "
			"--depends %s if the livepatch may depend on that module, or the .ko of %s "
			"with --kernel if it depends on that module already",
			x->module, d->object, d->object, x->module, d->object);
}

/* An export that is not an ordinary one of vmlinux's. */
static int to_other_export(struct diff *d, const struct export *x, const struct elf_sym *sym,
			   struct target *t)
{
	bool module = strcmp(x->module, "vmlinux") != 0;
	bool other = module && strcmp(x->module, d->object) != 0;

	if (other && is_declared(d, x->module) && !export_for_named_modules(x)) {
		t->why = "exported by a module on which the livepatch depends (--depends)";
		note_crcs(d, x);
		ordinary(d, sym->name, sym->bind, t);
		return 0;
	}
	if (other && (!strcmp(d->object, "vmlinux") || !depends_already(d, x->module)))
		return refuse_dependency(d, x, t);
	t->why = module ? "exported by another module, which may be loaded later"
			: "exported by vmlinux, but to certain modules only";
	return klp_symbol(d, x->module, sym->name, 0, t);
}

static int to_undefined(struct diff *d, const struct elf_sym *sym, const struct ref *r,
			struct target *t)
{
	const struct export *x = exports_find(d->exports, sym->name);
	bool module = strcmp(d->object, "vmlinux") != 0;

	t->addend = r->off;
	/* THIS_MODULE of the patched module, which its own file defines when it is linked. */
	if (module && !strcmp(sym->name, "__this_module")) {
		t->why = "THIS_MODULE of the patched module";
		return klp_symbol(d, d->object, sym->name, 0, t);
	}
	if (is_ordinary_export(x) || arch_is_trace_symbol(d->arch, sym->name) ||
	    arch_is_own_symbol(d->arch, sym->name)) {
		t->why = is_ordinary_export(x)		   ? WHY_EXPORTED
			 : arch_is_trace_symbol(d->arch, sym->name) ? WHY_TRACE
							   : "every module has its own";
		if (is_ordinary_export(x))
			note_crcs(d, x);
		ordinary(d, sym->name, sym->bind, t);
		return 0;
	}
	if (x)
		return to_other_export(d, x, sym, t);
	if (!exports_count(d->exports)) {
		t->why = "no symvers file tells whether it is exported";
		warn_no_symvers(d, sym->name);
		ordinary(d, sym->name, sym->bind, t);
		return 0;
	}
	return to_unexported(d, sym, t);
}

/* What orig calls it; of two that were one, by the name that this one has (diff/same-names.c). */
static uint32_t orig_symbol(const struct diff *d, uint32_t piece)
{
	const struct piece *twin = &d->orig.pieces[d->patched.pieces[piece].twin];

	for (size_t i = 0; i < d->nr_moved && twin->twin != piece; i++)
		if (d->moved[i].patched == piece && d->moved[i].same)
			return d->moved[i].orig_sym;
	return twin->sym;
}

void diff_note_target(struct diff *d, uint32_t from, const struct ref *r, const struct target *t)
{
	const struct map_entry *e = map_find_u64(&d->decision_of, t->sym);
	struct decision *to;

	if (!e) {
		d->decisions = arena_grow(d->arena, d->decisions, d->nr_decisions,
					  &d->cap_decisions, sizeof(*d->decisions));
		map_add_u64(&d->decision_of, t->sym, (uint32_t)d->nr_decisions);
		d->decisions[d->nr_decisions++] = (struct decision){
			.sym = t->sym,
			.livepatch = t->klp_object != NULL,
			.why = t->why,
			.from = from,
			.place = r->place,
			.piece = r->piece,
		};
		e = map_find_u64(&d->decision_of, t->sym);
	}
	to = &d->decisions[e->value];
	to->refs++;
}

static int find_target(struct diff *d, uint32_t from, const struct ref *r, struct target *t)
{
	const struct elf_sym *sym = &d->patched.elf->syms[r->sym];
	struct ref at_weak = *r;
	const struct piece *to;
	uint32_t weak;

	*t = (struct target){ 0 };
	if (r->piece == NO_PIECE && (!r->sym || sym->sec == ELF_SEC_ABS)) {
		t->sym = r->sym ? elf_add_sym(d->out, sym) : 0;
		t->addend = r->off;
		return 0;
	}
	if (r->piece == NO_PIECE)
		return to_undefined(d, sym, r, t);
	to = &d->patched.pieces[r->piece];
	if (ref_wants_copy(d, from, r))
		return to_copy(d, to, r, t);
	weak = diff_weak_original(d, r);
	if (!weak)
		return to_original(d, orig_symbol(d, r->piece), r, t);
	at_weak.off = 0;
	return to_original(d, weak, &at_weak, t);
}

/* What the kernel's file says of a pointer to what stays in the kernel. */
static int check_pointer(struct diff *d, uint32_t from, const struct ref *r, const struct target *t)
{
	const struct kernel_file *file = d->kernel;
	const struct kernel_sym *s = t->kernel;

	if (!d->pads || !t->outside)
		return 0;
	if (!s && r->piece == NO_PIECE)
		s = diff_find_in_kernel(d, d->patched.elf->syms[r->sym].name, &file);
	return s ? diff_check_kernel_pad(d, from, r, file, s) : 0;
}

int diff_target(struct diff *d, uint32_t from, const struct ref *r, struct target *t)
{
	struct diag_where where = ref_where(d, &d->patched.pieces[from], r);
	int err = find_target(d, from, r, t);

	diff_keep_said(d, &where, t);
	if (!err && t->why)
		diff_note_target(d, from, r, t);
	return err ?: check_pointer(d, from, r, t);
}

/* … which has no reference of its own. */
static int find_target_name(struct diff *d, const char *name, struct target *t)
{
	const struct object *obj = &d->patched;
	const struct elf_sym undef = { .name = name, .bind = STB_GLOBAL };
	struct ref r = { .piece = NO_PIECE };

	*t = (struct target){ 0 };
	for (const struct map_entry *e = map_find_str(&obj->names, name); e;
	     e = map_next(&obj->names, e)) {
		uint32_t at = obj->piece_of[e->value];

		if (at == NO_PIECE || obj->pieces[at].twin == NO_PIECE)
			continue;
		r.off = (int64_t)(obj->elf->syms[e->value].value - obj->pieces[at].base);
		return to_original(d, d->orig.pieces[obj->pieces[at].twin].sym, &r, t);
	}
	return to_undefined(d, &undef, &r, t);
}

int diff_target_name(struct diff *d, const struct diag_where *where, const char *name,
		     struct target *t)
{
	int err = find_target_name(d, name, t);

	diff_keep_said(d, where, t);
	return err;
}
