// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp check on a module: the tables that say what is patched.
 *
 * They come in two forms: the entries that klp diff writes and the module's init
 * code reads (.init.klp_objects, .init.klp_funcs), and the kernel's own structures
 * (include/linux/livepatch.h) as a livepatch written by hand has them.  The size
 * of the latter depends on the kernel's configuration: it follows from the array,
 * which ends with an empty entry.
 */
#include <string.h>

#include <klp/facts.h>

#include "internal.h"

#define CALLBACKS_END	(KLP_OBJECT_CALLBACKS + 4 * 8)

/* The least that struct klp_func and struct klp_object took in any kernel with livepatching. */
#define FUNC_LEAST	136
#define OBJECT_LEAST	96

/* ---- functions, in either form ---- */

static void check_new_func(struct check *c, const struct elf_sec *sec, uint64_t at,
			   const char *name)
{
	const struct elf_sym *sym;
	const struct elf_sec *to_sec;
	uint64_t to;

	if (!check_pointer(c, sec, at + KLP_FUNC_NEW, &to_sec, &to) ||
	    !(to_sec->flags & SHF_EXECINSTR)) {
		check_finding(c, sec, at, NULL, "klp-func", "%s has no new function in the module",
			      name);
		return;
	}
	sym = check_sym_at(c, to_sec->index, to, false);
	/* Assembly may leave a function without type and size. */
	if (!sym || (sym->type != STT_FUNC && sym->type != STT_NOTYPE))
		check_finding(c, sec, at, NULL, "klp-func",
			      "what replaces %s is not the begin of a function", name);
	else if ((sym->type == STT_FUNC && !sym->size) || !to_sec->data)
		check_finding(c, sec, at, NULL, "klp-func-empty", "the new function %s is empty",
			      sym->name);
}

static void add_func(struct check *c, const char *object, const struct elf_sec *sec, uint64_t at)
{
	const char *name = check_string(c, sec, at + KLP_FUNC_OLD_NAME);
	struct patched_func *f;
	const char *key;
	uint64_t pos = sec->data ? get_le64(sec->data + at + KLP_FUNC_POS) : 0;

	if (!name || !*name || strlen(name) > KLP_NAME_MAX) {
		check_finding(c, sec, at, NULL, "klp-func", "the old function's name is %s",
			      !name || !*name ? "missing" : "longer than 511 characters");
		return;
	}
	check_new_func(c, sec, at, name);
	key = arena_printf(c->arena, "%s,%llu", name, (unsigned long long)pos);
	for_each_str (&c->funcs_by_name, key, e)
		if (!strcmp(c->funcs[e->value].object, object))
			check_finding(c, sec, at, NULL, "klp-func-twice",
				      "%s of %s is listed twice", name, object);
	map_add_str(&c->funcs_by_name, key, (uint32_t)c->nr_funcs);
	c->funcs = arena_grow(c->arena, c->funcs, c->nr_funcs, &c->cap_funcs, sizeof(*c->funcs));
	f = &c->funcs[c->nr_funcs++];
	*f = (struct patched_func){ object, name, pos, sec, at };
}

/* ---- objects, in either form ---- */

/* The module's init code gives an object one callback of a kind. */
static bool clashes(struct check *c, const char *object, uint64_t kind, const struct elf_sym *sym)
{
	const char *key = arena_printf(c->arena, "%s,%llu", object, (unsigned long long)kind);
	const struct map_entry *e = map_find_str(&c->callbacks, key);
	uint32_t index = (uint32_t)(sym - c->elf->syms);

	if (!e)
		map_add_str(&c->callbacks, key, index);
	return e && e->value != index;
}

/* What carries out __klp_writes at that time is in the module's own code, which is linked to it later. */
static bool is_of_init(const struct check *c, const struct elf_reloc *r, unsigned int kind)
{
	const struct elf_sym *sym = &c->elf->syms[r->sym];

	return sym->sec == ELF_SEC_UNDEF && !strcmp(sym->name, klp_write_callback(kind, true));
}

/* object NULL: nobody puts several entries together. */
static void check_callbacks(struct check *c, const struct elf_sec *sec, uint64_t at,
			    const char *object)
{
	for (uint64_t off = at + KLP_OBJECT_CALLBACKS; off < at + CALLBACKS_END; off += 8) {
		const struct elf_sec *to_sec;
		const struct elf_sym *sym;
		uint64_t to;

		if (!check_reloc_at(c, sec, off))
			continue;
		c->has_callbacks = true;
		sym = NULL;
		if (is_of_init(c, check_reloc_at(c, sec, off),
			       (unsigned int)(off - at - KLP_OBJECT_CALLBACKS) / 8))
			continue;
		if (check_pointer(c, sec, off, &to_sec, &to) && to_sec->flags & SHF_EXECINSTR)
			sym = check_sym_at(c, to_sec->index, to, false);
		if (!sym || sym->type != STT_FUNC)
			check_finding(c, sec, off, NULL, "klp-object",
				      "a callback is not the begin of a function");
		else if (object && clashes(c, object, off - at, sym))
			check_finding(c, sec, off, NULL, "klp-object",
				      "%s has two different callbacks of this kind", object);
	}
}

