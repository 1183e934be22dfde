// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The mutator of guided fuzzing: it knows containers, ELF files and lines of text.
 *
 * Bytes at random find little in an ELF file: most of them are refused by the reader.  So fields
 * get hostile values or those of their neighbours, records of tables and sections change places,
 * are repeated and cut off, names become other names; and what happens to one object of a pair
 * may happen to the other one as well, lest all be a change.
 */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "guided.h"

#define MAX_FILE  ((size_t)1 << 20)
#define LONG_NAME 64

struct file {
	uint8_t *bytes;
	size_t size, max;
	Elf64_Ehdr *ehdr;
	Elf64_Shdr *shdrs;
	size_t nr_secs;
};

static uint64_t state;

static uint64_t rnd(uint64_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return n ? (state >> 11) % n : 0;
}

static void seed_from(uint64_t seed)
{
	state = (seed + 1) * 0x9e3779b97f4a7c15ull | 1;
	rnd(1);
}

/* ---- ELF: what is there ---- */

static bool inside(const struct file *f, uint64_t at, uint64_t size)
{
	return at <= f->size && size <= f->size - at;
}

/* Find the section headers, as far as they are in the file; false: it is no ELF file. */
static bool index_file(struct file *f)
{
	f->ehdr = (Elf64_Ehdr *)f->bytes;
	if (f->size < sizeof(*f->ehdr) || memcmp(f->bytes, ELFMAG, SELFMAG) ||
	    f->ehdr->e_shoff % 8 || !inside(f, f->ehdr->e_shoff, sizeof(*f->shdrs)))
		return false;
	f->shdrs = (Elf64_Shdr *)(f->bytes + f->ehdr->e_shoff);
	f->nr_secs = (f->size - f->ehdr->e_shoff) / sizeof(*f->shdrs);
	if (f->ehdr->e_shnum < f->nr_secs)
		f->nr_secs = f->ehdr->e_shnum;
	return f->nr_secs > 1;
}

static bool has_bytes(const struct file *f, const Elf64_Shdr *s)
{
	return s->sh_type != SHT_NOBITS && s->sh_type != SHT_NULL && s->sh_size &&
	       inside(f, s->sh_offset, s->sh_size);
}

/* A section with bytes, of that type if it is not 0, and at random; NULL: there is none. */
static Elf64_Shdr *pick_section(const struct file *f, uint32_t type)
{
	size_t first = rnd(f->nr_secs);

	for (size_t i = 0; i < f->nr_secs; i++) {
		Elf64_Shdr *s = &f->shdrs[(first + i) % f->nr_secs];

		if (has_bytes(f, s) && (!type || s->sh_type == type))
			return s;
	}
	return NULL;
}

/* The size of a section's records, as its kind has them. */
static size_t record_size(const Elf64_Shdr *s)
{
	static const uint8_t sizes[] = { 1, 2, 4, 8, 12, 13, 14, 16, 24, 32 };

	switch (s->sh_type) {
	case SHT_SYMTAB:
		return sizeof(Elf64_Sym);
	case SHT_RELA:
		return sizeof(Elf64_Rela);
	case SHT_GROUP:
	case SHT_SYMTAB_SHNDX:
		return 4;
	default:
		return s->sh_entsize && s->sh_entsize <= 64 ? s->sh_entsize
							    : sizes[rnd(sizeof(sizes))];
	}
}

/* ---- ELF: fields ---- */

struct field {
	uint8_t offset, size;
};

static const struct field shdr_fields[] = { { 0, 4 },  { 4, 4 },  { 8, 8 },  { 16, 8 }, { 24, 8 },
					    { 32, 8 }, { 40, 4 }, { 44, 4 }, { 48, 8 }, { 56, 8 } };
static const struct field sym_fields[] = { { 0, 4 }, { 4, 1 }, { 5, 1 },
					   { 6, 2 }, { 8, 8 }, { 16, 8 } };
