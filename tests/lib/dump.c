// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dump [TABLE=SIZE...] OUT.o: what an output of klp diff says, one fact in a
 * line, in a form that does not depend on how things are laid out.  The test
 * cases' expectations are about these lines (tests/lib/expect.c).
 *
 *	object vmlinux			the klp_object_ext
 *	callback pre_patch -> f
 *	patch f,0 -> f			a klp_func_ext: old name, position, replacement
 *	modinfo import_ns=X
 *	section .text.f ax 16		a section: flags and alignment
 *	symbol local func f .text.f	a symbol; for an undefined one: undef weak f
 *	place f .text.f+0x0		where a symbol stands
 *	traced f			ftrace can reach it
 *	ref f+0x5 PC32 -> "string\n"	a relocation, by what it leads to
 *	data x: 0x00000001 {f}		an object's contents, {} for a relocated field
 *	bytes .altinstr_replacement: …	likewise a section without symbols
 *	string .rodata.str1.1 "x"	a string of a section of strings; and where it
 *	offset .rodata.str1.1+0x0 "x"	stands
 *	entry __bug_table of f: …	an entry of a table, and whose it is
 *
 * A destination is: symbol+0x…, "string", cst16:bytes, section+0x…, or
 * .klp.sym.<object>.<name>,<pos> of a livepatch relocation, with the section's
 * name behind it if that is for another object than the symbol's.  A PC-relative
 * field's addend is corrected by the instruction that holds it.
 *
 * A line with ! is something that no output may have; then the status is 1.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <klp/arch.h>
#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/elf.h>

#define RELOCS_PREFIX	 "__klp_relocs."
#define SYM_PREFIX	 ".klp.sym."
#define TOMBSTONE_PREFIX ".klp.tombstone."

/* An entry of __klp_relocs.<object>. */
struct klp_reloc {
	uint32_t sec;
	uint64_t offset;
	uint32_t type, sym;
	int64_t addend;
	const char *object;
	bool used;
};

/* The sizes of the tables' entries as tests/lib/kernel.h writes them. */
struct table {
	const char *name;
	uint16_t machine; /* 0: any */
	uint64_t size;
};

static const struct table tables[] = {
	{ "__ex_table", EM_PPC64, 8 },
	{ "__ex_table", 0, 12 },
	{ "__bug_table", 0, 12 },
	{ "__jump_table", 0, 16 },
	{ "__ftr_fixup", 0, 48 },
	{ "__lwsync_fixup", 0, 8 },
	{ "__mcount_loc", 0, 8 },
	{ "__patchable_function_entries", 0, 8 },
	{ ".altinstructions", EM_X86_64, 14 },
	{ ".altinstructions", 0, 12 },
	{ ".static_call_sites", 0, 8 },
	{ ".parainstructions", 0, 16 },
	{ ".smp_locks", 0, 4 },
	{ ".retpoline_sites", 0, 4 },
	{ ".return_sites", 0, 4 },
	{ ".call_sites", 0, 4 },
	{ ".ibt_endbr_seal", 0, 4 },
	{ ".kcfi_traps", 0, 4 },
	{ ".orc_unwind_ip", 0, 4 },
	{ NULL, 0, 0 },
};

struct dump {
	struct elf *elf;
	const struct arch *arch;
	struct arena arena;
	struct diag diag;
	char **sizes; /* TABLE=SIZE arguments */
	int nr_sizes;
	struct klp_reloc *klp;
	size_t nr_klp, cap_klp;
	int **bias; /* per section, per relocation: bytes to the instruction's end */
	int wrong;
};

#define wrong(d, ...)                 \
	do {                          \
		printf("! ");         \
		printf(__VA_ARGS__);  \
		printf("\n");         \
		(d)->wrong++;         \
	} while (0)

static bool starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

/* ---- naming places ---- */

static bool names_place(const struct elf_sym *sym, uint32_t sec)
{
	return sym->sec == sec && sym->type != STT_SECTION && sym->type != STT_FILE && *sym->name &&
	       *sym->name != '$';
}

static bool is_sized(const struct elf_sym *sym)
{
	return sym->size || sym->type == STT_FUNC || sym->type == STT_OBJECT;
}