/* The name of the object at a place, and "vmlinux" where there is none; NULL: it is bad. */
static const char *object_name(struct check *c, const struct elf_sec *sec, uint64_t at,
			       bool may_say_vmlinux)
{
	const char *name = "vmlinux", *bad;

	if (!check_reloc_at(c, sec, at + KLP_OBJECT_NAME))
		return name;
	name = check_string(c, sec, at + KLP_OBJECT_NAME);
	bad = name ? klp_name_check_object(name, strlen(name)) : "the object name is no string";
	if (!bad && !may_say_vmlinux && !strcmp(name, "vmlinux"))
		bad = "vmlinux is said by no name: the kernel would wait for such a module";
	if (!bad)
		return name;
	check_finding(c, sec, at, NULL, "klp-object", "%s", bad);
	return NULL;
}

static void add_object(struct check *c, const char *name)
{
	if (name && !map_find_str(&c->objects, name))
		map_add_str(&c->objects, name, 1);
}

/* ---- .init.klp_objects and .init.klp_funcs ---- */

/*
 * The kernel's build joins sections of one name.  Where a module has several, it is not told
 * which one is meant: all but the first are refused, and nothing is read of them.
 */
static const struct elf_sec *only_section(struct check *c, const char *name)
{
	const struct elf_sec *first = NULL;

	for_each_sec (c->elf, sec) {
		if (strcmp(sec->name, name) != 0)
			continue;
		if (first)
			check_finding(c, sec, 0, NULL, "klp-object",
				      "section %u has the name of section %u: a module has one %s",
				      sec->index, first->index, name);
		else
			first = sec;
	}
	return first;
}

/* listed: per 8 bytes of list, .init.klp_funcs */
static void read_entry(struct check *c, const struct elf_sec *sec, uint64_t at,
		       const struct elf_sec *list, uint8_t *listed)
{
	const struct elf_sec *funcs;
	uint64_t off, nr = get_le32(sec->data + at + KLP_OBJECT_NR_FUNCS);
	const char *name = object_name(c, sec, at, true);

	add_object(c, name);
	check_callbacks(c, sec, at, name);
	for (uint64_t i = 0; i < KLP_OBJECT_SIZE; i++)
		if ((i < KLP_OBJECT_NR_FUNCS || i >= KLP_OBJECT_NR_FUNCS + 4) && sec->data[at + i]) {
			check_finding(c, sec, at + i, NULL, "klp-object", "a byte must be zero");
			break;
		}
	if (!nr && !check_reloc_at(c, sec, at + KLP_OBJECT_FUNCS))
		return; /* callbacks alone */
	if (!nr || !check_pointer(c, sec, at + KLP_OBJECT_FUNCS, &funcs, &off) || !funcs->data ||
	    funcs != list || off % 8 ||
	    nr > (funcs->size - off) / KLP_FUNC_SIZE) {
		check_finding(c, sec, at, NULL, "klp-object",
			      "its %llu functions are not in .init.klp_funcs",
			      (unsigned long long)nr);
		return;
	}
	for (; nr; nr--, off += KLP_FUNC_SIZE) {
		memset(listed + off / 8, 1, KLP_FUNC_SIZE / 8);
		if (name)
			add_func(c, name, funcs, off);
	}
}

/* Compilers may align what each source file has, so that there are gaps of zeroes. */
static void check_listed(struct check *c, const struct elf_sec *funcs, const uint8_t *listed)
{
	static const uint8_t zeroes[8];

	for (uint64_t at = 0; funcs && at + 8 <= funcs->size; at += 8) {
		if (listed[at / 8] || (!check_reloc_at(c, funcs, at) &&
				       !memcmp(funcs->data + at, zeroes, sizeof(zeroes))))
			continue;
		check_finding(c, funcs, at, NULL, "klp-func", "no object has this function");
		at += KLP_FUNC_SIZE - 8;
	}
}

static bool read_entries(struct check *c)
{
	const struct elf_sec *sec = only_section(c, ".init.klp_objects");
	const struct elf_sec *funcs = only_section(c, ".init.klp_funcs");
	uint8_t *listed = arena_calloc(c->arena, funcs ? funcs->size / 8 + 1 : 1, 1);

	if (!sec && !funcs)
		return false;
	if (!sec || !sec->data || sec->size % KLP_OBJECT_SIZE || (funcs && !funcs->data)) {
		check_finding(c, sec ?: funcs, 0, NULL, "klp-object",
			      ".init.klp_objects is no list of entries of %d bytes, or has none in "
			      ".init.klp_funcs",
			      KLP_OBJECT_SIZE);
		return true;
	}
	for (uint64_t at = 0; at < sec->size; at += KLP_OBJECT_SIZE)
		read_entry(c, sec, at, funcs, listed);
	check_listed(c, funcs, listed);
	return true;
}