static const struct field rela_fields[] = { { 0, 8 }, { 8, 4 }, { 12, 4 }, { 16, 8 } };
static const struct field ehdr_fields[] = { { 7, 1 },  { 16, 2 }, { 18, 2 }, { 40, 8 },
					    { 48, 4 }, { 58, 2 }, { 60, 2 }, { 62, 2 } };
static const struct field chdr_fields[] = { { 0, 4 }, { 8, 8 }, { 16, 8 } };

static uint64_t hostile(const struct file *f, uint64_t old)
{
	static const uint64_t values[] = { 0, 1, 2, 4, 8, 16, 255, 256, 0x7fff, 0x8000, 0xff00,
					   0xffff, 0x7fffffff, 0x80000000, 0xffffffff,
					   INT64_MAX, (uint64_t)INT64_MAX + 1, UINT64_MAX };

	switch (rnd(8)) {
	case 0:
		return values[rnd(sizeof(values) / sizeof(*values))];
	case 1:
		return old ^ (uint64_t)1 << rnd(64);
	case 2:
		return f->size - rnd(9) + 4;
	case 3:
		return -old;
	case 4:
		return rnd(f->nr_secs + 2);
	case 5:
		return old + (rnd(32) - 16) * (rnd(2) ? 1 : 8);
	case 6:
		return rnd(64);
	default:
		return old + (rnd(2) ? 1 : UINT64_MAX);
	}
}

/* The field of the record at p: a hostile value, or that of another record of the table. */
static void change_field(const struct file *f, uint8_t *p, const struct field *fields, size_t nr,
			 const uint8_t *other)
{
	const struct field *field = &fields[rnd(nr)];
	uint64_t v = 0;

	if (other && rnd(2)) {
		memcpy(p + field->offset, other + field->offset, field->size);
		return;
	}
	memcpy(&v, p + field->offset, field->size);
	v = hostile(f, v);
	memcpy(p + field->offset, &v, field->size);
}

#define FIELDS(a) (a), sizeof(a) / sizeof(*(a))

static void change_record(const struct file *f, uint32_t type, size_t size,
			  const struct field *fields, size_t nr_fields)
{
	Elf64_Shdr *s = pick_section(f, type);
	size_t nr = s ? s->sh_size / size : 0;
	uint8_t *records = s ? f->bytes + s->sh_offset : NULL;

	if (nr)
		change_field(f, records + rnd(nr) * size, fields, nr_fields,
			     records + rnd(nr) * size);
}

static void change_some_field(struct file *f)
{
	Elf64_Shdr *s;

	switch (rnd(10)) {
	case 0:
		change_field(f, f->bytes, FIELDS(ehdr_fields), NULL);
		break;
	case 1:
	case 2:
		change_field(f, (uint8_t *)&f->shdrs[rnd(f->nr_secs)], FIELDS(shdr_fields),
			     (uint8_t *)&f->shdrs[rnd(f->nr_secs)]);
		break;
	case 3:
		s = pick_section(f, 0);
		if (s && s->sh_flags & SHF_COMPRESSED && s->sh_size >= sizeof(Elf64_Chdr))
			change_field(f, f->bytes + s->sh_offset, FIELDS(chdr_fields), NULL);
		break;
	case 4:
	case 5:
	case 6:
		change_record(f, SHT_SYMTAB, sizeof(Elf64_Sym), FIELDS(sym_fields));
		break;
	default:
		change_record(f, SHT_RELA, sizeof(Elf64_Rela), FIELDS(rela_fields));
	}
}

/* ---- ELF: tables and sections ---- */