/* The symbol that says best what stands at off; at the same distance, a global or earlier one. */
static const struct elf_sym *symbol_at(const struct dump *d, uint32_t sec, uint64_t off)
{
	const struct elf_sym *best = NULL;

	for (uint32_t i = 1; i < d->elf->nr_syms; i++) {
		const struct elf_sym *sym = &d->elf->syms[i];

		if (!names_place(sym, sec) || sym->value > off)
			continue;
		if (!best || is_sized(sym) > is_sized(best) ||
		    (is_sized(sym) == is_sized(best) &&
		     (sym->value > best->value ||
		      (sym->value == best->value && sym->bind > best->bind))))
			best = sym;
	}
	return best;
}

static const char *quoted(struct dump *d, const struct elf_sec *sec, uint64_t off)
{
	char *out = arena_alloc(&d->arena, 4 * (sec->size - off) + 3), *o = out;

	*o++ = '"';
	for (; off < sec->size && sec->data[off]; off++) {
		uint8_t c = sec->data[off];

		if (c == '\n')
			o += sprintf(o, "\\n");
		else if (c == '"' || c == '\\')
			o += sprintf(o, "\\%c", c);
		else if (c < ' ' || c >= 0x7f)
			o += sprintf(o, "\\x%02x", c);
		else
			*o++ = (char)c;
	}
	*o = '"';
	return out;
}

static const char *with_offset(struct dump *d, const char *name, int64_t off)
{
	if (!off)
		return name;
	return arena_printf(&d->arena, "%s%c0x%" PRIx64, name, off < 0 ? '-' : '+',
			    off < 0 ? -(uint64_t)off : (uint64_t)off);
}

static const char *target(struct dump *d, const struct elf_sec *sec, size_t k);

/* An element of a pool, by what it holds; one with a reference by that. */
static const char *constant(struct dump *d, const struct elf_sec *sec, uint64_t off, uint64_t size)
{
	char *out = arena_printf(&d->arena, "cst%" PRIu64 ":", size);

	for (uint64_t i = 0; i < size; i++)
		out = arena_printf(&d->arena, "%s%02x", out, sec->data[off + i]);
	for (size_t k = 0; sec->rela && k < sec->rela->nr_relocs; k++)
		if (sec->rela->relocs[k].offset == off)
			out = arena_printf(&d->arena, "cst%" PRIu64 ":{%s}", size,
					   target(d, sec, k));
	return out;
}

static const char *place(struct dump *d, uint32_t secndx, int64_t off)
{
	const struct elf_sec *sec = d->elf->secs[secndx];
	const char *cst = strstr(sec->name, ".cst");
	uint64_t size = cst ? strtoull(cst + 4, NULL, 10) : 0;
	const struct elf_sym *sym;

	if (off < 0 || (uint64_t)off > sec->size)
		return with_offset(d, sec->name, off);
	if (sec->data && strstr(sec->name, ".str") && (uint64_t)off < sec->size)
		return quoted(d, sec, (uint64_t)off);
	if (sec->data && size && size <= sec->size - (uint64_t)off)
		return constant(d, sec, (uint64_t)off, size);
	sym = symbol_at(d, secndx, (uint64_t)off);
	if (!sym)
		return arena_printf(&d->arena, "%s+0x%" PRIx64, sec->name, off);
	return with_offset(d, sym->name, off - (int64_t)sym->value);
}

/* ---- relocations ---- */

/* R_X86_64_PC32: PC32 */
static const char *type_name(const struct dump *d, uint32_t type)
{
	static const char *const prefixes[] = { "R_X86_64_", "R_AARCH64_", "R_PPC64_", "R_LARCH_" };
	const struct arch_reloc *row = arch_reloc(d->arch, type);

	for (size_t i = 0; row && i < sizeof(prefixes) / sizeof(*prefixes); i++)
		if (starts(row->name, prefixes[i]))
			return row->name + strlen(prefixes[i]);
	return "?";
}

static struct klp_reloc *klp_at(struct dump *d, uint32_t sec, uint64_t offset)
{
	for (size_t i = 0; i < d->nr_klp; i++)
		if (d->klp[i].sec == sec && d->klp[i].offset == offset)
			return &d->klp[i];
	return NULL;
}

/* vmlinux of ".klp.sym.vmlinux.f,0", or NULL. */
static const char *object_of(struct dump *d, const char *sym)
{
	const char *object = sym + strlen(SYM_PREFIX);

	if (!starts(sym, SYM_PREFIX) || !strchr(object, '.'))
		return NULL;
	return arena_strndup(&d->arena, object, strcspn(object, "."));
}

