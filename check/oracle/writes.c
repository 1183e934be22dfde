// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: words of the kernel's data that the livepatch sets (__klp_writes).  With them, what
 * the kernel has of an object is what the patched one has: each word is the original's before and
 * the patched object's then, in memory that is writable, aligned so that nobody reads half of it,
 * and nothing else of the object differs.
 */
#include <klp/facts.h>

#include "internal.h"

/* What the word holds in an input: a number, or 0 with the operand. */
static uint64_t word(const struct image *img, const struct elf_sym *sym, uint64_t off,
		     uint64_t size, struct operands *ops, const struct operand **op)
{
	const struct elf_sec *sec = img->elf->secs[sym->sec];
	uint64_t value = 0;

	image_operands(img, sym->sec, sym->value + off, sym->value + off + size, ops);
	*op = ops->nr ? &ops->list[0] : NULL;
	for (uint64_t i = 0; i < size && sec->data && !*op; i++)
		value |= (uint64_t)sec->data[sym->value + off + i] << (8 * i);
	return value;
}

static bool same_outside(struct oracle *o, const struct operand *has, const struct operand *was)
{
	const struct elf *elf = o->orig.elf;
	uint32_t sym;

	if (!has || !was)
		return !has && !was;
	if (!was->to.sec)
		return has->to.name && was->to.name && !strcmp(has->to.name, was->to.name) &&
		       has->to.off == was->to.off;
	sym = image_sym_at(&o->orig, was->to.sec, was->to.off);
	return sym && has->to.name && !has->to.sec &&
	       has->to.off == was->to.off - (int64_t)elf->syms[sym].value &&
	       image_find(&o->orig, has->to.name, o->orig.files[sym]) &&
	       oracle_same_symbol_place(&o->orig, sym,
					image_find(&o->orig, has->to.name, o->orig.files[sym]));
}

/* Has the entry relocations where it has none, of another type, or bytes beside its fields? */
static bool is_odd(const struct oracle *o, const struct elf_sec *sec, uint64_t at,
		   const struct operands *ops)
{
	static const uint8_t pointers[] = { KLP_WRITE_AT, KLP_WRITE_OLD, KLP_WRITE_NEW,
					    KLP_WRITE_OBJECT };
	const uint8_t *entry = sec->data + at;
	size_t nr = 0;

	for (size_t i = 0; i < sizeof(pointers); i++) {
		const struct operand *op = oracle_operand_at(ops, at + pointers[i]);

		nr += op != NULL;
		if (op && (op->type != o->arch->abs64 || get_le64(entry + pointers[i])))
			return true;
	}
	return nr != ops->nr || get_le64(entry + KLP_WRITE_AT) ||
	       get_le64(entry + KLP_WRITE_OBJECT);
}

/* Does it lead to the begin of a function that the livepatch has? */
static bool is_function(struct oracle *o, const struct operand *to)
{
	uint32_t sym = image_sym_at(&o->out, to->to.sec, to->to.off);

	/* Assembly may leave it without a type. */
	return sym && oracle_is_code(o->out.elf->secs[to->to.sec]) &&
	       (oracle_is_function(&o->out.elf->syms[sym]) ||
		o->out.elf->syms[sym].type == STT_NOTYPE) &&
	       o->out.elf->syms[sym].value == (uint64_t)to->to.off;
}

/* Is what the entry says of whether the livepatch has to stay so? */
static bool leads_as_said(const struct oracle *o, const struct operand *set, uint32_t leads)
{
	/* Without exports or the kernel's file, another object of the livepatch may have it. */
	if (set && !set->to.sec && !set->to.klp && !(o->exports && o->kernel))
		return leads <= 1;
	return leads == (set && (set->to.sec || oracle_is_of_others(o, &set->to)));
}

/* What the entry at says, against the two inputs; NULL: it is right. */
static const char *judge(struct oracle *o, const struct elf_sec *sec, uint64_t at,
			 const struct operands *ops, uint32_t orig, uint32_t psym)
{
	const struct elf_sym *os = &o->orig.elf->syms[orig], *ps = &o->patched.elf->syms[psym];
	const struct operand *to = oracle_operand_at(ops, at + KLP_WRITE_AT), *was, *is;
	const struct operand *set = oracle_operand_at(ops, at + KLP_WRITE_NEW);
	uint64_t size = get_le32(sec->data + at + KLP_WRITE_BYTES), off = (uint64_t)to->to.off;
	const struct elf_sec *home = o->orig.elf->secs[os->sec];
	struct operands of_orig = { .nr = 0 }, of_patched = { .nr = 0 };
	uint64_t old, new;

	if ((size != 1 && size != 2 && size != 4 && size != 8) || off % size || off > ps->size ||
	    size > ps->size - off || os->size != ps->size)
		return "the word is none of the object's";
	if (os->value % size || home->align < size)
		return "the word may not be aligned: others could read half of it";
	if (special_storage_of(o->arch, home) != STORAGE_DATA)
		return "the object cannot be written to, or is not one";
	old = word(&o->orig, os, off, size, &of_orig, &was);
	new = word(&o->patched, ps, off, size, &of_patched, &is);
	if (old != get_le64(sec->data + at + KLP_WRITE_OLD) ||
	    !same_outside(o, oracle_operand_at(ops, at + KLP_WRITE_OLD), was))
		return "the original has another value there";
	if (new != get_le64(sec->data + at + KLP_WRITE_NEW) || !is != !set)
		return "the patched object has another value there";
	if (!leads_as_said(o, set, get_le32(sec->data + at + KLP_WRITE_LEADS)))
		return "whether it leads to the livepatch, which has to stay then, is not what it says";
	if (is) {
		const struct range r = { .osec = sec->index,
					 .ostart = at + KLP_WRITE_NEW,
					 .len = 8,
					 .psec = ps->sec,
					 .pstart = ps->value + off };
		if (set->to.sec && !is_function(o, set))
			return "it leads to what the livepatch has, and that is no function";
		oracle_match_operand(o, &(struct context){ .range = &r }, set, is);
	}
	return NULL;
}

void check_writes(struct oracle *o)
{
	const struct elf_sec *sec = oracle_writes(o);
	struct operands ops = { .nr = 0 };

	for (uint64_t at = 0; sec && at + KLP_WRITE_SIZE <= sec->size; at += KLP_WRITE_SIZE) {
		uint32_t orig = 0, psym;
		const struct operand *to;
		const char *object, *why;

		image_operands(&o->out, sec->index, at, at + KLP_WRITE_SIZE, &ops);
		for (size_t i = 0; i < ops.nr; i++)
			o->sym_used[ops.list[i].to.sym] = 1;
		to = oracle_operand_at(&ops, at + KLP_WRITE_AT);
		psym = oracle_written_object(o, to, &orig);
		object = oracle_reloc_at(sec, at + KLP_WRITE_OBJECT)
				 ? oracle_string_at(o, sec, at + KLP_WRITE_OBJECT)
				 : "vmlinux";
		why = !psym ? "it is about nothing that both inputs have"
		      : !object || !o->object || !oracle_same_object(object, o->object)
			      ? "it is for another object"
		      : is_odd(o, sec, at, &ops) ? "a field is not as it has to be"
						 : judge(o, sec, at, &ops, orig, psym);
		if (why)
			oracle_finding(o, sec->index, at, "klp-write", "%s", why);
		else
			check_kernel_ref(o, sec->index, to, psym);
	}
	if (sec && sec->size % KLP_WRITE_SIZE)
		oracle_finding(o, sec->index, 0, "klp-write",
			       "it is no list of entries of %d bytes", KLP_WRITE_SIZE);
}
