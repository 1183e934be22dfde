// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: which objects of the kernel the livepatch sets a word of (__klp_writes), so that
 * what the kernel has of them is what the patched object has.
 */
#include <klp/facts.h>

#include "internal.h"

const struct elf_sec *oracle_writes(const struct oracle *o)
{
	const struct elf_sec *sec = elf_find_sec(o->out.elf, KLP_WRITES);

	return sec && sec->data ? sec : NULL;
}

const struct operand *oracle_operand_at(const struct operands *ops, uint64_t at)
{
	for (size_t i = 0; i < ops->nr; i++)
		if (ops->list[i].at == at)
			return &ops->list[i];
	return NULL;
}

/* The symbol of patched that an entry is about, and of orig: of several of a name, one that differs. */
uint32_t oracle_written_object(struct oracle *o, const struct operand *at, uint32_t *orig)
{
	uint32_t found = 0;

	for (const struct map_entry *e = at && !at->to.sec && at->to.name
						 ? map_find_str(&o->orig.names, at->to.name)
						 : NULL;
	     e; e = map_next(&o->orig.names, e)) {
		const struct elf_sym *os = &o->orig.elf->syms[e->value];

		for (uint32_t i = 1; elf_sym_in_sec(os) && i < o->patched.elf->nr_syms; i++) {
			const struct elf_sym *ps = &o->patched.elf->syms[i];

			if (!elf_sym_in_sec(ps) || ps->type != os->type ||
			    !(o->said[i] == e->value || oracle_same_stem(ps->name, os->name)) ||
			    oracle_orig_called(o, os->name, i) != e->value)
				continue;
			*orig = e->value;
			found = i;
			if (oracle_symbols_differ(o, e->value, i))
				return i;
		}
	}
	return found;
}

bool oracle_is_written(struct oracle *o, uint32_t orig, uint32_t psym)
{
	const struct elf_sec *sec = oracle_writes(o);
	struct operands ops = { .nr = 0 };

	for (uint64_t at = 0; sec && at + KLP_WRITE_SIZE <= sec->size; at += KLP_WRITE_SIZE) {
		uint32_t other = 0;
		const struct operand *to;

		image_operands(&o->out, sec->index, at, at + KLP_WRITE_SIZE, &ops);
		to = oracle_operand_at(&ops, at + KLP_WRITE_AT);
		if (oracle_written_object(o, to, &other) &&
		    oracle_same_symbol_place(&o->orig, other, orig))
			return !oracle_differ_but(o, orig, psym, (uint64_t)to->to.off,
						  get_le32(sec->data + at + KLP_WRITE_BYTES));
	}
	return false;
}