static const char *klp_target(struct dump *d, const struct elf_sec *sec, const struct elf_reloc *r,
			      int bias)
{
	const struct klp_reloc *k = klp_at(d, sec->index, r->offset);
	const char *name = k ? d->elf->syms[k->sym].name : "nothing";
	const char *object = object_of(d, name);

	if (object && strcmp(object, k->object))
		name = arena_printf(&d->arena, "%s (" RELOCS_PREFIX "%s)", name, k->object);
	return with_offset(d, name, r->addend + bias);
}

static const char *target(struct dump *d, const struct elf_sec *sec, size_t k);

/* Code loads an address from a slot: what counts is the address. */
static bool is_slot(const struct dump *d, const struct elf_reloc *r, const struct elf_sym *sym)
{
	const struct arch_reloc *row = arch_reloc(d->arch, r->type);

	return row && row->flags & RELOC_TOC && elf_sym_in_sec(sym) && d->arch->slots &&
	       !strcmp(d->elf->secs[sym->sec]->name, d->arch->slots);
}

static const char *slot_target(struct dump *d, const struct elf_sec *slots,
			       const struct elf_reloc *r)
{
	for (size_t k = 0; slots->rela && k < slots->rela->nr_relocs; k++)
		if (slots->rela->relocs[k].offset == (uint64_t)r->addend)
			return target(d, slots, k);
	return with_offset(d, slots->name, r->addend);
}

/* What relocation k of sec leads to. */
static const char *target(struct dump *d, const struct elf_sec *sec, size_t k)
{
	const struct elf_reloc *r = &sec->rela->relocs[k];
	const struct elf_sym *sym = &d->elf->syms[r->sym];
	int bias = d->bias[sec->index] ? d->bias[sec->index][k] : 0;

	if (starts(sym->name, TOMBSTONE_PREFIX))
		return klp_target(d, sec, r, bias);
	if (is_slot(d, r, sym))
		return slot_target(d, d->elf->secs[sym->sec], r);
	if (sym->type == STT_SECTION)
		return place(d, sym->sec, (int64_t)sym->value + r->addend + bias);
	return with_offset(d, r->sym ? sym->name : "0", r->addend + bias);
}

/* How far each PC-relative field is from the end of its instruction (struct arch). */
static void find_bias(struct dump *d, const struct elf_sec *sec)
{
	const struct elf_sec *rela = sec->rela;
	struct insn insn;
	size_t k = 0;

	if (!rela || !(sec->flags & SHF_EXECINSTR) || !d->arch->pcrel_from_insn_end)
		return;
	d->bias[sec->index] = arena_calloc(&d->arena, rela->nr_relocs + 1, sizeof(int));
	for (uint64_t pc = 0; pc < sec->size; pc += insn.len) {
		if (d->arch->decode(sec->data + pc, sec->size - pc, &insn)) {
			wrong(d, "%s+0x%" PRIx64 " is not an instruction", sec->name, pc);
			return;
		}
		for (; k < rela->nr_relocs && rela->relocs[k].offset < pc + insn.len; k++) {
			const struct arch_reloc *row = arch_reloc(d->arch, rela->relocs[k].type);

			if (row && row->flags & RELOC_PCREL)
				d->bias[sec->index][k] =
					(int)(pc + insn.len - rela->relocs[k].offset);
		}
	}
}