/* A record takes another one's place, or they change places, or one goes. */
static void splice_records(struct file *f)
{
	Elf64_Shdr *s = pick_section(f, rnd(2) ? 0 : rnd(2) ? SHT_RELA : SHT_SYMTAB);
	size_t size = s ? record_size(s) : 1, nr = s ? s->sh_size / size : 0;
	uint8_t *a, *b, copy[64];

	if (nr < 2)
		return;
	a = f->bytes + s->sh_offset + rnd(nr) * size;
	b = f->bytes + s->sh_offset + rnd(nr) * size;
	memcpy(copy, a, size);
	switch (rnd(3)) {
	case 0:
		memcpy(a, b, size);
		memcpy(b, copy, size);
		break;
	case 1:
		memcpy(a, b, size);
		break;
	default:
		memmove(a, a + size, (size_t)(f->bytes + s->sh_offset + s->sh_size - a) - size);
		s->sh_size -= size;
	}
}

/* A table moves to the end of the file and gets more records, which are copies of its own. */
static void grow_table(struct file *f)
{
	Elf64_Shdr *s = pick_section(f, rnd(2) ? 0 : rnd(2) ? SHT_RELA : SHT_SYMTAB);
	size_t size = s ? record_size(s) : 1, nr = s ? s->sh_size / size : 0;
	size_t at = (f->size + 7) & ~(size_t)7, more = 1 + rnd(rnd(8) ? 4 : 200);
	uint8_t *p = f->bytes + at;

	if (!nr || at + s->sh_size + more * size > f->max)
		return;
	memset(f->bytes + f->size, 0, at - f->size);
	memcpy(p, f->bytes + s->sh_offset, s->sh_size);
	for (size_t i = 0, from = rnd(nr), step = rnd(2); i < more; i++)
		memcpy(p + (nr + i) * size, p + (from + i * step) % nr * size, size);
	s->sh_offset = at;
	s->sh_size = (nr + more) * size;
	f->size = at + s->sh_size;
}

/* The section headers move to the end of the file, and one of them is there twice. */
static void repeat_section(struct file *f)
{
	size_t at = (f->size + 7) & ~(size_t)7, nr = f->nr_secs;
	Elf64_Shdr *to = (Elf64_Shdr *)(f->bytes + at);

	if (at + (nr + 1) * sizeof(*to) > f->max || nr > 1000)
		return;
	memset(f->bytes + f->size, 0, at - f->size);
	memcpy(to, f->shdrs, nr * sizeof(*to));
	to[nr] = to[rnd(nr)];
	f->ehdr->e_shoff = at;
	f->ehdr->e_shnum = (Elf64_Half)(nr + 1);
	f->size = at + (nr + 1) * sizeof(*to);
}

static void change_sections(struct file *f)
{
	Elf64_Shdr *a = &f->shdrs[rnd(f->nr_secs)], *b = &f->shdrs[rnd(f->nr_secs)], copy = *a;
	size_t word;

	switch (rnd(5)) {
	case 0:	/* contents change places */
		a->sh_offset = b->sh_offset;
		a->sh_size = b->sh_size;
		b->sh_offset = copy.sh_offset;
		b->sh_size = copy.sh_size;
		break;
	case 1:	/* headers do */
		*a = *b;
		*b = copy;
		break;
	case 2:
		word = 1 + rnd(16);
		a->sh_size -= word < a->sh_size ? word : a->sh_size;
		break;
	case 3:	/* it is not there */
		a->sh_type = SHT_NULL;
		break;
	default:
		a->sh_name = b->sh_name;
	}
}

/* ---- names ---- */