/* ---- struct klp_patch ---- */

struct array {
	const struct elf_sec *sec;
	uint64_t start, size, stride;
	uint64_t nr;		/* entries before the empty one */
	bool whole;		/* there is such a one */
};

static bool any_reloc(const struct check *c, const struct elf_sec *sec, uint64_t from, uint64_t to)
{
	const struct elf_sec *rela = sec->rela;

	for (size_t k = elf_first_reloc(rela, from); rela && k < rela->nr_relocs; k++) {
		const struct arch_reloc *row = arch_reloc(c->arch, rela->relocs[k].type);

		if (rela->relocs[k].offset >= to)
			return false;
		if (!row || !(row->flags & RELOC_MARKER))
			return true;
	}
	return false;
}

/*
 * Find the entry size at which each entry but the last has a pointer at key and nothing behind
 * the pointers that an entry has, and the last has nothing; there may be no other.
 */
static void find_stride(const struct check *c, struct array *a, uint64_t least, uint64_t key,
			uint64_t pointers)
{
	if (a->size >= least && !any_reloc(c, a->sec, a->start, a->start + a->size))
		a->whole = true;
	if (!a->sec->rela)
		return;
	for (uint64_t n = 1; a->size / (n + 1) >= least; n++) {
		uint64_t stride = a->size / (n + 1), i = 0;

		if (a->size % (n + 1) || stride % 8)
			continue;
		for (; i < n; i++)
			if (!check_reloc_at(c, a->sec, a->start + i * stride + key) ||
			    any_reloc(c, a->sec, a->start + i * stride + pointers,
				      a->start + (i + 1) * stride))
				break;
		if (i < n || any_reloc(c, a->sec, a->start + n * stride, a->start + a->size))
			continue;
		a->whole = !a->nr;
		a->nr = n;
		a->stride = stride;
	}
}

static bool find_array(const struct check *c, const struct elf_sec *sec, uint64_t at,
		       struct array *a, uint64_t least, uint64_t key, uint64_t pointers)
{
	const struct elf_sym *sym;
	const struct elf_sec *to_sec;
	uint64_t to;

	*a = (struct array){ .sec = NULL };
	if (!check_pointer(c, sec, at, &to_sec, &to) || to_sec->flags & SHF_EXECINSTR)
		return false;
	sym = check_sym_at(c, to_sec->index, to, false);
	if (!sym || sym->type != STT_OBJECT)
		return false;
	*a = (struct array){ .sec = to_sec, .start = to, .size = sym->size };
	find_stride(c, a, least, key, pointers);
	return true;
}

static void read_object(struct check *c, const struct elf_sec *sec, uint64_t at)
{
	const char *name = object_name(c, sec, at, false);
	struct array funcs;

	add_object(c, name);
	check_callbacks(c, sec, at, NULL);
	if (!find_array(c, sec, at + KLP_OBJECT_FUNCS, &funcs, FUNC_LEAST, KLP_FUNC_NEW, KLP_FUNC_POS) ||
	    !funcs.whole) {
		check_finding(c, funcs.sec ?: sec, funcs.sec ? funcs.start : at, NULL, "klp-func",
			      "not a whole list of functions with an empty one at its end");
		return;
	}
	for (uint64_t i = 0; i < funcs.nr && name; i++)
		add_func(c, name, funcs.sec, funcs.start + i * funcs.stride);
}

/* .mod = THIS_MODULE, and behind it .objs: an object of data that begins with two pointers. */
static bool is_patch(const struct check *c, const struct elf_sec *sec, const struct elf_reloc *r)
{
	const struct elf_sym *sym = &c->elf->syms[r->sym];
	struct array objects;

	return !(sec->flags & SHF_EXECINSTR) && sec->flags & SHF_ALLOC &&
	       strcmp(sec->name, ".gnu.linkonce.this_module") && r->type == c->arch->abs64 &&
	       (!strcmp(sym->name, "__this_module") ||
		!strcmp(sym->name, ".gnu.linkonce.this_module")) &&
	       check_sym_at(c, sec->index, r->offset, false) &&
	       find_array(c, sec, r->offset + 8, &objects, OBJECT_LEAST, KLP_OBJECT_FUNCS,
			  CALLBACKS_END);
}