static void read_klp_relocs(struct dump *d, const struct elf_sec *sec)
{
	const struct elf_reloc *r = sec->rela ? sec->rela->relocs : NULL;
	size_t nr = sec->rela ? sec->rela->nr_relocs : 0;

	if (sec->size % 24 || nr != sec->size / 24 * 2) {
		wrong(d, "%s has %" PRIu64 " bytes and %zu relocations", sec->name, sec->size, nr);
		return;
	}
	for (uint64_t at = 0; at < sec->size; at += 24, r += 2) {
		const struct elf_sym *to = &d->elf->syms[r[0].sym], *sym = &d->elf->syms[r[1].sym];
		struct klp_reloc *k;

		if (r[0].offset != at || r[1].offset != at + 8 || r[0].type != d->arch->abs64 ||
		    r[1].type != d->arch->abs64 || !elf_sym_in_sec(to) ||
		    get_le64(sec->data + at) || get_le64(sec->data + at + 8) ||
		    get_le32(sec->data + at + 20)) {
			wrong(d, "%s+0x%" PRIx64 ": not a livepatch relocation", sec->name, at);
			continue;
		}
		if (sym->sec != ELF_SEC_UNDEF || sym->bind != STB_WEAK ||
		    !starts(sym->name, SYM_PREFIX))
			wrong(d, "%s+0x%" PRIx64 ": %s is not a livepatch symbol", sec->name, at,
			      sym->name);
		d->klp = arena_grow(&d->arena, d->klp, d->nr_klp, &d->cap_klp, sizeof(*d->klp));
		k = &d->klp[d->nr_klp++];
		*k = (struct klp_reloc){
			.sec = to->sec,
			.offset = to->value + (uint64_t)r[0].addend,
			.type = get_le32(sec->data + at + 16),
			.sym = r[1].sym,
			.addend = r[1].addend,
			.object = sec->name + strlen(RELOCS_PREFIX),
		};
	}
}

/* The place of a livepatch relocation has an ordinary one to the tombstone, alike otherwise. */
static void check_tombstone(struct dump *d, const struct elf_sec *sec, const struct elf_reloc *r)
{
	const char *tombstone = d->elf->syms[r->sym].name;
	struct klp_reloc *k = klp_at(d, sec->index, r->offset);
	const char *name;

	if (starts(tombstone, SYM_PREFIX))
		wrong(d, "%s+0x%" PRIx64 ": ordinary relocation to %s", sec->name, r->offset,
		      tombstone);
	if (!starts(tombstone, TOMBSTONE_PREFIX))
		return;
	if (!k) {
		wrong(d, "%s+0x%" PRIx64 ": %s, but no livepatch relocation", sec->name, r->offset,
		      tombstone);
		return;
	}
	name = d->elf->syms[k->sym].name;
	if (k->used || k->type != r->type || k->addend != r->addend || !object_of(d, name) ||
	    d->elf->syms[r->sym].sec != ELF_SEC_UNDEF || d->elf->syms[r->sym].bind != STB_WEAK ||
	    strcmp(name + strlen(SYM_PREFIX), tombstone + strlen(TOMBSTONE_PREFIX)))
		wrong(d,
		      "%s+0x%" PRIx64 ": %s type %u addend %" PRId64
		      ", but the livepatch relocation is %s type %u addend %" PRId64,
		      sec->name, r->offset, tombstone, r->type, r->addend, name, k->type,
		      k->addend);
	k->used = true;
}

static void check_klp_relocs(struct dump *d)
{
	for (uint32_t i = 1; i < d->elf->nr_secs; i++) {
		const struct elf_sec *sec = d->elf->secs[i];

		for (size_t k = 0; sec->rela && k < sec->rela->nr_relocs; k++)
			if (!starts(sec->name, RELOCS_PREFIX))
				check_tombstone(d, sec, &sec->rela->relocs[k]);
	}
	for (size_t i = 0; i < d->nr_klp; i++)
		if (!d->klp[i].used)
			wrong(d, "livepatch relocation to %s, but no relocation at %s+0x%" PRIx64,
			      d->elf->syms[d->klp[i].sym].name, d->elf->secs[d->klp[i].sec]->name,
			      d->klp[i].offset);
}

/* ---- contents ---- */

static int reloc_size(const struct dump *d, const struct elf_reloc *r)
{
	const struct arch_reloc *row = arch_reloc(d->arch, r->type);

	return row && row->size ? row->size : 4;
}

/* The half of a pair that makes the other one relative to its place, as PC-relative types are. */
static bool is_minus_place(const struct dump *d, const struct elf_sec *sec,
			   const struct elf_reloc *r, const struct arch_reloc *row)
{
	const struct elf_sym *sym = &d->elf->syms[r->sym];

	return row && row->flags & RELOC_SUB && sym->sec == sec->index &&
	       sym->value + (uint64_t)r->addend == r->offset;
}