static const char *const words[] = {
	".text", ".text.unlikely.", ".text.changed", ".text..refcount", ".init.text", ".exit.text",
	".data", ".data..ro_after_init", ".data.once", ".bss.x", ".rodata", ".rodata.str1.1",
	".rodata.cst16", ".toc", ".opd", ".altinstructions", ".altinstr_replacement", "__ex_table",
	"__bug_table", "__jump_table", ".static_call_sites", ".orc_unwind", ".orc_unwind_ip",
	"__mcount_loc", "__patchable_function_entries", ".discard.annotate_insn", ".ibt_endbr_seal",
	".retpoline_sites", ".return_sites", ".smp_locks", ".parainstructions", "__ksymtab_strings",
	".modinfo", ".note.GNU-stack", ".debug_info", ".debug_abbrev", ".debug_str", ".debug_line",
	".klp.rela.vmlinux..text", "__klp_relocs.vmlinux", ".klp.sym.vmlinux.x,1", ".klp.symid",
	".klp.tombstone.x", ".gnu.linkonce.this_module", "__this_module", "init_module",
	"__func__.1", "__already_done.0", "changed", "changed.cold", "changed.part.0", "changed.isra.0",
	"__pfx_changed", "__cfi_changed", ".LC0", "$x", "$d", "__UNIQUE_ID_x1", "_printk", "x.llvm.7",
	"__bpf_trace_x", "sys_call_table", "__SCK__x", "__SCT__x", "\n", "",
};

/* A section's strings: a name becomes a known word, or another name, or any bytes. */
static void change_name(struct file *f)
{
	Elf64_Shdr *s = pick_section(f, SHT_STRTAB);
	const char *word = words[rnd(sizeof(words) / sizeof(*words))];
	char copy[LONG_NAME], *at, *end, *from;
	size_t len;

	if (!s)
		return;
	at = (char *)f->bytes + s->sh_offset + rnd(s->sh_size);
	end = (char *)f->bytes + s->sh_offset + s->sh_size;
	while (at < end && at > (char *)f->bytes && at[-1])
		at++;
	len = strlen(word) < sizeof(copy) ? strlen(word) : sizeof(copy) - 1;
	memcpy(copy, word, len + 1);
	if (rnd(3)) {
		from = (char *)f->bytes + s->sh_offset + rnd(s->sh_size);
		len = strnlen(from, (size_t)(end - from));
		len = len < sizeof(copy) ? len : sizeof(copy) - 1;
		memcpy(copy, from, len);
	}
	if ((size_t)(end - at) > len)
		memcpy(at, copy, len);
	if ((size_t)(end - at) > len + 1 && rnd(2))
		at[len] = '\0';
}

/* The bytes of one section, by libFuzzer, which knows what klp has compared them with. */
static void change_bytes(struct file *f)
{
	Elf64_Shdr *s = pick_section(f, rnd(4) ? SHT_PROGBITS : 0);
	uint8_t copy[4096];
	size_t at, n;

	if (!s)
		return;
	at = s->sh_size > sizeof(copy) ? rnd(s->sh_size - sizeof(copy)) : 0;
	n = s->sh_size - at < sizeof(copy) ? s->sh_size - at : sizeof(copy);
	memcpy(copy, f->bytes + s->sh_offset + at, n);
	n = LLVMFuzzerMutate(copy, n, n);
	memcpy(f->bytes + s->sh_offset + at, copy, n);
}

static void mutate_elf(struct file *f)
{
	static void (*const ways[])(struct file *f) = {
		change_some_field, change_some_field, change_some_field, change_some_field,
		splice_records, splice_records, grow_table, repeat_section,
		change_sections, change_name, change_name, change_bytes, change_bytes, change_bytes,
	};

	for (size_t n = 1 + rnd(rnd(2) ? 1 : 4); n && index_file(f); n--)
		ways[rnd(sizeof(ways) / sizeof(*ways))](f);
}

/* ---- text ---- */

/* The line that position is in. */
static struct fuzz_file line_at(const struct file *f, size_t at)
{
	struct fuzz_file line = { f->bytes + at, 0 };
	const uint8_t *end = memchr(line.data, '\n', f->size - at);

	while (line.data > f->bytes && line.data[-1] != '\n')
		line.data--;
	line.size = (size_t)((end ? end + 1 : f->bytes + f->size) - line.data);
	return line;
}