static bool read_patch(struct check *c)
{
	const struct elf_sec *found = NULL;
	uint64_t at = 0;
	struct array objects;

	for_each_sec (c->elf, sec) {
		for_each_reloc (sec->rela, r) {
			if (!is_patch(c, sec, r))
				continue;
			if (found)
				return false;
			found = sec;
			at = r->offset;
		}
	}
	if (!found)
		return false;
	find_array(c, found, at + 8, &objects, OBJECT_LEAST, KLP_OBJECT_FUNCS, CALLBACKS_END);
	if (!objects.whole) {
		check_finding(c, objects.sec, objects.start, NULL, "klp-object",
			      "not a whole list of objects with an empty one at its end");
		return true;
	}
	for (uint64_t i = 0; i < objects.nr; i++)
		read_object(c, objects.sec, objects.start + i * objects.stride);
	return true;
}

/* ---- together ---- */

static bool enables_patch(const struct check *c)
{
	for_each_sym (c->elf, sym)
		if (!strcmp(sym->name, "klp_enable_patch"))
			return true;
	return false;
}

/* klp_apply_object_relocs() is called for each klp_object of the patch. */
static void check_applied(struct check *c)
{
	struct map said;

	map_init(&said, c->arena);
	for (size_t i = 0; i < c->nr_refs; i++) {
		const struct livepatch_ref *ref = &c->refs[i];

		if (!strcmp(ref->patched, "vmlinux") || map_find_str(&c->objects, ref->patched) ||
		    map_find_str(&said, ref->patched))
			continue;
		map_add_str(&said, ref->patched, 1);
		check_finding(c, ref->rela, 0, NULL, "not-applied",
			      "the patch has no klp_object of %s", ref->patched);
	}
}

/*
 * A word that leads to what the module has itself says so, and that is a function.  In an object that
 * is to be linked, what is undefined may be another one's.  NULL: it is right.
 */
static const char *wrong_lead(struct check *c, const struct elf_sec *sec, uint64_t at)
{
	const struct elf_reloc *r = check_reloc_at(c, sec, at + KLP_WRITE_NEW);
	const struct elf_sym *sym = r ? &c->elf->syms[r->sym] : NULL;
	uint32_t leads = get_le32(sec->data + at + KLP_WRITE_LEADS);
	const struct elf_sec *to_sec;
	uint64_t to;

	if (sym && !c->linked && sym->sec == ELF_SEC_UNDEF && leads <= 1 &&
	    !starts_with(sym->name, KLP_TOMBSTONE_PREFIX))
		return NULL;
	if (leads != (sym && elf_sym_in_sec(sym)))
		return "whether it leads to the livepatch, which has to stay then, is not what it "
		       "says";
	if (leads && (!check_pointer(c, sec, at + KLP_WRITE_NEW, &to_sec, &to) ||
		      !(to_sec->flags & SHF_EXECINSTR)))
		return "it leads to what the livepatch has, and that is no function";
	return NULL;
}

/* Words of the kernel's data that module/init.c sets: of a size that is written at once. */
static void check_writes(struct check *c)
{
	const struct elf_sec *sec = only_section(c, KLP_WRITES);

	for (uint64_t at = 0; sec && sec->data && at + KLP_WRITE_SIZE <= sec->size;
	     at += KLP_WRITE_SIZE) {
		uint32_t size = get_le32(sec->data + at + KLP_WRITE_BYTES);
		const char *object = object_name(c, sec, at + KLP_WRITE_OBJECT - KLP_OBJECT_NAME, true);
		const char *wrong = wrong_lead(c, sec, at);

		if (size != 1 && size != 2 && size != 4 && size != 8)
			check_finding(c, sec, at, NULL, "klp-write", "a word of %u bytes", size);
		if (wrong)
			check_finding(c, sec, at, NULL, "klp-write", "%s", wrong);
		if (object && !map_find_str(&c->objects, object))
			check_finding(c, sec, at, NULL, "klp-write",
				      "nothing of %s is patched: nobody would write it", object);
	}
	if (sec && sec->size && (!sec->data || sec->size % KLP_WRITE_SIZE))
		check_finding(c, sec, 0, NULL, "klp-write", "it is no list of entries of %d bytes",
			      KLP_WRITE_SIZE);
}

void check_patch(struct check *c)
{
	c->knows_funcs = read_entries(c) || read_patch(c);
	check_writes(c);
	if (c->knows_funcs && c->objects.nr)
		check_applied(c);
	/* An object may be one of several, of which another one brings the functions. */
	if (c->knows_funcs && !c->nr_funcs && !c->has_callbacks && !c->diag->nr_errors &&
	    !c->opts->with_inputs)
		check_finding(c, NULL, 0, NULL, "no-patch",
			      "its tables have neither functions nor callbacks");
	if ((c->linked || !c->knows_funcs) && !enables_patch(c))
		check_finding(c, NULL, 0, NULL, "no-patch",
			      "nothing in it calls klp_enable_patch()");
}