/* [start, end) as words of the given size, relocated fields by their destination. */
static void print_words(struct dump *d, const struct elf_sec *sec, uint64_t start, uint64_t end,
			unsigned int word)
{
	const struct elf_sec *rela = sec->rela;
	size_t k = 0, nr = rela ? rela->nr_relocs : 0;
	uint64_t at = start;

	while (k < nr && rela->relocs[k].offset < start)
		k++;
	while (at < end) {
		uint64_t next = k < nr && rela->relocs[k].offset < end ? rela->relocs[k].offset
								       : end;

		if (next == at) {
			int size = reloc_size(d, &rela->relocs[k]);

			/* Several relocations at one place make one value. */
			for (; k < nr && rela->relocs[k].offset == at; k++) {
				const struct arch_reloc *row =
					arch_reloc(d->arch, rela->relocs[k].type);

				if (!is_minus_place(d, sec, &rela->relocs[k], row))
					printf(" {%s%s}", row && row->flags & RELOC_SUB ? "-" : "",
					       target(d, sec, k));
			}
			at += (uint64_t)size;
		} else if (word == 4 && next - at >= 4) {
			printf(" 0x%08x", sec->data ? get_le32(sec->data + at) : 0);
			at += 4;
		} else {
			printf(" %02x", sec->data ? sec->data[at] : 0);
			at++;
		}
	}
	printf("\n");
}

static uint64_t entry_size(const struct dump *d, const struct elf_sec *sec)
{
	size_t len = strlen(sec->name);

	for (int i = 0; i < d->nr_sizes; i++)
		if (starts(d->sizes[i], sec->name) && d->sizes[i][len] == '=')
			return strtoull(d->sizes[i] + len + 1, NULL, 0);
	for (const struct table *t = tables; t->name; t++)
		if (!strcmp(t->name, sec->name) && (!t->machine || t->machine == d->elf->machine))
			return t->size;
	return 0;
}

/* The function that an entry's first relocation leads into, without the offset. */
static const char *owner_of(struct dump *d, const struct elf_sec *sec, uint64_t start, uint64_t end)
{
	for (size_t k = 0; sec->rela && k < sec->rela->nr_relocs; k++) {
		const struct elf_reloc *r = &sec->rela->relocs[k];
		const struct elf_sym *sym = &d->elf->syms[r->sym];

		if (r->offset < start || r->offset >= end ||
		    is_minus_place(d, sec, r, arch_reloc(d->arch, r->type)))
			continue;
		/* What is said of a symbol is its own, before its place too. */
		if (sym->type == STT_SECTION)
			sym = symbol_at(d, sym->sec, sym->value + (uint64_t)r->addend) ?: sym;
		return sym->name;
	}
	return "nothing";
}

static void print_table(struct dump *d, const struct elf_sec *sec, uint64_t size)
{
	/* of .parainstructions the last one has no padding */
	uint64_t rest = sec->size % size, last = strcmp(sec->name, ".parainstructions") ? 0 : 10;

	if (rest && rest != last)
		wrong(d, "%s: %" PRIu64 " bytes in entries of %" PRIu64, sec->name, sec->size,
		      size);
	for (uint64_t at = 0; at < sec->size; at += size) {
		uint64_t end = at + size < sec->size ? at + size : sec->size;
		const char *owner = owner_of(d, sec, at, end);

		if (!strcmp(sec->name, "__mcount_loc") ||
		    !strcmp(sec->name, "__patchable_function_entries"))
			printf("traced %s\n", owner);
		printf("entry %s of %s:", sec->name, owner);
		print_words(d, sec, at, end, 4);
	}
}

static bool has_symbols(const struct dump *d, uint32_t sec)
{
	for (uint32_t i = 1; i < d->elf->nr_syms; i++)
		if (names_place(&d->elf->syms[i], sec))
			return true;
	return false;
}

static void print_refs(struct dump *d, const struct elf_sec *sec)
{
	const struct elf_sec *rela = sec->rela;

	for (size_t k = 0; rela && k < rela->nr_relocs; k++) {
		const struct elf_reloc *r = &rela->relocs[k];
		const char *from = place(d, sec->index, (int64_t)r->offset);
		const char *to = target(d, sec, k);

		/* What a prologue has to find the module's own TOC. */
		if (!r->sym || arch_is_own_symbol(d->arch, d->elf->syms[r->sym].name))
			continue;
		for (const char *const *t = d->arch->trace_symbols; *t; t++)
			if (!strcmp(to, *t)) {
				printf("traced %.*s\n", (int)strcspn(from, "+"), from);
				from = NULL;
				break;
			}
		if (from)
			printf("ref %s %s -> %s\n", from, type_name(d, r->type), to);
	}
}