/* A line goes, or another one comes before it. */
static void mutate_lines(struct file *f)
{
	struct fuzz_file to = line_at(f, rnd(f->size)), from = line_at(f, rnd(f->size));
	size_t at = (size_t)(to.data - f->bytes);
	uint8_t copy[512];

	if (rnd(3) == 0) {
		memmove(f->bytes + at, f->bytes + at + to.size, f->size - at - to.size);
		f->size -= to.size;
		return;
	}
	if (from.size > sizeof(copy) || f->size + from.size > f->max)
		return;
	memcpy(copy, from.data, from.size);
	memmove(f->bytes + at + from.size, f->bytes + at, f->size - at);
	memcpy(f->bytes + at, copy, from.size);
	f->size += from.size;
}

/* ---- containers ---- */

static void mutate_part(struct file *f, uint64_t seed)
{
	seed_from(seed);
	if (f->size && index_file(f) && rnd(20))
		mutate_elf(f);
	else if (f->size && f->size < 65536 && rnd(3) == 0)
		mutate_lines(f);
	else
		f->size = LLVMFuzzerMutate(f->bytes, f->size, f->max);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed)
{
	/* Aligned as ELF files are; of the process, which has one thread. */
	static _Alignas(16) uint8_t bytes[MAX_PARTS][MAX_FILE];
	struct fuzz_file parts[MAX_PARTS];
	size_t nr = parts_split(data, size, parts), which, size_of_new;

	seed_from(seed);
	if (!nr)
		return LLVMFuzzerMutate(data, size, max);
	which = rnd(nr);
	if (nr > 1 && rnd(4) == 0)
		parts[1] = parts[0];
	for (size_t i = 0; i < nr; i++) {
		struct file f = { .bytes = bytes[i], .size = parts[i].size, .max = MAX_FILE };

		if (f.size > MAX_FILE / 2)
			return LLVMFuzzerMutate(data, size, max);
		memcpy(bytes[i], parts[i].data, f.size);
		seed_from(seed + 7);
		if (i == which || (nr > 1 && i < 2 && rnd(3) == 0))
			mutate_part(&f, seed);
		parts[i] = (struct fuzz_file){ bytes[i], f.size };
	}
	size_of_new = parts_join(parts, nr, data, max);
	return size_of_new ?: size;
}

/* A file of the one with the others of the other; or one section of it. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t size_a, const uint8_t *b, size_t size_b,
				 uint8_t *out, size_t max, unsigned int seed)
{
	static _Alignas(16) uint8_t bytes[MAX_FILE], others[MAX_FILE];
	struct fuzz_file x[MAX_PARTS], y[MAX_PARTS];
	size_t nr = parts_split(a, size_a, x), nr_y = parts_split(b, size_b, y), which;
	struct file f = { .bytes = bytes, .max = MAX_FILE }, o = { .bytes = others };
	Elf64_Shdr *s, *t;

	seed_from(seed);
	if (!nr || nr != nr_y)
		return 0;
	which = rnd(nr);
	f.size = x[which].size;
	o.size = y[which].size;
	if (rnd(3) == 0 || f.size > MAX_FILE / 2 || o.size > MAX_FILE / 2) {
		x[which] = y[which];
		return parts_join(x, nr, out, max);
	}
	memcpy(bytes, x[which].data, f.size);
	memcpy(others, y[which].data, o.size);
	if (!index_file(&f) || !index_file(&o))
		return 0;
	t = pick_section(&o, 0);
	s = t ? pick_section(&f, t->sh_type) : NULL;
	if (!s || f.size + 8 + t->sh_size > f.max)
		return 0;
	s->sh_offset = (f.size + 7) & ~(size_t)7;
	s->sh_size = t->sh_size;
	s->sh_flags = rnd(2) ? t->sh_flags : s->sh_flags;
	memset(bytes + f.size, 0, s->sh_offset - f.size);
	memcpy(bytes + s->sh_offset, others + t->sh_offset, t->sh_size);
	f.size = s->sh_offset + s->sh_size;
	x[which] = (struct fuzz_file){ bytes, f.size };
	return parts_join(x, nr, out, max);
}