static void print_strings(struct dump *d, const struct elf_sec *sec)
{
	if (!sec->data || !(sec->flags & SHF_ALLOC) || !strstr(sec->name, ".str"))
		return;
	for (uint64_t at = 0; at < sec->size; at++) {
		if (!sec->data[at])
			continue;
		printf("string %s %s\n", sec->name, quoted(d, sec, at));
		printf("offset %s+0x%" PRIx64 " %s\n", sec->name, at, quoted(d, sec, at));
		at += strnlen((const char *)sec->data + at, sec->size - at);
	}
}

static void print_contents(struct dump *d, const struct elf_sec *sec)
{
	uint64_t size = entry_size(d, sec);

	if (starts(sec->name, RELOCS_PREFIX) || starts(sec->name, ".init.klp_"))
		return;
	if (d->arch->slots && !strcmp(sec->name, d->arch->slots))
		return;
	if (size) {
		print_table(d, sec, size);
		return;
	}
	print_refs(d, sec);
	print_strings(d, sec);
	if (!has_symbols(d, sec->index) && !strstr(sec->name, ".str") &&
	    !strstr(sec->name, ".cst") && sec->size && sec->flags & SHF_ALLOC) {
		printf("bytes %s:", sec->name);
		print_words(d, sec, 0, sec->size, sec->flags & SHF_EXECINSTR ? 1 : 4);
	}
}

/* ---- symbols and sections ---- */

static const char *type_of(const struct elf_sym *sym)
{
	return sym->type == STT_FUNC	 ? "func"
	       : sym->type == STT_OBJECT ? "object"
	       : sym->type == STT_TLS	 ? "tls"
					 : "notype";
}

static void print_symbol(struct dump *d, const struct elf_sym *sym)
{
	const char *bind = sym->bind == STB_LOCAL ? "local"
			   : sym->bind == STB_WEAK ? "weak"
						   : "global";
	const struct elf_sec *sec;

	if (sym->type == STT_SECTION)
		return;
	if (sym->type == STT_FILE) {
		printf("file %s\n", sym->name);
		return;
	}
	if (starts(sym->name, ".L"))
		wrong(d, "assembler's label %s", sym->name);
	if (!elf_sym_in_sec(sym)) {
		if (!starts(sym->name, SYM_PREFIX) && !starts(sym->name, TOMBSTONE_PREFIX))
			printf("%s %s %s\n", sym->sec == ELF_SEC_UNDEF ? "undef" : "absolute", bind,
			       sym->name);
		return;
	}
	sec = d->elf->secs[sym->sec];
	printf("symbol %s %s %s %s\n", bind, type_of(sym), sym->name, sec->name);
	printf("place %s %s+0x%" PRIx64 "\n", sym->name, sec->name, sym->value);
	if (sym->type == STT_OBJECT && sym->size && sec->data) {
		printf("data %s:", sym->name);
		print_words(d, sec, sym->value, sym->value + sym->size, sym->size % 4 ? 1 : 4);
	}
}

static void print_section(const struct elf_sec *sec)
{
	if (!(sec->flags & SHF_ALLOC))
		return;
	printf("section %s %s%s%s%s%s%s %" PRIu64 "\n", sec->name, sec->flags & SHF_WRITE ? "w" : "",
	       "a", sec->flags & SHF_EXECINSTR ? "x" : "", sec->flags & SHF_MERGE ? "M" : "",
	       sec->flags & SHF_STRINGS ? "S" : "", sec->type == SHT_NOBITS ? " nobits" : "",
	       sec->align);
}

/* ---- the livepatch's own sections ---- */

/* Index of the relocation of sec at offset, or -1. */
static ssize_t reloc_at(const struct elf_sec *sec, uint64_t offset)
{
	for (size_t k = 0; sec->rela && k < sec->rela->nr_relocs; k++)
		if (sec->rela->relocs[k].offset == offset)
			return (ssize_t)k;
	return -1;
}

static const char *field(struct dump *d, const struct elf_sec *sec, uint64_t offset)
{
	ssize_t k = reloc_at(sec, offset);
	const char *to = k < 0 ? NULL : target(d, sec, (size_t)k);

	if (to && sec->rela->relocs[k].type != d->arch->abs64)
		wrong(d, "%s+0x%" PRIx64 " is not a plain address", sec->name, offset);
	return to;
}

static const char *unquoted(struct dump *d, const char *s)
{
	size_t len = s ? strlen(s) : 0;

	return len > 1 && *s == '"' ? arena_strndup(&d->arena, s + 1, len - 2) : "?";
}

static void print_funcs(struct dump *d, const struct elf_sec *sec)
{
	for (uint64_t at = 0; at + 24 <= sec->size; at += 24)
		printf("patch %s,%" PRIu64 " -> %s\n", unquoted(d, field(d, sec, at)),
		       get_le64(sec->data + at + 16), field(d, sec, at + 8) ?: "nothing");
}

static void print_object(struct dump *d)
{
	static const char *const kinds[] = { "pre_patch", "post_patch", "pre_unpatch",
					     "post_unpatch" };
	const struct elf_sec *obj = elf_find_sec(d->elf, ".init.klp_objects");
	const struct elf_sec *funcs = elf_find_sec(d->elf, ".init.klp_funcs");
	const char *name;

	if (!obj || obj->size != 64) {
		wrong(d, ".init.klp_objects is not one object");
		return;
	}
	name = field(d, obj, 0);
	printf("object %s\n", name ? unquoted(d, name) : "vmlinux");
	for (unsigned int i = 0; i < 4; i++)
		if (field(d, obj, 16 + 8 * i))
			printf("callback %s -> %s\n", kinds[i], field(d, obj, 16 + 8 * i));
	if (get_le32(obj->data + 56) != (funcs ? funcs->size / 24 : 0) ||
	    !funcs != !field(d, obj, 8) || (funcs && funcs->size % 24))
		wrong(d, ".init.klp_objects does not fit .init.klp_funcs");
	if (!funcs)
		return;
	if (strcmp(field(d, obj, 8) ?: "", ".init.klp_funcs+0x0"))
		wrong(d, "the object's functions are at %s", field(d, obj, 8) ?: "NULL");
	print_funcs(d, funcs);
}

static void print_modinfo(const struct dump *d)
{
	const struct elf_sec *sec = elf_find_sec(d->elf, ".modinfo");

	for (uint64_t at = 0; sec && sec->data && at < sec->size; at++) {
		const char *s = (const char *)sec->data + at;

		if (*s)
			printf("modinfo %.*s\n", (int)strnlen(s, sec->size - at), s);
		at += strnlen(s, sec->size - at);
	}
}

static void dump(struct dump *d)
{
	const struct elf *elf = d->elf;

	d->bias = arena_calloc(&d->arena, elf->nr_secs, sizeof(*d->bias));
	for (uint32_t i = 1; i < elf->nr_secs; i++) {
		find_bias(d, elf->secs[i]);
		if (starts(elf->secs[i]->name, RELOCS_PREFIX))
			read_klp_relocs(d, elf->secs[i]);
	}
	check_klp_relocs(d);
	print_object(d);
	print_modinfo(d);
	for (uint32_t i = 1; i < elf->nr_secs; i++)
		print_section(elf->secs[i]);
	for (uint32_t i = 1; i < elf->nr_secs; i++)
		print_contents(d, elf->secs[i]);
	for (uint32_t i = 1; i < elf->nr_syms; i++)
		print_symbol(d, &elf->syms[i]);
}

static void dump_file(struct dump *d, const char *path)
{
	diag_init(&d->diag, &d->arena);
	if (elf_open(&d->elf, path, ELF_WANT_REL, &d->arena, &d->diag)) {
		wrong(d, "%s: %s", path, d->diag.items[0].text);
		return;
	}
	d->arch = arch_find(d->elf->machine);
	if (d->arch)
		dump(d);
	else
		wrong(d, "%s: unknown machine", path);
}

int main(int argc, char **argv)
{
	struct dump *d = calloc(1, sizeof(*d));
	int nr_wrong;

	if (argc < 2 || !d) {
		fprintf(stderr, "usage: dump [TABLE=SIZE...] OUT.o\n");
		free(d);
		return 2;
	}
	d->sizes = argv + 1;
	d->nr_sizes = argc - 2;
	arena_init(&d->arena);
	if (setjmp(d->arena.oom))
		wrong(d, "out of memory");
	else
		dump_file(d, argv[argc - 1]);
	nr_wrong = d->wrong;
	arena_free(&d->arena);
	free(d);
	return nr_wrong ? 1 : 0;
}
